"""JSON out, JSON in: an equal workspace, on both databases and from one to the other; twice adds nothing."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import defaultdict
from functools import partial
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import func, select, update

from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.selection import Selection
from inbox_app.domain.words import Kind
from inbox_app.events import Bus
from inbox_app.exchange import json_import
from inbox_app.exchange.exporting import Exported, export
from inbox_app.exchange.formats import FORMATS
from inbox_app.exchange.importing import Progress
from inbox_app.exchange.json_import import NoExport, Taken
from inbox_app.ingest.ingest import ingest
from inbox_app.paths import resolve_workspace
from inbox_app.queries import inbox
from inbox_app.storage import schema as s
from inbox_app.storage.copies import SHOWN
from inbox_app.storage.exporting.records import LEFT_OUT
from inbox_app.storage.store import Store
from inbox_app.storage.tallies import wrong_counts
from inbox_app.storage.transaction import Reading, Tx
from inbox_app.storage.workspace import begin_coming_in
from tests.docs import export_schema
from tests.unit.exchange.workspaces import contents, exported_tables, fill
from tests.unit.ingest.tales import connect, ours, said

ME = ColleagueId("me")
WHOLE = Selection(notes=True)


async def take_out(store: Store, out: Path, chosen: Selection = WHOLE) -> Exported:
    return await export(store, ME, FORMATS["json"], chosen, out, lambda _step: None)


async def take_in(store: Store, out: Path) -> Taken:
    return await json_import.take_in(store, out, lambda _step: None)


async def another(tmp_path: Path, name: str) -> Store:
    return await Store.open(resolve_workspace(str(tmp_path / name)), Bus(), create=True)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }


@pytest.mark.parametrize("seed", range(6))
async def test_a_random_workspace_comes_back_equal(store: Store, tmp_path: Path, seed: int) -> None:
    await store.write(partial(fill, blobs=store.blobs, seed=seed))
    await take_out(store, tmp_path / "first")
    other = await another(tmp_path, "other")
    taken = await take_in(other, tmp_path / "first")
    assert await other.read(contents) == await store.read(contents)
    assert taken.added == len((await store.read(contents))["message"])
    await take_out(other, tmp_path / "second")
    assert bytes_of(tmp_path / "second") == bytes_of(tmp_path / "first")
    assert await other.read(wrong_counts) == 0
    await other.close()


@pytest.mark.parametrize("seed", [7, 8])
async def test_it_comes_back_into_either_database(store: Store, tmp_path: Path, seed: int) -> None:
    other = await another(tmp_path, "other")
    await other.write(partial(fill, blobs=other.blobs, seed=seed))
    await take_out(other, tmp_path / "out")
    await take_in(store, tmp_path / "out")
    assert await store.read(contents) == await other.read(contents)
    before = await store.read(contents)
    again = await take_in(store, tmp_path / "out")
    assert again.added == 0
    assert await store.read(contents) == before
    await other.close()


def test_every_table_leaves_or_is_left_out_for_a_reason() -> None:
    assert exported_tables() | set(LEFT_OUT) == set(s.metadata.tables.values())
    assert not exported_tables() & set(LEFT_OUT)


async def test_a_changed_file_is_found_before_anything_is_imported(sqlite_store: Store, tmp_path: Path) -> None:
    await sqlite_store.write(partial(fill, blobs=sqlite_store.blobs, seed=1))
    await take_out(sqlite_store, tmp_path / "out")
    other = await another(tmp_path, "other")
    before = await other.read(contents)
    path = tmp_path / "out" / "messages.json"
    path.write_bytes(path.read_bytes().replace(b"caf", b"kaf"))
    with pytest.raises(NoExport, match=r"messages\.json"):
        await take_in(other, tmp_path / "out")
    assert await other.read(contents) == before
    await other.close()


async def test_a_manifest_cannot_lead_out_of_its_folder(sqlite_store: Store, tmp_path: Path) -> None:
    await take_out(sqlite_store, tmp_path / "out")
    manifest = tmp_path / "out" / "manifest.json"
    listed = json.loads(manifest.read_text())
    (tmp_path / "secret.json").write_bytes(b"[]")
    digest = hashlib.sha256(b"[]").hexdigest()
    listed["files"].append({"path": "../secret.json", "size": 2, "sha256": digest})
    manifest.write_text(json.dumps(listed))
    with pytest.raises(NoExport):
        await take_in(sqlite_store, tmp_path / "out")


async def test_a_record_that_nests_without_end_is_refused_in_a_sentence(sqlite_store: Store, tmp_path: Path) -> None:
    await take_out(sqlite_store, tmp_path / "out")
    manifest, tags = tmp_path / "out" / "manifest.json", tmp_path / "out" / "tags.json"
    tags.write_bytes(b"[\n" + b"[" * 200_000 + b"\n]\n")
    listed = json.loads(manifest.read_text())
    for one in listed["files"]:
        if one["path"] == "tags.json":
            one |= {"size": tags.stat().st_size, "sha256": hashlib.sha256(tags.read_bytes()).hexdigest()}
    manifest.write_text(json.dumps(listed))
    with pytest.raises(NoExport):
        await take_in(sqlite_store, tmp_path / "out")


async def test_the_published_schema_describes_every_record(sqlite_store: Store, tmp_path: Path) -> None:
    assert export_schema.PAGE.read_text("utf-8") == export_schema.render(), "run `make docs`"
    await sqlite_store.write(partial(fill, blobs=sqlite_store.blobs, seed=3))
    await take_out(sqlite_store, tmp_path / "out")
    export_of = {path.name: json.loads(path.read_bytes()) for path in (tmp_path / "out").glob("*.json")}
    Draft202012Validator(export_schema.schema()).validate(export_of)
    export_of["messages.json"][0]["surprise"] = 1
    assert not Draft202012Validator(export_schema.schema()).is_valid(export_of)


async def test_a_later_version_is_refused(sqlite_store: Store, tmp_path: Path) -> None:
    await take_out(sqlite_store, tmp_path / "out")
    manifest = tmp_path / "out" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"version": 1', '"version": 2'))
    with pytest.raises(NoExport, match="later version"):
        await take_in(sqlite_store, tmp_path / "out")


async def test_a_part_comes_into_a_workspace_that_has_other_things(store: Store, tmp_path: Path) -> None:
    """The same accounts under other ids, a message at a number that is taken, a thread that is known already."""
    other = await another(tmp_path, "other")
    events = [said("c1", 0), said("c2", 1, by="noor"), ours("a1", 2, parent="c1"), said("m1", 3, kind=Kind.MAIL)]
    account = await other.write(connect)
    await other.write(lambda tx: ingest(tx, account, events))
    await take_out(other, tmp_path / "out")
    mine = await store.write(connect)
    await store.write(lambda tx: ingest(tx, mine, [said("c1", 0), said("x", 1, by="zoe")]))
    taken = await take_in(store, tmp_path / "out")
    assert taken.added == 3
    found = await store.read(threads_of)
    assert found == {("a1", "c1"), ("c2",), ("m1",), ("x",)}
    assert (await take_in(store, tmp_path / "out")).added == 0
    assert await store.read(wrong_counts) == 0
    page = await inbox.conversation_page(store, ME)
    assert sorted(row.messages for row in page.rows) == [1, 1, 1, 2]
    await other.close()


def threads_of(conn: Reading) -> set[tuple[str, ...]]:
    """The remote ids of each conversation's messages."""
    together: defaultdict[str, set[str]] = defaultdict(set)
    for row in conn.execute(select(s.message.c.conversation, s.message.c.remote_id)):
        together[row.conversation].add(row.remote_id)
    return {tuple(sorted(ids)) for ids in together.values()}


async def test_interrupted_it_is_done_again_and_comes_out_whole(sqlite_store: Store, tmp_path: Path) -> None:
    await sqlite_store.write(partial(fill, blobs=sqlite_store.blobs, seed=4))
    await take_out(sqlite_store, tmp_path / "out")
    other = await another(tmp_path, "other")
    steps = 0

    def fail(_step: object) -> None:
        nonlocal steps
        steps += 1
        if steps == 60:
            raise KeyError("killed")

    with pytest.raises(KeyError):
        await json_import.take_in(other, tmp_path / "out", fail)
    await take_in(other, tmp_path / "out")
    there, wanted = await other.read(contents), await sqlite_store.read(contents)
    assert {name: len(rows) for name, rows in there.items() if name != "participant"} == {
        name: len(rows) for name, rows in wanted.items() if name != "participant"
    }
    await other.close()


async def test_stopped_in_a_workspace_in_use_it_is_counted_as_it_is(store: Store, tmp_path: Path) -> None:
    await store.write(partial(fill, blobs=store.blobs, seed=4))
    await take_out(store, tmp_path / "out")
    other = await another(tmp_path, "other")
    await other.write(lambda tx: ingest(tx, connect(tx), [said("c1", 0)]))

    def stop(step: Progress) -> None:
        if step.added:
            running.cancel()

    running = asyncio.create_task(json_import.take_in(other, tmp_path / "out", stop))
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await other.read(miscounted) == []
    await other.close()


async def test_killed_it_is_counted_when_it_is_done_again(sqlite_store: Store, tmp_path: Path) -> None:
    await sqlite_store.write(partial(fill, blobs=sqlite_store.blobs, seed=4))
    await take_out(sqlite_store, tmp_path / "out")
    other = await another(tmp_path, "other")
    await other.write(lambda tx: ingest(tx, connect(tx), [said("c1", 0)]))
    await take_in(other, tmp_path / "out")
    first = await other.read(lambda conn: conn.execute(select(s.message.c.conversation).where(here)).scalar_one())

    def as_killed(tx: Tx) -> None:
        tx.conn.execute(update(s.conversation).where(s.conversation.c.id != first).values(message_count=77))
        begin_coming_in(tx)

    await other.write(as_killed)
    await take_in(other, tmp_path / "out")
    assert await other.read(miscounted) == []
    assert not await other.write(begin_coming_in)
    await other.close()


here = s.message.c.remote_id == "c1"


def miscounted(conn: Reading) -> list[str]:
    """The conversations whose count is not the number of their messages."""
    real = select(func.count()).where(s.message.c.conversation == s.conversation.c.id, SHOWN, ~s.message.c.context)
    wrong = select(s.conversation.c.id).where(s.conversation.c.message_count != real.scalar_subquery())
    return list(conn.execute(wrong.where(s.conversation.c.merged_into.is_(None))).scalars())


async def test_a_trial_says_what_is_new_and_keeps_nothing(store: Store, tmp_path: Path) -> None:
    await store.write(partial(fill, blobs=store.blobs, seed=2))
    made = await take_out(store, tmp_path / "out")
    told = await json_import.survey(tmp_path / "out")
    assert str(made.extent.messages) in told.what
    other = await another(tmp_path, "other")
    before = await other.read(contents)
    steps: list[Progress] = []
    tried = await json_import.look_through(other, tmp_path / "out", steps.append)
    assert (tried.messages, tried.new) == (made.extent.messages, made.extent.messages)
    assert (steps[-1].done, steps[-1].size) == (told.size, told.size)
    assert await other.read(contents) == before
    await take_in(other, tmp_path / "out")
    assert (await json_import.look_through(other, tmp_path / "out", steps.append)).new == 0
    (tmp_path / "out" / "tags.json").write_text("[]")
    with pytest.raises(NoExport, match=r"tags\.json"):
        await json_import.look_through(other, tmp_path / "out", steps.append)
    await other.close()


async def test_what_waits_to_be_sent_leaves_as_unconfirmed(store: Store, tmp_path: Path) -> None:
    """Imported as queued it would be sent by two workspaces."""
    await store.write(partial(fill, blobs=store.blobs, seed=5))
    await take_out(store, tmp_path / "out")
    for name in ("outbox", "messages"):
        states = {one["state"] for one in json.loads((tmp_path / "out" / f"{name}.json").read_bytes())}
        assert "unconfirmed" in states
        assert not states & {"queued", "sending"}
