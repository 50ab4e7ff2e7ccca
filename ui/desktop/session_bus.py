"""The session bus: a connection that asks one object of one service and hears one of its signals.

Qt's own D-Bus cannot build every signature from Python, hence jeepney.
https://dbus.freedesktop.org/doc/dbus-specification.html
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jeepney import Message
    from jeepney.io.asyncio import DBusRouter

_ADDRESS = "DBUS_SESSION_BUS_ADDRESS"
"""Where the bus is; a session that a desktop did not begin has none."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Service:
    """Whom to ask, and which of its signals to hear."""

    name: str
    path: str
    interface: str
    signal: str


class SessionBus:
    """Open from `make` to `close`."""

    def __init__(self, stack: AsyncExitStack, router: DBusRouter, service: Service) -> None:
        self._stack, self._router, self._service = stack, router, service
        self._listening: asyncio.Task[None] | None = None

    @classmethod
    async def make(cls, service: Service, hear: Callable[[tuple[Any, ...]], None]) -> SessionBus:
        """Connect; `hear` is given what each signal says. Raises one of `failures`."""
        from jeepney import MatchRule, message_bus
        from jeepney.io.asyncio import DBusRouter, open_dbus_connection

        if _ADDRESS not in os.environ:
            raise NoBus
        stack = AsyncExitStack()
        try:
            connection = await open_dbus_connection()
            stack.push_async_callback(connection.close)
            router = await stack.enter_async_context(DBusRouter(connection))
            rule = MatchRule(type="signal", interface=service.interface, member=service.signal, path=service.path)
            signals = stack.enter_context(router.filter(rule, bufsize=32))
            made = cls(stack, router, service)
            await made._ask(message_bus.AddMatch(rule))
        except BaseException:
            await _leave(stack)
            raise
        made._listening = asyncio.create_task(_listen(signals, hear))
        return made

    async def call(self, method: str, signature: str | None = None, said: tuple[Any, ...] = ()) -> tuple[Any, ...]:
        """Ask the service; its answer. Raises one of `failures`."""
        from jeepney import DBusAddress, new_method_call

        address = DBusAddress(self._service.path, bus_name=self._service.name, interface=self._service.interface)
        return await self._ask(new_method_call(address, method, signature, said))

    async def close(self) -> None:
        """Hear nothing more."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait([self._listening])
        await _leave(self._stack)

    async def _ask(self, message: Message) -> tuple[Any, ...]:
        from jeepney.wrappers import unwrap_msg

        # An answer to a question that was given up would end the router: the question is never given up.
        asking = asyncio.create_task(self._router.send_and_get_reply(message))
        asking.add_done_callback(_hear_out)
        return unwrap_msg(await asyncio.shield(asking))


class NoBus(ConnectionError):
    """This session names no bus: nothing is to be asked or heard there, and nothing is wrong."""


def why(gone: Exception) -> str:
    """What a log says of one of `failures`, in words where a type's name would tell nobody anything."""
    return "there is no session bus" if isinstance(gone, NoBus) else type(gone).__name__


def failures() -> tuple[type[Exception], ...]:
    """What a bus that is not there, goes away or refuses is told by."""
    from jeepney import DBusErrorResponse
    from jeepney.io.asyncio import RouterClosed

    # A value that makes no sense is an address that is none, or a bus that does not let us in; an invalid state is told
    # by a router that ends while an answer is being handed out.
    ours = (OSError, EOFError, TimeoutError, RuntimeError, KeyError, ValueError, asyncio.InvalidStateError)
    return (*ours, DBusErrorResponse, RouterClosed)


def _hear_out(asking: asyncio.Task[Message]) -> None:
    """Whoever asked may be gone: nobody else looks at what became of it."""
    if not asking.cancelled():
        asking.exception()


async def _leave(stack: AsyncExitStack) -> None:
    try:
        await stack.aclose()
    except failures() as gone:
        log.info("The bus was gone already: %s", why(gone))


async def _listen(signals: asyncio.Queue[Message], hear: Callable[[tuple[Any, ...]], None]) -> None:
    while True:
        hear((await signals.get()).body)
