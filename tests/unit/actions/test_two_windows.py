"""Two windows on one draft: what was written in either is kept until somebody throws it away, and is sent once."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta

import pytest
from sqlalchemy import delete

from inbox_app.actions import acting, letters, writing
from inbox_app.actions.acting import BegunPost, Posting
from inbox_app.actions.letters import NewMail
from inbox_app.actions.writing import Answer, Letter
from inbox_app.domain.beside import Words, words
from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId
from inbox_app.events import Bus
from inbox_app.ingest.ingest import ingest
from inbox_app.paths import WorkspaceAddress
from inbox_app.queries import inbox
from inbox_app.queries import writing as questions
from inbox_app.queries.writing import Draft
from inbox_app.storage import accounts, schema
from inbox_app.storage.creation import ME
from inbox_app.storage.store import Store
from tests.unit.actions.test_letters import can_write
from tests.unit.actions.test_posting_files import OTHER
from tests.unit.ingest.tales import connect, said

WE = ColleagueId(ME)
HOUR = timedelta(hours=1)


@pytest.fixture
async def account(store: Store) -> AccountId:
    return await store.write(connect)


@pytest.fixture
async def asked(store: Store, account: AccountId) -> ConversationId:
    """A conversation that waits for an answer."""
    await store.write(lambda tx: ingest(tx, account, [said("a", 1)]))
    (only,) = await inbox.conversation_ids(store, WE)
    return only


class Window:
    """Types into the draft of a conversation, and knows what it said when this window saw it last."""

    def __init__(self, store: Store, asked: ConversationId) -> None:
        self.store, self.asked, self.based = store, asked, Words()

    async def look(self) -> Draft | None:
        kept = await questions.draft(self.store, WE, self.asked)
        self.based = () if kept is None else kept.words
        return kept

    async def write(self, text: str) -> None:
        await writing.save_draft(self.store, WE, self.asked, text, based=self.based)
        self.based = words(text)

    async def send(self, text: str) -> None:
        kept = await questions.draft(self.store, WE, self.asked)
        await writing.reply(self.store, WE, Answer(self.asked, text, HOUR, draft=None if kept is None else kept.id))


async def found(store: Store, asked: ConversationId) -> set[str]:
    """All texts that the draft has or that stand beside it."""
    kept = await questions.draft(store, WE, asked)
    return set() if kept is None else {part for one in (kept.words, *(b.words for b in kept.beside)) for part in one}


async def test_what_is_written_over_unseen_stands_beside_until_it_is_decided(
    store: Store, asked: ConversationId
) -> None:
    ahead, behind = Window(store, asked), Window(store, asked)
    await ahead.write("Hello")
    await behind.look()
    await ahead.write("Hello Maya")
    await behind.write("Good morning")
    kept = await questions.draft(store, WE, asked)
    assert kept is not None
    assert (kept.text, [one.words for one in kept.beside]) == ("Good morning", [("Hello Maya",)])
    with pytest.raises(Refused, match="wrote something else"):
        await behind.send("Good morning")
    await behind.write("Good morning!")
    assert await found(store, asked) == {"Good morning!", "Hello Maya"}
    await writing.decide_beside(store, WE, kept.id, kept.beside[0].id, take=True)
    kept = await ahead.look()
    assert kept is not None
    assert (kept.text, [one.words for one in kept.beside]) == ("Hello Maya", [("Good morning!",)])
    await ahead.write("")
    assert await found(store, asked) == {"Good morning!"}, "what is undecided outlives a text that is cleared"
    await writing.decide_beside(store, WE, kept.id, kept.beside[0].id, take=False)
    assert await questions.draft(store, WE, asked) is None


async def test_no_text_is_lost_whatever_windows_do(store: Store, asked: ConversationId) -> None:
    """Each letter that is typed makes a text of its own; the newest of each window is always somewhere."""
    chance = random.Random(11)
    windows = [Window(store, asked) for _window in range(3)]
    newest = [""] * len(windows)
    for step in range(60):
        which = chance.randrange(len(windows))
        one = windows[which]
        kept = await questions.draft(store, WE, asked)
        if chance.random() < 0.25:  # it shows what is there, and its own goes on only there
            await one.look()
            newest[which] = ""
        elif kept is not None and kept.beside and chance.random() < 0.3:
            await writing.decide_beside(store, WE, kept.id, chance.choice(kept.beside).id, take=True)
        else:
            text = f"{which} wrote {step}"
            seen = {one.based[0] if one.based else ""} - {newest[which]}
            await one.write(text)
            newest = ["" if said in seen else said for said in newest]
            newest[which] = text
        assert {text for text in newest if text} <= await found(store, asked)


@pytest.mark.server
async def test_two_desks_that_write_at_the_same_moment_lose_nothing(postgres_workspace: WorkspaceAddress) -> None:
    desks = [await Store.open(postgres_workspace, Bus()) for _desk in range(2)]
    account = await desks[0].write(connect)
    await desks[0].write(lambda tx: ingest(tx, account, [said(f"a{one}", one) for one in range(8)]))
    for asked in await inbox.conversation_ids(desks[0], WE):
        first, second = (Window(desk, asked) for desk in desks)
        await asyncio.gather(first.write("Good morning"), second.write("Hello"))
        assert await found(desks[0], asked) == {"Good morning", "Hello"}
    for desk in desks:
        await desk.close()


async def test_what_was_sent_elsewhere_comes_back_only_with_something_new(store: Store, asked: ConversationId) -> None:
    ahead, behind = Window(store, asked), Window(store, asked)
    await ahead.write("Hello")
    await behind.look()
    kept = await ahead.look()
    assert kept is not None
    await ahead.send("Hello")
    await behind.write("Hello")
    assert await questions.draft(store, WE, asked) is None
    with pytest.raises(Refused, match="Another window sent this"):
        await writing.reply(store, WE, Answer(asked, "Hello", HOUR, draft=kept.id))
    assert len(await questions.outbox(store)) == 1
    await behind.write("Hello again")
    assert await found(store, asked) == {"Hello again"}


async def test_a_mail_keeps_subject_and_recipients_of_what_stands_beside(store: Store, account: AccountId) -> None:
    await can_write(store, account)
    first = Letter(recipients=(("to", "ben@example.net", "Ben"),), subject="The list")
    draft = await letters.save_draft(store, WE, None, account, "Dear Ben", first, based=())
    other = Letter(recipients=(), subject="The prices")
    assert await letters.save_draft(store, WE, draft, account, "Dear Eva", other, based=()) == draft
    with pytest.raises(Refused, match="wrote something else"):
        await letters.begin(store, WE, NewMail(account, "Dear Eva", HOUR, first, draft=draft))
    kept = await questions.draft_of(store, WE, draft)
    assert kept is not None
    (beside,) = kept.beside
    assert beside.words == ("Dear Ben", "The list")
    await writing.decide_beside(store, WE, draft, beside.id, take=True)
    kept = await questions.draft_of(store, WE, draft)
    assert kept is not None
    assert (kept.text, kept.letter) == ("Dear Ben", first)
    await writing.decide_beside(store, WE, draft, kept.beside[0].id, take=False)
    sent = NewMail(account, "Dear Ben", HOUR, first, draft=draft)
    await letters.begin(store, WE, sent)
    with pytest.raises(Refused, match="Another window sent this"):
        await letters.begin(store, WE, sent)


async def test_what_stands_beside_outlives_its_account_and_what_it_answered(store: Store, account: AccountId) -> None:
    gone = await store.write(lambda tx: accounts.add(tx, "practice", OTHER, {}))
    draft = await letters.save_draft(store, WE, None, gone, "Dear Ben", Letter(), based=())
    await letters.save_draft(store, WE, draft, account, "Dear Eva", Letter(), based=())
    await store.write(lambda tx: tx.conn.execute(delete(schema.account).where(schema.account.c.id == gone)))
    kept = await questions.draft_of(store, WE, draft)
    assert kept is not None
    await writing.decide_beside(store, WE, draft, kept.beside[0].id, take=True)
    kept = await questions.draft_of(store, WE, draft)
    assert kept is not None
    assert (kept.text, kept.account) == ("Dear Ben", account)


async def test_a_post_is_published_as_it_was_seen(store: Store, account: AccountId) -> None:
    await acting.keep_begun(store, WE, BegunPost("Which mug?", own={account: ("", "Which mug, here?")}), based=())
    await acting.keep_begun(store, WE, BegunPost("Which plate?"), based=())
    begun = await questions.begun_post(store, WE)
    assert begun.id is not None
    assert (begun.words, [one.words for one in begun.beside]) == (
        ("Which plate?",),
        [("Which mug?", "Which mug, here?")],
    )
    posts = [Posting(account, "Which mug?")]
    with pytest.raises(Refused, match="wrote something else"):
        await acting.post(store, WE, posts, HOUR, begun=begun.words)
    await writing.decide_beside(store, WE, begun.id, begun.beside[0].id, take=True)
    begun = await questions.begun_post(store, WE)
    assert begun.id is not None
    assert begun.own == {account: ("", "Which mug, here?")}
    await writing.decide_beside(store, WE, begun.id, begun.beside[0].id, take=False)
    await acting.post(store, WE, posts, HOUR, begun=begun.words)
    with pytest.raises(Refused, match="published this"):
        await acting.post(store, WE, posts, HOUR, begun=begun.words)
    await acting.keep_begun(store, WE, begun, based=begun.words)
    assert await questions.begun_post(store, WE) == BegunPost()
