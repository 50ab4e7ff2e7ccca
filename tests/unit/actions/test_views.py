"""Views: kept under a name, one's own or everybody's, and counted as the list would show them."""

from __future__ import annotations

import pytest

from inbox_app.actions import colleagues, members, triage, views
from inbox_app.domain.errors import NotFound, WrongUse
from inbox_app.domain.filter_words import from_words
from inbox_app.domain.filters import By, Is, for_a_view
from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.views import CountedView, SavedView
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import inbox
from inbox_app.queries import views as questions
from inbox_app.storage import views as stored
from inbox_app.storage.creation import ME
from inbox_app.storage.store import Store
from tests.unit.ingest.tales import connect, ours, said

me = ColleagueId(ME)
VIP = "(tag:VIP or tag:press) not hat:social"


@pytest.fixture
async def home(store: Store) -> None:
    """Three conversations: answered, open, and open with a tag."""
    account = await store.write(connect)
    tale = (said("a", 1), ours("b", 2, parent="a"), said("c", 3), said("d", 4))
    await store.write(lambda tx: ingest(tx, account, tale))
    newest = (await inbox.conversation_ids(store, me))[0]
    await triage.retag(store, me, [newest], put=["vip"])


@pytest.mark.usefixtures("home")
async def test_a_view_selects_and_counts_what_it_says(store: Store) -> None:
    made = await views.save(store, me, "  Our   guests ", from_words(VIP))
    await views.save(store, me, "Answered", from_words("state:waiting"))
    await views.save(store, me, "Rest", from_words(f"not ({VIP})"))
    counts = {one.view.name: one.count for one in await questions.counted(store, me)}
    assert counts == {"Our guests": 1, "Answered": 1, "Rest": 1}, "what is open, unless the view speaks of states"
    found = await questions.named(store, me, "our GUESTS")
    assert found == await questions.named(store, me, made) == SavedView(made, "Our guests", from_words(VIP), me)
    assert len(await inbox.conversation_ids(store, me, found.filter)) == 1


async def test_a_view_of_people_with_a_tag_holds_what_they_take_part_in(store: Store) -> None:
    account = await store.write(connect)
    await store.write(lambda tx: ingest(tx, account, (said("a", 1, by="maya"), said("b", 2, by="noor"))))
    noor_s = (await inbox.conversation_ids(store, me))[0]
    member = (await inbox.thread(store, me, noor_s)).messages[0].author.member
    assert member is not None
    await members.retag(store, me, [member], put=["Ambassador"])
    (tag,) = await inbox.tags(store)
    assert tag.on_members_alone
    assert await inbox.conversation_ids(store, me, for_a_view(from_words("member_tag:ambassador"))) == [noor_s]
    assert await inbox.conversation_ids(store, me, Is(By.MEMBER_TAG, (tag.id,))) == [noor_s]
    assert await inbox.conversation_ids(store, me, from_words("tag:ambassador")) == []
    await triage.retag(store, me, [noor_s], put=["Ambassador"])
    assert not (await inbox.tags(store))[0].on_members_alone


@pytest.mark.usefixtures("home")
async def test_counting_stops_where_it_would_become_slow(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await views.save(store, me, "Most", from_words("state:open,waiting"))
    monkeypatch.setattr(stored, "MOST_COUNTED", 2)
    (one,) = await questions.counted(store, me)
    assert one == CountedView(one.view, 2, is_more=True)
    monkeypatch.setattr(stored, "MOST_COUNTED", 1)
    assert await questions.matches(store, me, from_words("state:open,waiting")) == 2, "one more than it would say"


async def test_saved_again_it_is_the_same_view_and_removed_it_is_gone(store: Store) -> None:
    made = await views.save(store, me, "To me", from_words("mine"))
    assert await views.save(store, me, "to me", from_words("unread")) == made
    (one,) = await questions.every(store, me)
    assert (one.name, one.filter) == ("to me", from_words("unread"))
    other = await views.save(store, me, "Another", from_words("mine"))
    with pytest.raises(WrongUse, match="to me"):
        await views.change(store, SavedView(other, "to me", from_words("mine"), me))
    await views.remove(store, me, "To me")
    with pytest.raises(NotFound):
        await questions.named(store, me, made)


async def test_one_s_own_and_everybody_s(store: Store) -> None:
    ada = await colleagues.add(store, "Ada")
    await views.save(store, me, "Press", from_words("tag:press"))
    shared = await views.save(store, me, "Guests", from_words("tag:vip"), shared=True)
    assert [one.id for one in await questions.every(store, ada)] == [shared]
    own = await views.save(store, ada, "Guests", from_words("mine"))
    assert (await questions.named(store, ada, "guests")).id == own, "one's own comes first"
    assert (await questions.named(store, me, "guests")).id == shared


@pytest.mark.parametrize("name", ["", "  ", "Open", "unread"])
async def test_a_name_that_cannot_be_is_refused(store: Store, name: str) -> None:
    with pytest.raises(WrongUse):
        await views.save(store, me, name, from_words("mine"))


@pytest.mark.usefixtures("home")
async def test_a_view_is_moved_and_stays_where_it_was_put(store: Store) -> None:
    for name in ("One", "Two", "Three"):
        await views.save(store, me, name, from_words("mine"), shared=name == "Two")

    async def order() -> list[str]:
        return [one.name for one in await questions.every(store, me)]

    assert await views.move(store, me, "three", -1)
    assert await order() == ["One", "Three", "Two"]
    assert await views.move(store, me, "One", 7)
    assert await order() == ["Three", "Two", "One"]
    assert not await views.move(store, me, "One", 1), "it is the last already"
    await views.save(store, me, "Two", from_words("unread"), shared=True)
    await views.save(store, me, "Four", from_words("unread"))
    assert await order() == ["Three", "Two", "One", "Four"], "changed it keeps its place, a new one comes last"
    with pytest.raises(NotFound):
        await views.move(store, me, "Five", 1)
