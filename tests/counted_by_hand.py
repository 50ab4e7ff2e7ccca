"""A report counted from scratch: every row read, one after the other, by nothing that reports are made of."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from inbox_app.content.questions import asks
from inbox_app.domain.working_hours import WorkingHours
from inbox_app.storage import schema as s

FLAT = frozenset({"direct", "mail", "room"})
"""Where anything that we say later is an answer (`semantics.md`)."""
Part = dict[str, tuple[float | None, list[int]]]
Figures = dict[str, Part]
"""By part and key: the number, and the ids of the messages behind it in their order."""


@dataclass
class Held:
    """All that a workspace holds of messages, in the order of ids."""

    posts: list[Row[*tuple[Any, ...]]]
    said: list[Row[*tuple[Any, ...]]]
    below: Mapping[int, list[int]]
    """Outgoing messages below each message, as far down as they go."""
    accounts: Mapping[str, str]
    conversations: Mapping[str, Row[*tuple[Any, ...]]]
    handles: Mapping[str, Row[*tuple[Any, ...]]]
    members: Mapping[str, Row[*tuple[Any, ...]]]
    dealt: Mapping[str, tuple[str, int]]
    tags: Mapping[str, set[str]]
    by_conversation: dict[str, list[Row[*tuple[Any, ...]]]] = field(default_factory=lambda: defaultdict(list))
    last_of_ours: dict[str, int] = field(default_factory=dict)


def hold(conn: Connection) -> Held:
    """Read it."""
    copies = set(conn.execute(select(s.message_copy.c.message)).scalars())
    m = s.message.c
    columns = (
        m.id,
        m.account,
        m.conversation,
        m.parent,
        m.author,
        m.direction,
        m.history,
        m.sent_at,
        m.deleted_at,
        m.post,
    )
    rows = conn.execute(
        select(*columns, m.state, m.context, s.message_text.c.body)
        .outerjoin(s.message_text, s.message_text.c.id == m.id)
        .order_by(m.id)
    ).all()
    above = {row.id: row.parent for row in rows}
    below: defaultdict[int, list[int]] = defaultdict(list)
    for row in rows:
        parent = row.parent if row.direction == "out" and row.state != "failed" else None
        while parent is not None:
            below[parent].append(row.id)
            parent = above.get(parent)
    held = Held(
        posts=[*conn.execute(select(s.post).order_by(s.post.c.id))],
        said=[*(row for row in rows if not row.context and row.state != "failed" and row.id not in copies)],
        below=below,
        accounts={row.id: row.channel for row in conn.execute(select(s.account))},
        conversations={row.id: row for row in conn.execute(select(s.conversation))},
        handles={row.id: row for row in conn.execute(select(s.handle))},
        members={row.id: row for row in conn.execute(select(s.member.c.id, s.member.c.blocked))},
        dealt=dict(_dealt(conn)),
        tags=_tags(conn),
    )
    for row in held.said:
        held.by_conversation[row.conversation].append(row)
        if row.direction == "out":
            held.last_of_ours[row.conversation] = row.id
    return held


def _dealt(conn: Connection) -> Iterator[tuple[str, tuple[str, int]]]:
    done = select(s.operation.c.detail, s.operation.c.at).where(s.operation.c.kind == "welcome")
    for row in conn.execute(done.where(s.operation.c.undone_at.is_(None)).order_by(s.operation.c.at.desc())):
        for handle, _member, how in json.loads(row.detail)["people"]["welcomed"]:
            yield handle, (how, row.at)


def _tags(conn: Connection) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    names = {row.id: row.name for row in conn.execute(select(s.tag))}
    for row in conn.execute(select(s.conversation_tag)):
        found[row.conversation].add(names[row.tag])
    return found


def moment(one: int, zone: ZoneInfo) -> datetime:
    """When a message stands in the order: its id is coded by time."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=one >> 20)).astimezone(zone)


def count_by_hand(held: Held, first: date, last: date, zone: ZoneInfo, hours: WorkingHours) -> Figures:
    """Every figure of these days."""
    found: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    within = {row.id for row in held.said if first <= moment(row.id, zone).date() <= last}
    for row in (one for one in held.said if one.id in within):
        at, way = moment(row.id, zone), row.direction
        found["totals"][way].append(row.id)
        found["channels"][f"{held.accounts[row.account]} {way}"].append(row.id)
        found["accounts"][f"{row.account} {way}"].append(row.id)
        found["hats"][f"{held.conversations[row.conversation].hat} {way}"].append(row.id)
        for tag in held.tags.get(row.conversation, ()):
            found["tags"][f"{tag} {way}"].append(row.id)
        found["time"][f"{_bar(at.date(), first, last)} {way}"].append(row.id)
        if way == "in":
            found["heat"][f"{at.weekday()} {at.hour}"].append(row.id)
            if asks(row.body or ""):
                answered = _answered(held, row)
                found["questions"]["asked"].append(row.id)
                found["questions"]["answered" if answered else "open"].append(row.id)
    figures: Figures = {part: {key: (len(ids), ids) for key, ids in figures.items()} for part, figures in found.items()}
    figures["response"] = _response(held, within, zone, hours)
    figures["people"] = _people(held, first, last, zone)
    figures["newcomers"] = _newcomers(held, first, last, zone)
    return figures


def _bar(day: date, first: date, last: date) -> date:
    if last - first < timedelta(days=45):
        return day
    return max(first, day - timedelta(days=day.weekday()))


def _answered(held: Held, row: Row[*tuple[Any, ...]]) -> bool:
    if held.conversations[row.conversation].kind in FLAT:
        return held.last_of_ours.get(row.conversation, 0) > int(row.id)
    return row.id in held.below


def _response(held: Held, within: set[int], zone: ZoneInfo, hours: WorkingHours) -> Part:
    begun: list[int] = []
    answered: list[int] = []
    silent: list[int] = []
    resolved: list[int] = []
    first_waits, done_waits = [], []
    for where, rows in held.by_conversation.items():
        opening = next((row for row in rows if row.direction == "in"), None)
        if opening is None or opening.id not in within:
            continue
        begun.append(opening.id)
        at = opening.id >> 20
        later = (one for one in rows if one.direction == "out" and one.id > opening.id)
        answer = next(later, None)
        (silent if answer is None else answered).append(opening.id)
        if answer is not None:
            first_waits.append(worked(at, answer.id >> 20, zone, hours))
        done = held.conversations[where].done_at
        if done and done >= at:
            resolved.append(opening.id)
            done_waits.append(worked(at, done, zone, hours))
    middles = [round(median(waits), 2) if waits else None for waits in (first_waits, done_waits)]
    return {
        "begun": (len(begun), sorted(begun)),
        "answered": (len(answered), sorted(answered)),
        "unanswered": (len(silent), sorted(silent)),
        "first_response_hours": (middles[0], sorted(answered)),
        "resolved": (len(resolved), sorted(resolved)),
        "resolution_hours": (middles[1], sorted(resolved)),
    }


def worked(begin: int, end: int, zone: ZoneInfo, hours: WorkingHours) -> float:
    """Working hours between two moments, day by day on the calendar."""
    if not hours.is_set:
        return (end - begin) / 3_600_000
    first, last = (datetime.fromtimestamp(at / 1000, UTC) for at in (begin, end))
    day, total = first.astimezone(zone).date(), timedelta(0)
    while day <= last.astimezone(zone).date():
        stretches = hours.days.get(day.weekday(), ()) if hours.days else ((0, 1440),)
        for opening, closing in () if day in hours.holidays else stretches:
            ends = (_minute(day, minute, zone) for minute in (opening, closing))
            start, stop = (max(first, min(last, one)) for one in ends)
            total += max(stop - start, timedelta(0))
        day += timedelta(days=1)
    return total / timedelta(hours=1)


def _minute(day: date, minute: int, zone: ZoneInfo) -> datetime:
    day, minute = (day + timedelta(days=1), 0) if minute == 1440 else (day, minute)
    return datetime.combine(day, time(minute // 60, minute % 60), zone).astimezone(UTC)


def _people(held: Held, first: date, last: date, zone: ZoneInfo) -> Part:
    length = last - first + timedelta(days=1)
    spoke: list[int] = []
    before: list[int] = []
    returned: list[int] = []
    month: list[int] = []
    days = 0
    for whose, rows in _spoke(held).items():
        if held.members[whose].blocked:
            continue
        dates = [moment(row.id, zone).date() for row in rows]
        spoke += [row.id for row, day in zip(rows, dates, strict=True) if first <= day <= last][:1]
        before += [row.id for row, day in zip(rows, dates, strict=True) if first - length <= day < first][:1]
        lately = [row.id for row, day in zip(rows, dates, strict=True) if last - timedelta(days=30) < day <= last]
        month += lately[:1]
        days += len({_day(one) for one in lately})
        returned += [row.id for row in rows if row.id in spoke[-1:] and _was_away([one.id for one in rows], row.id)]
    new = _newcomers(held, first, last, zone)["newcomers"][1]
    return {
        "spoke": (len(spoke), spoke),
        "before": (len(before), before),
        "new": (len(new), new),
        "returned": (len(returned), returned),
        "month": (len(month), month),
        "daily": (round(days / 30, 1) if month else None, month),
        "daily_percent": (round(100 * days / 30 / len(month), 1) if month else None, month),
    }


def _day(one: int) -> int:
    return (one >> 20) // 86_400_000


def _was_away(ids: list[int], again: int) -> bool:
    """Whether somebody who spoke on four days or more was silent for over three weeks, and three of their pauses."""
    known = sorted({_day(one) for one in ids if one < again})
    if len(known) < 4:
        return False
    usual = max(1, round(median(later - sooner for sooner, later in pairwise(known))))
    return _day(again) - known[-1] > max(21, 3 * usual)


def _spoke(held: Held) -> Mapping[str, list[Row[*tuple[Any, ...]]]]:
    """What each member said: nobody of us, no bot."""
    spoke: defaultdict[str, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in held.said:
        handle = held.handles[row.author]
        if row.direction == "in" and handle.member and not handle.own and not handle.colleague and not handle.is_bot:
            spoke[handle.member].append(row)
    return spoke


def _newcomers(held: Held, first: date, last: date, zone: ZoneInfo) -> Part:
    new, welcomed, again, waits = [], [], [], []
    for whose, rows in _spoke(held).items():
        debut, person = rows[0], held.members[whose]
        if debut.history or debut.deleted_at or person.blocked:
            continue
        theirs = (one.id for one in held.handles.values() if one.member == whose)
        hand = next((held.dealt[one] for one in theirs if one in held.dealt), None)
        if not first <= moment(debut.id, zone).date() <= last or (hand and hand[0] == "passed"):
            continue
        new.append(debut.id)
        if len({(row.id >> 20) // 86_400_000 for row in rows}) > 1:
            again.append(debut.id)
        flat = held.conversations[debut.conversation].kind in FLAT
        thread = held.by_conversation[debut.conversation]
        later = [one.id for one in thread if one.direction == "out" and one.id > debut.id]
        answers = later if flat else held.below.get(debut.id, [])
        greeted = [*(min(answers) >> 20 for _ in answers[:1]), *([hand[1]] if hand else [])]
        if greeted:
            welcomed.append(debut.id)
            waits.append((min(greeted) - debut.sent_at) / 3_600_000)
    middle = round(median(waits), 1) if waits else None
    return {
        "newcomers": (len(new), sorted(new)),
        "welcomed": (len(welcomed), sorted(welcomed)),
        "hours_to_welcome": (middle, sorted(welcomed)),
        "spoke_again": (len(again), sorted(again)),
    }
