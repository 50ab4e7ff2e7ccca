"""Who is one of us waits for nobody's answer: not with what was said before, nor with what is said from then on."""

from __future__ import annotations

import pytest

from inbox_app.actions import members, triage
from inbox_app.contract.remote import RemoteAuthor, RemoteRecipient
from inbox_app.domain.ids import AccountId
from inbox_app.domain.recipients import REPLY_TO
from inbox_app.domain.report import Part, Report
from inbox_app.domain.words import Kind, State
from inbox_app.queries import history, inbox, reports
from inbox_app.storage import accounts
from inbox_app.storage.store import Store
from tests.unit.actions.test_members import me, of, tell
from tests.unit.ingest.tales import START, connect, ours, said


@pytest.fixture
async def home(store: Store) -> AccountId:
    """Maya asks on her own, and Tom asks below her comment; she answers him twice, and wrote in private."""
    account = await store.write(connect)
    await tell(store, account, said("a", 1), said("t", 2, by="tom", parent="a"), said("b", 3, parent="t"))
    await tell(store, account, said("p", 4, kind=Kind.DIRECT, keys=("talk",)), said("c", 5))
    return account


async def waiting(store: Store) -> dict[str, int]:
    """How many messages of each conversation that is open wait for a reply, by the last one's text."""
    assert await inbox.wrong_counts(store) == 0
    rows = (await inbox.conversation_page(store, me)).rows
    return {row.snippet.removeprefix("text of "): row.needs_reply for row in rows if row.state is State.OPEN}


async def test_nothing_that_one_of_us_says_waits_and_z_brings_it_back(store: Store, home: AccountId) -> None:
    before = await waiting(store)
    assert before == {"b": 3, "p": 1, "c": 1}
    maya = await of(store, "maya")
    await members.count_as_ours(store, me, maya, ours=True)
    assert await waiting(store) == {"b": 1}, "what Tom asked waits still"
    assert [(one.kind, one.title, one.members) for one in await history.decisions(store)] == [("ours", "Maya", 1)]
    await triage.undo(store, me)
    assert await waiting(store) == before
    await members.count_as_ours(store, me, maya, ours=True)
    await triage.finish(store, me, [row.id for row in (await inbox.conversation_page(store, me)).rows])
    await tell(store, home, said("d", 6), said("e", 7, parent="t"), said("f", 8, kind=Kind.DIRECT, keys=("talk",)))
    assert await waiting(store) == {}, "nor does it open what was done"
    await triage.undo(store, me)
    await members.count_as_ours(store, me, maya, ours=False)
    everything = {"e": 4, "f": 2, "c": 1, "d": 1}
    assert await waiting(store) == everything, "a member again: what waited until then, and what was said since"
    await triage.undo(store, me)
    assert await waiting(store) == {"e": 1}
    await triage.undo(store, me)
    assert await waiting(store) == everything, "nobody who was taken for one of us by mistake is left without an answer"


async def test_what_came_while_somebody_was_one_of_us_opens_its_conversation_once_they_are_not(store: Store) -> None:
    account = await store.write(connect)
    await tell(store, account, said("a", 1))
    await triage.finish(store, me, [row.id for row in (await inbox.conversation_page(store, me)).rows])
    await members.count_as_ours(store, me, await of(store, "maya"), ours=True)
    await tell(store, account, said("b", 2, parent="a"), said("auto", 3, needs_work=False))
    assert await waiting(store) == {}
    await triage.undo(store, me)
    assert await waiting(store) == {"b": 1}, "neither what was done before, nor what asks nobody"


async def test_what_bears_the_name_of_another_account_of_ours_waits(store: Store) -> None:
    """A form on our site writes so what somebody asks there, and anybody can write it into a mail."""
    account = await store.write(connect)
    desk = accounts.OurselvesThere("desk@example.org", "desk@example.org", "The Desk", frozenset({"desk@example.org"}))
    await store.write(lambda tx: accounts.add(tx, "practice", desk, {}))
    form = RemoteAuthor("desk@example.org", "desk@example.org", "The Desk")
    await tell(store, account, said("asked", 1, kind=Kind.MAIL, author=form))
    assert await waiting(store) == {"asked": 1}


async def test_no_figure_of_a_report_counts_what_one_of_us_said_unless_one_asks(store: Store, home: AccountId) -> None:
    await tell(store, home, ours("o", 9, parent="t"), said("q", 10, text="When do you open?"))
    days = START.date(), START.date()
    everything = await reports.report(store, *days)
    assert [value(everything, part, key) for part, key in FIGURES] == [6, 1, 6, 6, 6, 4, 1]
    await members.count_as_ours(store, me, await of(store, "maya"), ours=True)
    found = await reports.report(store, *days)
    assert [value(found, part, key) for part, key in FIGURES] == [1, 1, 1, 1, 1, 1, 0], "Tom's alone, and our answer"
    for part, key in FIGURES:
        behind = await reports.behind(store, found.span, part, key)
        assert len(behind) == value(found, part, key), "what a figure leads to is what it counts"
    again = await reports.report(store, *days, with_us=True)
    assert again.parts[Part.TOTALS] == everything.parts[Part.TOTALS]
    assert again.parts[Part.HEAT] == everything.parts[Part.HEAT]
    assert len(await reports.behind(store, again.span, Part.TOTALS, "in")) == 6


FIGURES = (
    (Part.TOTALS, "in"),
    (Part.TOTALS, "out"),
    (Part.CHANNELS, "practice in"),
    (Part.HATS, "community in"),
    (Part.TIME, f"{START.date()} in"),
    (Part.RESPONSE, "begun"),
    (Part.QUESTIONS, "asked"),
)


def value(found: Report, part: Part, key: str) -> float:
    """One figure; what is not told is nothing."""
    return next((one.value or 0 for one in found.parts[part] if one.key == key), 0)


async def test_what_one_of_us_wants_answered_to_somebody_else_waits(store: Store) -> None:
    """As a form on our site writes in a colleague's name, or a colleague forwards what a customer wrote to them."""
    account = await store.write(connect)
    await tell(store, account, said("a", 1, kind=Kind.MAIL))
    await members.count_as_ours(store, me, await of(store, "maya"), ours=True)
    customer = RemoteRecipient(REPLY_TO, "customer@example.com")
    await tell(store, account, said("form", 2, kind=Kind.MAIL, recipients=(customer,)), said("b", 3, kind=Kind.MAIL))
    await tell(store, account, said("c", 4, kind=Kind.MAIL, title="Fwd: Re: Opening hours"))
    await tell(store, account, said("d", 5, kind=Kind.MAIL, title="Re: Fwd: Opening hours"))
    assert await waiting(store) == {"form": 1, "c": 1}
