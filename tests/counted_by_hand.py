"""A report counted from scratch: every row read, one after the other, by nothing that reports are made of.

Of the program nothing is used but the names of its tables: what a question is, which hours count and when somebody
had been away is said again here, in `labels_by_hand` and in `questions_told`, from the words of the guide.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from inbox_app.storage import schema as s
from tests.labels_by_hand import Message, long_for, said_at
from tests.questions_told import is_question

FLAT = frozenset({"direct", "mail", "room"})
"""Where anything that we say later is an answer (`semantics.md`)."""
Part = dict[str, tuple[float | None, list[int]]]
Figures = dict[str, Part]
"""By part and key: the number, and the ids of the messages behind it in their order."""


@dataclass(frozen=True)
class Hours:
    """Which hours count: of each weekday (0 is Monday) from and to which minute; with no weekday all of them do."""

    week: Mapping[int, Sequence[tuple[int, int]]] = field(default_factory=dict)
    holidays: frozenset[date] = frozenset()


@dataclass
class Held:
    """All that a workspace holds of messages."""

    posts: list[Message]
    said: list[Message]
    """In the order in which it was said."""
    below: Mapping[int, list[Message]]
    """Outgoing messages below each message, as far down as they go."""
    accounts: Mapping[str, str]
    conversations: Mapping[str, Message]
    handles: Mapping[str, Message]
    members: Mapping[str, Message]
    dealt: Mapping[str, tuple[str, int]]
    tags: Mapping[str, set[str]]
    by_conversation: dict[str, list[Message]] = field(default_factory=lambda: defaultdict(list))
    last_of_ours: dict[str, Message] = field(default_factory=dict)


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
        m.dismissed,
        m.sent_at,
        m.received_at,
        m.deleted_at,
        m.post,
    )
    told = conn.execute(
        select(*columns, m.state, m.context, s.message_text.c.body).outerjoin(
            s.message_text, s.message_text.c.id == m.id
        )
    ).all()
    rows = sorted(told, key=place)
    above = {row.id: row.parent for row in rows}
    below: defaultdict[int, list[Message]] = defaultdict(list)
    for row in rows:
        parent = row.parent if row.direction == "out" and row.state != "failed" and row.id not in copies else None
        while parent is not None and row not in below[parent]:
            below[parent].append(row)
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
            held.last_of_ours[row.conversation] = row
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


def moment(row: Message, zone: ZoneInfo) -> datetime:
    """When a message was said, on the clocks of a zone."""
    return said_at(row).astimezone(zone)


def ms(row: Message) -> int:
    """When it was said, as decisions are dated."""
    return int(min(row.sent_at, row.received_at))


def place(row: Message) -> tuple[int, int]:
    """Where a message stands: of what was said in one moment (mail knows whole seconds), what came first is first."""
    return ms(row), row.id


def count_by_hand(held: Held, first: date, last: date, zone: ZoneInfo, hours: Hours) -> Figures:
    """Every figure of these days."""
    held = _without_us(held)
    found: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    within = {row.id for row in held.said if first <= moment(row, zone).date() <= last}
    for row in (one for one in held.said if one.id in within):
        at, way = moment(row, zone), row.direction
        found["totals"][way].append(row.id)
        found["channels"][f"{held.accounts[row.account]} {way}"].append(row.id)
        found["accounts"][f"{row.account} {way}"].append(row.id)
        found["hats"][f"{held.conversations[row.conversation].hat} {way}"].append(row.id)
        for tag in held.tags.get(row.conversation, ()):
            found["tags"][f"{tag} {way}"].append(row.id)
        found["time"][f"{_bar(at.date(), first, last)} {way}"].append(row.id)
        if way == "in":
            found["heat"][f"{at.weekday()} {at.hour}"].append(row.id)
            if is_question(row.body or ""):
                answered = is_answered(held, row)
                found["questions"]["asked"].append(row.id)
                found["questions"]["answered" if answered else "open"].append(row.id)
    figures: Figures = {part: {key: (len(ids), ids) for key, ids in figures.items()} for part, figures in found.items()}
    figures["response"] = _response(held, within, zone, hours)
    figures["people"] = _people(held, first, last, zone)
    figures["newcomers"] = _newcomers(held, first, last, zone)
    return figures


def _without_us(held: Held) -> Held:
    """What one of us said by a name of their own is nothing that came."""
    said = [row for row in held.said if row.direction == "out" or not held.handles[row.author].colleague]
    found = replace(held, said=said, by_conversation=defaultdict(list))
    for row in said:
        found.by_conversation[row.conversation].append(row)
    return found


def _bar(day: date, first: date, last: date) -> date:
    if last - first < timedelta(days=45):
        return day
    return max(first, day - timedelta(days=day.weekday()))


def is_answered(held: Held, row: Message) -> bool:
    """Whether we said something below a message; or after it, where anything later answers."""
    if row.id in held.below:
        return True
    last = held.last_of_ours.get(row.conversation)
    return held.conversations[row.conversation].kind in FLAT and last is not None and place(last) > place(row)


def _response(held: Held, within: set[int], zone: ZoneInfo, hours: Hours) -> Part:
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
        at = ms(opening)
        later = (one for one in rows if one.direction == "out" and place(one) > place(opening))
        answer = next(later, None)
        (silent if answer is None else answered).append(opening.id)
        if answer is not None:
            first_waits.append(worked(at, ms(answer), zone, hours))
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


def worked(begin: int, end: int, zone: ZoneInfo, hours: Hours) -> float:
    """Working hours between two moments, day by day on the calendar."""
    if not hours.week and not hours.holidays:
        return (end - begin) / 3_600_000
    first, last = (datetime.fromtimestamp(at / 1000, UTC) for at in (begin, end))
    day, total = first.astimezone(zone).date(), timedelta(0)
    while day <= last.astimezone(zone).date():
        stretches = hours.week.get(day.weekday(), ()) if hours.week else ((0, 1440),)
        for opening, closing in () if day in hours.holidays else stretches:
            ends = (shown_at(day, minute, zone) for minute in (opening, closing))
            start, stop = (max(first, min(last, one)) for one in ends)
            total += max(stop - start, timedelta(0))
        day += timedelta(days=1)
    return total / timedelta(hours=1)


QUARTER = timedelta(minutes=15)


def shown_at(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """When the clock on the wall first shows this minute of the day.

    It is watched by quarters of an hour. What it leaves out comes as long after the last quarter that it shows as ever.
    """
    shows, after = _clock(day, zone), timedelta(0)
    wanted = datetime.combine(day, time()) + timedelta(minutes=minute)
    while wanted - after not in shows:
        after += QUARTER
    return shows[wanted - after] + after


@cache
def _clock(day: date, zone: ZoneInfo) -> Mapping[datetime, datetime]:
    """What the clock on the wall shows on a day and around it, with the moment at which it does so first."""
    begin, shows = datetime.combine(day, time(), UTC) - timedelta(days=1), dict[datetime, datetime]()
    for quarter in range(3 * 96):
        now = begin + quarter * QUARTER
        shows.setdefault(now.astimezone(zone).replace(tzinfo=None), now)
    return shows


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
        dates = [moment(row, zone).date() for row in rows]
        spoke += [row.id for row, day in zip(rows, dates, strict=True) if first <= day <= last][:1]
        before += [row.id for row, day in zip(rows, dates, strict=True) if first - length <= day < first][:1]
        lately = [row for row, day in zip(rows, dates, strict=True) if last - timedelta(days=30) < day <= last]
        month += [row.id for row in lately[:1]]
        days += len({said_at(row).date() for row in lately})
        returned += [row.id for row in rows if row.id in spoke[-1:] and _was_away(rows, row)]
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


def _was_away(rows: list[Message], again: Message) -> bool:
    """Whether a word ends a silence that is long for somebody, as the label says."""
    known = sorted({said_at(row).date() for row in rows if place(row) < place(again)})
    return len(known) >= 4 and (said_at(again).date() - known[-1]).days > long_for(known)


def _spoke(held: Held) -> Mapping[str, list[Message]]:
    """What each member said: nobody of us, no bot."""
    spoke: defaultdict[str, list[Message]] = defaultdict(list)
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
        if not first <= moment(debut, zone).date() <= last or (hand and hand[0] == "passed"):
            continue
        new.append(debut.id)
        if len({said_at(row).date() for row in rows}) > 1:
            again.append(debut.id)
        flat = held.conversations[debut.conversation].kind in FLAT
        thread = held.by_conversation[debut.conversation]
        later = [ms(one) for one in thread if one.direction == "out" and place(one) > place(debut)]
        answers = later if flat else [ms(one) for one in held.below.get(debut.id, [])]
        greeted = [*answers, *([hand[1]] if hand else [])]
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
