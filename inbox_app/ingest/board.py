"""The conversations that a transaction touches: loaded once, changed in memory, written once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter

from inbox_app.domain.ids import ConversationId, new_id
from inbox_app.domain.standing import state_of
from inbox_app.domain.words import Kind, State
from inbox_app.storage import standings
from inbox_app.storage.sources import Source
from inbox_app.storage.standings import Standing
from inbox_app.storage.transaction import Tx

_values = attrgetter(*standings.CHANGING)


class Board:
    """Standings by conversation. What is changed here is stored by `add_new` and `save`."""

    def __init__(self, tx: Tx, source: Source) -> None:
        self._tx = tx
        self._source = source
        self._stood: dict[ConversationId, Standing] = {}
        self._as_stored: dict[ConversationId, tuple[object, ...]] = {}
        self._new: list[Standing] = []

    def __getitem__(self, wanted: ConversationId) -> Standing:
        return self._stood[wanted]

    def load(self, wanted: Iterable[ConversationId]) -> None:
        """Read what is not here yet."""
        missing = {one for one in wanted if one not in self._stood}
        for one, found in standings.standings(self._tx.conn, missing).items():
            self._stood[one] = found
            self._as_stored[one] = _values(found)

    def begin(self, kind: Kind) -> Standing:
        """A new conversation; it is stored by `add_new`."""
        source = self._source
        one = Standing(ConversationId(new_id()), source.account, source.channel, kind, source.hat)
        self._stood[one.id] = one
        self._new.append(one)
        return one

    def forget(self, gone: Iterable[ConversationId]) -> None:
        """These are merged into others; their rows are not ours any more."""
        for one in gone:
            self._stood.pop(one, None)
            self._as_stored.pop(one, None)

    def settle(self, counts: Mapping[ConversationId, int]) -> None:
        """So many messages need no reply any more."""
        self.load(counts)
        for one, fewer in counts.items():
            self._stood[one].needs_reply_count -= fewer

    def add_new(self) -> None:
        """Store the new conversations, before messages refer to them."""
        for one in self._new:
            one.state = _state(one)
            self._as_stored[one.id] = _values(one)
        standings.add_conversations(self._tx, self._new)
        self._tx.conversations.update(one.id for one in self._new)
        self._new = []

    def save(self) -> None:
        """Store what is different from what is stored."""
        changed = []
        for one in self._stood.values():
            one.state = _state(one)
            if self._as_stored.get(one.id) != _values(one):
                changed.append(one)
        standings.change_conversations(self._tx, changed)
        self._tx.conversations.update(one.id for one in changed)
        self._as_stored.update((one.id, _values(one)) for one in changed)


def reopen(one: Standing) -> None:
    """New work came in: what was done or snoozed stands open again, but for a snooze regardless of answers."""
    one.done_at = None
    if not one.snooze_regardless:
        one.snoozed_until = None


def absorb(one: Standing, gone: Standing) -> None:
    """`gone` goes over into `one`: counters add up, decisions stay where both had taken them."""
    if _state(one) is State.DONE and _state(gone) is State.DONE:
        one.done_at = max(one.done_at or 0, gone.done_at or 0) or None
    else:
        one.done_at = None
    if one.snoozed_until is None:
        one.snoozed_until, one.snooze_regardless = gone.snoozed_until, gone.snooze_regardless
    one.reopened_at = max(one.reopened_at or 0, gone.reopened_at or 0) or None
    if gone.titled and not one.titled:
        one.title, one.titled = gone.title, True
    one.title = one.title or gone.title  # what holds nothing but a copy was never named
    if gone.last_message > one.last_message:
        one.snippet = gone.snippet
    if gone.last_outgoing > one.last_outgoing:
        one.we_answered = gone.we_answered
    one.post = one.post or gone.post
    one.assignee = one.assignee or gone.assignee
    one.abilities = one.abilities or gone.abilities
    one.reply_until = one.reply_until or gone.reply_until
    one.last_message = max(one.last_message, gone.last_message)
    one.last_incoming = max(one.last_incoming, gone.last_incoming)
    one.last_outgoing = max(one.last_outgoing, gone.last_outgoing)
    one.message_count += gone.message_count
    one.needs_reply_count += gone.needs_reply_count
    one.attachment_count += gone.attachment_count


def _state(one: Standing) -> State:
    return state_of(
        snoozed=one.snoozed_until is not None,
        done=one.done_at is not None,
        needs_reply=one.needs_reply_count > 0,
        reopened=one.is_reopened,
        we_answered=one.we_answered,
    )
