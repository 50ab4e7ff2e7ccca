"""Who a member is, from all records that make one person; and lists of members."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from inbox_app.domain.errors import WrongUse
from inbox_app.domain.ids import AccountId, ColleagueId, HandleId, MemberId
from inbox_app.domain.loyalty import DAY_MS, Rhythm, judge
from inbox_app.domain.people import Card, Fact, HandleLine, MemberLine, MemberPage
from inbox_app.domain.reminders import About, ReminderRow
from inbox_app.domain.timecode import from_ms
from inbox_app.domain.words import Kind
from inbox_app.i18n import _
from inbox_app.storage import reminders
from inbox_app.storage.bulk import one_of
from inbox_app.storage.circles import homes_of, parts_of, present
from inbox_app.storage.member_facts import facts_of, fields_of, tag_names, tags_of
from inbox_app.storage.notes import notes_on
from inbox_app.storage.people import OUTSIDE
from inbox_app.storage.rhythms import rhythms
from inbox_app.storage.schema import conversation, handle, member, message, note, participant
from inbox_app.storage.search_conditions import holds
from inbox_app.storage.teammates import is_ours
from inbox_app.storage.timelines import timeline
from inbox_app.storage.transaction import Reading

_RECENT = 6
_last_seen = func.coalesce(member.c.last_seen, 0)


def card(conn: Reading, me: ColleagueId, wanted: MemberId, now: int) -> Card:
    """All that is known of a member at a moment; an id that was linked away leads to whom it was linked.

    Raises:
        NotFound: there is no such member.
    """
    whole = present(conn, wanted)
    parts = [*parts_of(conn, [whole])]
    row = conn.execute(select(member).where(member.c.id == whole)).one()
    facts = facts_of(conn, parts)
    names = conn.execute(select(member.c.preferred_name).where(member.c.id.in_(parts[1:]))).scalars()
    preferred = facts[Fact.PREFERRED_NAME]
    facts[Fact.PREFERRED_NAME] = replace(
        preferred, also=tuple(dict.fromkeys(one for one in names if one and one != preferred.value))
    )
    return Card(
        id=whole,
        name=preferred.value or row.name,
        given_name=row.name,
        facts=facts,
        fields=fields_of(conn, parts),
        tags=tags_of(conn, parts),
        handles=_handles(conn, whole),
        notes=notes_on(conn, members=[whole]),
        reminders=_reminders(conn, me, whole, now),
        messages=row.message_count,
        conversations=_conversations(conn, whole),
        first_seen=_moment(row.first_seen),
        last_seen=_moment(row.last_seen),
        recent=timeline(conn, whole, limit=_RECENT),
        label=judge(rhythms(conn, [whole]).get(whole, Rhythm()), now // DAY_MS),
        picture=_picture(conn, whole),
        is_ours=is_ours(conn, whole),
    )


def page(conn: Reading, *, words: str = "", channel: str = "", after: str | None = None, limit: int = 50) -> MemberPage:
    """Members whose names hold all these words, the last to speak first.

    Raises:
        WrongUse: `after` is no place in the list.
    """
    wanted = select(member.c.id, _last_seen.label("last")).where(speaks(words.split(), channel))
    if after is not None:
        last, one = _place(after)
        wanted = wanted.where(or_(_last_seen < last, and_(_last_seen == last, member.c.id < one)))
    found = conn.execute(wanted.order_by(_last_seen.desc(), member.c.id.desc()).limit(limit + 1)).all()
    shown = found[:limit]
    onward = f"{shown[-1].last}.{shown[-1].id}" if len(found) > limit else None
    return MemberPage(lines(conn, [MemberId(row.id) for row in shown]), onward)


def lines(conn: Reading, wanted: Sequence[MemberId]) -> tuple[MemberLine, ...]:
    """These members as lines of a list, in this order."""
    parts = parts_of(conn, wanted)
    rows = {row.id: row for row in conn.execute(select(member).where(one_of(member.c.id, wanted)))}
    names: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    pictures: dict[str, str] = {}
    said = (handle.c.member, handle.c.handle, handle.c.channel, handle.c.avatar_url)
    found = select(*said).where(one_of(handle.c.member, wanted))
    for whose, name, channel, picture in conn.execute(found.order_by(handle.c.channel, handle.c.handle)):
        names[whose].append((name, channel))
        pictures[whose] = pictures.get(whose) or picture
    notes: defaultdict[str, int] = defaultdict(int)
    counted = select(note.c.member, func.count()).where(one_of(note.c.member, parts)).group_by(note.c.member)
    for part, count in conn.execute(counted):
        notes[parts[MemberId(part)]] += count
    tags = tag_names(conn, parts)
    return tuple(
        MemberLine(
            id=one,
            name=rows[one].preferred_name or rows[one].name,
            handles=tuple(name for name, _channel in names[one]),
            channels=tuple(dict.fromkeys(channel for _name, channel in names[one])),
            tags=tags.get(one, ()),
            messages=rows[one].message_count,
            first_seen=_moment(rows[one].first_seen),
            last_seen=_moment(rows[one].last_seen),
            notes=notes[one],
            picture=pictures.get(one, ""),
        )
        for one in wanted
        if one in rows
    )


def of_handle(conn: Reading, wanted: HandleId) -> MemberId | None:
    """The member a handle belongs to now."""
    found = conn.execute(select(handle.c.member).where(handle.c.id == wanted)).scalar_one_or_none()
    return None if found is None else MemberId(found)


def handles_named(conn: Reading, name: str) -> tuple[HandleId, ...]:
    """The handles outside that are called exactly so, case apart; those that were linked, where there are any."""
    called = select(handle.c.id, handle.c.member).where(
        func.lower(handle.c.handle) == name.lower(), handle.c.own.is_(False)
    )
    found = {HandleId(row.id): MemberId(row.member) for row in conn.execute(called) if row.member}
    homes = homes_of(conn, [*found])
    linked = tuple(one for one, now in found.items() if homes.get(one, now) != now)
    return linked or tuple(found)


def speaks(words: Collection[str], channel: str, *, ours: bool = False) -> ColumnElement[bool]:
    """Whether a member, or somebody who is one of us, has a handle on this channel and is called so, whichever way."""
    whose = handle.c.colleague.is_not(None) if ours else OUTSIDE
    theirs: Select[str] = select(handle.c.id).where(handle.c.member == member.c.id, whose)
    if channel:
        theirs = theirs.where(handle.c.channel == channel)
    called = member.c.name + " " + member.c.preferred_name
    named = [
        or_(holds(called, word), exists(theirs.where(holds(handle.c.handle + " " + handle.c.name, word))))
        for word in words
    ]
    return and_(exists(theirs), *named)


def _place(words: str) -> tuple[int, str]:
    last, dot, one = words.partition(".")
    if not (dot and one and last.isascii() and last.isdigit() and len(last) < 19):
        raise WrongUse(_("“{words}” is no place in the list. Take “next” of the answer before.").format(words=words))
    return int(last), one


def _handles(conn: Connection, whose: MemberId) -> tuple[HandleLine, ...]:
    rows = conn.execute(
        select(handle).where(handle.c.member == whose, handle.c.own.is_(False)).order_by(handle.c.handle)
    ).all()
    homes = homes_of(conn, [HandleId(row.id) for row in rows])
    made = []
    for row in rows:
        said = (
            select(message.c.account, conversation.c.kind)
            .join(conversation, conversation.c.id == message.c.conversation)
            .where(message.c.author == row.id)
        )
        last = conn.execute(said.order_by(message.c.id.desc()).limit(1)).one_or_none()
        spoken = select(func.coalesce(func.sum(participant.c.message_count), 0)).where(participant.c.handle == row.id)
        made.append(
            HandleLine(
                id=HandleId(row.id),
                channel=row.channel,
                handle=row.handle,
                name=row.name,
                profile_url=row.profile_url,
                is_bot=row.is_bot,
                linked=homes.get(HandleId(row.id), whose) != whose,
                account=None if last is None else AccountId(last.account),
                kind=None if last is None else Kind(last.kind),
                messages=conn.execute(spoken).scalar_one(),
            )
        )
    return tuple(sorted(made, key=lambda one: one.linked))


def _picture(conn: Connection, whose: MemberId) -> str:
    seen = select(handle.c.avatar_url).where(handle.c.member == whose, handle.c.avatar_url != "")
    return conn.execute(seen.order_by(handle.c.channel, handle.c.handle).limit(1)).scalar_one_or_none() or ""


def _reminders(conn: Connection, me: ColleagueId, whose: MemberId, now: int) -> tuple[ReminderRow, ...]:
    return tuple(sorted(reminders.rows(conn, me, now, about=About(member=whose)), key=lambda row: row.due_at))


def _conversations(conn: Connection, whose: MemberId) -> int:
    wanted = select(func.count(participant.c.conversation.distinct())).join(handle, handle.c.id == participant.c.handle)
    return conn.execute(wanted.where(handle.c.member == whose)).scalar_one()


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_ms(milliseconds)
