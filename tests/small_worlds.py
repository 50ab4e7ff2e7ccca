"""Small worlds for property tests: some people, what they said on days where rules have edges, and what we did.

A world is a list of steps; `play` lets them happen and says after each how the world stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, select, update

from inbox_app.contract.remote import MessageGone, MessageSeen, RemoteMessage
from inbox_app.domain.erasure import Erasing
from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, HandleId, MemberId, OperationId
from inbox_app.domain.timecode import to_ms
from inbox_app.domain.welcomes import Greeting
from inbox_app.domain.words import Direction, Kind
from inbox_app.ingest.ingest import ingest
from inbox_app.storage import accounts, erasing, recounting, regrouping, teammates, undoing, welcoming
from inbox_app.storage import schema as s
from inbox_app.storage.creation import ME
from inbox_app.storage.linking import link, split, unlink
from inbox_app.storage.tracing import find_person
from inbox_app.storage.transaction import Tx
from tests.unit.ingest.tales import US, connect, person

me = ColleagueId(ME)
PEOPLE = ("ada", "bea", "cleo", "dora", "eve", "bot", "cousin")
"""A bot among them, and one who writes to another account and whom we may count as one of us."""
BEGIN = datetime(2026, 11, 30, 12, tzinfo=UTC)
ZONES = tuple(map(ZoneInfo, ("UTC", "Europe/Rome", "Asia/Kathmandu", "Australia/Lord_Howe", "America/New_York")))
TIMES = (timedelta(0), timedelta(hours=11, minutes=59), timedelta(hours=24) - timedelta(milliseconds=1))
"""The ends of a day of UTC: in other zones they lie on another day."""
TEXTS = {
    "When does it open?": True,
    "Come si fa": True,
    "See https://example.org/a?b=c": False,
    "At six.": False,
    "Really?!": True,
}
"""What is said, and whether it is a question to whoever reads it."""
KINDS = (Kind.COMMENTS, Kind.COMMENTS, Kind.DIRECT, Kind.MAIL)
"""What is said takes turns; an answer is of the same kind. A mail names its thread alone: its clocks need not agree."""
DAY_MS = 86_400_000
EDGES = (-1, 0, 1, 3, 20, 21, 22, 23, 29, 30, 31, 32, 59, 60, 61, 88, 89, 90, 91, 364, 365, 366, 367)


@dataclass(frozen=True)
class Word:
    """One thing that was said: how many days ago and when on that day, by whom (`us` for us), below which one."""

    by: str
    ago: int
    at: timedelta
    text: str
    zone: ZoneInfo
    below: int | None = None
    history: bool = False
    context: bool = False


@dataclass(frozen=True)
class Step:
    """What happens next: some words arrive, or something is done about people; then days pass."""

    does: str
    words: tuple[Word, ...] = ()
    one: int = 0
    other: int = 0
    days: int = 0


def days_ago(chance: Random) -> list[int]:
    """Days on which somebody spoke: single ones at edges of the rules, lately, or a rhythm with or without a return."""
    match chance.randrange(8):
        case 0:
            return chance.sample(EDGES, chance.randrange(1, 6))
        case 1 | 2:
            return chance.sample(range(33), chance.randrange(1, 6))
        case 3 | 4:
            return [*range(chance.randrange(9), chance.choice((58, 59, 60, 61, 90)), chance.choice((5, 6, 7, 20)))]
    pause, odd, returns = chance.choice((1, 2, 3, 5, 7, 8, 9)), chance.randrange(2), chance.random() < 1 / 2
    end = chance.choice(EDGES[:12] if returns else EDGES)
    rhythm = [end + number * pause + odd * (number % 2) for number in range(chance.choice((3, 4, 5, 8, 12, 13)))]
    if returns:
        away = chance.choice((20, 21, 22, 3 * pause, 3 * pause + 1, 3 * pause + 2, 3 * pause + 3))
        again = range(chance.randrange(1, 4))
        rhythm = [*(end - number for number in again), *(one + away for one in rhythm)]
    return rhythm


def words(chance: Random, by: str) -> tuple[Word, ...]:
    """What one person said, or we did, on such days, twice on the first of them, in no order."""
    days, history = days_ago(chance), chance.choice((0, 0, 1 / 3, 1))
    told = [
        Word(
            by=by,
            ago=ago,
            at=chance.choice(TIMES),
            text=chance.choice([*TEXTS]),
            zone=chance.choice(ZONES),
            below=chance.choice((None, chance.randrange(60))),
            history=chance.random() < history,
            context=by != "us" and chance.random() < 1 / 15,
        )
        for ago in (*days, max(days))
    ]
    return tuple(chance.sample(told, len(told)))


DEEDS = (
    *("hear", "hear", "hear", "link", "link", "link", "unlink", "split", "split", "undo", "undo", "ours", "members"),
    *("erase", "join", "join", "delete", "greet", "pass", "fail"),
)


def world(seed: int, deeds: int) -> list[Step]:
    """Everybody speaks, and then so many things are decided about them, while some speak on and days pass."""
    chance = Random(seed)
    everybody = tuple(word for by in (*PEOPLE, "us") for word in words(chance, by))
    return [
        Step("hear", tuple(chance.sample(everybody, len(everybody)))),
        *(
            Step(
                deed,
                tuple(word for by in chance.sample((*PEOPLE, "us"), 2) for word in words(chance, by)),
                *(chance.randrange(60), chance.randrange(60)),
                chance.choice((0, 0, 1, 8, 30, 31)),
            )
            for deed in chance.sample(DEEDS, deeds)
        ),
    ]


def play(tx: Tx, steps: list[Step]) -> Iterator[Tx]:
    """Let it happen; after each step and the days that pass with it, the world is to be looked at."""
    tx.now = to_ms(BEGIN)
    world = World(tx, (connect(tx), _another(tx, "practice", "desk@example.org"), _another(tx, "elsewhere", US.handle)))
    for step in steps:
        if step.does == "hear":
            world.hear(step.words)
        else:
            world.do(step)
        tx.now += step.days * DAY_MS + 1
        yield tx


def _another(tx: Tx, channel: str, handle: str) -> AccountId:
    return accounts.add(tx, channel, accounts.OurselvesThere(handle, handle, US.name, frozenset({handle})), {})


@dataclass
class World:
    """The program with three accounts: two on one channel, which both get all mail, and one on another."""

    tx: Tx
    homes: tuple[AccountId, AccountId, AccountId]
    heard: int = 0

    def hear(self, told: tuple[Word, ...]) -> None:
        """Half of it now, the rest in a batch of its own."""
        events = [(home, event) for event in map(self._event, told) for home in self._reaches(event.message)]
        for part in (events[::2], events[1::2]):
            for home in self.homes:
                ingest(self.tx, home, [event for where, event in part if where == home], keep=lambda raw: raw.hex())

    def _reaches(self, one: RemoteMessage) -> tuple[AccountId, ...]:
        home, desk, elsewhere = self.homes
        if one.author.name == "Cousin":
            return (elsewhere,)
        return (home, desk) if one.kind is Kind.MAIL else (home,)

    def _event(self, word: Word) -> MessageSeen:
        self.heard += 1
        midnight = datetime.fromtimestamp(self.tx.now // DAY_MS * DAY_MS / 1000, UTC)
        name, kind = f"m{self.heard}", KINDS[self.heard % len(KINDS)]
        parent = None if word.below is None else f"m{word.below + (self.heard - word.below) % len(KINDS)}"
        author = US if word.by == "us" else replace(person(word.by), is_bot=word.by == "bot")
        return MessageSeen(
            RemoteMessage(
                remote_id=name,
                kind=kind,
                keys=("talk",) if kind is Kind.DIRECT else tuple(filter(None, (name, parent))),
                author=author,
                direction=Direction.OUTGOING if word.by == "us" else Direction.INCOMING,
                sent_at=(midnight - timedelta(days=word.ago) + word.at).astimezone(word.zone),
                text=word.text,
                parent=None if kind is Kind.MAIL else parent,
                history=word.history,
                context=word.context,
                copy_key=name if kind is Kind.MAIL else None,
                raw=b"as it came" if kind is Kind.MAIL else None,
            )
        )

    def do(self, step: Step) -> None:
        """What somebody does in the window; where the program refuses, nothing happens."""
        one, other = step.one, step.other
        deeds: dict[str, Callable[[], object]] = {
            "link": lambda: link(self.tx, me, self._member(one), self._member(other), ""),
            "unlink": lambda: unlink(self.tx, me, self._handle(one)),
            "split": lambda: split(self.tx, me, self._handle(one), self._moment(other), "before"),
            "undo": lambda: undoing.undo(self.tx, self._decision(one)),
            "ours": lambda: teammates.count_as_ours(self.tx, me, self._member(one), ours=True),
            "members": lambda: teammates.count_as_ours(self.tx, me, self._member(one), ours=False),
            "erase": lambda: self._erase(self._member(one), [*Erasing][other % 2]),
            "join": lambda: regrouping.merge(self.tx, me, self._conversation(one), self._conversation(other)),
            "delete": lambda: ingest(self.tx, self.homes[0], [MessageGone(f"m{one}")]),
            "greet": lambda: welcoming.greet(self.tx, me, [self._member(one)], Greeting.WELCOMED),
            "pass": lambda: welcoming.greet(self.tx, me, [self._member(one)], Greeting.PASSED),
            "fail": lambda: self._fail(one),
        }
        with suppress(UserFacingError, IndexError), self.tx.conn.begin_nested():
            deeds[step.does]()

    def _erase(self, whom: MemberId, how: Erasing) -> None:
        erasing.erase(self.tx, whom, how, find_person(self.tx.conn, whom).name)

    def _fail(self, number: int) -> None:
        """An answer of ours never left."""
        mine = self._pick(select(s.message).where(s.message.c.direction == "out").order_by(s.message.c.id), number)
        self.tx.conn.execute(update(s.message).where(s.message.c.id == mine.id).values(state="failed"))
        recounting.recount(self.tx, [ConversationId(mine.conversation)])

    def _member(self, number: int) -> MemberId:
        """One of those who are there, in the order of their first handles."""
        people = _HANDLES.where(s.handle.c.member.is_not(None), s.handle.c.is_bot.is_(False))
        return MemberId(self._pick(people, number).member)

    def _handle(self, number: int) -> HandleId:
        return HandleId(self._pick(_HANDLES, number).id)

    def _conversation(self, number: int) -> ConversationId:
        c = s.conversation.c
        alive = select(c.id).where(c.merged_into.is_(None)).order_by(c.last_message, c.id)
        return ConversationId(self._pick(alive, number).id)

    def _moment(self, number: int) -> int:
        row = self._pick(select(s.message).order_by(s.message.c.id), number)
        return int(min(row.sent_at, row.received_at))

    def _decision(self, number: int) -> OperationId:
        c = s.operation.c
        return OperationId(self._pick(select(c.id).where(c.undone_at.is_(None)).order_by(c.at.desc(), c.id), number).id)

    def _pick(self, wanted: Select[Any], number: int) -> Row[Any]:
        rows = self.tx.conn.execute(wanted).all()
        return rows[number % len(rows)] if rows else rows[0]


_HANDLES = select(s.handle).where(s.handle.c.own.is_(False)).order_by(s.handle.c.channel, s.handle.c.remote_id)
