"""Labels said again from the words of `docs/guide/community.md`: all that somebody said, a rule after the other.

Nothing here comes from the program but the names of its tables. Days are dates, rules are counted on the calendar.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from inbox_app.storage import schema as s

Message = Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class Told:
    """A label by name ("" for none), and the sentence that says why."""

    label: str
    why: str


SILENT_YET = Told("", "Has not spoken yet.")


def labels_by_hand(conn: Connection, today: date) -> dict[str, Told]:
    """The label on a day of every member who has said something."""
    return {
        whose: label_by_hand(
            sorted({said_at(row).date() for row in rows}), today, began_before_us=bool(rows[0].history)
        )
        for whose, rows in said_by_member(conn).items()
    }


def said_by_member(conn: Connection) -> dict[str, list[Message]]:
    """All that each member said to us, in order: nothing of context, a mail to two accounts once, nobody of us."""
    handles = {row.id: row for row in conn.execute(select(s.handle))}
    copies = {row.message for row in conn.execute(select(s.message_copy))}
    found: defaultdict[str, list[Message]] = defaultdict(list)
    for row in conn.execute(select(s.message)):
        author = handles[row.author]
        ours = row.direction == "out" or author.own or author.colleague
        if author.member and not ours and not row.context and row.id not in copies:
            found[author.member].append(row)
    return {whose: sorted(rows, key=lambda row: (said_at(row), row.id)) for whose, rows in found.items()}


def said_at(row: Message) -> datetime:
    """`sort_at` of `semantics.md`: a mail dated 2099 was said when it came."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=min(row.sent_at, row.received_at))


def label_by_hand(days: list[date], today: date, *, began_before_us: bool) -> Told:
    """The label of somebody who spoke on these days; `began_before_us` where their first word was loaded as history."""
    past = [day for day in days if day <= today]
    if not past:
        return SILENT_YET
    here, silent = (today - past[0]).days, (today - past[-1]).days
    lately = sum((today - day).days < 90 for day in past)
    if here <= 30 and not began_before_us:
        return _new(here, lately)
    return _back(past, today) or _missed(past, silent) or _present(here, silent, lately)


def _new(here: int, lately: int) -> Told:
    ago = f"Spoke for the first time {_times(here, 'day')} ago"
    if lately < 4:
        return Told("newcomer", f"{ago}; newcomers are new for 30 days.")
    so_far = f"on {_times(lately, 'day')} so far"
    return Told("promising", f"{ago}, {so_far}; a newcomer who speaks on 4 or more is promising.")


def _back(days: list[date], today: date) -> Told | None:
    """The last silence that was broken in the last 30 days and was long for them."""
    for number in range(len(days) - 1, 3, -1):
        before, again = days[:number], days[number]
        away = (again - before[-1]).days
        if (today - again).days <= 30 and away > long_for(before):
            every = _every(usual_pause(before))
            return Told("returned", f"Spoke again after {away} days of silence; before that {every}.")
    return None


def _missed(days: list[date], silent: int) -> Told | None:
    if len(days) < 4 or not long_for(days) < silent <= 365:
        return None
    missed = f"is missed after {long_for(days)}."
    return Told("drifting", f"Silent for {silent} days; used to speak {_every(usual_pause(days))}, and {missed}")


def _present(here: int, silent: int, lately: int) -> Told:
    spoke = f"on {lately} of the last 90 days"
    if lately >= 12 and here >= 60:
        why = f"Spoke {spoke} and has been here for {here} days; a pillar speaks on 12 of them or more."
        return Told("pillar", why)
    if lately >= 4:
        return Told("regular", f"Spoke {spoke}; a regular speaks on 4 of them or more.")
    if lately:
        return Told("", f"Speaks now and then: {spoke}.")
    return Told("", f"Has been silent for {silent} days.")


def usual_pause(days: list[date]) -> int:
    """The pause in the middle, between the two of them where there are two: in whole days, a half counts as one."""
    pauses = sorted((later - sooner).days for sooner, later in itertools.pairwise(days))
    below, above = pauses[(len(pauses) - 1) // 2], pauses[len(pauses) // 2]
    return (below + above + 1) // 2


def long_for(days: list[date]) -> int:
    """More days of silence than these are long for somebody."""
    return max(3 * 7, 3 * usual_pause(days))


def _every(pause: int) -> str:
    return "about every day" if pause == 1 else f"about every {pause} days"


def _times(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
