"""What a folder tells and takes: every event of the guide, every answer, deaths in the middle, hostile files."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from connectors.folder.client import EVENT_LIMIT
from connectors.folder.connector import FILES_A_PULL, FolderConnector
from connectors.folder.login import FolderSignIn
from inbox_app.contract.acts import Act, OutgoingFile
from inbox_app.contract.errors import Offline, Rejected
from inbox_app.contract.login import Done, Form
from inbox_app.contract.remote import (
    ConversationSeen,
    MessageGone,
    MessageHidden,
    MessageSeen,
    PostSeen,
    ReactionsSeen,
    ReadElsewhere,
)
from inbox_app.domain.abilities import YES
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Action, ActKind, Direction, Kind
from tests.connectors.folder.conftest import FolderStage
from tests.contract.connector_tests import incoming, messages, pull_all
from tests.contract.stage import reply

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "guide" / "folder.md"


def examples() -> Iterator[JsonObject]:
    """Every JSON example of the guide."""
    for block in re.findall(r"```json\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL):
        documents = [block] if block.count('"key"') < 2 else block.strip().splitlines()
        yield from (json.loads(one) for one in documents)


@pytest.fixture
async def connector(stage: FolderStage) -> FolderConnector:
    made = await stage.connector()
    await made.connect()
    return made


def lying_in(stage: FolderStage, folder: str) -> list[str]:
    return sorted(one.name for one in (stage.other.root / folder).iterdir() if one.is_file())


def leave_lying(place: Path) -> None:
    """As if the file had been there for an hour."""
    past = datetime.now(UTC) - timedelta(hours=1)
    os.utime(place, (past.timestamp(), past.timestamp()), follow_symlinks=False)


async def test_every_event_of_the_guide_is_understood(stage: FolderStage, connector: FolderConnector) -> None:
    (stage.other.root / "files").mkdir()
    (stage.other.root / "files" / "kiln.jpg").write_bytes(b"jpeg")
    for event in examples():
        if "event" in event:
            stage.other.drop(event)
    events, _cursor = await pull_all(connector, None)
    assert lying_in(stage, "refused") == []
    kinds = [MessageSeen, MessageGone, MessageHidden, ReactionsSeen, PostSeen, ConversationSeen, ReadElsewhere]
    assert [type(one) for one in events] == kinds
    (message,) = messages(events)
    assert (message.kind, message.keys, message.parent, message.post) == (
        Kind.COMMENTS, ("c-17", "c-12"), "c-12", "p-3",
    )  # fmt: skip
    assert (message.author.handle, message.attachments[0].size) == ("@maya", 4)
    pieces = [piece async for piece in connector.fetch_attachment("c-17", message.attachments[0].remote_id)]
    assert b"".join(pieces) == b"jpeg"


async def test_every_answer_is_written_as_the_guide_says(stage: FolderStage, connector: FolderConnector) -> None:
    told = {str(one["answer"]): one for one in examples() if "answer" in one}
    await stage.arrive("Is the blue one still there?")
    question, _cursor = await incoming(connector, None, "blue")
    act = replace(reply("Yes", replace(question, post="p-3")), files=(OutgoingFile("../b.jpg", "image/jpeg", b"x"),))
    await connector.send(act, connector.freeze(act, await connector.connect()))
    acts = (
        replace(act, kind=ActKind.REACTION, value="❤", text="", files=(), key=uuid4().hex),
        replace(act, kind=ActKind.MODERATION, action=Action.HIDE, value="spam", text="", files=(), key=uuid4().hex),
        replace(act, kind=ActKind.EDIT, files=(), key=uuid4().hex),
        replace(act, kind=ActKind.DELETION, text="", files=(), key=uuid4().hex),
    )
    for do, one in zip((connector.react, connector.moderate, connector.edit, connector.delete), acts, strict=True):
        await do(one)
    stage.other.take_answers()
    written = [
        json.loads((stage.other.root / "answers" / "taken" / f"{one.key}.json").read_bytes()) for one in (act, *acts)
    ]
    assert [one["answer"] for one in written] == list(told)
    assert [set(one) for one in written] == [set(one) for one in told.values()]
    assert set(written[0]["to"]) == {"id", "kind", "author", "at", "post"}
    (beside,) = written[0]["attachments"]
    assert beside["file"] == f"answers/{act.key}.files/1-b.jpg"
    assert (stage.other.root / beside["file"]).read_bytes() == b"x"


async def test_an_answer_that_was_taken_is_not_put_down_again(stage: FolderStage, connector: FolderConnector) -> None:
    await stage.arrive("please answer")
    question, _cursor = await incoming(connector, None, "please answer")
    act = reply("once", question)
    frozen = connector.freeze(act, await connector.connect())
    await connector.send(act, frozen)
    stage.other.take_answers()
    stage.other.delivered.clear()  # a program that forgets, and still moves what it takes
    await connector.send(act, frozen)
    assert stage.other.take_answers() == []


async def test_only_answers_to_messages_are_taken(connector: FolderConnector) -> None:
    post = Act(uuid4().hex, ActKind.POST, Kind.COMMENTS, datetime.now(UTC), text="A post")
    with pytest.raises(Rejected):
        connector.freeze(post, await connector.connect())


async def test_a_death_before_the_batch_is_kept_reads_it_again(stage: FolderStage, connector: FolderConnector) -> None:
    await stage.arrive("the only one")
    first = await connector.pull(None)
    again = await (await stage.connector()).pull(None)
    assert messages(list(first.events)) == messages(list(again.events))
    assert len(lying_in(stage, "events")) == 1


async def test_a_death_before_the_files_are_moved_moves_them_only(
    stage: FolderStage, connector: FolderConnector
) -> None:
    await stage.arrive("the only one")
    kept = (await connector.pull(None)).cursor
    (name,) = lying_in(stage, "events")
    after = await (await stage.connector()).pull(json.loads(json.dumps(kept)))
    assert after.events == ()
    assert (lying_in(stage, "events"), lying_in(stage, "taken")) == ([], [name])
    assert (await (await stage.connector()).pull(kept)).events == (), "killed after the move and before its commit"


async def test_a_new_file_under_a_name_that_was_read_is_read(stage: FolderStage, connector: FolderConnector) -> None:
    stage.other.drop(stage.other.message("the first"), "same.json")
    _events, cursor = await pull_all(connector, None)
    stage.other.drop(stage.other.message("the second"), "same.json")
    events, cursor = await pull_all(connector, cursor)
    assert [one.text for one in messages(events)] == ["the second"]
    await pull_all(connector, cursor)
    assert lying_in(stage, "taken") == ["same.json"]


async def test_many_files_come_in_pages_in_their_order(stage: FolderStage, connector: FolderConnector) -> None:
    texts = [f"number {number}" for number in range(FILES_A_PULL * 2 + 50)]
    for text in texts:
        await stage.arrive(text)
    batch = await connector.pull(None)
    assert batch.more
    assert len(batch.events) == FILES_A_PULL
    events, _cursor = await pull_all(connector, batch.cursor)
    assert [one.text for one in messages([*batch.events, *events])] == texts


HOSTILE: dict[str, bytes] = {
    "no JSON": b"{",
    "deep": b"[" * 200_000,
    "deep but closed": b'{"event":' + b"[" * 70 + b"]" * 70 + b"}",
    "no object": b"[]",
    "unknown event": b'{"event": "explosion"}',
    "no id": b'{"event": "read"}',
    "wrong type": b'{"event": "read", "id": {"a": 1}}',
    "long id": json.dumps({"event": "read", "id": "x" * 301}).encode(),
    "no zone": b'{"event": "message", "id": "1", "kind": "comments", "at": "2026-01-01", "author": {"id": "1"}}',
    "before all time": b'{"event": "deletion", "id": "1", "at": "0001-01-01T00:00:00+14:00"}',
    "mail": b'{"event": "message", "id": "1", "kind": "mail", "at": "2026-01-01T00:00:00Z", "author": {"id": "1"}}',
    "huge": b" " * (EVENT_LIMIT + 1),
    "infinite": b'{"event": "reactions", "id": "1", "counts": {"a": 1e999}}',
    "not UTF-8": b'{"event": "read", "id": "\xff\xfe"}',
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_is_not_as_described_is_set_aside(stage: FolderStage, connector: FolderConnector, name: str) -> None:
    leave_lying(stage.other.drop(HOSTILE[name], "bad.json"))
    await stage.arrive("a good one")
    events, _cursor = await pull_all(connector, None)
    assert [one.text for one in messages(events)] == ["a good one"]
    assert lying_in(stage, "refused") == ["bad.json", "bad.json.reason.txt"]
    assert (stage.other.root / "refused" / "bad.json.reason.txt").read_text().endswith(".\n")
    assert (stage.other.root / "refused" / "bad.json").read_bytes() == HOSTILE[name]


@pytest.mark.parametrize(
    "named",
    ["../secret", "files/../../secret", "/etc/passwd", "link", "linked/secret", "C:\\x", "", ".", "files", "gone"],
)
async def test_no_attachment_leads_out_of_the_folder(
    stage: FolderStage, connector: FolderConnector, tmp_path: Path, named: str
) -> None:
    (tmp_path / "secret").write_text("secret")
    (stage.other.root / "link").symlink_to(tmp_path / "secret")
    (stage.other.root / "linked").symlink_to(tmp_path)
    (stage.other.root / "files").mkdir()
    stage.other.drop(stage.other.message("look", attachments=[{"file": named}]))
    events, _cursor = await pull_all(connector, None)
    assert events == []
    assert len(lying_in(stage, "refused")) == 2
    with pytest.raises(Rejected):
        _ = [piece async for piece in connector.fetch_attachment("c-1", named)]


async def test_a_file_that_became_a_link_later_is_not_read(
    stage: FolderStage, connector: FolderConnector, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("secret")
    (stage.other.root / "a.txt").write_text("harmless")
    stage.other.drop(stage.other.message("look", attachments=[{"file": "a.txt"}]))
    await pull_all(connector, None)
    (stage.other.root / "a.txt").unlink()
    (stage.other.root / "a.txt").symlink_to(tmp_path / "secret")
    with pytest.raises(Rejected):
        _ = [piece async for piece in connector.fetch_attachment("c-1", "a.txt")]


async def test_links_and_pipes_among_the_events_are_set_aside(
    stage: FolderStage, connector: FolderConnector, tmp_path: Path
) -> None:
    (tmp_path / "outside.json").write_text(json.dumps(stage.other.message("from outside")))
    (stage.other.root / "events" / "link.json").symlink_to(tmp_path / "outside.json")
    os.mkfifo(stage.other.root / "events" / "pipe.json")
    events, _cursor = await pull_all(connector, None)
    assert events == []
    assert (tmp_path / "outside.json").exists()
    assert lying_in(stage, "events") == []
    assert {"link.json.reason.txt", "pipe.json.reason.txt"} <= set(lying_in(stage, "refused"))


async def test_a_half_written_file_is_left_alone_for_a_while(stage: FolderStage, connector: FolderConnector) -> None:
    place = stage.other.drop(b'{"event": "mess', "slow.json")
    events, cursor = await pull_all(connector, None)
    assert (events, lying_in(stage, "refused")) == ([], [])
    place.write_text(json.dumps(stage.other.message("whole now")))
    events, _cursor = await pull_all(connector, cursor)
    assert [one.text for one in messages(events)] == ["whole now"]


async def test_html_is_cleaned_and_gives_the_text(stage: FolderStage, connector: FolderConnector) -> None:
    stage.other.drop(stage.other.message("", html="<p>Hi <script>alert(1)</script><b>there</b></p>"))
    (message,) = messages((await pull_all(connector, None))[0])
    assert "script" not in (message.html or "")
    assert message.text.split() == ["Hi", "there"]


async def test_the_other_program_says_what_can_be_done(stage: FolderStage, connector: FolderConnector) -> None:
    stage.other.drop(stage.other.message("hide me", can=["hide"]))
    stage.other.drop(stage.other.message("ours", direction="out"))
    theirs, ours = messages((await pull_all(connector, None))[0])
    assert theirs.abilities is not None
    assert theirs.abilities.by_action == {Action.HIDE: YES}
    assert (ours.direction, ours.author.handle) == (Direction.OUTGOING, "Guestbook")


async def test_a_folder_is_tried_before_it_is_kept(stage: FolderStage) -> None:
    flow = FolderSignIn(stage.host())
    assert isinstance(await flow.start({}), Form)
    for path, reason in (("drop", "whole path"), (str(stage.other.root / "nowhere"), "not there"), ("", "whole path")):
        wrong = await flow.go_on({"path": path})
        assert isinstance(wrong, Form)
        assert reason in wrong.problem
    done = await flow.go_on({"path": str(stage.other.root)})
    assert isinstance(done, Done)
    assert (done.identity.handle, done.settings["path"]) == ("dropbox", str(stage.other.root))


async def test_a_full_disk_is_certainly_not_sent(
    stage: FolderStage, connector: FolderConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.arrive("please answer")
    question, _cursor = await incoming(connector, None, "please answer")
    act = reply("no room", question)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    frozen = connector.freeze(act, await connector.connect())
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(Offline, match="No space left"):
            await connector.send(act, frozen)
    assert await stage.copies("no room") == 0
    assert [one.name for one in (stage.other.root / "answers").iterdir()] == ["taken"]
