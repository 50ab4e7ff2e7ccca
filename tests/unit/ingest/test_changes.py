"""Messages that come again, change, go, move, and threads that turn out to be one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from inbox_app.contract.remote import (
    FolderListed,
    FolderRenumbered,
    Location,
    LocationGone,
    MessageGone,
    MessageHidden,
    MessageSeen,
    ReactionsSeen,
    RemoteAttachment,
    RemoteAuthor,
    RemoteRecipient,
)
from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.search_query import parse
from inbox_app.domain.words import Kind, State
from inbox_app.ingest.ingest import Ingested
from inbox_app.storage.schema import (
    attachment,
    conversation,
    conversation_tag,
    draft,
    location,
    message,
    message_event,
    message_text,
    note,
    participant,
    tag,
    unread,
)
from inbox_app.storage.search import search
from tests.unit.ingest.conftest import Home
from tests.unit.ingest.tales import at, ours, person, said


async def test_an_edit_keeps_the_text_before(home: Home) -> None:
    await home.hear(said("1", 1, text="befor"))
    counted = await home.hear(said("1", 1, text="before", edited_at=at(5)), said("1", 1, text="after", edited_at=at(9)))
    assert counted == Ingested(updated=1)
    assert (await home.row(select(message_text.c.body))).body == "after"
    events = await home.rows(select(message_event).order_by(message_event.c.at))
    assert [(row.kind, row.before) for row in events] == [("edit", "befor"), ("edit", "before")]
    assert (await home.row(select(message.c.edited_at))).edited_at == int(at(9).timestamp() * 1000)
    assert (await home.row(select(conversation.c.snippet))).snippet == "after"


async def test_what_a_message_answers_may_be_learnt_later(home: Home) -> None:
    await home.hear(said("1", 1, keys=("talk",)), ours("2", 2, keys=("talk",)))
    assert (await home.row(select(conversation.c.state))).state == State.OPEN
    await home.hear(ours("2", 2, keys=("talk",), parent="1"))
    assert (await home.row(select(conversation.c.state))).state == State.WAITING


async def test_a_deletion_leaves_a_tombstone_that_nobody_has_to_answer(home: Home) -> None:
    await home.hear(said("1", 1))
    assert await home.hear(MessageGone("1", at(3)), MessageGone("1"), MessageGone("unknown")) == Ingested(removed=1)
    assert await home.hear(said("1", 1)) == Ingested()
    found = await home.row(select(message).join(message_text, message_text.c.id == message.c.id))
    assert (found.deleted_at, found.needs_reply) == (int(at(3).timestamp() * 1000), False)
    assert (await home.row(select(message_text.c.body))).body == "text of 1"
    assert await home.rows(select(unread)) == []
    assert (await home.row(select(conversation))).state == State.DONE
    assert [row.kind for row in await home.rows(select(message_event))] == ["deletion"]


async def test_what_moderators_take_out_of_sight_needs_no_reply_until_they_bring_it_back(home: Home) -> None:
    await home.hear(said("1", 1))
    spam = said("1", 1, hidden=True, needs_work=False)
    for _ in range(2):
        await home.hear(spam)
        assert (await home.row(select(message))).needs_reply is False
        standing = await home.row(select(conversation))
        assert (standing.state, standing.needs_reply_count) == (State.DONE, 0)
        assert await home.rows(select(unread)) == []
    await home.hear(said("1", 1))
    assert (await home.row(select(message))).needs_reply is True
    standing = await home.row(select(conversation))
    assert (standing.state, standing.needs_reply_count) == (State.OPEN, 1)


async def test_what_comes_out_of_sight_is_read_by_nobody_and_history_stays_closed(home: Home) -> None:
    await home.hear(said("1", 1, hidden=True, needs_work=False), said("2", 2, hidden=True, history=True))
    assert await home.rows(select(unread)) == []
    await home.hear(said("2", 2))
    assert [one.needs_reply for one in await home.rows(select(message))] == [False, False]
    await home.hear(said("1", 1))
    assert {one.remote_id: one.needs_reply for one in await home.rows(select(message))} == {"1": True, "2": False}


async def test_what_waits_for_a_moderator_is_work_and_stays_it_when_approved(home: Home) -> None:
    await home.hear(said("1", 1, hidden=True))
    assert (await home.row(select(message))).needs_reply is True
    await home.hear(said("1", 1))
    assert (await home.row(select(conversation))).needs_reply_count == 1


async def test_what_only_waited_for_a_moderator_is_settled_by_the_verdict(home: Home) -> None:
    """Another site's mention of a post: somebody has to let it in, and nobody can answer it."""
    await home.hear(said("1", 1, hidden=True))
    await home.hear(said("1", 1, needs_work=False))
    assert (await home.row(select(message))).needs_reply is False
    assert (await home.row(select(conversation))).state == State.DONE


async def test_hides_and_reactions_are_events_only_when_something_changed(home: Home) -> None:
    await home.hear(said("1", 1))
    for _ in range(2):
        await home.hear(MessageHidden("1", hidden=True), ReactionsSeen("1", (("👍", 2),), frozenset({"👍"})))
    assert sorted(row.kind for row in await home.rows(select(message_event))) == ["hide", "reaction"]
    found = await home.row(select(message))
    assert (found.hidden, found.needs_reply) == (True, True)
    assert "2" in found.reactions


async def test_an_edited_review_asks_again(home: Home) -> None:
    review: dict[str, Any] = {"kind": Kind.REVIEW, "keys": ("r",)}
    await home.hear(said("r", 1, **review), ours("a", 2, parent="r", **review))
    assert (await home.row(select(conversation.c.state))).state == State.WAITING
    await home.hear(said("r", 1, text="one star only", edited_at=at(9), **review))
    assert (await home.row(select(conversation.c.state))).state == State.OPEN
    await home.hear(ours("b", 10, parent="r", **review))
    assert (await home.row(select(conversation.c.state))).state == State.WAITING


async def test_a_mail_lies_in_several_folders_and_leaving_one_is_no_deletion(home: Home) -> None:
    def seen(folder: str, validity: int, uid: int) -> MessageSeen:
        return said("m", 1, kind=Kind.MAIL, location=Location(folder, validity, uid))

    await home.hear(seen("INBOX", 1, 5), seen("Work", 1, 9))
    await home.hear(LocationGone(Location("INBOX", 1, 5)))
    assert (await home.row(select(location))).folder == "Work"
    await home.hear(FolderRenumbered("Work", 2))
    assert await home.rows(select(location)) == []
    await home.hear(seen("Work", 2, 1))
    assert (await home.row(select(message))).deleted_at is None
    assert tuple(await home.row(select(location.c.validity, location.c.uid))) == (2, 1)
    await home.hear(said("n", 2, kind=Kind.MAIL, location=Location("Work", 2, 1)))
    assert (await home.row(select(message.c.remote_id).join(location, location.c.message == message.c.id)))[0] == "n"


async def test_what_a_listed_stretch_of_a_folder_does_not_name_left_it(home: Home) -> None:
    def seen(uid: int, folder: str = "INBOX", validity: int = 1) -> MessageSeen:
        return said(f"{folder}{uid}", uid, kind=Kind.MAIL, location=Location(folder, validity, uid))

    await home.hear(*(seen(uid) for uid in (1, 4, 6, 9)), seen(5, "Work"))
    places = select(location.c.folder, location.c.uid).order_by(location.c.folder, location.c.uid)
    await home.hear(FolderListed("INBOX", 2, 1, 9, ()))  # numbered otherwise
    assert len(await home.rows(places)) == 5
    await home.hear(FolderListed("INBOX", 1, 3, 6, (3, 6)))
    assert [tuple(row) for row in await home.rows(places)] == [("INBOX", 1), ("INBOX", 6), ("INBOX", 9), ("Work", 5)]
    assert len(await home.rows(select(message).where(message.c.deleted_at.is_(None)))) == 5


async def test_files_are_stored_once_and_follow_what_the_service_says(home: Home) -> None:
    file = RemoteAttachment("f", "a.png", "image/png", 10, url="https://example.org/1")
    await home.hear(said("1", 1, title="Invoice", attachments=(file, file)))
    assert (await home.row(select(message_text))).people == "Maya maya@example.net Invoice a.png a.png"
    await home.hear(said("1", 1, attachments=(replace(file, url="https://example.org/2"),)))
    assert (await home.row(select(attachment))).url == "https://example.org/2"
    assert (await home.row(select(conversation))).attachment_count == 1


async def test_a_message_is_found_by_titles_and_files_that_come_later(home: Home) -> None:
    file = RemoteAttachment("f", "draught.png", "image/png")
    await home.hear(said("1", 1, attachments=(file,)))
    other = RemoteAttachment("g", "invoice.pdf", "application/pdf")
    for _ in range(2):
        await home.hear(said("1", 1, title="Reminder", attachments=(replace(file, name="drawing.png"), other)))
    found = await home.row(select(message_text))
    assert found.people == "Maya maya@example.net draught.png Reminder invoice.pdf drawing.png"
    for word in ("reminder", "drawing", "invoice", "draught"):
        wanted = parse(word, at(1))
        page = await home.store.read(partial(search, query=wanted, me=ColleagueId("me")))
        assert [hit.message for hit in page.hits] == [found.id]


async def test_raw_mails_and_files_that_come_along_are_kept_once(home: Home) -> None:
    file = RemoteAttachment("f", "a.txt", "text/plain", data=b"content")
    for _ in range(2):
        await home.hear(said("1", 1, raw=b"raw mail", attachments=(file,)))
    stored = await home.row(select(message.c.raw, attachment.c.blob).join(attachment))

    def read(conn: Connection) -> list[bytes]:
        contents = []
        for digest in stored:
            with home.store.blobs.open(conn, digest) as content:
                contents.append(content.read())
        return contents

    assert await home.store.read(read) == [b"raw mail", b"content"]


BESIDE = '{"beside": [{"id": "d3", "words": ["three"]}]}'


async def test_two_conversations_that_a_message_bridges_become_the_older_one(home: Home) -> None:
    await home.hear(said("b", 2, keys=("b",), kind=Kind.MAIL, by="tom"))
    await home.hear(said("a", 1, keys=("a",), kind=Kind.MAIL))
    where = {row.remote_id: row.conversation for row in await home.rows(select(message))}
    younger, older = where["b"], where["a"]
    await home.run(
        insert(tag).values(id="t", name="t"),
        insert(conversation_tag).values([{"conversation": one, "tag": "t"} for one in (younger, older)]),
        insert(note).values(id="n", conversation=younger, author="me", text="x", made_at=1),
        insert(draft).values(id="d1", colleague="me", conversation=older, text="one", changed_at=1),
        insert(draft).values(
            id="d2", colleague="me", conversation=younger, text="two", title="T", detail=BESIDE, changed_at=2
        ),
        insert(attachment).values(id="f", draft="d2", name="a.png", media_type="image/png"),
    )
    await home.hear(said("c", 3, keys=("a", "b"), kind=Kind.MAIL))
    stub, left = sorted(await home.rows(select(conversation)), key=lambda row: row.merged_into is None)
    assert (stub.id, stub.merged_into, stub.last_message, stub.state) == (younger, older, 0, State.DONE)
    assert (left.message_count, left.needs_reply_count) == (3, 3)
    assert {row.conversation for row in await home.rows(select(message))} == {older}
    assert {row.conversation for row in await home.rows(select(unread))} == {older}
    assert (await home.row(select(note))).conversation == older
    assert (await home.row(select(conversation_tag))).conversation == older
    assert sum(row.message_count for row in await home.rows(select(participant))) == 3
    written = await home.row(select(draft))
    assert (written.conversation, written.text, written.title) == (older, "one\n\ntwo", "T")
    assert (written.changed_at, (await home.row(select(attachment))).draft) == (2, written.id)
    assert written.detail == BESIDE, "what another window wrote is kept too"


async def test_history_that_bridges_does_not_reopen(home: Home) -> None:
    await home.hear(said("a", 5, keys=("a",), kind=Kind.MAIL))
    await home.run(conversation.update().values(done_at=7, state="done"))
    await home.hear(said("old", 1, keys=("b",), kind=Kind.MAIL, history=True))
    await home.hear(said("older", 0, keys=("a", "b"), kind=Kind.MAIL, history=True))
    left = await home.row(select(conversation).where(conversation.c.merged_into.is_(None)))
    assert (left.state, left.done_at, left.message_count) == (State.DONE, 7, 3)


HOSTILE = [
    {"text": "x" * 10_000_000},
    {"text": "nul \0 and half \ud83d of a sign", "title": "\0\udcff", "html": "<p>\0\ud800</p>"},
    {"author": RemoteAuthor("id\0\udfff" * 2000, "h" * 5000, "n\0" * 5000, "u" * 90_000)},
    {"sent_at": datetime.min},  # noqa: DTZ901
    {"sent_at": datetime.max.replace(tzinfo=UTC), "edited_at": datetime.min.replace(tzinfo=UTC)},
    {"remote_id": "r" * 9000, "keys": ("k" * 9000, "", " "), "parent": "p" * 9000, "post": "é" * 9000},
    {"keys": ()},
    {"recipients": (RemoteRecipient("to", "\0\ud800", "\0"),), "extra": {"a\0": ["\ud800", {"b": None}]}},
    {"attachments": (RemoteAttachment("", "\0../" * 5000, "\0", 2**80, url="\0" * 9000, part=-1),)},
    {"url": "\0\ud800", "copy_key": "\ud800" * 5000, "key": "\0" * 5000},
]


@pytest.mark.parametrize("wrong", HOSTILE, ids="+".join)
async def test_one_hostile_message_does_not_stop_the_others(home: Home, wrong: dict[str, Any]) -> None:
    values: dict[str, Any] = {"remote_id": "x", "minutes": 2, **wrong}
    counted = await home.hear(said("1", 1), said(**values), said("3", 3))
    assert counted == Ingested(new=3)
    assert await home.hear(said(**values)) == Ingested()


async def test_absurd_places_and_reactions_are_stored_or_dropped_but_never_stop_a_batch(home: Home) -> None:
    await home.hear(
        said("1", 1, location=Location("\0", -(2**70), 2**70)),
        ReactionsSeen("1", (("\ud800" * 900, 2**70),)),
        said("2", 2, by=person("tom").name),
    )
    assert len(await home.rows(select(message))) == 2
