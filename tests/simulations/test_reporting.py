"""Every figure of a report equals a count by hand, and its messages are those that were counted, on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, insert, select, update

from connectors.practice.places import Place
from inbox_app.actions import members, regrouping, triage, welcoming
from inbox_app.actions.reporting import work_at
from inbox_app.domain.ids import ColleagueId, ConversationId, MemberId
from inbox_app.domain.loyalty import DAY_MS, Standing, judge
from inbox_app.domain.members_list import Wanted
from inbox_app.domain.report import Part, Report, Span
from inbox_app.domain.welcomes import Greeting
from inbox_app.domain.words import Direction, Hat
from inbox_app.domain.working_hours import WorkingHours, parse_hours
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import reports
from inbox_app.storage import asking, judging, member_list, our_questions, people_before, reporting
from inbox_app.storage import schema as s
from inbox_app.storage.creation import ME
from inbox_app.storage.recounting import recount
from inbox_app.storage.rhythms import rhythms
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.connectors.practice.test_engine import add, engine_on
from tests.counted_by_hand import Figures, Held, Hours, count_by_hand, hold
from tests.questions_by_hand import helpers_by_hand, own_by_hand
from tests.unit.ingest.tales import START, connect, ours, said

me = ColleagueId(ME)
ROME = ZoneInfo("Europe/Rome")
PARTLY = parse_hours("mon-thu 9-18, fri 9-12 14-18, sat 9:30-13", "2026-08-17, 2026-12-25")
NINE, NOON, TWO, SIX = 540, 720, 840, 1080
PARTLY_BY_HAND = Hours(
    {**{key: [(NINE, SIX)] for key in range(4)}, 4: [(NINE, NOON), (TWO, SIX)], 5: [(NINE + 30, NOON + 60)]},
    frozenset({date(2026, 8, 17), date(2026, 12, 25)}),
)
CASES = (
    (90, 0, "Europe/Rome", PARTLY, PARTLY_BY_HAND),
    (14, 20, "Europe/Rome", PARTLY, PARTLY_BY_HAND),
    (30, 0, "Asia/Kathmandu", WorkingHours(), Hours()),
    (365, 0, "Australia/Lord_Howe", PARTLY, PARTLY_BY_HAND),
)
"""So many days, which ended so many days ago."""


@pytest.fixture
async def lived_in(store: Store, tmp_path: Path) -> Store:
    """The small practice community, in which people have done all that a figure depends on."""
    for place in Place:
        account = await add(store, place)
        async with engine_on(store, tmp_path / place) as engine:
            await engine.sync_once(frozenset({account}))
    await live(store, Random(5))
    return store


async def live(store: Store, chance: Random) -> None:
    """Hats, decisions, joined and divided conversations, links, greetings, copies and sends that failed."""
    every = [ConversationId(one) for one in await store.read(_conversations)]
    await triage.wear(store, me, chance.sample(every, 200), Hat.SOCIAL)
    await triage.finish(store, me, chance.sample(every, 200))
    for name in ("Resi", "a b"):
        await triage.retag(store, me, chance.sample(every, 90), put=[name])
    await store.write(lambda tx: _finish_before(tx, chance.sample(every, 30)))
    mails = [ConversationId(one) for one in await store.read(partial(_conversations, kind="mail"))]
    for pair in batched(chance.sample(mails, 20), 2):
        await regrouping.merge(store, me, pair)
    new = [MemberId(one) for one in await store.read(_new_members)]
    await welcoming.greet(store, me, new[:5])
    await welcoming.greet(store, me, new[5:8], Greeting.PASSED)
    await members.link(store, me, new[9], new[10])
    await store.write(lambda tx: _spoil(tx, chance))
    one = select(s.account.c.id).order_by(s.account.c.id).limit(1).scalar_subquery()
    await store.write(lambda tx: tx.conn.execute(update(s.account).where(s.account.c.id == one).values(channel="mail")))


def _finish_before(tx: Tx, wanted: list[ConversationId]) -> None:
    """Decided before the first message that is here now, as where an older one was deleted with its account."""
    tx.conn.execute(update(s.conversation).where(s.conversation.c.id.in_(wanted)).values(done_at=1))


def batched(every: list[ConversationId], size: int) -> Iterator[list[ConversationId]]:
    return (every[place : place + size] for place in range(0, len(every), size))


def _conversations(conn: Connection, kind: str = "") -> list[str]:
    c = s.conversation.c
    wanted = select(c.id).where(c.merged_into.is_(None)).order_by(c.last_message, c.id)
    return list(conn.execute(wanted.where(c.kind == kind) if kind else wanted).scalars())


def _new_members(conn: Connection) -> list[str]:
    c = s.member.c
    return list(conn.execute(select(c.id).order_by(c.first_seen.desc(), c.name).limit(30)).scalars())


def _spoil(tx: Tx, chance: Random) -> None:
    """What ingest and sender leave behind now and then."""
    ids = list(tx.conn.execute(select(s.message.c.id).order_by(s.message.c.id)).scalars())
    of_mail = select(s.message.c.id).join(s.conversation, s.conversation.c.id == s.message.c.conversation)
    mails = list(tx.conn.execute(of_mail.where(s.conversation.c.kind == "mail").order_by(s.message.c.id)).scalars())
    ours = select(s.message.c.id).where(s.message.c.direction == "out").order_by(s.message.c.id)
    mine = list(tx.conn.execute(ours).scalars())
    copies = [{"message": one, "original": mails[0]} for one in chance.sample(mails[1:], 40)]
    tx.conn.execute(insert(s.message_copy), copies)
    tx.conn.execute(update(s.message).where(s.message.c.id.in_(chance.sample(mine, 40))).values(state="failed"))
    tx.conn.execute(update(s.message).where(s.message.c.id.in_(chance.sample(ids, 40))).values(context=True))
    _say_who_they_are(tx, chance)
    recount(tx, [ConversationId(one) for one in _conversations(tx.conn)])
    people_before.recount(tx, [MemberId(one) for one in tx.conn.execute(select(s.member.c.id)).scalars()])
    old = update(s.message_text).where(s.message_text.c.id.in_(chance.sample(ids, 1500)))
    tx.conn.execute(old.values(asks=None))


def _say_who_they_are(tx: Tx, chance: Random) -> None:
    """Bots, one of us, and who was blocked: none of them is a member who spoke."""
    outside = select(s.handle.c.id).where(s.handle.c.own.is_(False)).order_by(s.handle.c.channel, s.handle.c.remote_id)
    *bots, one_of_us = chance.sample(list(tx.conn.execute(outside).scalars()), 9)
    tx.conn.execute(update(s.handle).where(s.handle.c.id.in_(bots)).values(is_bot=True))
    tx.conn.execute(update(s.handle).where(s.handle.c.id == one_of_us).values(colleague=ME))
    blocked = chance.sample([*tx.conn.execute(select(s.member.c.id).order_by(s.member.c.name)).scalars()], 8)
    tx.conn.execute(update(s.member).where(s.member.c.id.in_(blocked)).values(blocked=True))


@pytest.mark.timeout(300)
async def test_every_figure_equals_a_count_by_hand(lived_in: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    held = await lived_in.read(hold)
    for days, ago, zone, hours, known in CASES:
        monkeypatch.setattr(reports, "local_zone", partial(ZoneInfo, zone))
        last = datetime.now(UTC).astimezone(ZoneInfo(zone)).date() - timedelta(days=ago)
        first = last - timedelta(days=days - 1)
        await work_at(lived_in, hours)
        by_hand = count_by_hand(held, first, last, ZoneInfo(zone), known)
        found = await reports.report(lived_in, first, last)
        assert by_hand["questions"]["open"][0]
        assert days > 90 or all(by_hand["people"][key][0] for key in ("spoke", "before", "returned", "daily"))
        assert len(by_hand["channels"]) == 2 * len(Direction)
        assert values(found) == {part: {key: one[0] for key, one in rest.items()} for part, rest in by_hand.items()}
        hats = [one.value or 0 for one in found.parts[Part.HATS]]
        assert sum(hats) == sum(one.value or 0 for one in found.parts[Part.TOTALS])
        assert all(hats)
        await check_messages(lived_in, found, by_hand, Part if days < 45 else [Part.TIME])
    await lived_in.read(check_labels)
    await check_questions(lived_in, held)
    await judge_all(lived_in)
    await check_questions(lived_in, held)


async def test_what_was_answered_after_the_days_of_a_report_was_answered(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "local_zone", partial(ZoneInfo, "UTC"))
    account = await store.write(connect)
    events = [said("a", 0), ours("b", 3 * 24 * 60, parent="a")]
    await store.write(lambda tx: ingest(tx, account, events))
    found = await reports.report(store, START.date(), START.date())
    told = {one.key: one.value for one in found.parts[Part.RESPONSE]}
    assert (told["begun"], told["answered"], told["unanswered"], told["first_response_hours"]) == (1, 1, 0, 72)
    assert [one.key for one in found.parts[Part.ACCOUNTS]] == [f"{account} in"]


def check_labels(conn: Connection) -> None:
    """The list of those with a label, for which few are judged, leaves out nobody: now, and had it been another day."""
    days = rhythms(conn)
    newest = max(one.days[-1] for one in days.values())
    found: set[Standing] = set()
    for today in (*range(newest - 120, newest + 90, 7), *range(newest + 350, newest + 370, 5)):
        judged = {one: judge(rhythm, today) for one, rhythm in days.items()}
        for standing in Standing:
            listed = member_list.ids(conn, Wanted(standing=standing), today * DAY_MS + 1)
            assert {*listed} == {one for one, label in judged.items() if label.counts_as(standing)}
            found |= {standing} if listed else set()
    assert found >= {*Standing} - {Standing.PROMISING}


async def check_questions(store: Store, held: Held) -> None:
    """What came of our questions, and who helped: whole, and the first of them."""
    since = store.now() - 90 * DAY_MS
    count, own = await store.read(lambda conn: our_questions.own_questions(conn, since))
    by_hand = own_by_hand(held, since)
    assert count == len(own) == len(by_hand)
    assert sorted((one.answers, one.people) for one in own) == sorted(by_hand.values())
    asked = [one for one in own if str(one.message) in by_hand]
    assert {str(one.message): (one.answers, one.people) for one in asked}.items() <= by_hand.items()
    assert {one.people > 1 for one in own} == {True, False}
    assert [one.asked_at for one in own] == sorted((one.asked_at for one in own), reverse=True)
    assert await store.read(lambda conn: our_questions.own_questions(conn, since, 7)) == (count, own[:7])
    count, helpers = await store.read(lambda conn: asking.helpers(conn, since))
    assert {one.member: (one.helped, one.last.message) for one in helpers} == helpers_by_hand(held, since)
    assert [one.helped for one in helpers] == sorted((one.helped for one in helpers), reverse=True)
    assert count == len(helpers) > 7
    assert await store.read(lambda conn: asking.helpers(conn, since, 7)) == (count, helpers[:7])


def values(found: Report) -> dict[str, dict[str, float | None]]:
    """Part, key and number, of those that say something."""
    always = (Part.RESPONSE, Part.PEOPLE, Part.NEWCOMERS)
    return {
        part.value: {one.key: one.value for one in figures if one.value or part in always}
        for part, figures in found.parts.items()
    }


async def check_messages(store: Store, found: Report, by_hand: Figures, parts: Iterable[Part]) -> None:
    """Opened, each figure lists what was counted, newest first."""
    for part in parts:
        for one in found.parts[part][:40]:
            lines = await reports.behind(store, found.span, part, one.key)
            _value, ids = by_hand.get(part.value, {}).get(one.key, (0, []))
            assert [line.message for line in lines] == sorted(ids, reverse=True), (part, one.key)
            assert one.messages == len(ids), (part, one.key)
    newest = await reports.behind(store, found.span, Part.TOTALS, "in", 10)
    assert [one.message for one in newest] == sorted(by_hand["totals"]["in"][1], reverse=True)[:10]


async def judge_all(store: Store) -> None:
    """What an older Portavoce wrote is judged while it is read, until the engine has judged it: to the same end."""
    before = await store.read(_questions)
    while await store.read(judging.is_left):
        await store.write(judging.judge_some)
    assert await store.read(_questions) == before


def _questions(conn: Connection) -> int:
    span = Span(date(2020, 1, 1), date(2100, 1, 1), ROME)
    asked, answered = reporting.asked(conn, *span.limits)
    told = reporting.questions(conn, *span.limits)
    assert (len(told), sum(told.values())) == (asked, answered)
    return asked
