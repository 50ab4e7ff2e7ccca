"""Acting on a service: what is allowed goes into the outbox, what is not gets its reason."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import update

from inbox_app.actions import acting, writing
from inbox_app.actions.acting import Deed, Posting
from inbox_app.actions.writing import Answer
from inbox_app.domain.abilities import YES, Abilities, Ability
from inbox_app.domain.errors import NotFound, Refused, WrongUse
from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, MessageId, OutboxId
from inbox_app.domain.words import AccountState, Action, ActKind
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import accounts as account_questions
from inbox_app.queries import inbox
from inbox_app.queries import writing as questions
from inbox_app.storage import accounts, outbox
from inbox_app.storage.creation import ME
from inbox_app.storage.schema import account as account_table
from inbox_app.storage.schema import conversation as conversation_table
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.unit.ingest.tales import connect, ours, said

WE = ColleagueId(ME)
UNDO = timedelta(seconds=10)
THEIRS = Abilities({Action.REPLY: YES, Action.HIDE: YES, Action.REACT: YES, Action.DELETE: YES})
OURS = Abilities({Action.EDIT: YES, Action.DELETE: YES})
CLOSED = Ability(False, "The page takes no comments.")


@dataclass(frozen=True)
class Scene:
    """A comment and our answer to it."""

    account: AccountId
    conversation: ConversationId
    theirs: MessageId
    ours: MessageId


@pytest.fixture
async def scene(store: Store) -> Scene:
    account = await store.write(connect)
    told = [said("a", 1, abilities=THEIRS), ours("b", 2, parent="a", abilities=OURS)]
    await store.write(lambda tx: ingest(tx, account, told))
    (only,) = await inbox.conversation_ids(store, WE)
    theirs, mine = (await inbox.thread(store, WE, only)).messages
    return Scene(account, only, theirs.id, mine.id)


async def act_as_stored(store: Store, row: OutboxId) -> outbox.Outgoing:
    return await store.read(lambda conn: outbox.get(conn, row))


def allow(tx: Tx, scene: Scene, wide: Abilities | None = None, near: Abilities | None = None) -> None:
    if wide is not None:
        said = json.dumps(wide.to_json())
        tx.conn.execute(update(account_table).where(account_table.c.id == scene.account).values(abilities=said))
    if near is not None:
        tx.conn.execute(update(conversation_table).values(abilities=json.dumps(near.to_json())))


@pytest.mark.parametrize(
    "whose, action, value, kind",
    [
        ("theirs", Action.HIDE, "spam", ActKind.MODERATION),
        ("theirs", Action.DELETE, "", ActKind.MODERATION),
        ("theirs", Action.REACT, "🎉", ActKind.REACTION),
        ("ours", Action.DELETE, "", ActKind.DELETION),
        ("ours", Action.EDIT, "Better words", ActKind.EDIT),
    ],
)
async def test_what_is_offered_is_queued(
    store: Store, scene: Scene, whose: str, action: Action, value: str, kind: ActKind
) -> None:
    row = await acting.act(store, WE, Deed(getattr(scene, whose), action, UNDO, value))
    stored = await act_as_stored(store, row.id)
    assert (stored.kind, stored.act["action"]) == (kind, action.value)
    assert stored.act["text" if kind is ActKind.EDIT else "value"] == value
    assert stored.not_before - stored.decided_at == 10_000


async def test_what_is_not_offered_is_refused(store: Store, scene: Scene) -> None:
    with pytest.raises(Refused, match="does not offer"):
        await acting.act(store, WE, Deed(scene.ours, Action.HIDE, UNDO))


@pytest.mark.parametrize("level", ["wide", "near"])
async def test_the_reason_is_told_whoever_gives_it(store: Store, scene: Scene, level: str) -> None:
    refusal = Abilities({Action.HIDE: CLOSED, Action.REPLY: CLOSED})
    await store.write(lambda tx: allow(tx, scene, **{level: refusal}))
    with pytest.raises(Refused, match="takes no comments"):
        await acting.act(store, WE, Deed(scene.theirs, Action.HIDE, UNDO))
    with pytest.raises(Refused, match="takes no comments"):
        await writing.reply(store, WE, Answer(scene.conversation, "Hello", UNDO, to=scene.theirs))


async def test_a_reply_window_that_closed_is_closed(store: Store, scene: Scene) -> None:
    await store.write(lambda tx: tx.conn.execute(update(conversation_table).values(reply_until=1)))
    with pytest.raises(Refused, match="1970"):
        await writing.reply(store, WE, Answer(scene.conversation, "Hello", UNDO, to=scene.theirs))
    shown = await inbox.thread(store, WE, scene.conversation)
    assert not shown.abilities.of(Action.REPLY).possible
    assert not any(one.abilities.of(Action.REPLY).possible for one in shown.messages)


async def test_a_reaction_and_an_edit_need_their_value(store: Store, scene: Scene) -> None:
    for deed in (Deed(scene.theirs, Action.REACT, UNDO), Deed(scene.ours, Action.EDIT, UNDO, " ")):
        with pytest.raises(WrongUse):
            await acting.act(store, WE, deed)


async def test_a_message_that_is_not_there_and_an_account_that_is_gone(store: Store, scene: Scene) -> None:
    with pytest.raises(NotFound):
        await acting.act(store, WE, Deed(MessageId(1), Action.HIDE, UNDO))
    await store.write(lambda tx: accounts.set_state(tx, scene.account, AccountState.REMOVED))
    with pytest.raises(Refused, match="no longer connected"):
        await acting.act(store, WE, Deed(scene.theirs, Action.HIDE, UNDO))
    with pytest.raises(Refused, match="no longer connected"):
        await acting.post(store, WE, [Posting(scene.account, "News")], UNDO)


async def test_a_post_is_queued_and_an_empty_one_is_not(store: Store, scene: Scene) -> None:
    (row,) = await acting.post(store, WE, [Posting(scene.account, "What do you drink?", "A question")], UNDO)
    stored = await act_as_stored(store, row.id)
    assert (stored.kind, stored.act["title"]) == (ActKind.POST, "A question")
    with pytest.raises(WrongUse):
        await acting.post(store, WE, [Posting(scene.account, "News"), Posting(scene.account, "  ")], UNDO)


async def test_whoever_answers_has_read(store: Store, scene: Scene) -> None:
    await store.write(lambda tx: ingest(tx, scene.account, [said("c", 3, parent="a", abilities=THEIRS)]))
    await writing.reply(store, WE, Answer(scene.conversation, "Hello", UNDO))
    assert (await inbox.thread(store, WE, scene.conversation)).row.unread == 0


async def test_an_edit_with_an_unresolved_variable_is_refused(store: Store, scene: Scene) -> None:
    with pytest.raises(Refused, match=r"member\.first"):
        await acting.act(store, WE, Deed(scene.ours, Action.EDIT, UNDO, "Hi {member.first}"))


async def test_several_posts_are_committed_all_or_none(store: Store, scene: Scene) -> None:
    rows = await acting.post(store, WE, [Posting(scene.account, "One"), Posting(scene.account, "Two", "Title")], UNDO)
    assert [row.text for row in rows] == ["One", "Two"]
    with pytest.raises(WrongUse):
        await acting.post(store, WE, [Posting(scene.account, "Three"), Posting(scene.account, " ")], UNDO)
    assert {row.text for row in await questions.outbox(store)} == {"One", "Two"}


async def test_an_account_that_takes_no_posts_says_why(store: Store, scene: Scene) -> None:
    wide = Abilities({Action.POST: Ability(False, "This place has no posts.")})
    await store.write(lambda tx: allow(tx, scene, wide=wide))
    with pytest.raises(Refused, match="This place has no posts"):
        await acting.post(store, WE, [Posting(scene.account, "News")], UNDO)
    assert not (await account_questions.one(store, scene.account)).takes_posts
