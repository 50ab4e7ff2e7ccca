"""A service on a session bus for tests: it owns its name while it is entered, answers, and tells signals."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import Any, ClassVar, Self

from jeepney import DBusAddress, HeaderFields, MatchRule, Message, new_method_call, new_method_return, new_signal
from jeepney.io.asyncio import DBusRouter, open_dbus_connection

Answer = tuple[str, tuple[Any, ...]]
"""A signature, and what is answered by it."""
_BUS = DBusAddress("/org/freedesktop/DBus", bus_name="org.freedesktop.DBus", interface="org.freedesktop.DBus")


class BusService(ABC):
    """What it answers is its own."""

    name: ClassVar[str]
    path: ClassVar[str]
    interface: ClassVar[str]

    @abstractmethod
    def answer(self, method: str, said: tuple[Any, ...]) -> Answer:
        """To one call."""

    async def __aenter__(self) -> Self:
        self._connection = await open_dbus_connection()
        self._router = DBusRouter(self._connection)
        self._calls: asyncio.Queue[Message] = asyncio.Queue()
        self._filter = self._router.filter(MatchRule(type="method_call", path=self.path), queue=self._calls)
        self._filter.__enter__()
        await self._router.send_and_get_reply(new_method_call(_BUS, "RequestName", "su", (self.name, 0)))
        self._answering = asyncio.create_task(self._answer())
        return self

    async def __aexit__(self, *_failure: object) -> None:
        self._answering.cancel()
        await asyncio.wait([self._answering])
        self._filter.__exit__(None, None, None)
        await self._router.__aexit__(None, None, None)
        await self._connection.close()

    async def before_answering(self) -> None:
        """What happens between a call and its answer: nothing, if not said otherwise."""

    async def tell(self, signal: str, signature: str, said: tuple[Any, ...]) -> None:
        """To everybody who listens."""
        address = DBusAddress(self.path, bus_name=self.name, interface=self.interface)
        await self._router.send(new_signal(address, signal, signature, said))

    async def _answer(self) -> None:
        while True:
            call = await self._calls.get()
            answer = self.answer(call.header.fields[HeaderFields.member], call.body)
            await self.before_answering()
            await self._router.send(new_method_return(call, *answer))
