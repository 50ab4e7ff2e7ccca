"""Which records make up one person: linking moves handles alone, and what belongs to their first members stays there.

So a link destroys nothing. All that is kept of a person is the record that has the handles now, together with the
records that those handles had at first (their home); taken off again, a handle finds its own notes, tags and fields.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, exists, select

from inbox_app.domain.errors import NotFound
from inbox_app.domain.ids import HandleId, MemberId
from inbox_app.i18n import _
from inbox_app.storage.bulk import any_of, one_of
from inbox_app.storage.schema import handle, member, member_link

_earlier = member_link.alias("earlier")
IS_FIRST = ~exists(
    select(_earlier.c.id).where(_earlier.c.handle == member_link.c.handle, _earlier.c.made_at < member_link.c.made_at)
)
"""Whether a row of `member_link` tells of its handle's first move, so that `from_member` is the home."""

_PARTS = (
    select(handle.c.member, member_link.c.from_member)
    .join(member_link, member_link.c.handle == handle.c.id)
    .where(any_of(handle.c.member), IS_FIRST)
)
_HOMES = select(member_link.c.handle, member_link.c.from_member).where(any_of(member_link.c.handle), IS_FIRST)


def parts_of(conn: Connection, wanted: Collection[MemberId]) -> dict[MemberId, MemberId]:
    """Every record that belongs to these members, with the member it belongs to; each one to itself first."""
    parts = {one: one for one in wanted}
    for whole, several in records_of(conn, wanted).items():
        for part in several:
            parts.setdefault(part, whole)
    return parts


def records_of(conn: Connection, wanted: Collection[MemberId]) -> dict[MemberId, set[MemberId]]:
    """For each of these members the records that make them up, whoever else may have the same one."""
    records = {one: {one} for one in wanted}
    for whole, part in conn.execute(_PARTS, {"wanted": [*wanted]}):
        records[MemberId(whole)].add(MemberId(part))
    return records


def homes_of(conn: Connection, handles: Collection[HandleId]) -> Mapping[HandleId, MemberId]:
    """The first members of those of these handles that were ever moved."""
    return {HandleId(one): MemberId(home) for one, home in conn.execute(_HOMES, {"wanted": [*handles]})}


def present(conn: Connection, wanted: MemberId) -> MemberId:
    """The member an id leads to: where all of its handles were linked to another, that one.

    Raises:
        NotFound: there is no such member.
    """
    return all_present(conn, [wanted])[0]


def all_present(conn: Connection, wanted: Collection[MemberId]) -> list[MemberId]:
    """The members that these ids lead to, each once; however many they are, a question or two.

    Raises:
        NotFound: one of them does not exist.
    """
    there = set(conn.execute(select(member.c.id).where(one_of(member.c.id, wanted))).scalars())
    for one in wanted:
        if one not in there:
            raise NotFound(_("There is no member {id} in this workspace.").format(id=one))
    return led_to(conn, wanted)


def led_to(conn: Connection, wanted: Collection[str]) -> list[MemberId]:
    """The same, with those that are here no more as themselves."""
    having = select(handle.c.member).where(one_of(handle.c.member, wanted)).distinct()
    speaking = set(conn.execute(having).scalars())
    silent = {one for one in wanted if one not in speaking}
    onward: dict[str, str] = {}
    if silent:
        linked = (
            select(member_link.c.from_member, handle.c.member)
            .join(handle, handle.c.id == member_link.c.handle)
            .where(one_of(member_link.c.from_member, silent), IS_FIRST, handle.c.member.is_not(None))
        )
        for home, now in conn.execute(linked):
            onward.setdefault(home, now)
    return [MemberId(one) for one in dict.fromkeys(onward.get(one, one) for one in wanted)]
