"""What a person did to the inbox, recorded with what is needed to take it back."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from inbox_app.domain.ids import (
    ColleagueId,
    ConversationId,
    ListId,
    MessageId,
    OperationId,
    OutboxId,
    ReminderId,
    TagId,
    new_id,
)
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.storage.bulk import one_of
from inbox_app.storage.parting import parted, parted_people
from inbox_app.storage.people_before import PeopleBefore, unite
from inbox_app.storage.schema import conversation, operation, operation_on, reminder
from inbox_app.storage.transaction import Tx

Columns = dict[str, Any]
_FAR_AHEAD_MS = 60_000
A_PERSON = 5
"""Taking back what was said of somebody costs as much as so many conversations."""
_LISTS = (
    "dismissed",
    "wanted_again",
    "tags_put",
    "tags_taken",
    "tags_made",
    "made_read",
    "made_unread",
    "starred",
    "unstarred",
    "acts",
    "moves",
)
_REMINDER = tuple(
    reminder.c[name]
    for name in ("id", "due_at", "zone", "local_time", "text", "if_no_reply", "every", "fired_at", "done_at", "late")
)


@dataclass(slots=True)
class Before:
    """How things stood: columns of conversations, what was dismissed, tags, and what was read.

    Only decisions are kept. What needs a reply follows from them and from what happened since.
    """

    conversations: dict[str, Columns] = field(default_factory=dict)
    dismissed: list[MessageId] = field(default_factory=list)
    wanted_again: list[MessageId] = field(default_factory=list)
    tags_put: list[tuple[ConversationId, TagId]] = field(default_factory=list)
    tags_taken: list[tuple[ConversationId, TagId]] = field(default_factory=list)
    tags_made: list[TagId] = field(default_factory=list)
    """Gone with the decision, unless something else uses them since."""
    made_read: list[tuple[ConversationId, MessageId]] = field(default_factory=list)
    made_unread: list[tuple[ConversationId, MessageId]] = field(default_factory=list)
    starred: list[MessageId] = field(default_factory=list)
    unstarred: list[MessageId] = field(default_factory=list)
    acts: list[OutboxId] = field(default_factory=list)
    """What was queued along, to be taken back with it."""
    moves: list[Columns] = field(default_factory=list)
    """What was joined, split or moved, to be put back."""
    people: PeopleBefore = field(default_factory=PeopleBefore)
    reminders: dict[str, Columns | None] = field(default_factory=dict)
    """None for one that was not there."""
    lists: dict[ListId, JsonObject | None] = field(default_factory=dict)
    """Saved lists of members as they are stored; None for one that was not there."""

    def __bool__(self) -> bool:
        return any(getattr(self, part.name) for part in fields(self))

    def written(self, me: str) -> str:
        """As it is kept, with whose decision it is."""
        parts = {part.name: getattr(self, part.name) for part in fields(self)}
        people = {part.name: getattr(self.people, part.name) for part in fields(self.people)}
        return json.dumps({"me": me, **parts, "people": people})


def remember_columns(
    conn: Connection, before: Before, wanted: Collection[ConversationId], names: Collection[str]
) -> None:
    """Note how these columns of the conversations stand now."""
    columns = [conversation.c[name] for name in names]
    for row in conn.execute(select(conversation.c.id, *columns).where(conversation.c.id.in_(wanted))).mappings():
        before.conversations[row["id"]] = {name: row[name] for name in names}


def remember_reminders(conn: Connection, before: Before, wanted: Collection[ReminderId]) -> None:
    """Note how these reminders stand now."""
    for row in conn.execute(select(*_REMINDER).where(reminder.c.id.in_(wanted))).mappings():
        before.reminders[row["id"]] = {name: value for name, value in row.items() if name != "id"}


def record(
    tx: Tx,
    me: ColleagueId,
    kind: str,
    on: Collection[ConversationId],
    before: Before,
    name: OperationId | None = None,
) -> OperationId:
    """Keep an operation, under a name where it must be found again; `before` is how things stood until now."""
    made = name or OperationId(new_id())
    columns = {"id": made, "kind": kind, "colleague": me, "detail": before.written(me), "at": _after_all(tx)}
    tx.conn.execute(insert(operation).values(columns))
    if on:
        tx.conn.execute(insert(operation_on), [{"operation": made, "conversation": one} for one in sorted(set(on))])
    tx.operations.append(made)
    return made


def _after_all(tx: Tx) -> int:
    """Now, or just after the last operation: the order in which they were made is that in which they are taken back.

    One transaction may make many, of one rule about one conversation. What is dated far ahead the clock got wrong.
    """
    last = select(func.max(operation.c.at)).where(operation.c.at < tx.now + _FAR_AHEAD_MS)
    return max(tx.now, (tx.conn.execute(last).scalar_one() or 0) + 1)


def join(tx: Tx, me: ColleagueId, kind: str, of: Collection[ConversationId], name: OperationId) -> bool:
    """Make one operation of all that this transaction recorded, to be taken back together.

    False where nothing was recorded.
    """
    parts, tx.operations = tx.operations, []
    if not parts:
        return False
    stored = dict(
        tx.conn.execute(select(operation.c.id, operation.c.detail).where(one_of(operation.c.id, parts))).all()
    )
    whole = Before()
    for part in parts:
        _unite(whole, json.loads(stored[part]))
    tx.conn.execute(delete(operation).where(one_of(operation.c.id, parts)))
    record(tx, me, kind, of, whole, name)
    return True


def grow(tx: Tx, me: ColleagueId, on: Collection[ConversationId], name: OperationId) -> None:
    """Add what this transaction recorded to the operation of this name, which begins with the first of them.

    It was decided after what others decided in between: it knows how they left things.
    """
    parts = tx.operations
    if not parts:
        return
    kind = tx.conn.execute(select(operation.c.kind).where(operation.c.id == parts[-1])).scalar_one()
    stands = tx.conn.execute(select(operation.c.detail).where(operation.c.id == name)).scalar_one_or_none()
    if stands is None:
        join(tx, me, kind, on, name)
        return
    later = OperationId(new_id())
    join(tx, me, kind, on, later)
    whole = Before()
    for detail in (stands, tx.conn.execute(select(operation.c.detail).where(operation.c.id == later)).scalar_one()):
        _unite(whole, json.loads(detail))
    known = select(operation_on.c.conversation).where(operation_on.c.operation == name)
    doubled = (operation_on.c.operation == later, operation_on.c.conversation.in_(known))
    tx.conn.execute(delete(operation_on).where(*doubled))
    tx.conn.execute(update(operation_on).where(operation_on.c.operation == later).values(operation=name))
    tx.conn.execute(delete(operation).where(operation.c.id == later))
    grown = {"detail": whole.written(me), "at": _after_all(tx)}
    tx.conn.execute(update(operation).where(operation.c.id == name).values(grown))
    tx.operations[:] = [name]


def split(tx: Tx, name: OperationId, most: int) -> OperationId | None:
    """Leave up to so many conversations, or people, in an operation and make one that stands for itself of the others.

    None where there are no others, or where it is whole or not at all: what was joined or moved, and people's handles.
    """
    row = tx.conn.execute(select(operation).where(operation.c.id == name)).one()
    told = select(operation_on.c.conversation).where(operation_on.c.operation == name)
    on = sorted(tx.conn.execute(told).scalars())
    detail = json.loads(row.detail)
    parts = None
    if not detail.get("moves"):
        parts = _parted(tx.conn, detail, on, most)
    if parts is None:
        return None
    rest, (stays, goes) = OperationId(new_id()), parts
    columns = {"id": rest, "kind": row.kind, "colleague": row.colleague, "at": row.at, "detail": json.dumps(goes)}
    tx.conn.execute(insert(operation).values(columns))
    tx.conn.execute(update(operation).where(operation.c.id == name).values(detail=json.dumps(stays)))
    _hand_over(tx, name, rest, on[most:])
    tx.operations.append(rest)
    return rest


def _parted(
    conn: Connection, detail: dict[str, Any], on: Sequence[str], most: int
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    if any(detail.get("people", {}).values()):
        return None if on else parted_people(detail, max(1, most // A_PERSON))
    return parted(conn, detail, on[:most]) if len(on) > most else None


def rejoin(tx: Tx, part: OperationId, name: OperationId) -> None:
    """What was taken back of an operation lot by lot is told as one, under the name of the first lot."""
    on = tx.conn.execute(select(operation_on.c.conversation).where(operation_on.c.operation == part)).scalars().all()
    _hand_over(tx, part, name, on)
    if not on:
        _tell_whom(tx, part, name)
    tx.conn.execute(delete(operation).where(operation.c.id == part))


def _tell_whom(tx: Tx, giver: OperationId, taker: OperationId) -> None:
    """What was about people is told by what is kept of them."""
    kept = select(operation.c.id, operation.c.detail).where(operation.c.id.in_((giver, taker)))
    details = {of: json.loads(said) for of, said in tx.conn.execute(kept)}
    whole = Before()
    for one in (taker, giver):
        _unite(whole, details[one])
    changed = update(operation).where(operation.c.id == taker)
    tx.conn.execute(changed.values(detail=whole.written(details[taker]["me"])))


def _hand_over(tx: Tx, giver: OperationId, taker: OperationId, on: Collection[str]) -> None:
    given = (operation_on.c.operation == giver, one_of(operation_on.c.conversation, on))
    tx.conn.execute(update(operation_on).where(*given).values(operation=taker))


def is_taken_back(conn: Connection, wanted: OperationId) -> bool:
    """Whether an operation was undone."""
    undone = select(operation.c.undone_at).where(operation.c.id == wanted, operation.c.undone_at.is_not(None))
    return conn.execute(undone).first() is not None


def _unite(whole: Before, later: Mapping[str, Any]) -> None:
    """How things stood before both: of a column the earlier value, of lists all."""
    for one, values in later["conversations"].items():
        whole.conversations[one] = values | whole.conversations.get(one, {})
    for name in _LISTS:
        getattr(whole, name).extend(later.get(name, ()))
    unite(whole.people, later["people"])
    for one, values in later.get("reminders", {}).items():
        whole.reminders.setdefault(one, values)
    for which, kept in later.get("lists", {}).items():
        whole.lists.setdefault(which, kept)
    put, taken = whole.tags_put, whole.tags_taken
    came, went = set(map(tuple, put)), set(map(tuple, taken))
    whole.tags_put = [one for one in put if tuple(one) not in went]
    whole.tags_taken = [one for one in taken if tuple(one) not in came]


def taken_back(tx: Tx, wanted: OperationId) -> dict[str, Any]:
    """Mark an operation as undone; how things stood before it, for whoever restores that."""
    marked = update(operation).where(operation.c.id == wanted).values(undone_at=tx.now)
    detail: dict[str, Any] = json.loads(tx.conn.execute(marked.returning(operation.c.detail)).scalar_one())
    return detail


def same_series(row: Row[*tuple[Any, ...]]) -> tuple[ColumnElement[bool], ...]:
    """Which reminders are occurrences of one rule: all that a person said of them is the same."""
    said = ("conversation", "member", "owner", "text", "zone", "every", "if_no_reply")
    return tuple(reminder.c[name].is_not_distinct_from(getattr(row, name)) for name in said)
