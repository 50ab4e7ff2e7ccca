"""Who is one of us, speaking by a name of their own: in no list and no figure of members, and waiting for no answer.

What they say stays where it is said, and their card with all that is kept of them: it is known by handle, so that a
link or its end changes nothing of it.
"""

from __future__ import annotations

import json
from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, TextClause, false, or_, select, update

from inbox_app.domain.ids import ColleagueId, ConversationId, HandleId, MemberId, MessageId
from inbox_app.storage.bulk import one_of
from inbox_app.storage.circles import present
from inbox_app.storage.deciding import dismiss, restate
from inbox_app.storage.dialect import holds
from inbox_app.storage.operations import Before, record
from inbox_app.storage.people_before import PeopleBefore, touch
from inbox_app.storage.schema import handle, message, operation
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
        restate(tx, {*waited.values()})
        settled = Before(people=before, dismissed=[*waited] if ours else [], wanted_again=[] if ours else sorted(again))
        record(tx, me, OURS, {*waited.values()}, settled)
        touch(tx, {whole})


def _waiting(conn: Connection, handles: Collection[HandleId]) -> dict[MessageId, ConversationId]:
    """What these said that waits for a reply, and where."""
    return _of(conn, handles, holds(message.c.needs_reply))


def _waited_until(conn: Connection, handles: Collection[HandleId]) -> dict[MessageId, ConversationId]:
    """What these said that waited until they became one of us, and where."""
    named = or_(false(), *(operation.c.detail.contains(one) for one in sorted(handles)))
    stands = select(operation.c.detail).where(operation.c.kind == OURS, operation.c.undone_at.is_(None), named)
    waited = {one for detail in conn.execute(stands).scalars() for one in json.loads(detail)["dismissed"]}
    return _of(conn, handles, message.c.dismissed, one_of(message.c.id, waited))


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
