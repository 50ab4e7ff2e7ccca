"""Clearing away: many conversations are hidden or marked as spam on their services at once, and taken back at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from inbox_app.domain.errors import Refused, UserFacingError
from inbox_app.domain.ids import ColleagueId, ConversationId, MessageId, OperationId, OutboxId, new_id
from inbox_app.domain.words import Action
from inbox_app.i18n import _
from inbox_app.storage import acts, conversations, operations, triage
from inbox_app.storage.operations import Before
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx

CLEARING = acts.CLEARING


@dataclass(frozen=True, slots=True)
class Cleared:
    """What was queued, where, and why not everywhere."""

    operation: OperationId
    conversations: tuple[ConversationId, ...]
    acts: tuple[OutboxId, ...]
    refused: tuple[str, ...] = ()
    """Why some could not be, each reason once."""
    left: int = 0
    """How many conversations stay as they were."""


async def clear(
    store: Store, me: ColleagueId, wanted: Sequence[ConversationId], action: Action, undo: timedelta
) -> Cleared:
    """Hide what asks for a reply in these conversations, or mark it as spam; they are done with it. One undo takes all
    of it back.

    Raises:
        NotFound: one of them does not exist; nothing was done.
        Refused: none of them allows it; the sentence says why.
    """

    def work(tx: Tx) -> Cleared:
        within = list(dict.fromkeys(conversations.surviving(tx.conn, one) for one in wanted))
        return _clear(tx, me, within, action, round(undo.total_seconds() * 1000))

    return await store.write(work)


def _clear(tx: Tx, me: ColleagueId, within: list[ConversationId], action: Action, undo_ms: int) -> Cleared:
    done: dict[ConversationId, list[OutboxId]] = {}
    reasons: dict[str, None] = {}
    for one, messages in acts.to_clear(tx.conn, within).items():
        queued = list(_queue(tx, me, messages, action, undo_ms, reasons))
        if queued:
            done[one] = queued
    if not done:
        raise Refused(next(iter(reasons), _("There is nothing here that this could be done with.")))
    name = OperationId(new_id())
    tx.operations.clear()
    everything = [act for queued in done.values() for act in queued]
    operations.record(tx, me, action.value, done, Before(acts=everything))
    triage.finish(tx, me, list(done))
    operations.join(tx, me, action.value, list(done), name)
    return Cleared(name, tuple(done), tuple(everything), tuple(reasons), len(within) - len(done))


def _queue(
    tx: Tx,
    me: ColleagueId,
    messages: Iterable[MessageId],
    action: Action,
    undo_ms: int,
    reasons: dict[str, None],
) -> Iterable[OutboxId]:
    for one in messages:
        try:
            yield acts.do(tx, me, acts.Wanted(one, action, undo_ms))
        except UserFacingError as no:
            reasons[no.message] = None
