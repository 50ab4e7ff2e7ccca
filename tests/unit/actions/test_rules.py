"""Rules: what they meet, in which order they run, exactly once for each message, and taken back as a whole."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_app.actions import members, rules, triage
from inbox_app.contract.remote import MessageSeen
from inbox_app.domain.abilities import Abilities, Ability
from inbox_app.domain.errors import NotFound, WrongUse
from inbox_app.domain.filter_words import from_words
from inbox_app.domain.filters import Is
from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, MessageId, RuleId
from inbox_app.domain.inbox import ConversationRow
from inbox_app.domain.rules import Rule, RuleDeed, RuleStep, Said, read_rule_steps, said_holds, stored_rule_steps
from inbox_app.domain.words import Action, Hat, OutboxState, State
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import history, inbox, writing
from inbox_app.queries import rules as questions
from inbox_app.storage import accounts
from inbox_app.storage.creation import ME
from inbox_app.storage.store import Store
from tests.unit.ingest.tales import connect, ours, said

me = ColleagueId(ME)


@pytest.fixture
async def home(store: Store) -> AccountId:
    """An account to which nothing was told yet."""
    return await store.write(connect)


async def tell(store: Store, account: AccountId, *events: MessageSeen) -> None:
    await store.write(lambda tx: ingest(tx, account, events))


def rule(name: str, when: str, *steps: str, stop: bool = False) -> Rule:
    return Rule(RuleId(""), name, from_words(when), read_rule_steps(steps), stop=stop)


async def rows(store: Store) -> dict[str, ConversationRow]:
    return {row.snippet: row for row in (await inbox.conversation_page(store, me)).rows}


def tags(row: ConversationRow) -> list[str]:
    return [tag.name for tag in row.tags]


async def test_what_arrives_is_met_once_and_history_never(store: Store, home: AccountId) -> None:
    await rules.save(store, rule("Links", "link kind:comments", "tag spam", "hat social", "priority", "done"))
    tale = (
        said("a", 1, text="See https://pills.example now"),
        said("b", 2, text="Lovely!"),
        said("c", 3, text="Old: http://old.example", history=True),
        ours("d", 4, text="Ours: http://ours.example"),
    )
    await tell(store, home, *tale)
    await tell(store, home, *tale)
    found = await rows(store)
    spam = found["See https://pills.example now"]
    assert (tags(spam), spam.hat, spam.state) == (["spam"], Hat.SOCIAL, State.DONE)
    assert [text for text, row in found.items() if row.tags] == ["See https://pills.example now"]
    assert await inbox.conversation_ids(store, me, from_words("priority")) == [spam.id]
    (run,) = await questions.runs(store)
    assert (run.conversation, run.rule_name, run.undone_at) == (spam.id, "Links", None)


async def test_each_sees_what_the_one_before_did_and_one_that_stops_is_the_last(store: Store, home: AccountId) -> None:
    await rules.save(store, rule("First", "text:refund", "tag money"))
    await rules.save(store, rule("Second", "tag:money", "hat social", stop=True))
    await rules.save(store, rule("Third", "text:refund or text:hello", "tag third"))
    await tell(store, home, said("a", 1, text="A REFUND please"), said("b", 2, text="Hello"))
    found = await rows(store)
    assert (tags(found["A REFUND please"]), found["A REFUND please"].hat) == (["money"], Hat.SOCIAL)
    assert tags(found["Hello"]) == ["third"]
    assert [run.rule_name for run in await questions.runs(store)][::-1] == ["First", "Second", "Third"]

    known = await questions.every(store)
    await rules.arrange(store, [one.id for one in reversed(known)])
    assert [one.name for one in await questions.every(store)] == ["Third", "Second", "First"]
    await rules.switch(store, "third", on=False)
    await tell(store, home, said("c", 3, text="Hello again"))
    assert tags((await rows(store))["Hello again"]) == []


async def test_a_dry_run_changes_nothing_and_counts_what_would_be_met(store: Store, home: AccountId) -> None:
    await tell(store, home, *(said(f"m{one}", one, text="❤️❤️" if one % 3 == 0 else "words") for one in range(9)))
    before = await rows(store)
    emoji = rule("Hearts", "only_emoji", "done")
    run = await questions.dry_run(store, emoji)
    assert (run.looked_at, run.count, [one.snippet for one in run.met]) == (9, 3, ["❤️❤️"] * 3)
    assert (await questions.dry_run(store, emoji, 3)).count == 1
    assert await rows(store) == before
    assert await questions.runs(store) == ()


async def test_everything_a_rule_did_is_taken_back_and_nothing_else(store: Store, home: AccountId) -> None:
    await rules.save(store, rule("All", "text:x", "tag t", "priority", "done"))
    await rules.save(store, rule("Other", "text:y", "tag other"))
    await tell(store, home, *(said(f"m{one}", one, text=f"{'x' if one < 3 else 'y'} {one}") for one in range(5)))
    newest = next(iter((await rows(store)).values()))
    await triage.retag(store, me, [newest.id], put=["mine"])
    assert await rules.revoke(store, "All") == 3
    found = await rows(store)
    assert {text: (tags(row), row.state) for text, row in found.items()} == {
        "x 0": ([], State.OPEN),
        "x 1": ([], State.OPEN),
        "x 2": ([], State.OPEN),
        "y 3": (["other"], State.OPEN),
        "y 4": (["mine", "other"], State.OPEN),
    }
    assert await inbox.conversation_ids(store, me, from_words("priority")) == []
    assert await rules.revoke(store, "All") == 0
    assert {run.undone_at is None for run in await questions.runs(store, "All")} == {False}


async def test_hiding_goes_through_the_outbox_where_it_can_be(store: Store, home: AccountId) -> None:
    await rules.save(store, rule("Pills", "text:pills", "hide", "tag spam"))
    may = Abilities({Action.HIDE: Ability(True)})
    await tell(store, home, said("a", 1, text="pills", abilities=may), said("b", 2, text="pills too"))
    (act,) = await writing.outbox(store)
    found = await rows(store)
    assert (act.conversation, act.state) == (found["pills"].id, OutboxState.QUEUED)
    assert tags(found["pills"]) == tags(found["pills too"]) == ["spam"], "what cannot be done hinders nothing else"
    await rules.revoke(store, "Pills")
    (act,) = await writing.outbox(store)
    assert act.state is OutboxState.UNDONE


async def test_the_first_message_of_a_member_and_a_member_s_tag(store: Store, home: AccountId) -> None:
    await rules.save(store, rule("New", "first_message", "tag newcomer"))
    await tell(store, home, said("a", 1, by="maya", text="first"), said("b", 2, by="maya", text="second"))
    found = await rows(store)
    assert (tags(found["first"]), tags(found["second"])) == (["newcomer"], [])
    thread = await inbox.thread(store, me, found["first"].id)
    member = thread.messages[0].author.member
    assert member is not None
    await members.retag(store, me, [member], put=["Press"])
    await rules.save(store, rule("Press", "member_tag:press", "priority"))
    await tell(store, home, said("c", 3, by="maya", text="third"), said("d", 4, by="noor", text="fourth"))
    assert await inbox.conversation_ids(store, me, from_words("priority")) == [(await rows(store))["third"].id]


async def test_a_rule_that_makes_no_sense_is_refused(store: Store, home: AccountId) -> None:
    for wanted in (rule("", "link", "done"), rule("All", "", "done"), rule("Mine", "mine", "done")):
        with pytest.raises(WrongUse):
            await rules.save(store, wanted)
    for when in ("not unanswered:2d", "link (text:a or unanswered:2d)", "unanswered:2d or unanswered:1w"):
        with pytest.raises(WrongUse, match="when a rule looks"):
            await rules.save(store, rule("Never", when, "done"))
    with pytest.raises(NotFound):
        await rules.save(store, rule("To whom", "link", "assign nobody-here"))
    with pytest.raises(WrongUse):
        rule("Nothing", "link")
    with pytest.raises(WrongUse):
        rule("Odd", "link", "dance")
    made = await rules.save(store, rule("Links", "link", "done"))
    with pytest.raises(WrongUse, match="links"):
        await rules.save(store, rule("links", "link", "done"))
    kept = await questions.named(store, "LINKS")
    await rules.save(store, replace(kept, steps=(RuleStep(RuleDeed.TAG, "link"),)))
    assert (await questions.named(store, made)).steps == (RuleStep(RuleDeed.TAG, "link"),)
    await rules.remove(store, made)
    assert await questions.every(store) == ()


_WITH_VALUE = [RuleDeed.TAG, RuleDeed.UNTAG, RuleDeed.ASSIGN]
_step = st.one_of(
    st.builds(RuleStep, st.sampled_from(_WITH_VALUE), st.from_regex(r"[a-z]+( [a-z]+)?", fullmatch=True)),
    st.builds(RuleStep, st.just(RuleDeed.HAT), st.sampled_from([hat.value for hat in Hat])),
    st.builds(RuleStep, st.sampled_from([deed for deed in RuleDeed if not deed.takes_value])),
)


@given(st.lists(_step, min_size=1).map(tuple))
def test_steps_are_read_back_as_they_were_written(steps: tuple[RuleStep, ...]) -> None:
    lines = [str(step) for step in steps]
    assert read_rule_steps(lines) == steps
    assert stored_rule_steps(lines) == steps


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        ("only_emoji", "🎉 👏!", True),
        ("only_emoji", "🎉 yes", False),
        ("only_emoji", "!!!", False),
        ("only_emoji", "", False),
        ("only_emoji", "€€€ →", False),
        ("only_emoji", "5️⃣ ❤", True),
        ("only_mentions", "@maya @noor@example.net", True),
        ("only_mentions", "@maya look", False),
        ("link", "see www.example.org", True),
        ("link", "see example", False),
        ("longer:3", "one two three four", True),
        ("longer:3", "one two three", False),
        ("shorter:2", "one", True),
        ("text:caffè,tea", "Un CAFFÈ", True),
        ("text:perche", "Perche\u0301 no", True),
    ],
)
def test_what_conditions_about_a_message_mean(words: str, text: str, expected: bool) -> None:
    one = Said(MessageId(1), ConversationId("c"), text, "", False, False, False, frozenset())
    condition = from_words(words)
    assert isinstance(condition, Is)
    assert said_holds(condition, one) is expected


async def test_what_is_not_stored_was_not_met_and_the_next_try_meets_it_once(
    store: Store, home: AccountId, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rules.save(store, rule("Links", "link", "tag spam", "done"))

    def break_off(*_anything: object, **_more: object) -> None:
        raise OSError("the disk is full")

    tale = said("a", 1, text="http://pills.example")
    with monkeypatch.context() as patched:
        patched.setattr(accounts, "keep_cursor", break_off)  # the last thing of the transaction, after the rules
        with pytest.raises(OSError, match="full"):
            await store.write(lambda tx: ingest(tx, home, [tale], cursor={"at": 1}))
    assert await questions.runs(store) == ()
    assert await rows(store) == {}
    for _again in range(2):
        await store.write(lambda tx: ingest(tx, home, [tale], cursor={"at": 1}))
    assert len(await questions.runs(store)) == 1
    assert [past.kind for past in await history.decisions(store)] == ["rule"]
