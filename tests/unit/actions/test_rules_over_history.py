"""A rule over what is there already, and rules by the clock: each message once, stopped, gone on with, taken back."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from inbox_app.actions import rules, rules_over_history, triage, writing
from inbox_app.actions.writing import Answer
from inbox_app.domain.errors import NotFound, WrongUse
from inbox_app.domain.filter_words import from_words
from inbox_app.domain.ids import AccountId, ColleagueId, MessageId, RuleId
from inbox_app.domain.inbox import ConversationRow
from inbox_app.domain.rules import OverHistory, Rule, RuleTally, read_rule_steps
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import inbox
from inbox_app.queries import rules as questions
from inbox_app.storage import rule_history
from inbox_app.storage.creation import ME
from inbox_app.storage.store import Store
from inbox_app.sync.timed_rules import run_timed_rules
from tests.unit.ingest.tales import connect, said

me = ColleagueId(ME)
MANY = 12
NAMES = ("late", "later")


@pytest.fixture
async def home(store: Store, monkeypatch: pytest.MonkeyPatch) -> AccountId:
    monkeypatch.setattr(rules_over_history, "STRETCH", 5)
    monkeypatch.setattr(rules_over_history, "LOT", 2)
    account = await store.write(connect)
    tale = [said(f"c{at}", at, text="a pill" if at % 2 else "a cake", history=at < 6) for at in range(MANY)]
    await store.write(lambda tx: ingest(tx, account, tale))
    return account


def rule(when: str, *steps: str) -> Rule:
    return Rule(RuleId(""), "Pills", from_words(when), read_rule_steps(steps))


async def rows(store: Store) -> tuple[ConversationRow, ...]:
    return (await inbox.conversation_page(store, me)).rows


async def tagged(store: Store, name: str) -> int:
    return len(await inbox.conversation_ids(store, me, from_words(f"tag:{name}")))


def go_on(_far: OverHistory) -> bool:
    return True


@pytest.mark.usefixtures("home")
async def test_it_is_counted_done_once_and_taken_back(store: Store) -> None:
    before = await rows(store)
    made = await rules.save(store, rule("text:pill", "tag spam", "done"))
    told: list[OverHistory] = []

    def tell(far: OverHistory) -> bool:
        told.append(far)
        return True

    found = await rules_over_history.count(store, await questions.named(store, made), tell)
    assert (found, await rows(store)) == (OverHistory(MANY, MANY, MANY // 2), before)
    assert [one.looked_at for one in told] == [5, 10]
    assert await rules_over_history.apply(store, "pills", go_on) == found
    assert await tagged(store, "spam") == MANY // 2
    assert len(await questions.runs(store, made)) == MANY // 2
    assert (await rules_over_history.apply(store, "pills", go_on)).met == 0, "what it met it does not meet again"
    assert await rules.revoke(store, made) == MANY // 2
    assert await rows(store) == before
    assert (await rules_over_history.apply(store, "pills", go_on)).met == MANY // 2, "taken back, it may again"


@pytest.mark.usefixtures("home")
async def test_stopped_it_goes_on_where_it_ended(store: Store) -> None:
    await rules.save(store, rule("text:pill", "tag spam"))
    first = await rules_over_history.apply(store, "pills", lambda _far: False)
    assert (first.looked_at, first.met) == (5, await tagged(store, "spam"))
    rest = await rules_over_history.apply(store, "pills", go_on)
    assert first.met + rest.met == await tagged(store, "spam") == MANY // 2


async def test_what_waits_too_long_is_met_when_the_time_has_come(store: Store, home: AccountId) -> None:
    at = datetime.now(UTC)
    old, young = at - timedelta(days=3), at - timedelta(hours=3)
    tale = [
        said("old", 50, text="Anybody?", sent_at=old),
        said("late", 51, text="Hello?", sent_at=old),
        said("young", 52, text="Hi", sent_at=young),
    ]
    made = await rules.save(store, rule("unanswered:2d not text:pill not text:cake", "tag late"))
    await store.write(lambda tx: ingest(tx, home, tale))
    assert await tagged(store, "late") == 0, "it does not meet what arrives"
    answered = next(row for row in await rows(store) if row.snippet == "Hello?")
    await writing.reply(store, me, Answer(answered.id, "Here", timedelta(0)))
    assert await run_timed_rules(store) == 1
    (met,) = await questions.runs(store, made)
    assert (met.snippet, await tagged(store, "late")) == ("Anybody?", 1)
    assert await run_timed_rules(store) == 0
    await triage.undo_one(store, met.operation or pytest.fail("it did something"))
    assert await tagged(store, "late") == 0


async def test_what_was_taken_back_is_not_done_again_by_itself(store: Store, home: AccountId) -> None:
    old = said("old", 50, text="Anybody?", sent_at=datetime.now(UTC) - timedelta(days=3))
    await store.write(lambda tx: ingest(tx, home, [old]))
    await rules.save(store, rule("unanswered:2d text:anybody", "tag late"))
    assert await run_timed_rules(store) == 1
    assert await rules.revoke(store, "pills") == 1
    assert (await run_timed_rules(store), await tagged(store, "late")) == (0, 0)
    assert (await rules_over_history.apply(store, "pills", go_on)).met == 1, "where somebody asks for it, it is"


async def test_after_one_that_stops_no_later_one_meets_it_by_the_clock_either(store: Store, home: AccountId) -> None:
    first = replace(rule("unanswered:2d text:anybody", "tag late"), stop=True)
    await rules.save(store, first)
    await rules.save(store, replace(rule("unanswered:2d", "tag later"), name="Others"))
    old = datetime.now(UTC) - timedelta(days=3)
    tale = [said("old", 50, text="Anybody?", sent_at=old), said("older", 51, text="Hello?", sent_at=old)]
    await store.write(lambda tx: ingest(tx, home, tale))
    for _look in range(2):
        await run_timed_rules(store)
        late, later = [set(await inbox.conversation_ids(store, me, from_words(f"tag:{one}"))) for one in NAMES]
        assert late
        assert later
        assert not late & later


async def test_a_rule_that_is_removed_or_switched_off_on_its_way_does_no_more(
    store: Store, home: AccountId, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rules.save(store, rule("text:pill", "tag spam"))
    removing: list[asyncio.Task[Rule]] = []

    def remove(_far: OverHistory) -> bool:
        removing.append(asyncio.create_task(rules.remove(store, "pills")))
        return True

    with pytest.raises(NotFound, match="no rule"):
        await rules_over_history.apply(store, "pills", remove)
    await removing[0]
    assert 0 < await tagged(store, "spam") < MANY // 2
    await rules.save(store, rule("unanswered:2d", "tag late"))
    old = said("old", 50, text="Anybody?", sent_at=datetime.now(UTC) - timedelta(days=3))
    await store.write(lambda tx: ingest(tx, home, [old]))
    found = rule_history.waiting

    def switched_off_after(conn: Connection, of: Rule, now: int) -> list[MessageId]:
        switching.append(asyncio.run_coroutine_threadsafe(rules.switch(store, "pills", on=False), loop))
        return found(conn, of, now)

    switching, loop = list[Future[Rule]](), asyncio.get_running_loop()
    monkeypatch.setattr(rule_history, "waiting", switched_off_after)
    assert (await run_timed_rules(store), await tagged(store, "late"), len(switching)) == (0, 0, 1)


async def test_the_log_is_counted_whole(store: Store, home: AccountId) -> None:
    made = await rules.save(store, rule("text:again", "tag spam"))
    tale = [said(f"n{at}", 100 + at, parent="c1", text="again") for at in range(205)]
    await store.write(lambda tx: ingest(tx, home, tale))
    assert await questions.tally(store, made) == RuleTally(205, 1)
    await rules.revoke(store, made)
    assert await questions.tally(store, made) == RuleTally(205, 0)


def test_a_time_is_a_number_and_a_unit() -> None:
    for wrong in ("unanswered:soon", "unanswered:0d", "unanswered:2", "unanswered:1d,2d"):
        with pytest.raises(WrongUse, match="12h"):
            from_words(wrong)
