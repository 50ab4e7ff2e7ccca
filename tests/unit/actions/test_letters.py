"""Mails that begin a conversation, and answers to mails: fixed at the decision, taken back whole."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_app.actions import accounts as account_actions
from inbox_app.actions import letters, writing
from inbox_app.actions.letters import Letter, NewMail
from inbox_app.actions.writing import Answer, OwnFile
from inbox_app.contract.remote import MessageSeen, RemoteRecipient
from inbox_app.domain.abilities import YES, Abilities
from inbox_app.domain.errors import Refused, WrongUse
from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, OutboxId
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Action, Kind, OutboxState, Quoting
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import inbox
from inbox_app.queries import writing as questions
from inbox_app.storage import accounts, drafts, outbox
from inbox_app.storage.creation import ME
from inbox_app.storage.store import Store
from tests.unit.ingest.tales import connect, said

WE = ColleagueId(ME)
UNDO = timedelta(hours=1)
BEN = ("to", "ben@example.org", "Ben")


async def can_write(store: Store, account: AccountId) -> None:
    known = await store.read(lambda conn: accounts.get(conn, account))
    able: JsonObject = {**Abilities({Action.REPLY: YES, Action.WRITE: YES}).to_json()}
    we = accounts.OurselvesThere(known.remote_id, known.handle, known.name, known.handles, able)
    await store.write(lambda tx: accounts.remember_identity(tx, account, we))


@pytest.fixture
async def account(store: Store) -> AccountId:
    made = await store.write(connect)
    await can_write(store, made)
    return made


@pytest.fixture
async def asked(store: Store, account: AccountId) -> ConversationId:
    """A mail that waits for an answer, to us and to Ben."""
    told = said("a", 1)
    mail = replace(
        told.message,
        kind=Kind.MAIL,
        title="Friday",
        text="Coming?",
        recipients=(RemoteRecipient("to", "ben@example.org", "Ben"),),
    )
    await store.write(lambda tx: ingest(tx, account, [MessageSeen(mail)]))
    (only,) = await inbox.conversation_ids(store, WE)
    return only


async def act(store: Store, row: OutboxId) -> JsonObject:
    return (await store.read(lambda conn: outbox.get(conn, row))).act


async def test_an_answer_is_signed_and_quotes_as_the_account_says(
    store: Store, account: AccountId, asked: ConversationId
) -> None:
    await account_actions.set_letter_habits(store, account, signature="Tideline\n")
    row = await writing.reply(store, WE, Answer(asked, "Yes.", UNDO, letter=Letter(everybody=True)))
    stored = await act(store, row.id)
    text = str(stored["text"])
    assert text.startswith("Yes.\n\n-- \nTideline\n\nOn ")
    assert text.endswith("wrote:\n> Coming?")
    recipients = stored["recipients"]
    assert isinstance(recipients, list)
    assert ["cc", "ben@example.org", "Ben"] in recipients
    assert stored["written"] == "Yes."
    thread = await inbox.thread(store, WE, asked)
    assert thread.messages[-1].text == text
    back = await writing.undo(store, row.id)
    draft = await questions.draft(store, WE, asked)
    assert draft is not None
    assert (draft.id, draft.text, draft.letter) == (back, "Yes.", Letter(everybody=True))


async def test_the_habits_of_an_account_are_kept_together(
    store: Store, account: AccountId, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_about: object, **_more: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(accounts, "tell_read", killed)
    with pytest.raises(RuntimeError):
        await account_actions.set_letter_habits(store, account, signature="Tideline", tells_read=False)
    assert (await store.read(lambda conn: accounts.get(conn, account))).signature == ""


async def test_quoting_is_a_habit_and_a_choice(store: Store, account: AccountId, asked: ConversationId) -> None:
    await account_actions.set_letter_habits(store, account, quoting=Quoting.NONE)
    plain = await writing.reply(store, WE, Answer(asked, "Yes.", UNDO))
    quoted = await writing.reply(store, WE, Answer(asked, "Yes.", UNDO, letter=Letter(quotes=True)))
    assert (await act(store, plain.id))["text"] == "Yes."
    assert "> Coming?" in str((await act(store, quoted.id))["text"])


async def give_up(store: Store, row: OutboxId) -> None:
    """It fails, and the person discards it."""
    await writing.release(store, [row])
    claimed = await store.write(lambda tx: outbox.claim(tx, row, b"", "here"))
    assert claimed is not None
    await store.write(lambda tx: outbox.settle_failed(tx, claimed, "No such mailbox.", "rejected"))
    await writing.resolve(store, row, writing.Resolution.DISCARD)


@pytest.mark.parametrize("take", [writing.undo, give_up])
async def test_a_new_mail_taken_back_or_given_up_leaves_a_draft_and_no_conversation(
    store: Store, account: AccountId, take: Callable[[Store, OutboxId], Awaitable[object]]
) -> None:
    letter = Letter(recipients=(BEN,), subject="The list")
    note = OwnFile("list.txt", "text/plain", b"all of it")
    row = await letters.begin(store, WE, NewMail(account, "Here it is.", UNDO, letter, [note]))
    (conversation,) = await inbox.conversation_ids(store, WE)
    assert row.conversation == conversation
    await take(store, row.id)
    assert await inbox.conversation_ids(store, WE) == []
    (draft,) = await questions.beginning(store, WE)
    assert (draft.text, draft.letter, draft.account) == ("Here it is.", letter, account)
    assert [one.name for one in draft.files] == ["list.txt"]
    assert (await questions.outbox_row(store, row.id)).state in (OutboxState.UNDONE, OutboxState.DISCARDED)
    again = await letters.begin(store, WE, NewMail(account, draft.text, UNDO, draft.letter, draft=draft.id))
    assert [one["name"] for one in (await act(store, again.id))["files"]] == ["list.txt"]  # type: ignore[union-attr,index,call-overload]
    assert await questions.beginning(store, WE) == ()


async def test_what_is_passed_on_does_not_answer_its_sender(
    store: Store, account: AccountId, asked: ConversationId
) -> None:
    message = (await inbox.thread(store, WE, asked)).messages[0]
    letter = Letter(recipients=(BEN,), subject="Fwd: Friday", forwards=message.id)
    row = await letters.begin(store, WE, NewMail(account, "", UNDO, letter))
    assert row.conversation != asked
    assert str((await act(store, row.id))["text"]).endswith("Coming?")
    thread = await inbox.thread(store, WE, asked)
    assert (thread.row.needs_reply, len(thread.messages)) == (1, 1)
    await writing.undo(store, row.id)
    (draft,) = await questions.beginning(store, WE)
    assert (draft.letter.forwards, draft.text) == (message.id, "")


async def test_what_cannot_be_sent_is_refused_before_it_is_queued(store: Store, account: AccountId) -> None:
    bad = Letter(recipients=(("to", "nobody", ""),), subject="x")
    for letter, text in ((bad, "x"), (Letter(recipients=()), "x"), (Letter(recipients=(BEN,)), " ")):
        with pytest.raises(WrongUse):
            await letters.begin(store, WE, NewMail(account, text, UNDO, letter))
    mute = await store.write(connect)
    known = await store.read(lambda conn: accounts.get(conn, mute))
    we = accounts.OurselvesThere(known.remote_id, known.handle, known.name, known.handles, {})
    await store.write(lambda tx: accounts.remember_identity(tx, mute, we))
    with pytest.raises(Refused):
        await letters.begin(store, WE, NewMail(mute, "x", UNDO, Letter(recipients=(BEN,))))
    assert await questions.outbox(store) == ()


async def test_a_mail_that_is_being_written_is_kept(store: Store, account: AccountId) -> None:
    first = await letters.save_draft(store, WE, None, account, "De", Letter(subject="x"))
    same = await letters.save_draft(store, WE, first, account, "Dear", Letter(recipients=(BEN,), subject="x"))
    assert same == first
    (draft,) = await questions.beginning(store, WE)
    assert (draft.text, draft.letter) == ("Dear", Letter(recipients=(BEN,), subject="x"))
    assert await writing.discard_draft(store, WE, first)
    assert await questions.beginning(store, WE) == ()


async def test_addresses_are_found_by_names_and_beginnings(store: Store, asked: ConversationId) -> None:
    author = (await inbox.thread(store, WE, asked)).messages[0].author
    channel = (await inbox.thread(store, WE, asked)).row.channel
    if "@" not in author.handle:
        pytest.fail(f"the tale's author has no address: {author.handle}")
    assert await questions.known_addresses(store, channel, author.handle[:3]) != ()
    assert await questions.known_addresses(store, channel, "%") == ()


def test_a_letter_comes_back_from_storage_as_it_was() -> None:
    for letter in (Letter(), Letter((BEN,), True, False, "x"), Letter(None, quotes=True)):
        assert drafts.Letter.from_json(letter.to_json()) == letter


@pytest.mark.parametrize(("text", "subject"), [("Hi {member.shoe}", "Fine"), ("Fine", "For {member.shoe}")])
async def test_no_mail_leaves_with_an_unresolved_variable(
    store: Store, account: AccountId, asked: ConversationId, text: str, subject: str
) -> None:
    mail = NewMail(account, text, UNDO, Letter(recipients=(BEN,), subject=subject))
    with pytest.raises(Refused, match=r"member\.shoe"):
        await letters.begin(store, WE, mail)
    assert await questions.outbox(store) == ()


async def test_a_variable_in_what_is_quoted_stops_no_answer(store: Store, account: AccountId) -> None:
    """What others wrote stands below the answer as they wrote it."""
    told = replace(said("q", 1).message, kind=Kind.MAIL, title="Friday", text="Use {member.first} and {{post.title}}")
    await store.write(lambda tx: ingest(tx, account, [MessageSeen(told)]))
    (only,) = await inbox.conversation_ids(store, WE)
    row = await writing.reply(store, WE, Answer(only, "Thanks, {{post.link}}", UNDO, letter=Letter(quotes=True)))
    assert "> Use {member.first} and {{post.title}}" in row.text
    assert row.text.startswith("Thanks, {post.link}")
