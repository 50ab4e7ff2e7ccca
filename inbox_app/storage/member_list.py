"""The list of members: whose turn it is by any column, narrowed by what is known of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from inbox_app.domain.ids import MemberId
from inbox_app.domain.loyalty import DAY_MS, GONE, LATELY, LEAST_SILENCE, NEW_DAYS, Rhythm, Standing, judge
from inbox_app.domain.members_list import ListedMember, Order, Wanted
from inbox_app.domain.timecode import first_id
from inbox_app.domain.words import Kind
from inbox_app.storage.bulk import one_of
from inbox_app.storage.circles import IS_FIRST
from inbox_app.storage.member_cards import lines, speaks
from inbox_app.storage.people import OUTSIDE
from inbox_app.storage.rhythms import SAID, rhythms
from inbox_app.storage.schema import conversation, handle, member, member_link, member_tag, message, participant, tag
from inbox_app.storage.search_conditions import plain
from inbox_app.storage.transaction import Reading

_NAME = plain(func.coalesce(func.nullif(member.c.preferred_name, ""), member.c.name))
_COLUMNS: dict[Order, ColumnElement[Any]] = {
    Order.NAME: _NAME,
    Order.MESSAGES: member.c.message_count,
    Order.FIRST_SEEN: func.coalesce(member.c.first_seen, 0),
    Order.LAST_SEEN: func.coalesce(member.c.last_seen, 0),
}


def ids(conn: Reading, wanted: Wanted, now: int, days: Mapping[MemberId, Rhythm] | None = None) -> tuple[MemberId, ...]:
    """All members that are wanted, in the order that is; with everybody's `days` where they are known already."""
    found = select(member.c.id).where(speaks(wanted.words.split(), wanted.channel, ours=wanted.ours), *_moments(wanted))
    if wanted.tag:
        found = found.where(_wears(wanted.tag))
    if wanted.standing is not None:
        found = found.where(_may_be(wanted.standing, now // DAY_MS))
    column = _COLUMNS[wanted.order]
    found = found.order_by(column.asc() if wanted.ascending else column.desc(), member.c.id)
    listed = [MemberId(one) for one in conn.execute(found).scalars()]
    if wanted.standing is None:
        return tuple(listed)
    known = rhythms(conn, listed) if days is None else days
    today = now // DAY_MS
    return tuple(one for one in listed if one in known and judge(known[one], today).counts_as(wanted.standing))


def counts(conn: Reading, wanted: Sequence[Wanted], now: int) -> tuple[int, ...]:
    """How many members each of these is; the days on which everybody spoke are read once for all of them."""
    days = rhythms(conn) if any(one.standing for one in wanted) else None
    return tuple(len(ids(conn, one, now, days)) for one in wanted)


def rows(conn: Reading, wanted: Sequence[MemberId], now: int) -> tuple[ListedMember, ...]:
    """These members as rows of the list, in this order."""
    if not wanted:
        return ()
    known, met, today = rhythms(conn, wanted), _met(conn, wanted), now // DAY_MS
    return tuple(
        ListedMember(line, judge(known.get(line.id, Rhythm()), today), tuple(met[line.id]))
        for line in lines(conn, wanted)
    )


def _met(conn: Reading, wanted: Sequence[MemberId]) -> Mapping[str, Sequence[tuple[str, Kind]]]:
    """Where each of them takes part: channels with kinds of conversations, always in the same order."""
    places = (
        select(handle.c.member, handle.c.channel, conversation.c.kind)
        .join(participant, participant.c.handle == handle.c.id)
        .join(conversation, conversation.c.id == participant.c.conversation)
        .where(one_of(handle.c.member, wanted))
        .distinct()
    )
    met: defaultdict[str, list[tuple[str, Kind]]] = defaultdict(list)
    for whose, channel, kind in sorted(map(tuple, conn.execute(places))):
        met[whose].append((channel, Kind(kind)))
    return met


def _moments(wanted: Wanted) -> Collection[ColumnElement[bool]]:
    limits: list[ColumnElement[bool]] = []
    if wanted.seen_since is not None:
        limits.append(member.c.last_seen >= wanted.seen_since)
    if wanted.silent_since is not None:
        limits.append(or_(member.c.last_seen.is_(None), member.c.last_seen < wanted.silent_since))
    return limits


def _may_be(standing: Standing, today: int) -> ColumnElement[bool]:
    """Leaves out who cannot have this label, whatever their rhythm: so the days of a few are read, and not all.

    Somebody was seen also where nothing counts: as context, as a copy, or by a handle of one of us. So when they were
    seen last says when they spoke at the latest, and nothing else.
    """
    last = member.c.last_seen
    match standing:
        case Standing.NEWCOMER | Standing.PROMISING:
            new = today - NEW_DAYS
            return and_(last >= new * DAY_MS, ~_spoke(0, new))
        case Standing.RETURNED:
            return last >= (today - NEW_DAYS) * DAY_MS
        case Standing.PILLAR | Standing.REGULAR:
            return last > (today - LATELY) * DAY_MS
        case Standing.DRIFTING:
            # What is dated after today counts for no label yet.
            return and_(last >= (today - GONE) * DAY_MS, ~_spoke(today - LEAST_SILENCE, today + 1))


def _spoke(begin: int, end: int) -> ColumnElement[bool]:
    """Whether a member said something that counts, from one day until another begins: a look into an index a handle."""
    days = (message.c.id >= first_id(begin * DAY_MS), message.c.id < first_id(end * DAY_MS))
    theirs = select(message.c.id).join(handle, handle.c.id == message.c.author)
    return theirs.where(handle.c.member == member.c.id, OUTSIDE, *SAID, *days).correlate(member).exists()


def _wears(name: str) -> ColumnElement[bool]:
    """Whether a member's own record, or one that a handle of theirs had at first, wears this tag."""
    worn: Select[str] = select(member_tag.c.member).join(tag, tag.c.id == member_tag.c.tag)
    worn = worn.where(plain(tag.c.name) == plain(name))
    linked = (
        select(handle.c.member)
        .join(member_link, member_link.c.handle == handle.c.id)
        .where(IS_FIRST, member_link.c.from_member.in_(worn))
    )
    return or_(member.c.id.in_(worn), member.c.id.in_(linked))
