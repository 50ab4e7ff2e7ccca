"""Clearing away: many conversations are hidden or marked as spam on their services at once, and taken back at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from inbox_app.actions.lots import Report, lots, never_mind, there
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
    store: Store,
    me: ColleagueId,
    wanted: Sequence[ConversationId],
    action: Action,
    undo: timedelta,
    report: Report = never_mind,
) -> Cleared:
    """Hide what asks for a reply in these conversations, or mark it as spam; they are done with it. One undo takes all
    of it back. Many are done lot by lot.

    Raises:
        NotFound: one of them does not exist; nothing was done.
        Refused: none of them allows it; the sentence says why.
    """
    name, reasons = OperationId(new_id()), dict[str, None]()
    done: dict[ConversationId, list[OutboxId]] = {}
    found = await store.read(lambda conn: [conversations.surviving(conn, one) for one in wanted])
    within, seen = list(dict.fromkeys(found)), 0
    for lot in lots(within):
        work = partial(_clear, me=me, name=name, lot=lot, what=(action, round(undo.total_seconds() * 1000)))
        cleared = await store.write(work)
        if cleared is None:
            break
        seen += len(lot)
        done |= cleared.done
        reasons |= cleared.reasons
        if not report(seen):
            break
    if not done:
        raise Refused(next(iter(reasons), _("There is nothing here that this could be done with.")))
    everything = tuple(act for queued in done.values() for act in queued)
    return Cleared(name, tuple(done), everything, tuple(reasons), seen - len(done))


@dataclass(frozen=True, slots=True)
class _Lot:
    """What was queued for each conversation, and why not for others."""

    done: dict[ConversationId, list[OutboxId]] = field(default_factory=dict)
    reasons: dict[str, None] = field(default_factory=dict)


def _clear(
    tx: Tx, *, me: ColleagueId, name: OperationId, lot: Sequence[ConversationId], what: tuple[Action, int]
) -> _Lot | None:
    """One lot; None where the whole was taken back meanwhile."""
    if operations.is_taken_back(tx.conn, name):
        return None
    (action, undo_ms), found = what, _Lot()
    for one, messages in acts.to_clear(tx.conn, there(tx, lot)).items():
        queued = list(_queue(tx, me, messages, action, undo_ms, found.reasons))
        if queued:
            found.done[one] = queued
    if found.done:
        tx.operations.clear()
        triage.finish(tx, me, list(found.done))
        everything = [act for queued in found.done.values() for act in queued]
        operations.record(tx, me, action.value, found.done, Before(acts=everything))
        operations.grow(tx, me, list(found.done), name)
    return found


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
