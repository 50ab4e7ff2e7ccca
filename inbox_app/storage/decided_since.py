"""Taking back what is not the last decision: what was decided since about the same stays, and learns what was before.

So decisions can be taken back in any order, and once all of them are, everything is as it was before the first.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from inbox_app.domain.ids import OperationId
from inbox_app.storage.schema import operation, operation_on
from inbox_app.storage.transaction import Tx

_OPPOSITES = (
    ("dismissed", "wanted_again"),
    ("tags_put", "tags_taken"),
    ("starred", "unstarred"),
)
_OF_ONE = ("made_read", "made_unread")
"""What is unread belongs to a colleague: one's own decisions alone are opposites."""


def leave_to_later(tx: Tx, wanted: OperationId, before: dict[str, Any]) -> None:
    """Strike from what an operation restores all that a later one that stands changed too: that one restores it."""
    for since in _since(tx.conn, wanted):
        later = json.loads(since.detail)
        pairs = (*_OPPOSITES, _OF_ONE) if later["me"] == before["me"] else _OPPOSITES
        changes = [_leave_columns(before, later), *(_cancel(before, later, *pair) for pair in pairs)]
        if any(changes):
            changed = update(operation).where(operation.c.id == since.id).values(detail=json.dumps(later))
            tx.conn.execute(changed)


def _since(conn: Connection, wanted: OperationId) -> Sequence[Row[str, str]]:
    """Later operations that stand and are about one of the same conversations, in their order."""
    at = conn.execute(select(operation.c.at).where(operation.c.id == wanted)).scalar_one()
    if conn.execute(select(operation.c.id).where(operation.c.at > at).limit(1)).first() is None:
        return ()  # the last of all, as most are that are taken back, however much they were about
    its, theirs = operation_on.alias(), operation_on.alias()
    shared = select(theirs.c.operation).join(its, its.c.conversation == theirs.c.conversation)
    return conn.execute(
        select(operation.c.id, operation.c.detail)
        .where(
            operation.c.id.in_(shared.where(its.c.operation == wanted)),
            operation.c.at + 0 > at,  # not by the index of moments: very many may have been taken back since
            operation.c.undone_at.is_(None),
        )
        .order_by(operation.c.at)
    ).all()


def _leave_columns(before: dict[str, Any], later: dict[str, Any]) -> bool:
    """Of each column that both changed the later one restores how it stood before the earlier."""
    left = False
    for one, values in before["conversations"].items():
        theirs = later["conversations"].get(one, {})
        for name in values.keys() & theirs.keys():
            theirs[name] = values.pop(name)
            left = True
    before["conversations"] = {one: values for one, values in before["conversations"].items() if values}
    return left


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
