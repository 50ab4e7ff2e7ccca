"""Taking back what a person did: what an operation recorded is restored, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, delete, select, update

from inbox_app.domain.errors import NotFound, Refused
from inbox_app.domain.ids import ColleagueId, ConversationId, MessageId, OperationId, ReminderId
from inbox_app.i18n import _
from inbox_app.storage import read_marks, saved_lists, stars
from inbox_app.storage.acts import make_good
from inbox_app.storage.bulk import one_of
from inbox_app.storage.decided_since import leave_to_later
from inbox_app.storage.deciding import dismiss, restate
from inbox_app.storage.dialect import insert_or
from inbox_app.storage.made_along import take_away_tags
from inbox_app.storage.operations import Columns, is_taken_back, rejoin, same_series, split, taken_back
from inbox_app.storage.people_before import restore
from inbox_app.storage.regrouping import put_back
from inbox_app.storage.schema import (
    conversation,
    conversation_tag,
    message,
    operation,
    operation_on,
    reminder,
    tag,
    unread,
)
from inbox_app.storage.teammates import wait_again
from inbox_app.storage.transaction import Tx

Back = tuple[ConversationId, ...]


def last(tx: Tx, me: ColleagueId) -> OperationId:
    """The colleague's last operation that stands.

    Raises:
        Refused: there is nothing to take back.
    """
    found = tx.conn.execute(
        select(operation.c.id)
        .where(operation.c.colleague == me, operation.c.undone_at.is_(None))
        .order_by(operation.c.at.desc(), operation.c.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    if found is None:
        raise Refused(_("There is nothing to undo."))
    return OperationId(found)


def standing(tx: Tx, wanted: OperationId) -> OperationId:
    """The operation that a person picked.

    Raises:
        NotFound: there is none of this id.
        Refused: it was taken back already.
    """
    row = tx.conn.execute(select(operation.c.undone_at).where(operation.c.id == wanted)).one_or_none()
    if row is None:
        raise NotFound(_("There is no decision {id} in this workspace.").format(id=wanted))
    if row.undone_at is not None:
        raise Refused(_("This was taken back already."))
    return wanted


def undo_lot(tx: Tx, whole: OperationId, lot: OperationId, most: int) -> tuple[Back, OperationId | None]:
    """Take back up to so many conversations of an operation; also returns what is left to take back, if any.

    The rest stands as an operation of its own until its turn comes, so that whoever dies in between, or is stopped,
    leaves nothing half: what came back is one operation, `whole`, and the other is there to be taken back.
    """
    if is_taken_back(tx.conn, lot):
        return (), None
    rest = split(tx, lot, most)
    back = undo(tx, lot)
    if lot != whole:
        rejoin(tx, lot, whole)
    return back, rest


def undo(tx: Tx, wanted: OperationId) -> Back:
    """Take one operation back, however old; what was decided since, about the same too, stays.

    Returns the conversations that it was about, for the person to see; none where it was about one of us.
    """
    detail = taken_back(tx, wanted)
    leave_to_later(tx, wanted, detail)
    for moved in reversed(detail.get("moves", ())):
        put_back(tx, moved)
    _restore_columns(tx, detail["conversations"])
    dismiss(tx, detail["dismissed"], dismissed=False)
    dismiss(tx, detail["wanted_again"], dismissed=True)
    make_good(tx, detail.get("acts", ()))
    _restore_tags(tx, detail)
    _restore_unread(tx, ColleagueId(detail["me"]), detail)
    for name, starred in (("starred", False), ("unstarred", True)):
        changed = stars.put(tx, [MessageId(one) for one in detail.get(name, ())], starred=starred)
        read_marks.tell(tx, changed, starred=starred)
    waiting = set[ConversationId]()
    if "people" in detail:
        restore(tx, detail["people"])
        waiting = wait_again(tx, wanted, detail["people"].get("ours", {}))
    _restore_reminders(tx, detail.get("reminders", {}))
    saved_lists.restore(tx, detail.get("lists", {}))
    about = [
        ConversationId(one)
        for one in tx.conn.execute(
            select(operation_on.c.conversation).where(operation_on.c.operation == wanted)
        ).scalars()
    ]
    about += sorted(waiting.difference(about))
    restate(tx, about)
    return () if detail.get("people", {}).get("ours") else tuple(about)


def _restore_columns(tx: Tx, before: Mapping[str, Columns]) -> None:
    """Most stood alike: what stood alike is put back at once."""
    alike: defaultdict[tuple[tuple[str, Any], ...], list[str]] = defaultdict(list)
    for one, values in before.items():
        alike[tuple(values.items())].append(one)
    for columns, those in alike.items():
        tx.conn.execute(update(conversation).where(one_of(conversation.c.id, those)).values(**dict(columns)))


def _restore_reminders(tx: Tx, before: Mapping[str, Columns | None]) -> None:
    for one, values in before.items():
        if values is None:
            _unset(tx, one)
        else:
            tx.conn.execute(update(reminder).where(reminder.c.id == one).values(**values))
        tx.reminders.add(ReminderId(one))


def _unset(tx: Tx, wanted: str) -> None:
    """As if it had never been set: what it repeated to is gone too."""
    row = tx.conn.execute(select(reminder).where(reminder.c.id == wanted)).one_or_none()
    if row is None:
        return
    tx.conn.execute(delete(reminder).where(reminder.c.id == wanted))
    if row.every:
        tx.conn.execute(delete(reminder).where(*same_series(row)))


def undo_with(tx: Tx, wanted: OperationId) -> None:
    """Take back the operation of this name, where there is one that stands."""
    stands = select(operation.c.id).where(operation.c.id == wanted, operation.c.undone_at.is_(None))
    if tx.conn.execute(stands).first() is not None:
        undo(tx, wanted)


def _restore_tags(tx: Tx, detail: Mapping[str, Any]) -> None:
    for one, which in detail["tags_put"]:
        tx.conn.execute(
            delete(conversation_tag).where(conversation_tag.c.conversation == one, conversation_tag.c.tag == which)
        )
    taken = [{"conversation": one, "tag": which} for one, which in detail["tags_taken"]]
    _insert_again(tx, conversation_tag, taken, {"conversation": conversation, "tag": tag})
    take_away_tags(tx, detail.get("tags_made", ()))


def _restore_unread(tx: Tx, me: ColleagueId, detail: Mapping[str, Any]) -> None:
    for one, marked in detail["made_unread"]:
        tx.conn.execute(
            delete(unread).where(unread.c.colleague == me, unread.c.conversation == one, unread.c.message == marked)
        )
    read_marks.tell(tx, [MessageId(one) for _where, one in detail["made_unread"]], read=True)
    read_marks.tell(tx, [MessageId(one) for _where, one in detail["made_read"]], read=False)
    again = [{"colleague": me, "conversation": one, "message": marked} for one, marked in detail["made_read"]]
    _insert_again(tx, unread, again, {"conversation": conversation, "message": message})


def _insert_again(tx: Tx, table: Table, rows: Sequence[Mapping[str, Any]], about: Mapping[str, Table]) -> None:
    """Rows that were taken away, but those that are there again, and those about what is gone for good."""
    for name, other in about.items():
        wanted = {row[name] for row in rows}
        there = set(tx.conn.execute(select(other.c.id).where(one_of(other.c.id, wanted))).scalars())
        rows = [row for row in rows if row[name] in there]
    if rows:
        tx.conn.execute(insert_or(tx.conn.dialect.name, table).on_conflict_do_nothing(), rows)
