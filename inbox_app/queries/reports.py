"""Reports of some days: volume, response, questions, people, by hat; and the messages behind each figure."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date

from inbox_app.domain.attendance import Attendance
from inbox_app.domain.ids import MessageId
from inbox_app.domain.people import TimelineLine
from inbox_app.domain.report import (
    Begun,
    Counted,
    Part,
    Report,
    Said,
    Span,
    draw_up,
    firsts,
    new_ones,
    people,
    questions,
    stretches,
)
from inbox_app.domain.timecode import ms_of
from inbox_app.domain.welcomes import Debut
from inbox_app.domain.working_hours import WorkingHours, read_hours
from inbox_app.settings import local_zone
from inbox_app.storage import reporting, welcoming
from inbox_app.storage.attendance import attendance
from inbox_app.storage.counted_messages import counted
from inbox_app.storage.store import Store
from inbox_app.storage.timelines import lines_of
from inbox_app.storage.transaction import Reading
from inbox_app.storage.workspace import WORKING_HOURS, read_shared_settings

__all__ = ["behind", "count", "hours", "knows_us", "messages", "report"]


async def report(store: Store, first: date, last: date, *, with_us: bool = False) -> Report:
    """The report of these days, both included, by the clock of this computer; on wish with what one of us said."""
    span = Span(first, last, local_zone(), with_us)
    (said, worked), others = await store.read_both(
        lambda conn: (_said(conn, span), _hours(conn)), lambda conn: _others(conn, span)
    )
    return await asyncio.to_thread(draw_up, span, worked, Counted(said, *others))


async def behind(store: Store, span: Span, part: Part, key: str, limit: int | None = None) -> tuple[TimelineLine, ...]:
    """The messages that a figure counts, newest first; of more than the limit the newest, of waits the longest."""
    return await store.read(lambda conn: lines_of(conn, _behind(conn, span, part, key, limit)))


async def messages(store: Store, wanted: Sequence[MessageId]) -> tuple[TimelineLine, ...]:
    """These messages as lines, newest first."""
    return await store.read(lambda conn: lines_of(conn, wanted))


async def knows_us(store: Store) -> bool:
    """Whether there is anybody of us of whom a report could count what they said."""
    return await store.read(reporting.knows_us)


async def hours(store: Store) -> WorkingHours:
    """The working hours of this workspace."""
    return await store.read(_hours)


def _hours(conn: Reading) -> WorkingHours:
    return read_hours(read_shared_settings(conn).get(WORKING_HOURS, ""))


def count(conn: Reading, span: Span) -> Counted:
    """All that a report of these days is drawn up from."""
    return Counted(_said(conn, span), *_others(conn, span))


def _said(conn: Reading, span: Span) -> Said:
    with_us = _with_us(conn, span)
    found = reporting.volumes(conn, *span.limits, with_us=with_us)
    return Said(
        volumes=found,
        hats=reporting.hats(conn, *span.limits, found, with_us=with_us),
        tags=reporting.tags(conn, *span.limits, with_us=with_us),
        asked=reporting.asked(conn, *span.limits, with_us=with_us),
    )


def _with_us(conn: Reading, span: Span) -> bool:
    """Whether nobody has to be left out: what is asked about each author costs."""
    return span.with_us or not reporting.knows_us(conn)


def _others(conn: Reading, span: Span) -> tuple[Sequence[Begun], Sequence[Debut], Attendance]:
    """What is counted of conversations and people."""
    return _begun(conn, span), _newcomers(conn, span), _people(conn, span)


def _begun(conn: Reading, span: Span) -> Sequence[Begun]:
    return reporting.begun(conn, *span.limits, with_us=_with_us(conn, span))


def _newcomers(conn: Reading, span: Span) -> Sequence[Debut]:
    begin, end = span.limits
    found = (one for one in welcoming.debuts(conn, begin).values() if begin <= ms_of(one.first) < end)
    return sorted(found, key=lambda one: one.first)


def _people(conn: Reading, span: Span) -> Attendance:
    return attendance(conn, span.limits, span.before.limits, span.month.limits)


def _behind(conn: Reading, span: Span, part: Part, key: str, limit: int | None) -> Sequence[MessageId]:
    if part is Part.RESPONSE:
        found: Sequence[MessageId] = firsts(span, _hours(conn), _begun(conn, span), key)
        return found[:limit] if "hours" in key else _newest(found, limit)
    if part is Part.QUESTIONS:
        asked = reporting.questions(conn, *span.limits, with_us=_with_us(conn, span))
        return _newest(questions(asked).get(key, ()), limit)
    if part is Part.PEOPLE:
        return _newest(people(_people(conn, span), _newcomers(conn, span)).get(key, ()), limit)
    if part is Part.NEWCOMERS:
        return _newest(new_ones(_newcomers(conn, span)).get(key, ()), limit)
    return counted(conn, stretches(span, part, key), part, key, limit, with_us=_with_us(conn, span))


def _newest(found: Sequence[MessageId], limit: int | None) -> Sequence[MessageId]:
    return found if limit is None else found[-limit:]
