"""Handles and the members behind them, as they are seen and counted when messages arrive."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, func, select, update

from inbox_app.domain.ids import HandleId, MemberId
from inbox_app.storage.bulk import any_of, insert_rows
from inbox_app.storage.schema import handle, member
from inbox_app.storage.transaction import Tx


class HandleRow(TypedDict):
    """A row of table `handle`."""

    id: HandleId
    channel: str
    remote_id: str
    handle: str
    name: str
    avatar_url: str
    profile_url: str
    is_bot: bool
    member: MemberId | None
    own: bool


@dataclass(frozen=True, slots=True)
class KnownHandle:
    """A handle as it is stored."""

    id: HandleId
    remote_id: str
    handle: str
    name: str
    avatar_url: str
    profile_url: str
    is_bot: bool
    member: MemberId | None
    own: bool

    @property
    def is_one_of_us(self) -> bool:
        """Whether somebody said so of who speaks by this name; behind one of our accounts there is no member."""
        return self.own and self.member is not None


class MemberRow(TypedDict):
    """A new row of table `member`, with what was counted for it so far."""

    id: MemberId
    name: str
    first_seen: int | None
    last_seen: int | None
    message_count: int


class Count(TypedDict):
    """Messages of a member who is known already: how many more, and between which moments."""

    of: MemberId
    first: int
    last: int
    more: int


SHOWN_NAME: ColumnElement[str] = func.coalesce(
    func.nullif(member.c.preferred_name, ""),
    func.nullif(member.c.name, ""),
    func.nullif(handle.c.name, ""),
    handle.c.handle,
)
"""How somebody is called wherever they are shown: `handle`, with the `member` behind it joined if there is one."""
OUTSIDE = and_(handle.c.own.is_(False), handle.c.colleague.is_(None))
"""Whether a handle is a member's: neither one of an account of ours, nor that of somebody who is one of us."""
_KNOWN = select(
    handle.c.id,
    handle.c.remote_id,
    handle.c.handle,
    handle.c.name,
    handle.c.avatar_url,
    handle.c.profile_url,
    handle.c.is_bot,
    handle.c.member,
    handle.c.own | handle.c.colleague.is_not(None),
).where(handle.c.channel == bindparam("channel"), any_of(handle.c.remote_id))


def known_handles(conn: Connection, channel: str, remote_ids: Collection[str]) -> list[KnownHandle]:
    """The stored handles among these remote ids."""
    if not remote_ids:
        return []
    rows = conn.execute(_KNOWN, {"channel": channel, "wanted": remote_ids})
    return [KnownHandle(*row) for row in rows]


def remote_ids(conn: Connection, wanted: Collection[HandleId]) -> dict[HandleId, str]:
    """What the service calls the people of these handles."""
    rows = conn.execute(select(handle.c.id, handle.c.remote_id).where(handle.c.id.in_(wanted)))
    return {HandleId(row.id): row.remote_id for row in rows}


def add_people(tx: Tx, members: Sequence[MemberRow], handles: Sequence[HandleRow]) -> None:
    """Insert members and handles; a handle's member must be among them or stored."""
    insert_rows(tx.conn, member, members)
    insert_rows(tx.conn, handle, handles)
    tx.members.update(row["id"] for row in members)


_RENAME = (
    update(handle)
    .where(handle.c.id == bindparam("of"))
    .values(
        handle=bindparam("new_handle"),
        name=bindparam("new_name"),
        avatar_url=bindparam("new_avatar"),
        profile_url=bindparam("new_profile"),
        is_bot=bindparam("new_bot"),
    )
)


def change_handles(tx: Tx, changed: Sequence[KnownHandle]) -> None:
    """Store new names and pictures. A member named after the handle so far is renamed with it."""
    if not changed:
        return
    tx.conn.execute(
        _RENAME,
        [
            {
                "of": one.id,
                "new_handle": one.handle,
                "new_name": one.name,
                "new_avatar": one.avatar_url,
                "new_profile": one.profile_url,
                "new_bot": one.is_bot,
            }
            for one in changed
        ],
    )
    tx.members.update(one.member for one in changed if one.member)


def rename_members(tx: Tx, names: Sequence[tuple[MemberId, str, str]]) -> None:
    """Rename (member, from, to), where the member still has the first name: one given by a person stays."""
    if names:
        tx.conn.execute(_RENAME_MEMBER, [{"of": one, "old": old, "new": new} for one, old, new in names])


_RENAME_MEMBER = (
    update(member)
    .where(member.c.id == bindparam("of"), member.c.name == bindparam("old"))
    .values(name=bindparam("new"))
)
_first = bindparam("first", type_=member.c.first_seen.type)
_last = bindparam("last", type_=member.c.last_seen.type)
_COUNT = (
    update(member)
    .where(member.c.id == bindparam("of"))
    .values(
        first_seen=case((member.c.first_seen < _first, member.c.first_seen), else_=_first),
        last_seen=case((member.c.last_seen > _last, member.c.last_seen), else_=_last),
        message_count=member.c.message_count + bindparam("more", type_=member.c.message_count.type),
    )
)


def count_messages(tx: Tx, counts: Sequence[Count]) -> None:
    """Add messages to members' counters."""
    if counts:
        tx.conn.execute(_COUNT, counts)
        tx.members.update(one["of"] for one in counts)


def correct_counts(tx: Tx, more: Mapping[MemberId, int]) -> None:
    """Count so many messages more, or fewer, of members; when they were seen stays as it is."""
    for one, change in more.items():
        counted = member.c.message_count + change
        tx.conn.execute(update(member).where(member.c.id == one).values(message_count=counted))
    tx.members.update(more)
