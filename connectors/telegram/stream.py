"""The one line on which updates come: a question that waits, and gives way to a pull (getUpdates, long polling).

The service answers one question at a time, and forgets what lies before the offset that a question names. So the one
that waits names the offset of the last pull's cursor, which was kept; a newer one might lose what is not kept yet.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Final

from connectors.telegram.client import Client
from connectors.telegram.fields import Fields
from inbox_app.contract.errors import BadAnswer
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject, JsonValue

PAGE: Final = 100
_WAITS: Final = 25
"""Seconds of a question that waits for something new."""
_PULLED_WITHIN: Final = 60.0
_KINDS: Final = ("message", "edited_message", "message_reaction", "message_reaction_count", "my_chat_member")


class Line:
    """Asks for one bot's updates."""

    def __init__(self) -> None:
        self._kept = 0
        self._pulling = False
        self._turn = asyncio.Lock()
        self._waiting: asyncio.Future[JsonValue] | None = None
        self._pulled = asyncio.Event()

    async def pull(self, client: Client, offset: int) -> list[JsonValue]:
        """What is there now; everything before `offset` is kept, and may be forgotten."""
        self._pulling = True
        self.hang_up()
        try:
            async with self._turn:
                updates = _read(await client.read("getUpdates", _question(offset, 0)))
        finally:
            self._pulling = False
        self._kept = offset
        self._pulled.set()
        return updates

    async def listen(self, client: Client) -> AsyncGenerator[None, None]:
        """A nudge whenever the waiting question is answered with something."""
        while True:
            self._pulled.clear()
            if await self._wait(client):
                yield
            with suppress(TimeoutError):  # what was told is told again until a pull has kept it
                async with asyncio.timeout(_PULLED_WITHIN):
                    await self._pulled.wait()

    def hang_up(self) -> None:
        """Give up the question that waits."""
        if self._waiting is not None:
            self._waiting.cancel()

    async def _wait(self, client: Client) -> bool:
        async with self._turn:
            if self._pulling:  # it stands behind us in the queue
                return False
            question = client.read("getUpdates", _question(self._kept, _WAITS))
            waiting = self._waiting = asyncio.ensure_future(question)
            try:
                await asyncio.wait({waiting})
            finally:
                waiting.cancel()
                self._waiting = None
        return not waiting.cancelled() and any(number_of(one) >= 0 for one in _read(waiting.result()))


def number_of(update: JsonValue) -> int:
    """The number of an update; -1 where none can be read: it moves no offset, comes again, and is no reason to pull."""
    try:
        return Fields.of(update).need_number("update_id")
    except BadAnswer:
        return -1


def _question(offset: int, timeout: int) -> JsonObject:
    question: JsonObject = {"timeout": timeout, "limit": PAGE, "allowed_updates": [*_KINDS]}
    return {**question, "offset": offset} if offset else question


def _read(said: JsonValue) -> list[JsonValue]:
    """The updates as they came: one that cannot be read must not stand in the way of the others."""
    if not isinstance(said, list):
        raise BadAnswer(_("Telegram's answer is not understood: a list was expected."))
    return said[:PAGE]
