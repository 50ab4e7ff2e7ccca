"""The bus on which a screen reader asks programs what they show, and a listener on it.

https://gitlab.gnome.org/GNOME/at-spi2-core/-/tree/main/xml describes what is asked, and
https://gitlab.gnome.org/GNOME/at-spi2-core/-/blob/main/bus/README.md how the bus is found.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, DBusErrorResponse, MatchRule, Message, message_bus, new_method_call
from jeepney.io.asyncio import DBusRouter, open_dbus_connection
from jeepney.wrappers import unwrap_msg

from tests.servers.notification_service import NotificationBusDaemon
from tests.servers.programs import ServerProcess, find_program, make_private_folder

_FOLDERS = ("/usr/libexec", "/usr/lib/at-spi2-core", "/usr/lib/at-spi2")
_FINDER = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
_ACCESSIBLE = "org.a11y.atspi.Accessible"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_REGISTRY = DBusAddress("/org/a11y/atspi/registry", "org.a11y.atspi.Registry", "org.a11y.atspi.Registry")
_ROOT = "/org/a11y/atspi/accessible/root"
_FOCUSABLE, _SHOWING = 11, 25
"""Bits of a state. https://gnome.pages.gitlab.gnome.org/at-spi2-core/libatspi/enum.StateType.html"""
_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Place:
    """An object of a program: which connection answers for it, and its path."""

    program: str
    path: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What a screen reader is told of one object."""

    place: Place
    role: str
    name: str
    states: int
    children: tuple[Place, ...]

    @property
    def is_focusable(self) -> bool:
        """Whether the keyboard can be in it."""
        return bool(self.states >> _FOCUSABLE & 1)

    @property
    def is_showing(self) -> bool:
        """Whether it can be seen."""
        return bool(self.states >> _SHOWING & 1)


@dataclass
class AccessibilityBusDaemon:
    """A session bus, and the launcher that starts the bus of accessibility for whoever asks there."""

    folder: Path = field(default_factory=lambda: make_private_folder("heard"))

    def __post_init__(self) -> None:
        launcher = find_program("at-spi-bus-launcher", "at-spi2-core", _FOLDERS)
        self.session = NotificationBusDaemon(self.folder)
        self.launcher = ServerProcess(
            name="launcher",
            command=[launcher, "--launch-immediately", "--a11y=1"],
            folder=self.folder,
            environment=self.environment,
            ready=self._listens,
        )

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to find it."""
        return {"DBUS_SESSION_BUS_ADDRESS": self.session.address, "XDG_RUNTIME_DIR": str(self.folder)}

    def start(self) -> None:
        """Start both."""
        self.session.bus.start()
        self.launcher.start()

    def close(self) -> None:
        """End both, and what the launcher started."""
        self.launcher.stop()
        self.session.close()

    def _listens(self) -> bool:
        return any(_answers(one) for one in (self.folder / "at-spi").glob("bus*"))


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


class Reader:
    """Asks as a screen reader does."""

    def __init__(self, router: DBusRouter) -> None:
        self._router = router
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self.announced: list[str] = []
        """What programs announced, in its order."""

    async def programs(self) -> tuple[Place, ...]:
        """Those that told the bus of themselves."""
        return await self._children(Place("org.a11y.atspi.Registry", _ROOT))

    async def walk(self, place: Place) -> list[Heard]:
        """The object and all that is below it and in sight; nothing where it was taken down meanwhile."""
        try:
            one = await self.read(place)
        except DBusErrorResponse:
            return []
        below = await asyncio.gather(*(self.walk(child) for child in one.children if one.is_showing or not one.states))
        return [one, *(heard for part in below for heard in part)]

    async def read(self, place: Place) -> Heard:
        """The object alone."""
        role, name, states, children = await asyncio.gather(
            self._ask(place, _ACCESSIBLE, "GetRoleName"),
            self._ask(place, _PROPERTIES, "Get", "ss", (_ACCESSIBLE, "Name")),
            self._ask(place, _ACCESSIBLE, "GetState"),
            self._children(place),
        )
        low, high = states[0]
        return Heard(place, role[0], name[0][1], low | high << 32, children)

    async def press(self, place: Place) -> None:
        """Do the first thing that can be done with an object."""
        await self._ask(place, "org.a11y.atspi.Action", "DoAction", "i", (0,))

    async def _children(self, place: Place) -> tuple[Place, ...]:
        (children,) = await self._ask(place, _ACCESSIBLE, "GetChildren")
        return tuple(Place(*child) for child in children)

    async def _ask(
        self, place: Place, interface: str, method: str, signature: str = "", said: tuple[Any, ...] = ()
    ) -> tuple[Any, ...]:
        call = new_method_call(DBusAddress(place.path, place.program, interface), method, signature or None, said)
        async with self._slots:
            return unwrap_msg(await self._router.send_and_get_reply(call))

    async def hear(self, told: asyncio.Queue[Message]) -> None:
        """Keep what is announced."""
        while True:
            _what, _politeness, _unused, sentence, *_more = (await told.get()).body
            self.announced.append(sentence[1])


@asynccontextmanager
async def reader(daemon: AccessibilityBusDaemon) -> AsyncIterator[Reader]:
    """Somebody who reads the screen by ear."""
    async with _connected(daemon.session.address) as session:
        (address,) = unwrap_msg(await session.send_and_get_reply(new_method_call(_FINDER, "GetAddress")))
    async with _connected(address) as router:
        rule = MatchRule(type="signal", interface="org.a11y.atspi.Event.Object", member="Announcement")
        unwrap_msg(await router.send_and_get_reply(message_bus.AddMatch(rule)))
        unwrap_msg(
            await router.send_and_get_reply(new_method_call(_REGISTRY, "RegisterEvent", "s", ("object:announcement",)))
        )
        made = Reader(router)
        with router.filter(rule, bufsize=100) as told:
            hearing = asyncio.create_task(made.hear(told))
            try:
                yield made
            finally:
                hearing.cancel()
                await asyncio.wait([hearing])


@asynccontextmanager
async def _connected(address: str) -> AsyncIterator[DBusRouter]:
    connection = await open_dbus_connection(address)
    try:
        async with DBusRouter(connection) as router:
            yield router
    finally:
        await connection.close()
