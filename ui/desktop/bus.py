"""Notifications over the session bus, with actions; where there is no such service nothing is shown and nobody waits.

https://specifications.freedesktop.org/notification-spec/latest/
"""

from __future__ import annotations

import asyncio
import html
import logging
import sys
from collections.abc import Callable
from typing import Any

from ui.desktop.notes import Act, Note
from ui.desktop.session_bus import Service, SessionBus, failures, why

log = logging.getLogger(__name__)

_NAME, _PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
_SERVICE = Service(_NAME, _PATH, _NAME, "ActionInvoked")
_PATIENCE = 5.0
_EXPIRES_BY_THEIR_RULE = -1
_NORMAL = 1


class NotificationBus:
    """Opened with the first note; after the bus or the service went away, with the next one anew."""

    def __init__(self, hear: Callable[[Note, Act], None]) -> None:
        self._hear = hear
        self._notes: dict[int, Note] = {}
        self._asking = 0
        self._early: dict[int, tuple[Any, ...]] = {}
        """What was pressed before we knew which note that is: the answer to us may be read after the signal."""
        self._open: SessionBus | None = None
        self._can: frozenset[str] = frozenset()

    async def show(self, note: Note) -> bool:
        """Show it; False where nobody does."""
        if sys.platform != "linux":
            return False
        for _attempt in range(2):
            try:
                async with asyncio.timeout(_PATIENCE):
                    self._open = self._open or await self._connect()
                    await self._tell(self._open, note)
            except failures() as gone:
                log.info("No notification over the bus: %s", why(gone))
                if self._open is None:
                    return False
                await self.close()
            else:
                return True
        return False

    async def close(self) -> None:
        """Hear nothing more."""
        connection, self._open = self._open, None
        self._notes.clear()
        if connection is not None:
            await connection.close()

    async def _connect(self) -> SessionBus:
        made = await SessionBus.make(_SERVICE, self._act)
        try:
            (can,) = await made.call("GetCapabilities")
        except BaseException:
            await made.close()
            raise
        self._can = frozenset(can)
        return made

    async def _tell(self, bus: SessionBus, note: Note) -> None:
        self._asking += 1
        try:
            number = await self._notify(bus, note)
            self._notes[number] = note
            pressed = self._early.pop(number, None)
        finally:
            self._asking -= 1
            if not self._asking:
                self._early.clear()
        if pressed is not None:
            self._act(pressed)

    async def _notify(self, bus: SessionBus, note: Note) -> int:
        """The number by which the service knows it."""
        acts = [word for act, name in note.acts for word in (act.value, name)]
        text = html.escape(note.text, quote=False) if "body-markup" in self._can else note.text
        hints = {"urgency": ("y", _NORMAL), "desktop-entry": ("s", "app.portavoce.Portavoce")}
        said = (
            "Portavoce",
            0,
            "app.portavoce.Portavoce",
            note.title,
            text,
            acts if "actions" in self._can else [],
            hints,
            _EXPIRES_BY_THEIR_RULE,
        )
        (number,) = await bus.call("Notify", "susssasa{sv}i", said)
        return int(number)

    def _act(self, said: tuple[Any, ...]) -> None:
        match said:
            case (int(number), str(act)):
                note = self._notes.pop(number, None)
                if note is None and self._asking:
                    self._early[number] = said
                if note is not None and act in Act.__members__.values():
                    self._hear(note, Act(act))
