"""A year of reminders in three zones, through sleep, clocks put wrong and right, summer time, kills: each fires once.

What must fire is counted by hand, day by day on each zone's calendar, not by the code under test.
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, Row, select

from inbox_app.actions import reminders, triage
from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.reminders import About, Plan
from inbox_app.domain.repeats import parse_repeat
from inbox_app.domain.timecode import to_ms
from inbox_app.events import Bus
from inbox_app.paths import resolve_workspace
from inbox_app.storage import falling_due
from inbox_app.storage.creation import ME
from inbox_app.storage.schema import reminder
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from inbox_app.sync.notices import Notice
from inbox_app.sync.scheduler import Scheduler
from tests.fakes.clock import FakeClock
from tests.fakes.inbox import add_account, add_conversation

ZONES = ("Europe/Rome", "America/New_York", "Australia/Lord_Howe")
A_MINUTE_MS = 60_000
"""More than this behind its time, one says that it is late, as the guide has it."""
BEGIN, END = datetime(2026, 11, 26, 12, tzinfo=UTC), datetime(2027, 11, 26, 12, tzinfo=UTC)
RULES: dict[str, Callable[[date], bool]] = {
    "every first monday 9": lambda day: day.weekday() == 0 and day.day <= 7,
    "ogni giorno alle 2:30 di notte": lambda day: True,
    "every 31 of the month at 23:45": lambda day: day.day == 31,
    "ogni ultimo giorno del mese alle 0:15": lambda day: day.day == calendar.monthrange(day.year, day.month)[1],
    "every workday 8": lambda day: day.weekday() < 5,
}
"""Each with the days it means, in plain words of the calendar."""
HOURS = (time(9), time(2, 30), time(23, 45), time(0, 15), time(8))


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Year:
    """The program at work, as its reminders see it."""

    folder: Path
    clock: FakeClock = field(default_factory=lambda: FakeClock(BEGIN))
    chance: Random = field(default_factory=lambda: Random(1))
    notices: list[Notice] = field(default_factory=list)
    looks: list[int] = field(default_factory=list)
    """When it looked and lived to commit what it found, by its own clock."""
    cut: set[int] = field(default_factory=set)
    """When it was killed while it told: what it had not told by then stays untold."""
    shift: timedelta = timedelta(0)
    """By how much the clock is wrong."""
    kills: int = 0
    kill: str = ""
    """Where the process is killed the next time: `inside` the transaction, or `after` its commit, while it tells."""

    @property
    def goes_on(self) -> bool:
        return self.clock.now() - self.shift < END

    def dying(self, follow: Callable[[Tx, Any], Any]) -> Callable[[Tx, Any], Any]:
        """Sets the next of a rule, and may not live to commit it."""

        def follow_or_die(tx: Tx, row: Any) -> Any:
            following = follow(tx, row)
            if self.kill == "inside":
                self.kill = ""
                raise Killed
            return following

        return follow_or_die

    async def run(self) -> None:
        """One life of the program: looks now and then, until it is killed."""
        async with self.process() as (_store, scheduler):
            while self.goes_on:
                self.pass_time()
                if not await self.look(scheduler):
                    self.kills += 1
                    return

    def pass_time(self) -> None:
        """Minutes at work, or days asleep; the clock may be put wrong or right, and death may wait."""
        self.clock.jump(timedelta(minutes=self.chance.choice([1, 10, 30, 60, 600, 1500, 9000])))
        match self.chance.randrange(12):
            case 0 if not self.shift:
                self.shift = timedelta(minutes=self.chance.choice([-180, -61, 47, 200]))
                self.clock.jump(self.shift)
            case 1 | 2:
                self.clock.jump(-self.shift)
                self.shift = timedelta(0)
            case 3:
                self.kill = self.chance.choice(["inside", "after"])

    def must_fire(self, due_at: int) -> tuple[int, bool]:
        """When what is due at a moment is fired, and whether late: at the first look that sees it due, never before."""
        looked = next(one for one in self.looks if one >= due_at)
        return looked, looked - due_at > A_MINUTE_MS

    @asynccontextmanager
    async def process(self) -> AsyncIterator[tuple[Store, Scheduler]]:
        """One run of the program on the workspace."""
        address = resolve_workspace(str(self.folder / "workspace"))
        store = await Store.open(address, Bus(), create=True, clock=self.clock.ms)
        try:
            yield store, Scheduler(store, self.clock, self._tell)
        finally:
            await store.close()

    def _tell(self, notice: Notice) -> None:
        if self.kill == "after" and self.chance.random() < 1 / 2:
            self.kill = ""
            raise Killed
        self.notices.append(notice)

    async def look(self, scheduler: Scheduler) -> bool:
        """Fire what is due; False when the process was killed over it."""
        may_die_inside = self.kill == "inside"
        try:
            await scheduler.fire_due()
        except Killed:
            if not may_die_inside:
                self.cut.add(self.clock.ms())
                self.looks.append(self.clock.ms())
            return False
        self.looks.append(self.clock.ms())
        return True


def moments(zone: str, hour: time, means: Callable[[date], bool]) -> Iterator[datetime]:
    """Every time of a rule in the year: an hour left out is the one after, an hour that comes twice the first."""
    place, day = ZoneInfo(zone), BEGIN.astimezone(ZoneInfo(zone)).date()
    while day <= END.date() + timedelta(1):
        moment = datetime.combine(day, hour, place).astimezone(UTC)
        if means(day) and moment > BEGIN:
            yield moment
        day += timedelta(1)


async def set_year(store: Store, chance: Random) -> Counter[tuple[str, int]]:
    """Set all reminders; returns what must fire within the year, by text and moment."""
    account = await store.write(add_account)
    about, _asked = await store.write(lambda tx: add_conversation(tx, account))
    asleep, _asked = await store.write(lambda tx: add_conversation(tx, account))
    await triage.snooze(store, ColleagueId(ME), [asleep], END + timedelta(days=30))
    wanted: Counter[tuple[str, int]] = Counter()
    for zone in ZONES:
        now = BEGIN.astimezone(ZoneInfo(zone))
        for hour, (words, means) in zip(HOURS, RULES.items(), strict=True):
            repeat, text = parse_repeat(words, now), f"{words} in {zone}"
            assert repeat is not None
            plan = Plan(repeat.first.moment, text, rule=repeat.rule, wall=repeat.first.wall)
            await reminders.remind(store, ColleagueId(ME), [About(about)], plan)
            wanted.update((text, to_ms(moment)) for moment in moments(zone, hour, means))
        for number in range(60):
            minutes = chance.randrange(1, 365 * 24 * 60)
            due = (BEGIN + timedelta(minutes=minutes)).astimezone(ZoneInfo(zone))
            text = f"{number} in {zone}"
            await reminders.remind(store, ColleagueId(ME), [About(about)], Plan(due, text))
            wanted[text, to_ms(due)] += 1
    return wanted


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_year_in_three_zones(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    year = Year(tmp_path, chance=Random(seed))
    monkeypatch.setattr(falling_due, "_follow", year.dying(falling_due._follow))
    async with year.process() as (store, scheduler):
        wanted = await set_year(store, year.chance)
        year.clock.jump(timedelta(days=30))  # nobody was there for a month: more fall due at once than in any week
        await year.look(scheduler)
    while year.goes_on:
        await year.run()
    year.kill = ""
    async with year.process() as (store, scheduler):
        year.clock.jump(timedelta(hours=4) - year.shift)
        await year.look(scheduler)
        fired = await store.read(_fired)
    found = Counter((row.text, row.due_at) for row in fired)
    assert year.kills > 3
    assert len(within(wanted)) > 1200
    assert within(found) == within(wanted)
    told = Counter(notice.reminder for notice in year.notices)
    whole = {row.id for row in fired if row.fired_at not in year.cut}
    assert {*told.values()} == {1}, "told twice"
    assert whole <= {*told} <= {row.id for row in fired}, "told, unless it was killed over it"
    assert max(Counter(row.fired_at for row in fired if row.id in whole).values()) > 100, "many at once"
    assert [(row.fired_at, row.late) for row in fired] == [year.must_fire(row.due_at) for row in fired]
    assert {bool(row.late) for row in fired} == {True, False}
    standing = Counter(row.every and row.text for row in fired if row.done_at is None)
    assert {times for text, times in standing.items() if text} == {1}, "of a rule the newest stands for all"


def within(counted: Counter[tuple[str, int]]) -> Counter[tuple[str, int]]:
    """What falls into the year."""
    return Counter({key: times for key, times in counted.items() if key[1] <= to_ms(END)})


def _fired(conn: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    return conn.execute(select(reminder).where(reminder.c.fired_at.is_not(None))).all()


def test_the_year_holds_what_makes_it_hard() -> None:
    """An hour left out and one that comes twice, in each of the zones."""
    for zone in ZONES:
        place, day = ZoneInfo(zone), date(2026, 11, 26)
        offsets = {datetime.combine(day + timedelta(n), time(12), place).utcoffset() for n in range(366)}
        assert len(offsets) == 2
