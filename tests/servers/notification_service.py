"""A desktop's notification service for tests: a real private bus, and on it a service that shows what it is told to.

https://specifications.freedesktop.org/notification-spec/latest/
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any, ClassVar

from tests.servers.bus_service import Answer, BusService
from tests.servers.programs import ServerProcess, find_program, make_private_folder

_TEMPLATE = Template(Path(__file__).with_name("bus.conf").read_text())


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
class NotificationService(BusService):
    """Owns the well-known name while it is entered; keeps what it was told, and presses on it."""

    name: ClassVar[str] = "org.freedesktop.Notifications"
    path: ClassVar[str] = "/org/freedesktop/Notifications"
    interface: ClassVar[str] = "org.freedesktop.Notifications"
    capabilities: Sequence[str] = ("actions", "body", "body-markup")
    shown: list[Shown] = field(default_factory=list)

    hasty: str = ""
    """What somebody presses on each one before it is known to be shown."""

    async def press(self, number: int, act: str) -> None:
        """Somebody presses on a notification."""
        await self.tell("ActionInvoked", "us", (number, act))

    async def before_answering(self) -> None:
        """Somebody may be quicker than the answer."""
        if self.hasty and self.shown:
            await self.press(len(self.shown), self.hasty)

    def answer(self, method: str, said: tuple[Any, ...]) -> Answer:
        """What it can, or the number of what it shows."""
        if method == "GetCapabilities":
            return "as", (list(self.capabilities),)
        _program, _replaces, _icon, title, text, acts, hints, _expires = said
        number = len(self.shown) + 1
        self.shown.append(Shown(number, title, text, tuple(acts), hints["urgency"]))
        return "u", (number,)
