"""A member's timeline by kind of activity, and what happened away from every channel, written into it by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from inbox_app.actions import members as act
from inbox_app.actions import triage
from inbox_app.domain.encounters import Encounter, Met, on_day
from inbox_app.domain.errors import WrongUse
from inbox_app.domain.ids import AccountId, MemberId
from inbox_app.domain.inbox import NoteRow
from inbox_app.domain.people import Activity
from inbox_app.domain.words import Kind
from inbox_app.queries import members as ask
from inbox_app.storage import accounts
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.unit.actions.test_members import me, of, tell
from tests.unit.ingest.tales import at, connect, ours, said


def connect_mail(tx: Tx) -> AccountId:
    we = accounts.OurselvesThere("us@example.org", "us@example.org", "The Brand", frozenset())
    return accounts.add(tx, "mail", we, {})


@pytest.fixture
async def maya(store: Store) -> MemberId:
    """She commented and wrote a mail; both were answered, and so was somebody else."""
    first, mail = await store.write(connect), await store.write(connect_mail)
    told = (said("a", 1), ours("to a", 2, parent="a"), said("b", 3, by="tom"), ours("to b", 4, parent="b"))
    await tell(store, first, *told)
    hers = said("m", 5, by="maya.two", kind=Kind.MAIL)
    await tell(store, mail, hers, ours("to m", 6, kind=Kind.MAIL, keys=("m",)), said("r", 9, by="x", kind=Kind.REVIEW))
    await act.link(store, me, await of(store, "maya"), await of(store, "maya.two"))
    return await of(store, "maya")


async def lines(store: Store, whose: MemberId, only: Activity | None = None, channel: str = "") -> list[str]:
    found = await ask.timeline(store, me, whose, only=only, channel=channel)
    return [line.text.removeprefix("text of ") for line in found.lines]


async def test_a_timeline_is_narrowed_to_one_kind(store: Store, maya: MemberId) -> None:
    await act.note_member(store, me, maya, "fair", met=Met(Encounter.EVENT, at(3)))
    await act.note_member(store, me, maya, "noted")
    assert await lines(store, maya) == ["noted", "to m", "m", "fair", "to a", "a"]
    assert await lines(store, maya, channel="mail") == ["to m", "m"]
    wanted = {
        Activity.SAID: ["m", "a"],
        Activity.PUBLIC: ["a"],
        Activity.PRIVATE: ["m"],
        Activity.REVIEWS: [],
        Activity.ANSWERED: ["to m", "to a"],
        Activity.NOTED: ["noted", "fair"],
        Activity.REMINDED: [],
        Activity.DECIDED: [],
        Activity.ACTED: [],
    }
    assert {only: await lines(store, maya, only) for only in Activity} == wanted
    assert await lines(store, maya, Activity.NOTED, "mail") == ["noted", "fair"], "they are on no channel"
    assert (await ask.card(store, me, maya)).last_seen == at(5), "what we write down is not heard from them"


async def test_what_happened_at_once_is_on_one_page_and_no_line_comes_twice(store: Store, maya: MemberId) -> None:
    for text in ("one", "two", "three"):
        await act.note_member(store, me, maya, text, met=Met(Encounter.CALL, at(3)))
    pages, older = [], None
    while True:
        page = await ask.timeline(store, me, maya, older_than=older, limit=3)
        pages.append([line.text.removeprefix("text of ") for line in page.lines])
        if (older := page.older_than) is None:
            break
    assert [len(page) for page in pages] == [5, 2]
    assert sorted(pages[0][2:]) == ["one", "three", "two"]
    assert [*pages[0][:2], *pages[1]] == ["to m", "m", "to a", "a"]


async def test_an_encounter_is_a_note_that_is_taken_back_and_comes_back_whole(store: Store, maya: MemberId) -> None:
    met = Met(Encounter.PERSON, at(3))
    made = await act.note_member(store, me, maya, "Talked about grinders", met=met)
    await act.remove_note(store, me, made)
    await triage.undo(store, me)
    await act.change_note(store, me, made, text="Talked about mills")
    (line,) = (await ask.timeline(store, me, maya, only=Activity.NOTED)).lines
    assert isinstance(line, NoteRow)
    assert (line.met, line.text) == (met, "Talked about mills")
    with pytest.raises(WrongUse):
        await act.note_member(store, me, maya, "Fair", met=Met(Encounter.EVENT, store_day(2)))
    assert [note.id for note in (await ask.card(store, me, maya)).notes] == [made]


async def test_an_encounter_is_told_otherwise_and_what_it_told_is_kept(store: Store, maya: MemberId) -> None:
    first = Met(Encounter.PERSON, at(3))
    made = await act.note_member(store, me, maya, "Talked about grinders", met=first)
    await act.change_note(store, me, made, how=Encounter.CALL)
    await act.change_note(store, me, made, met_at=at(5), text="Talked about mills")
    await act.change_note(store, me, made, how=Encounter.CALL, met_at=at(5))
    (line,) = (await ask.timeline(store, me, maya, only=Activity.NOTED)).lines
    assert isinstance(line, NoteRow)
    assert (line.met, line.text) == (Met(Encounter.CALL, at(5)), "Talked about mills")
    assert [(one.met, one.text) for one in await ask.earlier_notes(store, made)] == [
        (Met(Encounter.CALL, at(3)), "Talked about grinders"),
        (first, "Talked about grinders"),
    ], "and what changed nothing is no change"
    await triage.undo(store, me)
    await triage.undo(store, me)
    (line,) = (await ask.card(store, me, maya)).notes
    assert (line.met, line.changed_at) == (first, None)
    with pytest.raises(WrongUse):
        await act.change_note(store, me, made, met_at=store_day(2))
    plain = await act.note_member(store, me, maya, "Likes tea")
    with pytest.raises(WrongUse):
        await act.change_note(store, me, plain, how=Encounter.CALL)


def store_day(later: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=later)


def test_a_day_stands_at_noon_and_today_at_this_moment() -> None:
    now = datetime(2026, 5, 3, 9, tzinfo=UTC)
    assert on_day(date(2026, 5, 3), now) == now
    assert on_day(date(2026, 5, 1), now) == datetime(2026, 5, 1, 12, tzinfo=UTC)
    assert on_day(date(2026, 5, 4), now) > now
