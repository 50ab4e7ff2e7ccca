"""Newcomers: whose first words came while we listened, whether we answered them, and who was dealt with by hand."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import func, select

from inbox_app.domain.errors import WrongUse
from inbox_app.domain.ids import ColleagueId, HandleId, MemberId, MessageId
from inbox_app.domain.people import TimelineLine
from inbox_app.domain.timecode import from_ms, ms_of
from inbox_app.domain.welcomes import Greeting, Newcomer
from inbox_app.domain.words import Direction, MessageState
from inbox_app.i18n import _
from inbox_app.storage.bulk import one_of
from inbox_app.storage.circles import present
from inbox_app.storage.member_cards import lines
from inbox_app.storage.operations import Before, record
from inbox_app.storage.people_before import PeopleBefore, touch
from inbox_app.storage.rhythms import SAID, rhythms
from inbox_app.storage.schema import handle, member, message, operation
from inbox_app.storage.timelines import lines_of
from inbox_app.storage.transaction import Reading, Tx

_WELCOME = "welcome"


def newcomers(conn: Reading, since: int) -> tuple[Newcomer, ...]:
    """Everybody whose first words came after a moment and were not loaded as history, the earliest first."""
    firsts = _firsts(conn, since)
    said = {one.message: one for one in lines_of(conn, [*firsts.values()])}
    answered, dealt, days = _answered(conn, [*said.values()]), _dealt_with(conn), rhythms(conn, [*firsts])
    found = []
    for line in lines(conn, [*firsts]):
        first, hand = said[firsts[line.id]], dealt.get(line.id)
        moments = [one for one in (answered.get(first.message), hand[1] if hand else None) if one is not None]
        passed = hand is not None and hand[0] is Greeting.PASSED
        welcomed = None if passed or not moments else from_ms(min(moments))
        found.append(Newcomer(line, first, welcomed, passed, len(days[line.id].days) > 1))
    return tuple(sorted(found, key=lambda one: one.first.message))


def greet(tx: Tx, me: ColleagueId, wanted: Collection[MemberId], how: Greeting) -> None:
    """Say that these newcomers are dealt with: they are offered no more, to nobody.

    Raises:
        NotFound: there is no such member.
        WrongUse: one of them has no handle.
    """
    dealt: list[tuple[HandleId, MemberId, str]] = []
    for one in {present(tx.conn, each) for each in wanted}:
        handles = tx.conn.execute(select(handle.c.id).where(handle.c.member == one)).scalars().all()
        if not handles:
            raise WrongUse(_("A member without a handle never spoke: there is nobody to welcome."))
        dealt += [(HandleId(each), one, how.value) for each in handles]
    if dealt:
        record(tx, me, _WELCOME, [], Before(people=PeopleBefore(welcomed=dealt)))
        touch(tx, {whose for _handle, whose, _how in dealt})


def _firsts(conn: Reading, since: int) -> Mapping[MemberId, MessageId]:
    """The first words of each, where they came after the moment."""
    new = select(member.c.id).where(member.c.first_seen >= since, member.c.blocked.is_(False))
    first = (
        select(handle.c.member, func.min(message.c.id).label("first"))
        .join(handle, handle.c.id == message.c.author)
        .where(*SAID, handle.c.member.in_(new), handle.c.own.is_(False), handle.c.is_bot.is_(False))
        .group_by(handle.c.member)
        .subquery()
    )
    live = select(first).join(message, message.c.id == first.c.first)
    live = live.where(message.c.history.is_(False), message.c.deleted_at.is_(None))
    return {MemberId(whose): MessageId(one) for whose, one in conn.execute(live)}


def _answered(conn: Reading, firsts: Collection[TimelineLine]) -> Mapping[MessageId, int]:
    """When we first answered each of these messages: below it, or after it where any later message answers."""
    if not firsts:
        return {}
    rows = conn.execute(
        select(message.c.id, message.c.parent, message.c.conversation, message.c.direction)
        .where(
            one_of(message.c.conversation, {one.conversation for one in firsts}),
            message.c.id > min(one.message for one in firsts),
            message.c.state != MessageState.FAILED,
        )
        .order_by(message.c.id)
    ).all()
    above = {row.id: row.parent for row in rows}
    ours: defaultdict[str, list[int]] = defaultdict(list)
    below: dict[int, int] = {}
    for row in (one for one in rows if one.direction == Direction.OUTGOING):
        ours[row.conversation].append(row.id)
        parent = row.parent
        while parent is not None:
            below.setdefault(parent, row.id)
            parent = above.get(parent)
    found = {}
    for one in firsts:
        later = (mine for mine in ours[one.conversation] if mine > one.message)
        answer = next(later, None) if one.kind.answered_by_any_later else below.get(one.message)
        if answer is not None:
            found[one.message] = ms_of(answer)
    return found


def _dealt_with(conn: Reading) -> Mapping[MemberId, tuple[Greeting, int]]:
    """Whom a person dealt with by hand, by the handles that they had then."""
    said = select(operation.c.detail, operation.c.at).where(
        operation.c.kind == _WELCOME, operation.c.undone_at.is_(None)
    )
    dealt = {
        one: (Greeting(how), row.at)
        for row in conn.execute(said.order_by(operation.c.at.desc()))
        for one, _whose, how in json.loads(row.detail)["people"]["welcomed"]
    }
    now = conn.execute(select(handle.c.id, handle.c.member).where(one_of(handle.c.id, [*dealt])))
    return {MemberId(row.member): dealt[row.id] for row in now}
