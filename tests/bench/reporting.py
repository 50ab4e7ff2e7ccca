"""A report of 90 days against one statement by hand that only counts its messages; and against a count from scratch."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from inbox_app.domain.report import Report, Span, draw_up
from inbox_app.domain.timecode import first_id, from_ms, ms_of
from inbox_app.domain.working_hours import WorkingHours, parse_hours
from inbox_app.queries import reports
from tests.bench.corpus import Corpus, open_reader
from tests.bench.ratio import Figure, compare
from tests.counted_by_hand import Hours, count_by_hand, hold

DAYS = 90
_ZONE = ZoneInfo("Europe/Rome")
_BY_HAND = """
    SELECT m.id / 3774873600000, m.account, m.direction, c.hat, count(*)
    FROM message m JOIN conversation c ON c.id = m.conversation
    WHERE m.id >= ? AND m.id < ? AND NOT m.context AND m.state <> 'failed' GROUP BY 1, 2, 3, 4"""


def measure(corpus: Corpus) -> list[Figure]:
    """The newest 90 days that the corpus holds."""
    with closing(open_reader(corpus)) as conn:
        raw: Any = conn.connection.dbapi_connection
        span = newest(raw)
        ends = tuple(first_id(moment) for moment in span.limits)
        by_hand = partial(raw.execute, _BY_HAND, ends)
        return [
            compare(
                "P13", f"a report of {DAYS} days / its volume by hand", 3.0,
                partial(report, conn, span), lambda: by_hand().fetchall(), rounds=3,
            )
        ]  # fmt: skip


def newest(raw: Any) -> Span:
    """The last 90 days in which something was said."""
    last = from_ms(ms_of(raw.execute("SELECT max(id) FROM message").fetchone()[0])).astimezone(_ZONE).date()
    return Span(last - timedelta(days=DAYS - 1), last, _ZONE)


def report(conn: Connection, span: Span, hours: WorkingHours | None = None) -> Report:
    """The report, as the window and the command have it."""
    return draw_up(span, hours or WorkingHours(), reports.count(conn, span))


def differences(conn: Connection, span: Span) -> list[str]:
    """Every figure that a count from scratch has otherwise; none."""
    found = report(conn, span, parse_hours("mon-fri 9-18, sat 9:30-13", ""))
    hours = Hours({**{key: [(9 * 60, 18 * 60)] for key in range(5)}, 5: [(9 * 60 + 30, 13 * 60)]})
    by_hand = count_by_hand(hold(conn), span.first, span.last, _ZONE, hours)
    told = {(part.value, one.key): one.value or 0 for part, figures in found.parts.items() for one in figures}
    counted = {(part, key): one[0] or 0 for part, figures in by_hand.items() for key, one in figures.items()}
    unlike = (key for key in sorted({*told, *counted}) if told.get(key, 0) != counted.get(key, 0))
    return [f"{key}: {told.get(key)}, by hand {counted.get(key)}" for key in unlike]
