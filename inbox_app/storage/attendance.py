"""Who spoke in the days of a report and before, member by member: some looks into the index of authors each.

So what it costs grows with the members and not with the messages, of which there may be a million.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, BindParameter, ColumnElement, ScalarSelect, Select, bindparam, func, select

from inbox_app.domain.attendance import Attendance
from inbox_app.domain.ids import MemberId, MessageId
from inbox_app.domain.loyalty import DAY_MS, LEAST_SILENCE, breaks_silence
from inbox_app.domain.report import Stretch
from inbox_app.domain.timecode import first_id
from inbox_app.storage.bulk import one_of
from inbox_app.storage.people import OUTSIDE
from inbox_app.storage.prepared import Prepared
from inbox_app.storage.rhythms import SAID, rhythms
from inbox_app.storage.schema import handle, member, message
from inbox_app.storage.transaction import Reading

_DAY = first_id(DAY_MS)
"""An id divided by this is a day of UTC, as labels count them."""


def attendance(conn: Reading, these: Stretch, before: Stretch, month: Stretch) -> Attendance:
    """The first words of each member in these days, in those right before them and in the month; of no bot."""
    seen = _seen(conn, these, before, month)
    return Attendance(
        spoke=_in_order(one[_FIRST] for one in seen),
        before=_in_order(one[_BEFORE] for one in seen),
        returned=_in_order(_returned(conn, seen)),
        month=_in_order(one[_MONTH] for one in seen),
        days=sum(one[_DAYS] for one in seen),
    )


Seen = Sequence[Any]
"""A row: the member, and what `_of_handles` finds; tens of thousands, so they stay what the driver brings."""
_WHOSE, _BEFORE, _LAST_BEFORE, _FIRST, _MONTH, _DAYS = range(6)


def _seen(conn: Reading, these: Stretch, before: Stretch, month: Stretch) -> Collection[Seen]:
    """A row of each member."""
    names = ("before", "before_end", "first", "end", "month", "month_end")
    ends = dict(zip(names, map(first_id, (*before, *these, *month)), strict=True))
    rows = _SEEN.all_at_once(conn, ends | {"since": min(before[0], month[0])})
    found = {row[_WHOSE]: row for row in rows}
    if len(found) == len(rows):
        return found.values()
    linked: defaultdict[str, list[Seen]] = defaultdict(list)
    for row in rows:
        linked[row[_WHOSE]].append(row)
    several = {whose: handles for whose, handles in linked.items() if len(handles) > 1}
    days = _days_together(conn, [*several], month)
    return (found | {whose: _together(handles, days.get(whose, 0)) for whose, handles in several.items()}).values()


def _together(handles: Sequence[Seen], days: int) -> Seen:
    """One person of several handles; a day on which two of them spoke is one day."""
    first = {which: min(_known(one[which] for one in handles), default=None) for which in (_BEFORE, _FIRST, _MONTH)}
    last_before = max(_known(one[_LAST_BEFORE] for one in handles), default=None)
    return handles[0][_WHOSE], first[_BEFORE], last_before, first[_FIRST], first[_MONTH], days


def _days_together(conn: Reading, wanted: Collection[str], month: Stretch) -> Mapping[str, int]:
    if not wanted:
        return {}
    begin, end = map(first_id, month)
    days = (
        select(handle.c.member, func.count((message.c.id // _DAY).distinct()))
        .join(handle, handle.c.id == message.c.author)
        .where(*SAID, message.c.id >= begin, message.c.id < end, *_MEMBERS, one_of(handle.c.member, wanted))
        .group_by(handle.c.member)
    )
    return {row[0]: row[1] for row in conn.execute(days)}


def _returned(conn: Reading, seen: Iterable[Seen]) -> Iterable[int]:
    """The first words in these days of those who then broke such a silence as makes the label."""
    long = LEAST_SILENCE * _DAY
    away = {
        MemberId(one[_WHOSE]): one
        for one in seen
        if one[_FIRST] is not None and one[_LAST_BEFORE] is not None and one[_FIRST] - one[_LAST_BEFORE] > long
    }
    for whose, rhythm in rhythms(conn, [*away]).items():
        last, again = away[whose][_LAST_BEFORE] // _DAY, away[whose][_FIRST]
        if breaks_silence([day for day in rhythm.days if day <= last], again // _DAY):
            yield again


def _in_order(found: Iterable[int | None]) -> Sequence[MessageId]:
    return [MessageId(one) for one in sorted(_known(found))]


def _known(found: Iterable[int | None]) -> Iterable[int]:
    return (one for one in found if one is not None)


# --- the statement --------------------------------------------------------------------------------------------------

_MEMBERS = (OUTSIDE, handle.c.is_bot.is_(False))


def _end(name: str) -> BindParameter[int]:
    return bindparam(name, type_=BigInteger)


def _said(begin: str, end: str) -> tuple[ColumnElement[bool], ...]:
    return message.c.author == handle.c.id, message.c.id >= _end(begin), message.c.id < _end(end), *SAID


def _one(*wanted: ColumnElement[bool], last: bool = False) -> ScalarSelect[int]:
    """The first that was said, or the last: ordered and cut, which both databases read from one end of the index."""
    order = message.c.id.desc() if last else message.c.id
    return select(message.c.id).where(*wanted).order_by(order).limit(1).correlate(handle).scalar_subquery()


def _of_handles() -> Select[Any]:
    until = (message.c.author == handle.c.id, message.c.id < _end("first"), *SAID)
    days = select(func.count((message.c.id // _DAY).distinct())).where(*_said("month", "month_end"))
    return (
        select(
            handle.c.member,
            _one(*_said("before", "before_end")),
            _one(*until, last=True),
            _one(*_said("first", "end")),
            _one(*_said("month", "month_end")),
            days.correlate(handle).scalar_subquery(),
        )
        .join(member, member.c.id == handle.c.member)
        .where(*_MEMBERS, member.c.blocked.is_(False), member.c.last_seen >= _end("since"))
    )


_SEEN = Prepared(_of_handles())
