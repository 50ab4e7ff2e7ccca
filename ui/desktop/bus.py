"""Notifications over the session bus, with actions; where there is no such service nothing is shown and nobody waits.

Qt's own D-Bus cannot build the signature from Python, hence jeepney.
https://specifications.freedesktop.org/notification-spec/latest/
"""

from __future__ import annotations

import asyncio
import html
import logging
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from ui.desktop.notes import Act, Note

if TYPE_CHECKING:
    from jeepney import Message
    from jeepney.io.asyncio import DBusRouter

log = logging.getLogger(__name__)

_NAME, _PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
_PATIENCE = 5.0
_EXPIRES_BY_THEIR_RULE = -1
_NORMAL = 1


class NotificationBus:
    """Opened with the first note; after the bus or the service went away, with the next one anew."""

    def __init__(self, hear: Callable[[Note, Act], None]) -> None:
        self._hear = hear
        self._notes: dict[int, Note] = {}
        self._open: _Connection | None = None

    async def show(self, note: Note) -> bool:
        """Show it; False where nobody does."""
        if sys.platform != "linux":
            return False
        for _attempt in range(2):
            try:
                async with asyncio.timeout(_PATIENCE):
                    self._open = self._open or await _Connection.make(self._act)
                    self._notes[await self._open.notify(note)] = note
            except _failures() as gone:
                log.info("No notification over the bus: %s", type(gone).__name__)
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

    def _act(self, number: int, act: str) -> None:
        note = self._notes.pop(number, None)
        if note is not None and act in Act.__members__.values():
            self._hear(note, Act(act))


class _Connection:
    """One connection to the bus, listening to what is pressed."""

    def __init__(self, stack: AsyncExitStack, router: DBusRouter, capabilities: frozenset[str]) -> None:
        self._stack, self._router, self._capabilities = stack, router, capabilities
        self._listening: asyncio.Task[None] | None = None

    @classmethod
    async def make(cls, hear: Callable[[int, str], None]) -> _Connection:
        from jeepney import MatchRule, message_bus
        from jeepney.io.asyncio import DBusRouter, open_dbus_connection

        stack = AsyncExitStack()
        try:
            connection = await open_dbus_connection()
            stack.push_async_callback(connection.close)
            router = await stack.enter_async_context(DBusRouter(connection))
            rule = MatchRule(type="signal", interface=_NAME, member="ActionInvoked", path=_PATH)
            pressed = stack.enter_context(router.filter(rule, bufsize=32))
            made = cls(stack, router, frozenset())
            await made.ask(message_bus.AddMatch(rule))
            (can,) = await made.call("GetCapabilities")
        except BaseException:
            await _leave(stack)
            raise
        made._capabilities = frozenset(can)
        made._listening = asyncio.create_task(_listen(pressed, hear))
        return made

    async def notify(self, note: Note) -> int:
        """Show a note; the number by which the service knows it."""
        acts = [word for act, name in note.acts for word in (act.value, name)]
        text = html.escape(note.text, quote=False) if "body-markup" in self._capabilities else note.text
        hints = {"urgency": ("y", _NORMAL), "desktop-entry": ("s", "app.portavoce.Portavoce")}
        said = (
            "Portavoce",
            0,
            "app.portavoce.Portavoce",
            note.title,
            text,
            acts if "actions" in self._capabilities else [],
            hints,
            _EXPIRES_BY_THEIR_RULE,
        )
        (number,) = await self.call("Notify", "susssasa{sv}i", said)
        return int(number)

    async def call(self, method: str, signature: str | None = None, said: tuple[Any, ...] = ()) -> tuple[Any, ...]:
        from jeepney import DBusAddress, new_method_call

        address = DBusAddress(_PATH, bus_name=_NAME, interface=_NAME)
        return await self.ask(new_method_call(address, method, signature, said))

    async def ask(self, message: Message) -> tuple[Any, ...]:
        from jeepney.wrappers import unwrap_msg

        # An answer to a question that was given up would end the router: the question is never given up.
        asking = asyncio.create_task(self._router.send_and_get_reply(message))
        asking.add_done_callback(_hear_out)
        return unwrap_msg(await asyncio.shield(asking))

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait([self._listening])
        await _leave(self._stack)


def _hear_out(asking: asyncio.Task[Message]) -> None:
    """Whoever asked may be gone: nobody else looks at what became of it."""
    if not asking.cancelled():
        asking.exception()


async def _leave(stack: AsyncExitStack) -> None:
    try:
        await stack.aclose()
    except _failures() as gone:
        log.info("The bus was gone already: %s", type(gone).__name__)


async def _listen(pressed: asyncio.Queue[Message], hear: Callable[[int, str], None]) -> None:
    while True:
        message = await pressed.get()
        match message.body:
            case (int(number), str(act)):
                hear(number, act)


def _failures() -> tuple[type[Exception], ...]:
    """What a bus that is not there, goes away or refuses is told by."""
    from jeepney import DBusErrorResponse
    from jeepney.io.asyncio import RouterClosed

    # A value that makes no sense is an address that is none, or a bus that does not let us in; an invalid state is told
    # by a router that ends while an answer is being handed out.
    ours = (OSError, EOFError, TimeoutError, RuntimeError, KeyError, ValueError, asyncio.InvalidStateError)
    return (*ours, DBusErrorResponse, RouterClosed)
