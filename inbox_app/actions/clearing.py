"""Clearing away: many conversations are hidden or marked as spam on their services at once, and taken back at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from inbox_app.actions.lots import Report, lots, never_mind, there
from inbox_app.domain.errors import Refused, UserFacingError
from inbox_app.domain.ids import ColleagueId, ConversationId, MessageId, OperationId, OutboxId, new_id
from inbox_app.domain.timecode import in_ms
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
    work = partial(_clear, me=me, what=(action, in_ms(undo)))
    return await _in_lots(store, wanted, work, report)


async def bring_back(
    store: Store, me: ColleagueId, wanted: Sequence[ConversationId], undo: timedelta, report: Report = never_mind
) -> Cleared:
    """Let everything that is hidden in these conversations be seen again on its service; one undo takes that back.

    Raises:
        NotFound: one of them does not exist; nothing was done.
        Refused: nothing is hidden there, or none of it can be shown; the sentence says why.
    """
    work = partial(_show, me=me, undo_ms=in_ms(undo))
    return await _in_lots(store, wanted, work, report)


async def _in_lots(
    store: Store, wanted: Sequence[ConversationId], work: Callable[..., _Lot | None], report: Report
) -> Cleared:
    name, reasons = OperationId(new_id()), dict[str, None]()
    done: dict[ConversationId, list[OutboxId]] = {}
    found = await store.read(lambda conn: [conversations.surviving(conn, one) for one in wanted])
    within, seen = list(dict.fromkeys(found)), 0
    for lot in lots(within):
        cleared = await store.write(partial(work, name=name, lot=lot))
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
        queued = list(_queue(tx, me, messages, (action,), undo_ms, found.reasons))
        if queued:
            found.done[one] = queued
    if found.done:
        tx.operations.clear()
        triage.finish(tx, me, list(found.done))
        _keep(tx, me, action, name, found)
    return found


def _show(tx: Tx, *, me: ColleagueId, name: OperationId, lot: Sequence[ConversationId], undo_ms: int) -> _Lot | None:
    """The same for what is shown again: whether it asks for something then, its service tells."""
    if operations.is_taken_back(tx.conn, name):
        return None
    found = _Lot()
    for one, messages in acts.to_show(tx.conn, there(tx, lot)).items():
        queued = list(_queue(tx, me, messages, acts.SHOWING, undo_ms, found.reasons))
        if queued:
            found.done[one] = queued
    if found.done:
        tx.operations.clear()
        _keep(tx, me, Action.UNHIDE, name, found)
    return found


def _keep(tx: Tx, me: ColleagueId, kind: Action, name: OperationId, found: _Lot) -> None:
    everything = [act for queued in found.done.values() for act in queued]
    operations.record(tx, me, kind.value, found.done, Before(acts=everything))
    operations.grow(tx, me, list(found.done), name)


def _queue(
    tx: Tx,
    me: ColleagueId,
    messages: Iterable[MessageId],
    actions: Sequence[Action],
    undo_ms: int,
    reasons: dict[str, None],
) -> Iterable[OutboxId]:
    """The first of the actions that each message's service offers."""
    for one in messages:
        refused: list[str] = []
        for action in actions:
            try:
                yield acts.do(tx, me, acts.Wanted(one, action, undo_ms))
                break
            except UserFacingError as no:
                refused.append(no.message)
        else:
            reasons[refused[0]] = None
