"""Taking back what is not the last decision: what was decided since about the same stays, and learns what was before.

So decisions can be taken back in any order, and once all of them are, everything is as it was before the first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, false, or_, select, update

from inbox_app.domain.ids import OperationId
from inbox_app.storage.dialect import insert_or
from inbox_app.storage.regrouped_since import refuse_regrouped
from inbox_app.storage.schema import operation, operation_on
from inbox_app.storage.tags_since import leave_tags
from inbox_app.storage.transaction import Tx

_OPPOSITES = (
    ("dismissed", "wanted_again"),
    ("tags_put", "tags_taken"),
    ("starred", "unstarred"),
)
_ABOUT_OTHERS = ("member", "note", "import", "ours", "remind", "remind_move", "remind_done", "list")
"""The kinds of decisions that are about people, their lists and reminders."""
_MANY = 50
"""Above so many names it is quicker to look at every decision of these kinds."""
_OF_ONE = ("made_read", "made_unread")
"""What is unread belongs to a colleague: one's own decisions alone are opposites."""


def leave_to_later(tx: Tx, wanted: OperationId, before: dict[str, Any]) -> None:
    """Strike from what an operation restores all that a later one that stands changed too: that one restores it.

    Raises:
        Refused: what it joined, split or moved was regrouped again since; only the later can be put back.
    """
    for since in _since(tx.conn, wanted, before):
        later = json.loads(since.detail)
        refuse_regrouped(tx.conn, before, later)
        pairs = (*_OPPOSITES, _OF_ONE) if later["me"] == before["me"] else _OPPOSITES
        changes = [
            _leave_columns(before, later, "conversations"),
            _leave_made(before, later, "reminders"),
            _leave_lists(before, later),
            *(_cancel(before, later, *pair) for pair in pairs),
            *_leave_people(before.get("people") or {}, later.get("people") or {}),
        ]
        if leave_tags(before, later):
            changes.append(True)
            _be_about(tx, OperationId(since.id), {where for where, _which in later["tags_taken"]})
        if any(changes):
            changed = update(operation).where(operation.c.id == since.id).values(detail=json.dumps(later))
            tx.conn.execute(changed)


def _be_about(tx: Tx, wanted: OperationId, conversations: Iterable[str]) -> None:
    """Parts of what was joined: what is decided about them later must find this operation too."""
    rows = [{"operation": wanted, "conversation": one} for one in sorted(conversations)]
    if rows:
        tx.conn.execute(insert_or(tx.conn.dialect.name, operation_on).on_conflict_do_nothing(), rows)


def _since(conn: Connection, wanted: OperationId, before: dict[str, Any]) -> Sequence[Row[str, str]]:
    """Later operations that stand and are about one of the same conversations, people or reminders, in their order."""
    at = conn.execute(select(operation.c.at).where(operation.c.id == wanted)).scalar_one()
    if conn.execute(select(operation.c.id).where(operation.c.at > at).limit(1)).first() is None:
        return ()  # the last of all, as most are that are taken back, however much they were about
    its, theirs = operation_on.alias(), operation_on.alias()
    shared = select(theirs.c.operation).join(its, its.c.conversation == theirs.c.conversation)
    return conn.execute(
        select(operation.c.id, operation.c.detail)
        .where(
            or_(operation.c.id.in_(shared.where(its.c.operation == wanted)), _names(before)),
            operation.c.at + 0 > at,  # not by the index of moments: very many may have been taken back since
            operation.c.undone_at.is_(None),
        )
        .order_by(operation.c.at)
    ).all()


def _names(before: dict[str, Any]) -> ColumnElement[bool]:
    """Whether an operation names a reminder, a note or a member of this one: they need hang on no conversation."""
    people = before.get("people") or {}
    ids = {*before.get("reminders", ()), *people.get("notes", ()), *people.get("members", ()), *people.get("ours", ())}
    ids |= set(before.get("lists", ()))
    ids |= {whose for part in ("fields", "tags_put", "tags_taken") for whose, *_what in people.get(part, ())}
    if len(ids) > _MANY:
        return operation.c.kind.in_(_ABOUT_OTHERS)
    return or_(false(), *(operation.c.detail.contains(one) for one in sorted(ids)))


def _leave_columns(before: dict[str, Any], later: dict[str, Any], part: str) -> bool:
    """Of each column that both changed the later one restores how it stood before the earlier."""
    left = False
    for one, values in before.get(part, {}).items():
        theirs = later.get(part, {}).get(one, {})
        for name in values.keys() & theirs.keys():
            theirs[name] = values.pop(name)
            left = True
    before[part] = {one: values for one, values in before.get(part, {}).items() if values}
    return left


def _leave_made(before: dict[str, Any], later: dict[str, Any], part: str) -> bool:
    """The same of what is kept whole. What was not there before is gone, and the later one has nothing to restore."""
    mine, theirs = before.get(part, {}), later.get(part, {})
    both = mine.keys() & theirs.keys()
    for one in both:
        if mine[one] is None:
            del theirs[one]
        else:
            theirs[one] = mine.pop(one)
    return bool(both)


def _leave_lists(before: dict[str, Any], later: dict[str, Any]) -> bool:
    """The same of lists of members, which a team shares: what was changed since stays, also of a list that was new."""
    mine, theirs = before.get("lists", {}), later.get("lists", {})
    both = mine.keys() & theirs.keys()
    for one in both:
        theirs[one] = mine.pop(one)
    return bool(both)


def _leave_people(before: dict[str, Any], later: dict[str, Any]) -> Iterator[bool]:
    """The same of what was said of members, of their tags and of notes."""
    if before and later:
        yield _leave_columns(before, later, "members")
        yield _leave_columns(before, later, "ours")
        yield _leave_made(before, later, "notes")
        yield _leave_fields(before, later)
        yield _cancel(before, later, "tags_put", "tags_taken")


def _leave_fields(before: dict[str, Any], later: dict[str, Any]) -> bool:
    mine = {(whose, which): value for whose, which, value in before["fields"]}
    both = mine.keys() & {(whose, which) for whose, which, _value in later["fields"]}
    later["fields"] = [[whose, which, mine.get((whose, which), value)] for whose, which, value in later["fields"]]
    before["fields"] = [[*key, value] for key, value in mine.items() if key not in both]
    return bool(both)


def _cancel(before: dict[str, Any], later: dict[str, Any], one: str, other: str) -> bool:
    """What was put and then taken, or taken and then put, neither restores: it stands as it was before both."""
    canceled = False
    for mine, theirs in ((one, other), (other, one)):
        both = _keys(before, mine) & _keys(later, theirs)
        for detail, name in ((before, mine), (later, theirs)):
            if both:
                detail[name] = [entry for entry in detail[name] if _key(entry) not in both]
                canceled = True
    return canceled


def _keys(detail: dict[str, Any], name: str) -> set[object]:
    return set(map(_key, detail.get(name, ())))


def _key(entry: object) -> object:
    return tuple(entry) if isinstance(entry, list) else entry
