"""Exports are whole or not there, replace only what they made themselves, and hold what was chosen."""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from inbox_app.domain.errors import NotFound, Refused
from inbox_app.domain.filters import By, Is
from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, MemberId
from inbox_app.domain.selection import Selection
from inbox_app.domain.words import Kind
from inbox_app.exchange.exporting import Format, Step, export, preview
from inbox_app.exchange.formats import FORMATS
from inbox_app.exchange.target import Target
from inbox_app.i18n import lazy_gettext
from inbox_app.ingest.ingest import ingest
from inbox_app.storage import conversations, notes
from inbox_app.storage.exporting.reading import History
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.unit.ingest.tales import START, at, connect, ours, said

ME = ColleagueId("me")


def live(tx: Tx) -> AccountId:
    """Two comments with answers, a mail, a note on each, and a second account."""
    account = connect(tx)
    events = [
        said("c1", 0),
        said("c2", 1, by="noor"),
        ours("c3", 2, parent="c1"),
        said("c4", 3, by="noor", parent="c3", text="pâté"),
        said("m1", 60, kind=Kind.MAIL, text="a letter"),
    ]
    ingest(tx, account, events)
    for one in conversations.ids(tx.conn, ME):
        made = notes.write(tx, ME, "beware of him", about=one, on_member=False)
        notes.change(tx, ME, made, text="beware")
    return account


async def write(store: Store, out: Path, chosen: Selection = Selection(), key: str = "json") -> dict[str, Any]:  # noqa: B008
    await export(store, ME, FORMATS[key], chosen, out, lambda _step: None)
    found: dict[str, Any] = json.loads((out / "manifest.json").read_text())
    return found


def records(out: Path, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((out / f"{kind}.json").read_text())
    return found


def remote_ids(out: Path) -> list[str]:
    return [one["remote_id"] for one in records(out, "messages")]


async def test_the_manifest_vouches_for_every_file(store: Store, tmp_path: Path) -> None:
    await store.write(live)
    said_of = await write(store, tmp_path / "out")
    for one in said_of["files"]:
        content = (tmp_path / "out" / one["path"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (one["size"], one["sha256"])
    assert said_of["counts"] == {"conversations": 3, "messages": 5, "attachments": 0}
    assert said_of["complete"]
    assert [line["local_count"] for line in said_of["ledger"]] == [5]
    assert not list(tmp_path.glob(".out*"))


async def test_what_is_chosen_leaves_with_all_that_it_rests_on(store: Store, tmp_path: Path) -> None:
    account = await store.write(live)
    members = {one["name"]: one["id"] for one in await _records(store, tmp_path, "members")}
    threads = {one["title"] or one["snippet"]: one["id"] for one in await _records(store, tmp_path, "conversations")}
    chosen = {
        "a": (Selection(account=account), ["c1", "c2", "c3", "c4", "m1"]),
        "b": (Selection(member=MemberId(members["Noor"])), ["c1", "c2", "c3", "c4"]),
        "c": (Selection(query="pate"), ["c1", "c3", "c4"]),
        "d": (Selection(filter=Is(By.KIND, ("mail",))), ["m1"]),
        "e": (Selection(since=at(2), until=at(30)), ["c3", "c4"]),
        "f": (Selection(conversations=(ConversationId(threads["a letter"]),)), ["m1"]),
        "g": (Selection(account=account, since=START + timedelta(days=9)), []),
    }
    for name, (wanted, messages) in chosen.items():
        told = await write(store, tmp_path / name, wanted)
        assert remote_ids(tmp_path / name) == messages, name
        assert told["counts"]["messages"] == len(messages)
        assert (await preview(store, ME, wanted)).messages == len(messages)
        assert not told["complete"]
        there = {one["id"] for one in records(tmp_path / name, "handles")}
        assert {one["author"] for one in records(tmp_path / name, "messages")} <= there


async def _records(store: Store, tmp_path: Path, kind: str) -> list[dict[str, Any]]:
    await write(store, tmp_path / "all")
    return records(tmp_path / "all", kind)


async def test_notes_leave_only_when_asked_for(store: Store, tmp_path: Path) -> None:
    await store.write(live)
    await write(store, tmp_path / "without")
    await write(store, tmp_path / "with", Selection(notes=True))
    assert not any(b"beware" in path.read_bytes() for path in (tmp_path / "without").rglob("*.json"))
    assert b"beware" in (tmp_path / "with" / "conversations.json").read_bytes()


async def test_what_does_not_exist_is_named(store: Store, tmp_path: Path) -> None:
    for chosen in (
        Selection(account=AccountId("x")),
        Selection(member=MemberId("x")),
        Selection(conversations=(ConversationId("x"),)),
    ):
        with pytest.raises(NotFound, match="x"):
            await write(store, tmp_path / "out", chosen)
    assert not list(tmp_path.glob("out*"))


async def test_an_unchanged_export_of_ours_is_replaced_and_nothing_else(sqlite_store: Store, tmp_path: Path) -> None:
    out = tmp_path / "out"
    await write(sqlite_store, out)
    await sqlite_store.write(live)
    assert (await write(sqlite_store, out))["counts"]["messages"] == 5
    (out / "mine.txt").write_text("dear diary")
    with pytest.raises(Refused, match="out"):
        await write(sqlite_store, out)
    (out / "mine.txt").unlink()
    (out / "tags.json").write_text("[1]")
    with pytest.raises(Refused):
        await write(sqlite_store, out)
    (tmp_path / "file").write_text("x")
    with pytest.raises(Refused):
        await write(sqlite_store, tmp_path / "file")
    assert {path.name for path in tmp_path.iterdir()} == {"out", "file", "workspace"}


@pytest.fixture
def halting() -> tuple[Format, threading.Event, threading.Event]:
    """A format that stops in the middle until it is let go on."""
    begun, go_on = threading.Event(), threading.Event()

    def write_half(history: History, target: Target) -> None:
        with target.file("half.txt") as file:
            file.write(b"half")
        begun.set()
        assert go_on.wait(30)
        list(history.records("messages"))

    return Format("half", lazy_gettext("half"), "", write_half), begun, go_on


async def test_a_cancelled_export_leaves_nothing(
    store: Store, tmp_path: Path, halting: tuple[Format, threading.Event, threading.Event]
) -> None:
    form, begun, go_on = halting
    await store.write(live)
    running = asyncio.create_task(export(store, ME, form, Selection(), tmp_path / "out", lambda _step: None))
    await asyncio.to_thread(begun.wait, 30)
    assert not list(tmp_path.glob("out*"))
    running.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not list(tmp_path.glob("*out*"))


def test_what_killed_exports_left_is_swept_and_what_they_replaced_comes_back(tmp_path: Path) -> None:
    """One is at work, one was killed while it wrote, one between its two moves, and one folder is somebody's own."""
    for name in (".killed.part-01", ".moved.part-02/before", ".mine.part-03"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "kept.txt").write_text(name)
    for name in (".killed.part-01", ".moved.part-02"):
        (tmp_path / name / "portavoce.lock").touch()
    with Target(tmp_path / "slow", is_folder=True) as slow:
        with slow.file("half.txt") as file:
            file.write(b"half")
        with Target(tmp_path / "quick", is_folder=True) as quick:
            quick.finish({})
        slow.finish({})
    assert {path.name for path in tmp_path.iterdir()} == {"slow", "quick", "moved", ".mine.part-03"}
    assert (tmp_path / "moved" / "kept.txt").exists()
    assert (tmp_path / "slow" / "half.txt").read_text() == "half"


def test_a_replacement_that_fails_leaves_the_earlier_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def export_once() -> None:
        with Target(tmp_path / "out", is_folder=True) as target:
            target.finish({})

    export_once()
    before = (tmp_path / "out" / "manifest.json").stat().st_ino
    move = Path.rename

    def fail(source: Path, target: Path) -> Path:
        if source.name == "whole":
            raise OSError(28, "No space left on device")
        return move(source, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(Refused, match="No space left"):
        export_once()
    assert (tmp_path / "out" / "manifest.json").stat().st_ino == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


async def test_an_export_is_of_one_moment_and_keeps_nobody_waiting(
    store: Store, tmp_path: Path, halting: tuple[Format, threading.Event, threading.Event]
) -> None:
    form, begun, go_on = halting
    running = asyncio.create_task(export(store, ME, form, Selection(), tmp_path / "out", lambda _step: None))
    await asyncio.to_thread(begun.wait, 30)
    await store.write(live)
    assert await store.read(lambda conn: len(conversations.ids(conn, ME))) == 3
    go_on.set()
    assert (await running).extent.messages == 0


async def test_progress_ends_with_all_of_it(store: Store, tmp_path: Path, said_so: list[Step]) -> None:
    await store.write(live)
    await export(store, ME, FORMATS["json"], Selection(), tmp_path / "out", said_so.append)
    await asyncio.sleep(0)
    assert said_so[-1] == Step(5, 5)


@pytest.fixture
def said_so() -> list[Step]:
    return []


async def test_conversations_are_told_whole_and_in_thread_order(store: Store, tmp_path: Path) -> None:
    await store.write(live)
    told: list[tuple[list[tuple[str | None, int]], list[str]]] = []

    def note(history: History, target: Target) -> None:
        for one in history.conversations():
            read = [(each.row.remote_id, each.row.depth) for each in one.messages()]
            told.append((read, [note.text for note in one.notes]))

    form = Format("told", lazy_gettext("told"), "", note)
    await export(store, ME, form, Selection(notes=True), tmp_path / "out", lambda _step: None)
    assert sorted(told) == [
        ([("c1", 0), ("c3", 1), ("c4", 2)], ["beware"]),
        ([("c2", 0)], ["beware"]),
        ([("m1", 0)], ["beware"]),
    ]


async def test_a_full_disk_is_said_and_nothing_stays(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("inbox_app.exchange.target.os.fsync", fail)
    with pytest.raises(Refused, match="No space left") as refused:
        await write(sqlite_store, tmp_path / "out")
    assert refused.value.code == "cannot_write"
    assert not list(tmp_path.glob("out*"))
