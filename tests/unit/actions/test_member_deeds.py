"""What we did about a member in their timeline: decisions, acts on the service, and what became of reminders."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from inbox_app.actions import acting, reminders, triage
from inbox_app.actions import members as act
from inbox_app.domain.ids import ConversationId, MemberId, MessageId, OutboxId
from inbox_app.domain.member_deeds import TAKEN_BACK, Deed, DeedLine, Step
from inbox_app.domain.people import Activity, AnyLine
from inbox_app.domain.reminders import About, Plan
from inbox_app.domain.words import Action, Kind
from inbox_app.queries import members as ask
from inbox_app.storage import outbox
from inbox_app.storage.colleagues import add_colleague
from inbox_app.storage.outbox import Receipt
from inbox_app.storage.schema import message
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.unit.actions.test_acting import THEIRS
from tests.unit.actions.test_encounters import connect_mail
from tests.unit.actions.test_members import me, of, tell
from tests.unit.actions.test_reminders import at, later, set_one
from tests.unit.ingest.tales import connect, said


@pytest.fixture
async def maya(store: Store) -> MemberId:
    """Maya commented twice and wrote a mail; Tom spoke for himself, and below her second comment."""
    first, mail = await store.write(connect), await store.write(connect_mail)
    await tell(store, first, said("a", 1, abilities=THEIRS), said("b", 2), said("t", 3, by="tom", parent="b"))
    await tell(store, first, said("u", 4, by="tom"))
    await tell(store, mail, said("m", 5, by="maya.two", kind=Kind.MAIL))
    await act.link(store, me, await of(store, "maya"), await of(store, "maya.two"))
    return await of(store, "maya")


async def deeds(store: Store, whose: MemberId, only: Activity | None = None, channel: str = "") -> list[DeedLine]:
    found = await ask.timeline(store, me, whose, only=only, channel=channel)
    return [line for line in found.lines if isinstance(line, DeedLine)]


async def place_of(store: Store, remote: str) -> tuple[ConversationId, MessageId]:
    asked = select(message.c.conversation, message.c.id).where(message.c.remote_id == remote)
    row = await store.read(lambda conn: conn.execute(asked).one())
    return ConversationId(row.conversation), MessageId(row.id)


async def test_decisions_about_their_conversations_are_lines_that_lead_there(store: Store, maya: MemberId) -> None:
    (a, _a), (b, _b), (m, _m), (u, _u) = [await place_of(store, one) for one in "abmu"]
    await triage.finish(store, me, [a, b, u])
    await triage.retag(store, me, [b], put=["order"])
    await triage.mark_read(store, me, [a, b, m])
    await triage.snooze(store, me, [m], later(days=3))
    snoozed, tagged, done = await deeds(store, maya, Activity.DECIDED)
    assert [(one.deed, one.kind) for one in (snoozed, tagged)] == [(Deed.DECISION, "snooze"), (Deed.DECISION, "tag")]
    assert (tagged.named, tagged.conversation, tagged.text) == (("order",), b, "text of t")
    assert (done.kind, done.conversation, done.more) == ("done", b, 1), (
        "of hers alone, and where something was said last"
    )
    assert await deeds(store, maya) == [snoozed, tagged, done]
    assert [one.kind for one in await deeds(store, maya, channel="mail")] == ["snooze"]
    await triage.undo(store, me)
    assert await deeds(store, maya, Activity.DECIDED) == [tagged, done], "what was taken back was not decided"
    assert {one.kind for one in await deeds(store, await of(store, "tom"), Activity.DECIDED)} == {"tag", "done"}


def arrive(tx: Tx, which: OutboxId) -> None:
    claimed = outbox.claim(tx, which, None, "desk")
    assert claimed is not None
    outbox.settle_delivered(tx, claimed.id, Receipt(None))


async def test_what_arrived_on_the_service_is_told_of_whom_it_was_done_to(store: Store, maya: MemberId) -> None:
    place, comment = await place_of(store, "a")
    for action, value in ((Action.REACT, "🎉"), (Action.REACT, "-🎉"), (Action.HIDE, "")):
        before = await deeds(store, maya, Activity.ACTED)
        queued = await acting.act(store, me, acting.Deed(comment, action, timedelta(0), value))
        assert await deeds(store, maya, Activity.ACTED) == before, "not there yet"
        await store.write(partial(arrive, which=queued.id))
    told = await deeds(store, maya, Activity.ACTED)
    assert {(one.kind, one.named) for one in told} == {("react", ("🎉",)), (TAKEN_BACK, ("🎉",)), ("hide", ())}
    assert {(one.conversation, one.message, one.text) for one in told} == {(place, comment, "text of a")}
    assert await deeds(store, await of(store, "tom"), Activity.ACTED) == []


async def steps(store: Store, whose: MemberId, channel: str = "") -> list[str]:
    return sorted(f"{one.text} {one.kind}" for one in await deeds(store, whose, Activity.REMINDED, channel))


async def test_what_became_of_a_reminder_is_told_to_whose_it_is(store: Store, maya: MemberId) -> None:
    place, _comment = await place_of(store, "a")
    kept = await set_one(store, About(place), text="kept", due=later(days=2))
    lifted = await set_one(store, About(member=maya), text="lifted")
    await set_one(store, About(place), text="daily", due=later(days=1), rule="FREQ=DAILY")
    anna = await store.write(lambda tx: add_colleague(tx, "Anna"))
    await reminders.remind(store, anna, [About(place)], Plan(later(days=1), "hers"))
    await reminders.finish(store, me, [lifted])
    await store.write(at(later(days=2, hours=1)))
    assert await steps(store, maya) == [
        "daily due", "daily missed", "daily set", "kept due", "kept set", "lifted lifted", "lifted set",
    ]  # fmt: skip
    await reminders.finish(store, me, [kept])
    assert await steps(store, maya, "mail") == ["lifted lifted", "lifted set"], "the member is on every channel"
    (dealt,) = [one for one in await deeds(store, maya) if one.kind == Step.KEPT]
    assert (dealt.text, dealt.conversation) == ("kept", place)


async def test_what_we_did_is_paged_with_the_rest_and_no_line_comes_twice(store: Store, maya: MemberId) -> None:
    for one in "abm":
        await triage.finish(store, me, [(await place_of(store, one))[0]])
    await set_one(store, About(member=maya), due=later(days=2))
    whole = (await ask.timeline(store, me, maya)).lines
    assert len(whole) == 7
    paged: list[AnyLine] = []
    older = None
    while len(paged) < 20:
        page = await ask.timeline(store, me, maya, older_than=older, limit=2)
        paged += page.lines
        if (older := page.older_than) is None:
            break
    assert tuple(paged) == whole
