"""One pull: updates become events, then what we said ourselves, and what is missing is told as gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Final

from connectors.telegram import unread
from connectors.telegram.albums import last_words
from connectors.telegram.cursor import Cursor
from connectors.telegram.fields import Fields
from connectors.telegram.own import Own
from connectors.telegram.stream import number_of
from connectors.telegram.telling import Teller
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import BadAnswer, Offline
from inbox_app.contract.remote import Event, GapFound
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonValue
from inbox_app.domain.timecode import from_ms, to_ms

_HELD_FOR: Final = timedelta(hours=24)
"""How long the service keeps an update."""


@dataclass(frozen=True, slots=True)
class Puller:
    """Tells what came, in its order."""

    host: Host
    teller: Teller

    async def tell(
        self, before: Cursor, updates: Sequence[JsonValue], own: Sequence[Own]
    ) -> tuple[tuple[Event, ...], Cursor]:
        """The events, and the cursor after them.

        Raises:
            ConnectorError: something that had to be asked for was not had; nothing is told then.
        """
        events, after, lost = [*self._absence(before)], before, list[JsonValue]()
        for update in updates:
            told = await self._one(update, after)
            if told is None:
                lost.append(update)
            else:
                after = told[1]
                events += told[0]
            after = replace(after, offset=max(after.offset, number_of(update) + 1))
        if lost:
            await self._keep(lost)
            events.append(unread.gap(self.host.now()))
        for one in own:
            after = await self._own(one, after, events)
        told_now = tuple(one.name for one in own)
        return last_words(events), replace(after, told=told_now, asked=to_ms(self.host.now()))

    async def _one(self, update: JsonValue, cursor: Cursor) -> tuple[list[Event], Cursor] | None:
        """What one update tells, None where it cannot be read; then nothing of it counts."""
        events: list[Event] = []
        try:
            said = Fields.of(update)
            said.need_number("update_id")
            after = await self.teller.tell(said, cursor, events)
        except BadAnswer:
            return None
        return events, after

    async def _own(self, one: Own, cursor: Cursor, events: list[Event]) -> Cursor:
        """The service gave it to us once; what of it cannot be read was settled by its receipt."""
        if one.said is None:
            return self.teller.tell_ours(one.target, one.reaction, cursor, events)
        told = await self._one({"update_id": 0, "message": one.said}, cursor)
        if told is None:
            return cursor
        events += told[0]
        return told[1]

    async def _keep(self, lost: list[JsonValue]) -> None:
        try:
            await self.host.blocking(partial(unread.keep, lost, self.host.folder, self.host.files))
        except OSError as full:
            raise Offline(
                _("What came from Telegram could not be written to the disk: {reason}. It is asked for again.").format(
                    reason=full.strerror
                )
            ) from full

    def _absence(self, before: Cursor) -> list[Event]:
        """What the service forgot while nobody asked."""
        forgotten_until = self.host.now() - _HELD_FOR
        if not before.asked or from_ms(before.asked) >= forgotten_until:
            return []
        reason = _("Telegram keeps messages for a bot for 24 hours. What came before that is gone for good here.")
        return [
            GapFound(f"absence-{before.asked}", from_ms(before.asked), forgotten_until, can_close=False, reason=reason)
        ]
