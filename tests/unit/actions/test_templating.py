"""Templates on a real store: kept, filled, chosen, sent once checked, noted as used, undone whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from inbox_app.actions import acting, macros, members, templating, triage, writing
from inbox_app.actions.acting import Posting
from inbox_app.actions.templating import Wording
from inbox_app.actions.writing import Answer, Letter, OwnFile
from inbox_app.contract.remote import Event, PostSeen, RemotePost
from inbox_app.domain.errors import NotFound, Refused, WrongUse
from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, MemberId, TemplateId
from inbox_app.domain.inbox import ConversationRow, OutboxRow
from inbox_app.domain.people import Fact, FieldType
from inbox_app.domain.words import Hat, State
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import inbox
from inbox_app.queries import templates as questions
from inbox_app.queries import writing as written
from inbox_app.storage import drafts, outbox
from inbox_app.storage.creation import ME
from inbox_app.storage.outbox import Receipt
from inbox_app.storage.outbox.steps import deliver
from inbox_app.storage.schema import field, member, member_field
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Reading, Tx
from tests.unit.ingest.tales import at, connect, said

WE = ColleagueId(ME)
UNDO = timedelta(hours=1)


@pytest.fixture
async def account(store: Store) -> AccountId:
    """An account with a post and three comments below it: two of Maya's, one of Ben's."""
    made = await store.write(connect)
    post = RemotePost(
        remote_id="p", title="Glazes", text="How we glaze", published_at=at(0), url="https://example.org/p"
    )
    told: list[Event] = [
        PostSeen(post),
        said("a", 1, post="p", text="Ciao, quanto costa la tazza con il manico?"),
        said("b", 2, post="p", by="ben", text="Is the mug with the handle still there?"),
        said("c", 3, post="p", text="Grazie, è molto bella!"),
    ]
    await store.write(lambda tx: ingest(tx, made, told))
    return made


async def rows(store: Store) -> dict[str, ConversationRow]:
    page = await inbox.conversation_page(store, WE)
    return {row.snippet.split()[0].strip(","): row for row in page.rows}


async def row_of(store: Store, wanted: ConversationId) -> ConversationRow:
    (row,) = await inbox.conversation_rows(store, WE, [wanted])
    return row


@pytest.fixture
async def maya(store: Store, account: AccountId) -> ConversationId:
    """Her first conversation."""
    return (await rows(store))["Ciao"].id


@pytest.fixture
async def ben(store: Store, account: AccountId) -> ConversationId:
    return (await rows(store))["Is"].id


async def send(store: Store, to: ConversationId, of: str, text: str | None = None) -> OutboxRow:
    made = await questions.prepare(store, WE, of, to)
    letter = Letter(template=made.template.id)
    return await writing.reply(store, WE, Answer(to, text or made.filled.text, UNDO, letter=letter))


async def test_a_variable_is_filled_from_the_member_the_post_and_us(store: Store, maya: ConversationId) -> None:
    text = "{member.first}/{member.name}/{member.handle}/{post.title}/{post.link}/{account.name}/{colleague.name|we}"
    await templating.add(store, WE, Wording("all", text))
    made = await questions.prepare(store, WE, "all", maya)
    assert made.filled.text == "Maya/Maya/maya@example.net/Glazes/https://example.org/p/The Brand/we"


async def test_a_field_of_the_member_s_own_and_one_that_is_missing(store: Store, maya: ConversationId) -> None:
    def tell(tx: Tx) -> None:
        maya_id = tx.conn.execute(member.select().where(member.c.name == "Maya")).one().id
        tx.conn.execute(update(member).where(member.c.id == maya_id).values(preferred_name="May", address_form="tu"))
        tx.conn.execute(insert(field).values(id="f", name="City", type="text"))
        tx.conn.execute(insert(member_field).values(member=maya_id, field="f", value="{post.title}"))

    await store.write(tell)
    await templating.add(
        store, WE, Wording("city", "{member.first} ({member.address}) in {member.city}, {member.shoe}")
    )
    made = await questions.prepare(store, WE, "city", maya)
    assert made.filled.text == "May (tu) in (post.title), {member.shoe}"
    assert made.filled.missing == ("member.shoe",)


async def test_what_is_known_of_linked_records_is_known_of_the_member(
    store: Store, maya: ConversationId, ben: ConversationId
) -> None:
    """A link brings facts and what was said along; taking it back takes both back."""

    def ids(conn: Reading) -> dict[str, MemberId]:
        return {row.name: MemberId(row.id) for row in conn.execute(select(member.c.name, member.c.id))}

    known = await store.read(ids)
    city = await members.define_field(store, "City", FieldType.TEXT)
    await members.say(store, WE, known["Maya"], {Fact.ADDRESS_FORM: "tu"}, {city: "Rome"})
    made = await templating.add(store, WE, Wording("city", "{member.city|?} {member.address|?}"))
    await send(store, maya, "city")
    assert (await questions.prepare(store, WE, "city", ben)).filled.text == "? ?"
    await members.link(store, WE, known["Ben"], known["Maya"])
    assert (await questions.prepare(store, WE, "city", ben)).filled.text == "Rome tu"
    assert await questions.warned(store, WE, made, ben)
    await triage.undo(store, WE)
    assert (await questions.prepare(store, WE, "city", ben)).filled.text == "? ?"
    assert not await questions.warned(store, WE, made, ben)


async def test_the_variant_in_the_member_s_language_is_chosen_and_said(store: Store, maya: ConversationId) -> None:
    await templating.add(store, WE, Wording("thanks", "Thank you, {member.first}!", language="en", shortcut="/thx"))
    await templating.add(store, WE, Wording("Thanks", "Grazie, {member.first}!", language="it"))
    assert len(await questions.families(store, WE)) == 1
    made = await questions.prepare(store, WE, "/thx", maya)
    assert made.filled.text == "Grazie, Maya!"
    assert made.reasons == ("Maya seems to write in Italian.",)


async def test_nothing_with_an_unresolved_variable_leaves(
    store: Store, account: AccountId, maya: ConversationId
) -> None:
    """A reply, by hand or from a template, a post and its title; a mail and an edit have tests of their own."""
    bad = "Hi {member.shoe}"
    await templating.add(store, WE, Wording("bad", bad))
    ways = (
        writing.reply(store, WE, Answer(maya, bad, UNDO)),
        send(store, maya, "bad"),
        acting.post(store, WE, [Posting(account, bad)], UNDO),
        acting.post(store, WE, [Posting(account, "x", bad)], UNDO),
    )
    for way in ways:
        with pytest.raises(Refused, match=r"member\.shoe"):
            await way
    assert await written.outbox(store) == ()


async def test_what_stands_in_two_braces_leaves_in_one_and_comes_back_in_two(
    store: Store, maya: ConversationId
) -> None:
    row = await writing.reply(store, WE, Answer(maya, "Write {{member.first}}", UNDO))
    assert row.text == "Write {member.first}"
    await writing.undo(store, row.id)
    draft = await written.draft(store, WE, maya)
    assert draft is not None
    assert draft.text == "Write {{member.first}}"


async def test_a_text_that_was_taken_back_still_knows_its_template(store: Store, maya: ConversationId) -> None:
    made = await templating.add(store, WE, Wording("thanks", "Thanks!"))
    row = await send(store, maya, "thanks")
    await writing.undo(store, row.id)
    draft = await written.draft(store, WE, maya)
    assert draft is not None
    assert draft.letter.template == made


async def test_what_was_said_already_is_known_until_it_is_taken_back(
    store: Store, maya: ConversationId, ben: ConversationId
) -> None:
    made = await templating.add(store, WE, Wording("thanks", "Thanks!"))
    another = (await rows(store))["Grazie"].id
    assert not await questions.warned(store, WE, made, another)
    row = await send(store, maya, "thanks")
    warned = await questions.warned(store, WE, made, another)
    assert (warned.name, warned.said_to, warned.said_at is not None) == ("thanks", "Maya", True)
    assert not await questions.warned(store, WE, made, ben), "Ben has not heard it"
    await writing.undo(store, row.id)
    assert not await questions.warned(store, WE, made, another)


async def test_variants_take_turns_under_one_post(store: Store, maya: ConversationId, ben: ConversationId) -> None:
    await templating.add(store, WE, Wording("thanks", "Thanks!"))
    await templating.add(store, WE, Wording("thanks again", "Thank you!", variant_of="thanks"))
    await send(store, maya, "thanks")
    second = await questions.prepare(store, WE, "thanks", ben)
    assert second.filled.text == "Thank you!"
    (family,) = await questions.families(store, WE)
    assert family.uses == 1
    assert family.last_used is not None


async def test_a_promotion_in_a_community_thread_is_asked_about(store: Store, maya: ConversationId) -> None:
    made = await templating.add(store, WE, Wording("offer", "Now 10 % off", hat=Hat.SOCIAL))
    assert (await questions.warned(store, WE, made, maya)).promotional
    await triage.wear(store, WE, [maya], Hat.SOCIAL)
    assert not await questions.warned(store, WE, made, maya)


async def test_the_steps_of_a_template_are_one_operation(store: Store, maya: ConversationId) -> None:
    before = await row_of(store, maya)
    steps = templating.steps_of(["tag new", "tag thanked", "untag new", "hat social", "assign me", "done"], store.now())
    await templating.add(store, WE, Wording("thanks", "Thanks!", steps=steps))
    await send(store, maya, "thanks")
    after = await row_of(store, maya)
    assert (after.state, [tag.name for tag in after.tags], after.hat) == (State.DONE, ["thanked"], Hat.SOCIAL)
    assert after.assignee == WE
    assert await triage.undo(store, WE) == (maya,)
    undone = await row_of(store, maya)
    assert (undone.tags, undone.hat, undone.assignee) == (before.tags, before.hat, before.assignee)
    assert undone.state is State.WAITING, "the reply itself is still on its way"


async def test_taking_the_reply_back_takes_its_steps_back(store: Store, maya: ConversationId) -> None:
    before = await row_of(store, maya)
    steps = templating.steps_of(["tag thanked", "done"], store.now())
    await templating.add(store, WE, Wording("thanks", "Thanks!", steps=steps))
    row = await send(store, maya, "thanks")
    await writing.undo(store, row.id)
    after = await row_of(store, maya)
    assert (after.state, after.tags, after.needs_reply) == (before.state, before.tags, before.needs_reply)
    with pytest.raises(Refused):
        await triage.undo(store, WE)


async def test_steps_without_words(store: Store, maya: ConversationId) -> None:
    steps = templating.steps_of(["tag later", "snooze in 3 days"], store.now())
    made = await templating.add(store, WE, Wording("later", "", steps=steps))
    await macros.perform(store, WE, made, maya)
    assert (await row_of(store, maya)).state is State.SNOOZED
    await triage.undo(store, WE)
    assert (await row_of(store, maya)).state is State.OPEN


async def test_a_step_that_cannot_be_done_sends_nothing(store: Store, maya: ConversationId) -> None:
    steps = templating.steps_of(["tag x", "assign Nobody Known"], store.now())
    await templating.add(store, WE, Wording("thanks", "Thanks!", steps=steps))
    with pytest.raises(NotFound, match="Nobody Known"):
        await send(store, maya, "thanks")
    assert await written.outbox(store) == ()
    assert (await row_of(store, maya)).tags == ()


async def test_files_go_along_and_the_template_keeps_them(store: Store, maya: ConversationId) -> None:
    leaf = OwnFile("leaf.png", "image/png", b"a leaf", "A leaf")
    made = await templating.add(store, WE, Wording("leaf", "Look"), [leaf])
    assert await templating.lend_files(store, WE, made, maya) == (), "there is no draft that could have them"
    draft = await writing.save_draft(store, WE, maya, "Look", letter=Letter(template=made))
    (once,) = await templating.lend_files(store, WE, made, maya)
    assert await templating.lend_files(store, WE, made, maya) == (once,)
    row = await writing.reply(store, WE, Answer(maya, "Look", UNDO, draft=draft, letter=Letter(template=made)))
    sent = (await inbox.thread(store, WE, maya)).messages[-1].attachments
    assert [(one.name, one.description) for one in sent] == [("leaf.png", "A leaf")]
    (family,) = await questions.families(store, WE)
    assert [one.name for one in family.files] == ["leaf.png"]
    await templating.change(store, made, Wording("leaf", "Look"), without=[family.files[0].id])
    assert (await questions.named(store, WE, "leaf")).files == ()
    assert row.conversation == maya


async def test_a_file_given_with_a_variant_goes_along_with_all(store: Store, maya: ConversationId) -> None:
    await templating.add(store, WE, Wording("leaf", "Look", language="en"))
    await templating.add(store, WE, Wording("leaf", "Guarda", language="it"), [OwnFile("leaf.png", "image/png", b"x")])
    family = await questions.named(store, WE, "leaf")
    assert [one.name for one in family.files] == ["leaf.png"]
    made = await questions.prepare(store, WE, "leaf", maya)
    await writing.save_draft(store, WE, maya, made.filled.text)
    assert [one.name for one in await templating.lend_files(store, WE, made.template.id, maya)] == ["leaf.png"]


async def test_a_file_that_is_no_small_picture_is_refused(store: Store) -> None:
    film = OwnFile("film.mp4", "video/mp4", bytes(templating.MOST_BYTES + 1))
    with pytest.raises(WrongUse, match=r"film\.mp4"):
        await templating.add(store, WE, Wording("film", "Look"), [film])
    assert await questions.families(store, WE) == ()


async def test_a_question_and_how_it_did(store: Store, account: AccountId) -> None:
    asked = await templating.add(store, WE, Wording("mugs", "Which mug do you use today?", question=True))
    (row,) = await acting.post(store, WE, [Posting(account, "Which mug do you use today?", template=asked)], UNDO)
    (family,) = await questions.families(store, WE)
    assert await questions.outcome(store, family) == questions.Outcome(1, 0, 0)

    def arrive(tx: Tx) -> None:
        deliver(tx, outbox.get(tx.conn, row.id), Receipt("q"), finish=False)
        ingest(tx, account, [said("r", 8, post="q"), said("s", 9, post="q"), said("t", 9, post="q", by="ben")])

    await store.write(arrive)
    assert await questions.outcome(store, family) == questions.Outcome(1, 3, 2)


async def test_names_and_shortcuts_are_told_apart(store: Store) -> None:
    await templating.add(store, WE, Wording("thanks", "Thanks!", shortcut="/t"))
    with pytest.raises(WrongUse, match="THANKS"):
        await templating.add(store, WE, Wording("THANKS", "Again"))
    with pytest.raises(WrongUse, match="/T"):
        await templating.add(store, WE, Wording("other", "x", shortcut="/T"))


async def test_a_personal_template_is_one_s_own(store: Store) -> None:
    await templating.add(store, WE, Wording("mine", "Mine", owner=WE))
    await templating.add(store, WE, Wording("mine", "Ours"))
    assert (await questions.named(store, WE, "mine")).first.text == "Mine"
    assert [one.first.text for one in await questions.families(store, ColleagueId("other"))] == ["Ours"]


async def test_removing_one_variant_and_all(store: Store, maya: ConversationId) -> None:
    await templating.add(store, WE, Wording("thanks", "Thanks!"))
    await templating.add(store, WE, Wording("thanks", "Grazie!", language="it"))
    row = await send(store, maya, "thanks", "Thanks!")
    await templating.remove(store, WE, "thanks", "it")
    assert len((await questions.named(store, WE, "thanks")).all) == 1
    await templating.remove(store, WE, "thanks")
    with pytest.raises(NotFound):
        await questions.named(store, WE, "thanks")
    assert (await written.outbox_row(store, row.id)).text == "Thanks!", "what was sent stays"


async def test_saving_under_a_name_that_is_there_writes_it_anew(store: Store) -> None:
    first = await templating.keep(store, WE, Wording("thanks", "Thanks!"))
    assert await templating.keep(store, WE, Wording("Thanks", "Thank you!")) == first
    assert (await questions.named(store, WE, "thanks")).first.text == "Thank you!"


async def test_a_draft_without_a_template_keeps_none(store: Store, maya: ConversationId) -> None:
    await writing.save_draft(store, WE, maya, "By hand")
    draft = await store.read(lambda conn: drafts.of_conversation(conn, WE, maya))
    assert draft is not None
    assert draft.letter.template is None
    gone = Letter(template=TemplateId("gone"))
    row = await writing.reply(store, WE, Answer(maya, "x", UNDO, letter=gone))
    assert row.text == "x", "a template that is gone stops nothing"
