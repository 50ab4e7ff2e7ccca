"""A desktop's notification service for tests: a real private bus, and on it a service that shows what it is told to.

https://specifications.freedesktop.org/notification-spec/latest/
"""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Self

from jeepney import DBusAddress, MatchRule, Message, new_method_call, new_method_return, new_signal
from jeepney.io.asyncio import DBusRouter, open_dbus_connection

from tests.servers.programs import ServerProcess, find_program, make_private_folder

_TEMPLATE = Template(Path(__file__).with_name("bus.conf").read_text())
_NAME, _PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
_ADDRESS = DBusAddress(_PATH, bus_name=_NAME, interface=_NAME)


@dataclass
class NotificationBusDaemon:
    """The bus alone."""

    folder: Path = field(default_factory=lambda: make_private_folder("notes"))

    def __post_init__(self) -> None:
        configuration = self.folder / "bus.conf"
        configuration.write_text(_TEMPLATE.substitute(address=self.address))
        program = find_program("dbus-daemon", "dbus-daemon")
        self.bus = ServerProcess(
            name="bus",
            command=[program, "--nofork", f"--config-file={configuration}"],
            folder=self.folder,
            ready=self._listens,
        )

    @property
    def address(self) -> str:
        """The address of the bus."""
        return f"unix:path={self.folder}/socket"

    def close(self) -> None:
        """End it."""
        self.bus.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(f"{self.folder}/socket") == 0


@dataclass(frozen=True)
class Shown:
    """A notification as the service was asked to show it."""

    number: int
    title: str
    text: str
    acts: tuple[str, ...]
    urgency: tuple[str, int]


@dataclass
class NotificationService:
    """Owns the well-known name while it is entered; keeps what it was told, and presses on it."""

    capabilities: Sequence[str] = ("actions", "body", "body-markup")
    shown: list[Shown] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        self._connection = await open_dbus_connection()
        self._router = DBusRouter(self._connection)
        bus = DBusAddress("/org/freedesktop/DBus", bus_name="org.freedesktop.DBus", interface="org.freedesktop.DBus")
        self._calls: asyncio.Queue[Message] = asyncio.Queue()
        self._filter = self._router.filter(MatchRule(type="method_call", path=_PATH), queue=self._calls)
        self._filter.__enter__()
        await self._router.send_and_get_reply(new_method_call(bus, "RequestName", "su", (_NAME, 0)))
        self._answering = asyncio.create_task(self._answer())
        return self

    async def __aexit__(self, *_failure: object) -> None:
        self._answering.cancel()
        await asyncio.wait([self._answering])
        self._filter.__exit__(None, None, None)
        await self._router.__aexit__(None, None, None)
        await self._connection.close()

    async def press(self, number: int, act: str) -> None:
        """Somebody presses on a notification."""
        await self._router.send(new_signal(_ADDRESS, "ActionInvoked", "us", (number, act)))

    async def _answer(self) -> None:
        while True:
            call = await self._calls.get()
            if len(call.body) == 0:
                await self._router.send(new_method_return(call, "as", (list(self.capabilities),)))
                continue
            _program, _replaces, _icon, title, text, acts, hints, _expires = call.body
            number = len(self.shown) + 1
            self.shown.append(Shown(number, title, text, tuple(acts), hints["urgency"]))
            await self._router.send(new_method_return(call, "u", (number,)))
