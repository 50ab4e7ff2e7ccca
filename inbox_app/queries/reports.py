"""Reports of some days: volume, response, questions, newcomers, by hat; every figure with its messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from inbox_app.domain.ids import MessageId
from inbox_app.domain.people import TimelineLine
from inbox_app.domain.report import Figure, Report, Span, draw_up
from inbox_app.domain.timecode import ms_of
from inbox_app.domain.welcomes import Newcomer, figures
from inbox_app.domain.working_hours import WorkingHours, read_hours
from inbox_app.queries.questions import asks
from inbox_app.settings import local_zone
from inbox_app.storage import reporting, welcoming
from inbox_app.storage.store import Store
from inbox_app.storage.timelines import lines_of
from inbox_app.storage.transaction import Reading
from inbox_app.storage.workspace import WORKING_HOURS, read_shared_settings

__all__ = ["hours", "messages", "report"]


async def report(store: Store, first: date, last: date) -> Report:
    """The report of these days, both included, by the clock of this computer."""
    span = Span(first, last, local_zone())
    begin, end = span.limits

    def work(conn: Reading) -> Report:
        said = reporting.said_between(conn, begin, end, asks)
        found = (one for one in welcoming.newcomers(conn, begin) if ms_of(one.first.message) < end)
        return draw_up(span, _hours(conn), said, _newcomers([*found]))

    return await store.read(work)


async def messages(store: Store, wanted: Sequence[MessageId]) -> tuple[TimelineLine, ...]:
    """The messages behind a figure, newest first."""
    return await store.read(lambda conn: lines_of(conn, wanted))


async def hours(store: Store) -> WorkingHours:
    """The working hours of this workspace."""
    return await store.read(_hours)


def _hours(conn: Reading) -> WorkingHours:
    return read_hours(read_shared_settings(conn).get(WORKING_HOURS, ""))


def _newcomers(found: Sequence[Newcomer]) -> tuple[Figure, ...]:
    counted = [one for one in found if not one.passed]
    told = figures(counted)

    def firsts(of: Sequence[Newcomer]) -> tuple[MessageId, ...]:
        return tuple(one.first.message for one in of)

    welcomed = firsts([one for one in counted if one.welcomed_at])
    return (
        Figure("newcomers", told.newcomers, firsts(counted)),
        Figure("welcomed", told.welcomed, welcomed),
        Figure("hours_to_welcome", told.hours, welcomed),
        Figure("spoke_again", told.spoke_again, firsts([one for one in counted if one.spoke_again])),
    )
