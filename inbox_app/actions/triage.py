"""Deciding about conversations; everything here can be taken back, at once or much later.

Many are done lot by lot, `report` being told how far it is; they are one decision all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from inbox_app.actions.lots import Naming, Report, Several, never_mind, take_back, untold
from inbox_app.domain.ids import ColleagueId, ConversationId, OperationId
from inbox_app.domain.timecode import to_ms
from inbox_app.domain.words import Hat
from inbox_app.storage import conversations, triage, undoing
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx

Changed = tuple[ConversationId, ...]
Ids = Sequence[ConversationId]


async def finish(store: Store, me: ColleagueId, wanted: Ids, report: Report = never_mind) -> Changed:
    """Mark conversations done. Here and below: returns those that were not so already; none: nothing was decided.

    Raises:
        NotFound: one of them does not exist; nothing was changed.
    """

    def change(tx: Tx, found: Ids) -> Ids:
        if rest := triage.to_finish(tx.conn, me, found):
            triage.finish(tx, me, found)
        return rest

    return await Several(store, me, wanted, report).change(change)


async def finish_one(store: Store, me: ColleagueId, wanted: ConversationId) -> OperationId | None:
    """Mark one conversation done. By the decision this very one is taken back, whatever is decided since.

    None where it was done already.

    Raises:
        NotFound: it does not exist.
    """

    def change(tx: Tx) -> OperationId | None:
        rest = triage.to_finish(tx.conn, me, [conversations.surviving(tx.conn, wanted)])
        return triage.finish(tx, me, rest) if rest else None

    return await store.write(change)


async def reopen(store: Store, me: ColleagueId, wanted: Ids, report: Report = never_mind) -> Changed:
    """Open conversations again."""

    def change(tx: Tx, found: Ids) -> Ids:
        if rest := triage.to_reopen(tx.conn, found):
            triage.reopen(tx, me, found)
        return rest

    return await Several(store, me, wanted, report).change(change)


async def snooze(
    store: Store,
    me: ColleagueId,
    wanted: Ids,
    until: datetime,
    *,
    regardless: bool = False,
    report: Report = never_mind,
) -> Changed:
    """Hide conversations until a moment, or until something new arrives unless `regardless`."""
    moment = to_ms(until)

    def change(tx: Tx, found: Ids) -> Ids:
        if rest := triage.to_snooze(tx.conn, me, found, moment, regardless=regardless):
            triage.snooze(tx, me, found, moment, regardless=regardless)
        return rest

    return await Several(store, me, wanted, report).change(change)


async def mark_read(store: Store, me: ColleagueId, wanted: Ids, report: Report = never_mind) -> Changed:
    """Mark everything in conversations read, for this colleague."""
    return await Several(store, me, wanted, report).change(lambda tx, found: triage.mark_read(tx, me, found))


async def see(store: Store, me: ColleagueId, wanted: Ids) -> Changed:
    """What was in sight for a moment is read; `undo` passes over that, since nobody decided it."""
    return await Several(store, me, wanted).change(lambda tx, found: triage.mark_read(tx, me, found, decided=False))


async def mark_unread(store: Store, me: ColleagueId, wanted: Ids, report: Report = never_mind) -> Changed:
    """Mark conversations unread, for this colleague."""
    return await Several(store, me, wanted, report).change(lambda tx, found: triage.mark_unread(tx, me, found))


async def retag(
    store: Store,
    me: ColleagueId,
    wanted: Ids,
    *,
    put: Collection[str] = (),
    take: Collection[str] = (),
    report: Report = never_mind,
) -> Changed:
    """Put tags on conversations and take others off."""
    return await Several(store, me, wanted, report).change(lambda tx, found: triage.retag(tx, me, found, put, take))


async def wear(store: Store, me: ColleagueId, wanted: Ids, hat: Hat, report: Report = never_mind) -> Changed:
    """Work conversations under a hat."""
    return await Several(store, me, wanted, report).change(lambda tx, found: triage.wear(tx, me, found, hat))


async def assign(
    store: Store, me: ColleagueId, wanted: Ids, to: ColleagueId | None, report: Report = never_mind
) -> Changed:
    """Give conversations to a colleague, or to nobody."""
    return await Several(store, me, wanted, report).change(lambda tx, found: triage.assign(tx, me, found, to))


async def rank(store: Store, me: ColleagueId, wanted: Ids, *, important: bool, report: Report = never_mind) -> Changed:
    """Mark conversations as important, or as no longer so."""
    return await Several(store, me, wanted, report).change(lambda tx, found: triage.rank(tx, me, found, int(important)))


async def undo(store: Store, me: ColleagueId, report: Report = never_mind, *, naming: Naming = untold) -> Changed:
    """Take back the colleague's last decision; `naming` is told which it was.

    Raises:
        Refused: there is none.
    """
    return await take_back(store, lambda tx: undoing.last(tx, me), report, naming)


async def undo_one(
    store: Store, wanted: OperationId, report: Report = never_mind, *, naming: Naming = untold
) -> Changed:
    """Take back one decision, however old.

    Raises:
        NotFound: there is none of this id.
        Refused: it was taken back already.
    """
    return await take_back(store, lambda tx: undoing.standing(tx, wanted), report, naming)


async def undo_each(
    store: Store, wanted: Sequence[OperationId], report: Report = never_mind, *, naming: Naming = untold
) -> Changed:
    """Take back just these decisions, the last one first, whatever was decided since.

    Raises:
        NotFound: there is none of an id.
        Refused: one was taken back already, or must wait for a later one.
    """
    back = [await undo_one(store, one, report, naming=naming) for one in reversed(wanted)]
    return tuple(dict.fromkeys(one for part in back for one in part))
