"""Writing: a reply takes its files along, and what is taken back has them again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox_app.actions import writing
from inbox_app.actions.writing import Answer, OwnFile
from inbox_app.domain.errors import WrongUse
from inbox_app.domain.ids import ColleagueId, ConversationId, DraftId
from inbox_app.domain.inbox import OutboxRow
from inbox_app.domain.words import State
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import history, inbox
from inbox_app.queries import writing as questions
from inbox_app.storage import outbox
from inbox_app.storage.blobs import read_whole
from inbox_app.storage.creation import ME
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Reading
from tests.unit.ingest.tales import connect, ours, said

WE = ColleagueId(ME)
UNDO = timedelta(hours=1)
LEAF = OwnFile("leaf.png", "image/png", b"a leaf", "A leaf")
STONE = OwnFile("stone.txt", "text/plain", b"a stone")
ROOT = OwnFile("root.txt", "text/plain", b"a root")


@pytest.fixture
async def asked(store: Store) -> ConversationId:
    """A conversation that waits for an answer."""
    account = await store.write(connect)
    await store.write(lambda tx: ingest(tx, account, [said("a", 1)]))
    (only,) = await inbox.conversation_ids(store, WE)
    return only


async def send(
    store: Store, asked: ConversationId, draft: DraftId | None, *files: OwnFile, text: str = ""
) -> OutboxRow:
    return await writing.reply(store, WE, Answer(asked, text, UNDO, files=files, draft=draft))


async def sent_files(store: Store, row: OutboxRow) -> list[tuple[object, bytes]]:
    """The names and bytes that the service will get."""

    def read(conn: Reading) -> list[tuple[object, bytes]]:
        files = outbox.get(conn, row.id).act["files"]
        assert isinstance(files, list)
        pairs = [(one["name"], str(one["digest"])) for one in files if isinstance(one, dict)]
        return [(name, read_whole(conn, store.blobs, digest)) for name, digest in pairs]

    return await store.read(read)


async def shown_files(store: Store, asked: ConversationId) -> list[str]:
    """The names of the files on our message, as the thread shows them."""
    return [one.name for one in (await inbox.thread(store, WE, asked)).messages[-1].attachments]


async def test_a_reply_from_a_draft_takes_its_file_along(store: Store, asked: ConversationId) -> None:
    draft = await writing.save_draft(store, WE, asked, "Look")
    row = await send(store, asked, draft, LEAF, text="Look")
    assert await sent_files(store, row) == [("leaf.png", b"a leaf")]
    assert await shown_files(store, asked) == ["leaf.png"]
    assert await questions.draft(store, WE, asked) is None


async def test_what_is_taken_back_has_its_files_and_sends_them_again(store: Store, asked: ConversationId) -> None:
    row = await send(store, asked, await writing.save_draft(store, WE, asked, "Look"), LEAF, text="Look")
    back = await writing.undo(store, row.id)
    draft = await questions.draft(store, WE, asked)
    assert draft is not None
    assert [(one.name, one.description, one.size) for one in draft.files] == [("leaf.png", "A leaf", 6)]
    assert await writing.save_draft(store, WE, asked, "Look here") == back
    again = await send(store, asked, back, STONE, text="Look here")
    assert await sent_files(store, again) == [("leaf.png", b"a leaf"), ("stone.txt", b"a stone")]
    assert await shown_files(store, asked) == ["leaf.png", "stone.txt"]


async def test_files_without_a_word_come_back_too(store: Store, asked: ConversationId) -> None:
    row = await send(store, asked, None, LEAF)
    back = await writing.undo(store, row.id)
    assert await writing.save_draft(store, WE, asked, "") == back
    assert await sent_files(store, await send(store, asked, back)) == [("leaf.png", b"a leaf")]


async def test_a_file_taken_off_the_draft_stays_here(store: Store, asked: ConversationId) -> None:
    row = await send(store, asked, None, LEAF, STONE, text="Both")
    await writing.undo(store, row.id)
    draft = await questions.draft(store, WE, asked)
    assert draft is not None
    back = await writing.save_draft(store, WE, asked, "One", files=writing.Files(without=[draft.files[0].id]))
    assert await sent_files(store, await send(store, asked, back, text="One")) == [("stone.txt", b"a stone")]


async def test_a_draft_without_words_and_files_is_gone(store: Store, asked: ConversationId) -> None:
    row = await send(store, asked, None, LEAF)
    await writing.undo(store, row.id)
    draft = await questions.draft(store, WE, asked)
    assert draft is not None
    assert await writing.save_draft(store, WE, asked, " ", files=writing.Files(without=[draft.files[0].id])) is None
    assert await questions.draft(store, WE, asked) is None


async def test_nothing_is_not_sent(store: Store, asked: ConversationId) -> None:
    with pytest.raises(WrongUse):
        await send(store, asked, None, text="  ")


async def test_what_comes_back_stands_before_what_was_begun_since(store: Store, asked: ConversationId) -> None:
    first = await send(store, asked, None, LEAF, ROOT, text="First")
    second = await send(store, asked, None, STONE, text="Second")
    await writing.undo(store, second.id)
    await writing.undo(store, first.id)
    draft = await questions.draft(store, WE, asked)
    assert draft is not None
    assert (draft.text, [one.name for one in draft.files]) == ("First\n\nSecond", ["leaf.png", "root.txt", "stone.txt"])


async def test_a_reply_without_a_target_answers_what_needs_a_reply(store: Store) -> None:
    """Maya spoke last but was answered; Ben, before her, was not."""
    account = await store.write(connect)
    tale = [said("a", 1), said("ben", 2, by="ben", parent="a"), said("b", 3, parent="a"), ours("o", 4, parent="b")]
    await store.write(lambda tx: ingest(tx, account, tale))
    (only,) = await inbox.conversation_ids(store, WE)
    shown = await inbox.thread(store, WE, only)
    assert shown.to_answer is not None
    assert shown.to_answer.text == "text of ben"
    row = await send(store, only, None, text="Thank you, Ben")
    thread = await inbox.thread(store, WE, only)
    (sent,) = [one for one in thread.messages if one.id == row.message]
    assert sent.parent == shown.to_answer.id


async def test_sent_and_done_is_one_decision(store: Store, asked: ConversationId) -> None:
    """What is on screen then may be another conversation; and taken back, this one asks for an answer again."""
    (before,) = await inbox.conversation_rows(store, WE, [asked])
    row = await writing.reply(store, WE, Answer(asked, "Sold out", UNDO, finishes=True))
    (done,) = await inbox.conversation_rows(store, WE, [asked])
    assert (before.state, done.state) == (State.OPEN, State.DONE)
    await writing.undo(store, row.id)
    (back,) = await inbox.conversation_rows(store, WE, [asked])
    assert (back.state, back.needs_reply) == (State.OPEN, before.needs_reply)
    assert (await history.decisions(store))[0].undone_at is not None
