"""People of whom a part of the history went: counted anew, and gone themselves where nothing is left of them.

Whoever was linked by hand, noted, tagged, given a field, a reminder or a name of ours stays, and so does whoever has a
handle on another channel: that much is left.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, and_, delete, exists, or_, select

from inbox_app.domain.ids import HandleId, MemberId
from inbox_app.storage import people_before
from inbox_app.storage.bulk import one_of
from inbox_app.storage.schema import (
    handle,
    member,
    member_field,
    member_link,
    member_tag,
    message,
    note,
    post,
    reminder,
)
from inbox_app.storage.transaction import Tx


def leave(tx: Tx, handles: Collection[HandleId], others: Collection[MemberId] = ()) -> None:
    """See to the people behind these handles, and count those `others` anew as well."""
    named = tx.conn.execute(select(handle.c.member).where(one_of(handle.c.id, handles))).scalars()
    concerned = {MemberId(one) for one in named if one is not None}
    gone = {MemberId(one) for one in tx.conn.execute(_gone(concerned)).scalars()}
    loose = and_(one_of(handle.c.id, handles), handle.c.member.is_(None), handle.c.colleague.is_(None), _IS_SILENT)
    tx.conn.execute(delete(handle).where(or_(one_of(handle.c.member, gone), loose)))
    tx.conn.execute(delete(member).where(one_of(member.c.id, gone)))
    people_before.recount(tx, (concerned | set(others)) - gone)
    people_before.touch(tx, concerned | set(others))


def _gone(wanted: Collection[MemberId]) -> Select[str]:
    """Those of these members of whom nothing is left."""
    return select(member.c.id).where(
        one_of(member.c.id, wanted), ~or_(*_NOTED), ~_SPOKE, ~_ELSEWHERE, ~_LINKED, ~member.c.vip, ~member.c.blocked,
        *(member.c[name] == "" for name in ("preferred_name", "address_form", "language", "pronouns", "consent")),
    )  # fmt: skip


_IS_SILENT = and_(
    ~exists(select(message.c.id).where(message.c.author == handle.c.id)),
    ~exists(select(post.c.id).where(post.c.author == handle.c.id)),
)
_NOTED = tuple(
    exists(select(table.c.member).where(table.c.member == member.c.id))
    for table in (note, member_field, member_tag, reminder)
)
_theirs = handle.c.member == member.c.id
_SPOKE = exists(select(handle.c.id).where(_theirs, ~_IS_SILENT))
_twin = handle.alias("twin")
_ELSEWHERE = exists(
    select(handle.c.id).where(_theirs, _twin.c.member == member.c.id, _twin.c.channel != handle.c.channel)
)
_LINKED = or_(
    exists(select(member_link.c.id).where(member_link.c.handle == handle.c.id, _theirs)),
    exists(select(member_link.c.id).where(member_link.c.from_member == member.c.id)),
    exists(select(member_link.c.id).where(member_link.c.to_member == member.c.id)),
)
