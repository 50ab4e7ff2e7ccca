"""Who is one of us, speaking by a name of their own: in no list and no figure of members, and waiting for no answer.

What they say stays where it is said, and their card with all that is kept of them: it is known by handle, so that a
link or its end changes nothing of it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, TextClause, and_, false, or_, select, update

from inbox_app.domain.ids import ColleagueId, ConversationId, HandleId, MemberId, MessageId, OperationId
from inbox_app.storage.bulk import one_of
from inbox_app.storage.circles import present
from inbox_app.storage.copies import SHOWN
from inbox_app.storage.deciding import dismiss, restate
from inbox_app.storage.dialect import holds
from inbox_app.storage.operations import Before, record
from inbox_app.storage.people_before import Columns, PeopleBefore, touch
from inbox_app.storage.schema import conversation, handle, message, operation
from inbox_app.storage.transaction import Tx

OURS = "ours"
"""What the decision is called among the operations."""


def count_as_ours(tx: Tx, me: ColleagueId, wanted: MemberId, *, ours: bool) -> None:
    """Let a member be one of us from now on, and nothing that they asked of us wait for a reply; or a member again.

    Raises:
        NotFound: there is no such member.
    """
    whole = present(tx.conn, wanted)
    theirs = select(handle.c.id, handle.c.colleague).where(handle.c.member == whole, handle.c.own.is_(False))
    before = PeopleBefore()
    for one, colleague in tx.conn.execute(theirs):
        if (colleague is not None) != ours:
            before.ours[HandleId(one)] = {"colleague": colleague}
    if before:
        changed = update(handle).where(one_of(handle.c.id, before.ours))
        tx.conn.execute(changed.values(colleague=me if ours else None))
        waited = _waiting(tx.conn, before.ours) if ours else _waited_until(tx.conn, before.ours)
        again = dismiss(tx, waited, dismissed=ours)
        if not ours:
            came = _came(tx.conn, _since(tx.conn, before.ours))
            again |= _open(tx, came)
            waited |= came
        restate(tx, {*waited.values()})
        settled = Before(people=before, dismissed=[*waited] if ours else [], wanted_again=[] if ours else sorted(again))
        record(tx, me, OURS, {*waited.values()}, settled)
        touch(tx, {whole})


def _waiting(conn: Connection, handles: Collection[HandleId]) -> dict[MessageId, ConversationId]:
    """What these said that waits for a reply, and where."""
    return _of(conn, handles, holds(message.c.needs_reply))


def _waited_until(conn: Connection, handles: Collection[HandleId]) -> dict[MessageId, ConversationId]:
    """What these said that waited until they became one of us, and where."""
    waited = {one for _at, detail in _stands(conn, handles) for one in detail["dismissed"]}
    return _of(conn, handles, message.c.dismissed, one_of(message.c.id, waited))


def _since(conn: Connection, handles: Collection[HandleId]) -> dict[HandleId, int]:
    """When each of these became one of us."""
    told = ((at, HandleId(one)) for at, detail in _stands(conn, handles) for one in detail["people"]["ours"])
    return {one: at for at, one in told if one in handles}


def _stands(conn: Connection, handles: Collection[HandleId]) -> Sequence[tuple[int, dict[str, Any]]]:
    """What was decided of this kind about these and stands, in its order: when, and how things stood."""
    named = or_(false(), *(operation.c.detail.contains(one) for one in sorted(handles)))
    stands = select(operation.c.at, operation.c.detail).where(operation.c.kind == OURS, named)
    rows = conn.execute(stands.where(operation.c.undone_at.is_(None)).order_by(operation.c.at))
    return [(at, json.loads(detail)) for at, detail in rows]


def wait_again(tx: Tx, wanted: OperationId, ours: Mapping[HandleId, Columns]) -> set[ConversationId]:
    """Let what these said since wait for a reply, where it is taken back that they are one of us. Returns where."""
    back = [one for one, values in ours.items() if values["colleague"] is None]
    if not back:
        return set()
    at = tx.conn.execute(select(operation.c.at).where(operation.c.id == wanted)).scalar_one()
    came = _came(tx.conn, dict.fromkeys(back, at))
    _open(tx, came)
    return {*came.values()}


def _came(conn: Connection, since: Mapping[HandleId, int]) -> dict[MessageId, ConversationId]:
    """What these said since those moments, but for what somebody was done with after it came, and where."""
    theirs = or_(false(), *(and_(message.c.author == one, message.c.received_at >= at) for one, at in since.items()))
    left = or_(conversation.c.done_at.is_(None), conversation.c.done_at <= message.c.received_at)
    found = select(message.c.id, message.c.conversation).join(conversation, conversation.c.id == message.c.conversation)
    rows = conn.execute(found.where(message.c.dismissed, SHOWN, theirs, left))
    return {MessageId(one): ConversationId(where) for one, where in rows}


def _open(tx: Tx, came: Mapping[MessageId, ConversationId]) -> set[MessageId]:
    """Let these wait, and open what was done before they came, as they would have themselves. Returns which ask."""
    asking = dismiss(tx, came, dismissed=False)
    done = one_of(conversation.c.id, {came[one] for one in asking})
    tx.conn.execute(update(conversation).where(done).values(done_at=None))
    return asking


def _of(
    conn: Connection, handles: Collection[HandleId], *wanted: ColumnElement[bool] | TextClause
) -> dict[MessageId, ConversationId]:
    theirs = select(message.c.id, message.c.conversation).where(one_of(message.c.author, handles), *wanted)
    return {MessageId(one): ConversationId(where) for one, where in conn.execute(theirs)}


def is_ours(conn: Connection, whose: MemberId) -> bool:
    """Whether all that this person has are handles of one of us."""
    theirs = select(handle.c.colleague.is_(None)).where(handle.c.member == whose, handle.c.own.is_(False))
    outside = conn.execute(theirs).scalars().all()
    return bool(outside) and not any(outside)
