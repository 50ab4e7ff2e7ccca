"""Who is one of us, speaking by a name of their own: in no list and no figure of members.

What they say stays where it is said, and their card with all that is kept of them: it is known by handle, so that a
link or its end changes nothing of it.
"""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from inbox_app.domain.ids import ColleagueId, HandleId, MemberId
from inbox_app.storage.bulk import one_of
from inbox_app.storage.circles import present
from inbox_app.storage.operations import Before, record
from inbox_app.storage.people_before import PeopleBefore, touch
from inbox_app.storage.schema import handle
from inbox_app.storage.transaction import Tx

_OURS = "ours"


def count_as_ours(tx: Tx, me: ColleagueId, wanted: MemberId, *, ours: bool) -> None:
    """Let a member be one of us from now on, or a member again.

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
        record(tx, me, _OURS, [], Before(people=before))
        touch(tx, {whole})


def is_ours(conn: Connection, whose: MemberId) -> bool:
    """Whether all that this person has are handles of one of us."""
    theirs = select(handle.c.colleague.is_(None)).where(handle.c.member == whose, handle.c.own.is_(False))
    outside = conn.execute(theirs).scalars().all()
    return bool(outside) and not any(outside)
