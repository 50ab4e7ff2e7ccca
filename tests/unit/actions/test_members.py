"""Notes, facts, tags and links of members: nothing is lost, each can be taken back, histories stay what they were."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import event, select

from inbox_app.actions import colleagues, triage
from inbox_app.actions import members as act
from inbox_app.contract.remote import MessageSeen, RemoteAuthor
from inbox_app.domain.errors import NotFound, Refused, WrongUse
from inbox_app.domain.ids import AccountId, ColleagueId, MemberId, MessageId, NoteId, OperationId
from inbox_app.domain.people import AnyLine, Card, Fact, FieldType, Reason
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import history, inbox
from inbox_app.queries import members as ask
from inbox_app.storage import accounts, member_facts
from inbox_app.storage.creation import ME
from inbox_app.storage.schema import operation
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.unit.ingest.tales import connect, ours, said

me = ColleagueId(ME)


def connect_another(tx: Tx) -> AccountId:
    we = accounts.OurselvesThere("other@example.org", "other@example.org", "The Brand", frozenset())
    return accounts.add(tx, "practice", we, {})


@pytest.fixture
async def home(store: Store) -> AccountId:
    """Maya spoke twice and Tom once on one account, Maya's second name once on another."""
    account = await store.write(connect)
    other = await store.write(connect_another)
    await tell(store, account, said("a", 1), said("b", 2, by="tom"), said("c", 3, parent="b"), ours("d", 4, parent="a"))
    await tell(store, other, said("x", 5, by="maya.two"))
    return account


async def tell(store: Store, account: AccountId, *events: MessageSeen) -> None:
    await store.write(lambda tx: ingest(tx, account, events))


async def of(store: Store, name: str) -> MemberId:
    found = await ask.page(store, words=name)
    return next(one.id for one in found.lines if f"{name}@example.net" in one.handles)


async def card(store: Store, name: str) -> Card:
    return await ask.card(store, me, await of(store, name))


@pytest.mark.usefixtures("home")
async def test_a_card_says_who_somebody_is(store: Store) -> None:
    found = await card(store, "maya")
    assert (found.name, found.messages, found.conversations) == ("Maya", 2, 2)
    assert [one.handle for one in found.handles] == ["maya@example.net"]
    assert [line.text for line in found.recent.lines] == ["text of c", "text of a"]
    assert found.first_seen == found.recent.lines[-1].said_at
    with pytest.raises(NotFound):
        await ask.card(store, me, MemberId("nobody"))


@pytest.mark.usefixtures("home")
async def test_lists_find_by_any_name_and_page_without_gaps(store: Store) -> None:
    everybody = [line.id for line in (await ask.page(store)).lines]
    assert len(everybody) == 3
    paged: list[MemberId] = []
    after: str | None = None
    while True:
        page = await ask.page(store, after=after, limit=1)
        paged += [line.id for line in page.lines]
        after = page.next
        if after is None:
            break
    assert paged == everybody
    assert [line.name for line in (await ask.page(store, words="MÀYA two")).lines] == ["Maya.Two"]
    with pytest.raises(WrongUse):
        await ask.page(store, after="nowhere")


@pytest.mark.usefixtures("home")
async def test_a_note_is_seen_in_every_thread_and_in_the_list(store: Store) -> None:
    maya = await of(store, "maya")
    await act.note_member(store, me, maya, "  Prefers light roasts ")
    rows = (await inbox.conversation_page(store, me)).rows
    threads = [await inbox.thread(store, me, row.id) for row in rows]
    theirs = [one for one in threads if any(row.author.member == maya for row in one.messages)]
    assert len(theirs) == 2
    assert all([note.text for note in one.notes] == ["Prefers light roasts"] for one in theirs)
    assert {row.id for row in rows if row.has_notes} == {one.row.id for one in theirs}


@pytest.mark.usefixtures("home")
async def test_a_note_on_a_conversation_stands_in_that_one_alone(store: Store) -> None:
    first, second, *_rest = (await inbox.conversation_page(store, me)).rows
    await act.note_conversation(store, me, first.id, "Call them")
    assert [one.text for one in (await inbox.thread(store, me, first.id)).notes] == ["Call them"]
    assert (await inbox.thread(store, me, second.id)).notes == ()
    assert await triage.undo(store, me) == (first.id,)
    assert (await inbox.thread(store, me, first.id)).notes == ()


@pytest.mark.usefixtures("home")
async def test_what_a_note_said_before_is_kept(store: Store) -> None:
    note = await act.note_member(store, me, await of(store, "maya"), "One")
    await act.change_note(store, me, note, text="Two")
    await act.change_note(store, me, note, pinned=True)
    await act.change_note(store, me, note, text="Three")
    assert [one.text for one in await ask.earlier_notes(store, note)] == ["Two", "One"]
    await triage.undo(store, me)
    assert (await ask.note(store, note)).text == "Two"
    assert [one.text for one in await ask.earlier_notes(store, note)] == ["One"]
    assert (await ask.note(store, note)).pinned


@pytest.mark.usefixtures("home")
async def test_a_note_thrown_away_comes_back_as_it_was(store: Store) -> None:
    note = await act.note_member(store, me, await of(store, "maya"), "Keep me", pinned=True)
    before = await ask.note(store, note)
    await act.remove_note(store, me, note)
    assert (await card(store, "maya")).notes == ()
    with pytest.raises(NotFound):
        await ask.note(store, note)
    await triage.undo(store, me)
    assert await ask.note(store, note) == before


@pytest.mark.usefixtures("home")
async def test_what_somebody_else_did_meanwhile_stands_in_no_undos_way(store: Store) -> None:
    noor = await colleagues.add(store, "Noor")
    maya = await of(store, "maya")
    size = await act.define_field(store, "Size", FieldType.TEXT)
    await act.retag(store, me, [maya], put=["VIP"])
    await act.say(store, me, maya, {}, {size: "12"})
    await act.say(store, me, maya, {}, {size: ""})
    await act.retag(store, me, [maya], take=["VIP"])
    await act.retag(store, noor, [maya], put=["VIP"])
    await act.drop_field(store, size)
    await triage.undo(store, me)
    assert [tag.name for tag in (await card(store, "maya")).tags] == ["VIP"]
    await triage.undo(store, me)
    assert (await card(store, "maya")).fields == ()


@pytest.mark.usefixtures("home")
async def test_a_note_needs_words_and_somebody_it_is_about(store: Store) -> None:
    maya = await of(store, "maya")
    for text in ("", "  \n ", "x" * 20_001):
        with pytest.raises(WrongUse):
            await act.note_member(store, me, maya, text)
    with pytest.raises(NotFound):
        await act.note_member(store, me, MemberId("nobody"), "Hello")
    with pytest.raises(NotFound):
        await act.change_note(store, me, NoteId("none"), text="Hello")


@pytest.mark.usefixtures("home")
async def test_facts_and_fields_are_said_and_taken_back(store: Store) -> None:
    maya = await of(store, "maya")
    size = await act.define_field(store, "Cup size", FieldType.NUMBER, key=True)
    before = await card(store, "maya")
    await act.say(store, me, maya, {Fact.PREFERRED_NAME: "Maja", Fact.ADDRESS_FORM: "Lei"}, {size: "3.5"})
    after = await card(store, "maya")
    assert (after.name, after.given_name) == ("Maja", "Maya")
    assert after.facts[Fact.ADDRESS_FORM].value == "lei"
    assert [(one.name, known.value) for one, known in after.fields] == [("Cup size", "3.5")]
    await triage.undo(store, me)
    assert await card(store, "maya") == before


@pytest.mark.usefixtures("home")
async def test_a_value_of_another_kind_is_refused_and_changes_nothing(store: Store) -> None:
    maya = await of(store, "maya")
    size = await act.define_field(store, "Size", FieldType.NUMBER)
    born = await act.define_field(store, "Birthday", FieldType.DATE)
    before = await card(store, "maya")
    for facts, own in (
        ({Fact.ADDRESS_FORM: "voi"}, {}),
        ({Fact.PRONOUNS: "she"}, {size: "many"}),
        ({}, {born: "soon"}),
        ({Fact.CONSENT: "perhaps"}, {}),
        ({}, {size: "nan"}),
        ({}, {size: "1_000"}),
    ):
        with pytest.raises(WrongUse):
            await act.say(store, me, maya, facts, own)
    assert await card(store, "maya") == before
    with pytest.raises(WrongUse):
        await act.define_field(store, "language", FieldType.TEXT)
    await act.say(store, me, maya, {}, {size: "12"})
    with pytest.raises(WrongUse, match="says “12” of somebody"):
        await act.define_field(store, "size", FieldType.DATE)
    assert await act.define_field(store, "Size", FieldType.TEXT) == size


@pytest.mark.usefixtures("home")
async def test_tags_are_put_and_taken_as_decided(store: Store) -> None:
    both = [await of(store, "maya"), await of(store, "tom")]
    await act.retag(store, me, both, put=["VIP", "Caffè"])
    await act.retag(store, me, both[:1], put=["vip"], take=["caffè"])
    assert [one.name for one in (await card(store, "maya")).tags] == ["VIP"]
    assert [one.name for one in (await card(store, "tom")).tags] == ["Caffè", "VIP"]
    await triage.undo(store, me)
    await triage.undo(store, me)
    assert (await card(store, "maya")).tags == (await card(store, "tom")).tags == ()


async def with_something_on_each(store: Store) -> tuple[MemberId, MemberId]:
    maya, two = await of(store, "maya"), await of(store, "maya.two")
    place = await act.define_field(store, "Place", FieldType.TEXT)
    await act.note_member(store, me, maya, "first")
    await act.note_member(store, me, two, "second")
    await act.retag(store, me, [maya], put=["VIP"])
    await act.retag(store, me, [two], put=["Press", "VIP"])
    await act.say(store, me, maya, {Fact.LANGUAGE: "en"}, {place: "Gothenburg"})
    await act.say(store, me, two, {Fact.LANGUAGE: "sv", Fact.PRONOUNS: "she"}, {place: "Malmö"})
    return maya, two


@pytest.mark.usefixtures("home")
async def test_a_link_loses_nothing_of_either(store: Store) -> None:
    maya, two = await with_something_on_each(store)
    assert await act.link(store, me, maya, two, "same name") == maya
    found = await ask.card(store, me, two)
    assert found == await ask.card(store, me, maya)
    assert [one.name for one in found.tags] == ["Press", "VIP"]
    assert {one.text for one in found.notes} == {"first", "second"}
    assert {one.member for one in found.notes} == {maya}
    assert (found.facts[Fact.LANGUAGE].value, found.facts[Fact.LANGUAGE].also) == ("en", ("sv",))
    assert found.facts[Fact.PRONOUNS].value == "she"
    assert [(known.value, known.also) for _field, known in found.fields] == [("Gothenburg", ("Malmö",))]
    assert [line.text for line in found.recent.lines] == ["text of x", "text of c", "text of a"]
    assert [(one.handle, one.linked) for one in found.handles] == [
        ("maya@example.net", False),
        ("maya.two@example.net", True),
    ]
    assert found.messages == 3
    assert {one.id for one in (await ask.page(store)).lines} == {maya, await of(store, "tom")}
    seen = [await inbox.thread(store, me, row.id) for row in (await inbox.conversation_page(store, me)).rows]
    assert all({note.text for note in one.notes} == {"first", "second"} for one in seen)
    assert all(one.row.has_notes for one in seen)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("way", ["unlink", "take back", "undo"])
async def test_taken_apart_both_are_what_they_were(store: Store, way: str) -> None:
    maya, two = await with_something_on_each(store)
    before = [await ask.card(store, me, one) for one in (maya, two)]
    rows = (await inbox.conversation_page(store, me)).rows
    await act.link(store, me, maya, two)
    handle = before[1].handles[0].id
    if way == "unlink":
        assert await act.unlink(store, me, handle) == two
    elif way == "take back":
        await act.take_link_back(store, handle)
    else:
        await triage.undo(store, me)
    assert [await ask.card(store, me, one) for one in (maya, two)] == before
    assert (await inbox.conversation_page(store, me)).rows == rows
    with pytest.raises(Refused):
        await act.unlink(store, me, handle)


@pytest.mark.usefixtures("home")
async def test_a_link_of_links_comes_apart_in_each_way(store: Store) -> None:
    maya, two = await with_something_on_each(store)
    tom = await of(store, "tom")
    before = {one: await ask.card(store, me, one) for one in (maya, two, tom)}
    assert before[tom].notes == ()
    await act.link(store, me, maya, two)
    pair = await ask.card(store, me, maya)
    await act.link(store, me, tom, maya)
    assert len((await ask.card(store, me, two)).handles) == 3
    assert {one.text for one in (await ask.card(store, me, tom)).notes} == {"first", "second"}
    await act.take_link_back(store, before[maya].handles[0].id)
    assert await ask.card(store, me, maya) == pair
    assert await ask.card(store, me, tom) == before[tom]
    await act.link(store, me, tom, maya)
    await act.unlink(store, me, before[maya].handles[0].id)
    alone = await ask.card(store, me, maya)
    assert (alone.messages, [one.text for one in alone.notes]) == (2, ["first"])
    assert {one.text for one in (await ask.card(store, me, tom)).notes} == {"second"}
    await act.unlink(store, me, before[two].handles[0].id)
    assert {one: await ask.card(store, me, one) for one in before} == before


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_links_come_apart_in_whatever_order_they_are_taken_back(store: Store, order: tuple[int, int]) -> None:
    maya, two = await with_something_on_each(store)
    tom = await of(store, "tom")
    before = {one: await ask.card(store, me, one) for one in (maya, two, tom)}
    await act.link(store, me, maya, two)
    await act.link(store, me, tom, maya)
    made = select(operation.c.id).where(operation.c.kind == "link").order_by(operation.c.at, operation.c.id)
    links = await store.read(lambda conn: conn.execute(made).scalars().all())
    await triage.undo_one(store, OperationId(links[order[0]]))
    between = {one: len((await ask.card(store, me, one)).handles) for one in (maya, two, tom)}
    assert between == ({maya: 2, two: 1, tom: 2} if order[0] == 0 else {maya: 2, two: 2, tom: 1})
    await triage.undo_one(store, OperationId(links[order[1]]))
    assert {one: await ask.card(store, me, one) for one in before} == before


@pytest.mark.usefixtures("home")
async def test_what_cannot_be_linked_is_said(store: Store) -> None:
    maya, two = await of(store, "maya"), await of(store, "maya.two")
    await act.link(store, me, maya, two)
    for one, other in ((maya, two), (two, maya), (maya, maya)):
        with pytest.raises(WrongUse):
            await act.link(store, me, one, other)
    with pytest.raises(NotFound):
        await act.link(store, me, maya, MemberId("nobody"))


async def test_suggestions_tell_their_reasons_and_can_be_dismissed(store: Store) -> None:
    first, other = await store.write(connect), await store.write(connect_another)
    anna = RemoteAuthor("1", "@anna.berg@social.example", "Anna Berg")
    mail = RemoteAuthor("anna.berg@mail.example", "anna.berg@mail.example", "Anna Berg")
    stranger = RemoteAuthor("2", "@zed", "Zed Quill")
    wrote = "Write me: anna.berg@mail.example, please"
    await tell(store, first, said("a", 1, author=anna, text=wrote), said("s", 2, author=stranger))
    await tell(store, other, said("m", 3, author=mail))
    one = (await ask.page(store, words="anna social")).lines[0].id
    two = (await ask.page(store, words="anna mail")).lines[0].id
    (found,) = await ask.suggestions(store, one)
    assert found.member.id == two
    reasons = {ground.reason for ground in found.grounds}
    assert reasons == {Reason.SAME_NAME, Reason.EQUAL_HANDLE, Reason.WROTE_ADDRESS}
    shown = next(ground for ground in found.grounds if ground.reason is Reason.WROTE_ADDRESS)
    assert shown.message == (await ask.card(store, me, one)).recent.lines[0].message
    await act.keep_apart(store, me, two, one)
    assert await ask.suggestions(store, one) == ()
    assert await ask.suggestions(store, two) == ()
    await triage.undo(store, me)
    assert len(await ask.suggestions(store, one)) == 1
    await tell(store, first, said("n", 4, author=mail, parent="a"))
    await act.say(store, me, one, {Fact.LANGUAGE: "it"}, {})
    await act.say(store, me, two, {Fact.LANGUAGE: "en"}, {})
    (found,) = await ask.suggestions(store, one)
    against = {ground.reason for ground in found.grounds if not ground.speaks_for}
    assert against == {Reason.SAME_ACCOUNT, Reason.SPOKE_TOGETHER, Reason.OTHER_LANGUAGE}


async def test_what_many_have_suggests_nobody_and_a_name_of_many_is_counted(store: Store) -> None:
    """A picture that a service gives whoever chose none, and the “info” of every firm, are nobody's."""
    account = await store.write(connect)
    crowd = [
        RemoteAuthor(f"{n}", f"info@firm{n}.example", f"Nora N{n}", "https://x.example/none.png") for n in range(8)
    ]
    berg = [RemoteAuthor(f"b{n}", f"@berg{n}", "Anna Berg") for n in range(4)]
    look = RemoteAuthor("alike", "@berg0", "Ann B", "https://x.example/face.png")
    faced = replace(berg[0], avatar_url=look.avatar_url)
    people = (*crowd, faced, *berg[1:], look)
    await tell(store, account, *(said(f"m{n}", n, author=one) for n, one in enumerate(people)))
    one = (await ask.page(store, words="firm0")).lines[0].id
    assert await ask.suggestions(store, one) == ()
    anna = next(line.id for line in (await ask.page(store, words="berg0")).lines if line.name == "Anna Berg")
    found = await ask.suggestions(store, anna)
    told = {each.member.name: {(ground.reason, ground.about) for ground in each.grounds} for each in found}
    assert len(found) == 4
    assert (Reason.COMMON_NAME, "4") in told["Anna Berg"], "with this one"
    alike = {(Reason.EQUAL_HANDLE, "@berg0"), (Reason.SAME_PICTURE, ""), (Reason.SAME_ACCOUNT, "")}
    assert told["Ann B"] == alike, "whose name nobody else has"
    assert found[0].member.name == "Ann B"


async def test_many_are_tagged_and_told_of_by_as_many_questions_as_one(store: Store) -> None:
    """Twenty thousand, tagged one by one, would keep everybody else from writing for half a minute."""
    account = await store.write(connect)
    await tell(store, account, *(said(f"m{n}", n, by=f"p{n}") for n in range(12)))
    first, second, *rest = (line.id for line in (await ask.page(store)).lines)
    await act.retag(store, me, [first], put=["Lot", "Old"])

    def questions(tx: Tx, those: list[MemberId]) -> int:
        asked: list[object] = []

        def note(*told: object) -> None:
            asked.append(told)

        event.listen(tx.conn, "before_cursor_execute", note)
        member_facts.retag(tx, me, those, ["Lot"], ["Old"])
        member_facts.told_of(tx.conn, those)
        event.remove(tx.conn, "before_cursor_execute", note)
        return len(asked)

    one = await store.write(lambda tx: questions(tx, [second]))
    assert await store.write(lambda tx: questions(tx, rest)) == one
    assert {line.tags for line in (await ask.page(store)).lines} == {("Lot",), ("Lot", "Old")}
    await triage.undo(store, me)
    assert sum("Lot" in line.tags for line in (await ask.page(store)).lines) == 2


async def test_a_timeline_has_every_line_once_however_it_is_paged(store: Store) -> None:
    first, other = await store.write(connect), await store.write(connect_another)
    await tell(store, first, *(said(f"a{n}", n) for n in range(0, 9, 2)), said("to others", 20, context=True))
    await tell(store, other, *(said(f"b{n}", n, by="maya.two") for n in range(1, 9, 2)))
    maya, two = await of(store, "maya"), await of(store, "maya.two")
    await act.link(store, me, maya, two)
    whole = await ask.timeline(store, me, maya)
    assert [line.text for line in whole.lines] == [f"text of {'ab'[n % 2]}{n}" for n in range(8, -1, -1)]
    paged: list[AnyLine] = []
    older: MessageId | None = None
    while True:
        page = await ask.timeline(store, me, maya, older_than=older, limit=2)
        paged += page.lines
        older = page.older_than
        if older is None:
            break
    assert tuple(paged) == whole.lines
    assert replace(whole, older_than=None) == whole


@pytest.mark.usefixtures("home")
async def test_what_was_decided_about_people_is_told_with_their_names(store: Store) -> None:
    maya, tom = await of(store, "maya"), await of(store, "tom")
    await act.retag(store, me, [maya], put=["vip"])
    await act.note_member(store, me, tom, "Likes blue")
    await act.link(store, me, maya, tom)
    shown = await ask.card(store, me, maya)
    await act.split(store, me, shown.handles[0].id, shown.recent.lines[0].said_at, "Maya the elder")
    told = [(one.called, one.title) for one in await history.decisions(store)]
    divided = ("Handle divided at a day", "Maya")
    assert told == [divided, ("Members linked", "Maya"), ("Note", "Tom"), ("Member changed (vip)", "Maya")]
