"""The subject access pack: all of one person, nothing that was to stay here, and other people only where decided."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from inbox_app.domain.encounters import Encounter, Met
from inbox_app.domain.errors import NotFound, Refused
from inbox_app.domain.ids import ColleagueId, MemberId
from inbox_app.domain.people import Card
from inbox_app.domain.words import Kind
from inbox_app.exchange.access.pack import pack, preview
from inbox_app.exchange.access.subject import Decisions
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import members
from inbox_app.storage import linking, notes
from inbox_app.storage import schema as s
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.unit.ingest.tales import at, connect, ours, said

ME = ColleagueId("me")


def whose(tx: Tx, name: str) -> MemberId:
    found = tx.conn.execute(select(s.member.c.id).where(s.member.c.name == name)).scalar_one()
    return MemberId(found)


def fill(tx: Tx) -> None:
    """Maya asks below Noor's comment and alone; Noor speaks alone too; a note on each, and one on what both said."""
    account = connect(tx)
    events = [
        said("n1", 0, by="noor", text="noor-began"),
        said("m1", 1, parent="n1", text="maya-asked"),
        ours("o1", 2, parent="m1", text="we-answered"),
        said("n2", 3, by="noor", parent="m1", text="noor-went-on", title="noor-title"),
        said("m2", 60, kind=Kind.MAIL, text="maya-wrote", title="maya-subject"),
        said("n3", 90, by="noor", text="noor-alone"),
    ]
    ingest(tx, account, events)
    met = Met(Encounter.CALL, at(7))
    notes.write(tx, ME, "note-on-maya", about=whose(tx, "Maya"), on_member=True, met=met)
    notes.write(tx, ME, "note-on-noor", about=whose(tx, "Noor"), on_member=True)
    shared = tx.conn.execute(select(s.message.c.conversation).where(s.message.c.remote_id == "m1")).scalar_one()
    notes.write(tx, ME, "note-on-it", about=shared, on_member=False)
    for place, (remote, name) in enumerate((("m1", "maya.txt"), ("n2", "noor.txt"))):
        message = tx.conn.execute(select(s.message.c.id).where(s.message.c.remote_id == remote)).scalar_one()
        tx.conn.execute(s.attachment.insert().values(
            id=f"f{place}", message=message, name=name, media_type="text/plain", size=3, position=0,
        ))  # fmt: skip


async def card_of(store: Store, name: str = "Maya") -> Card:
    wanted = await store.write(lambda tx: whose(tx, name))
    return await members.card(store, ME, wanted)


async def packed(store: Store, out: Path, decided: Decisions) -> Mapping[str, bytes]:
    await pack(store, ME, await card_of(store), decided, out, lambda _step: None)
    with ZipFile(out) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def record(files: Mapping[str, bytes]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files["data.json"])
    return found


def texts(files: Mapping[str, bytes]) -> list[str]:
    return [message["text"] for one in record(files)["conversations"] for message in one["messages"]]


async def test_all_of_one_person_is_in_it_to_read_and_for_programs(store: Store, tmp_path: Path) -> None:
    await store.write(fill)
    files = await packed(store, tmp_path / "maya.zip", Decisions())
    assert {"index.html", "data.json", "book/search.js"} <= set(files)
    assert texts(files) == ["noor-began", "maya-asked", "we-answered", "noor-went-on", "maya-wrote"]
    whole = b"".join(files.values())
    assert b"noor-alone" not in whole
    by = [message["by"] for one in record(files)["conversations"] for message in one["messages"]]
    assert by == ["other", "member", "us", "other", "member"]
    assert [one["handle"] for one in record(files)["member"]["handles"]] == ["maya@example.net"]
    pages = b"".join(content for name, content in files.items() if name.endswith(".html"))
    for text in texts(files):
        assert text.encode() in pages


async def test_notes_are_withheld_with_a_reason(store: Store, tmp_path: Path) -> None:
    await store.write(fill)
    files = await packed(store, tmp_path / "maya.zip", Decisions(reason="a dispute is open"))
    assert not [name for name, content in files.items() if b"note-on" in content]
    assert record(files)["notes_withheld"] == "a dispute is open"
    assert b"a dispute is open" in files["index.html"]
    silent = await packed(store, tmp_path / "silent.zip", Decisions(reason=" "))
    assert record(silent)["notes_withheld"]


async def test_notes_go_along_but_for_those_on_others(store: Store, tmp_path: Path) -> None:
    await store.write(fill)
    files = await packed(store, tmp_path / "maya.zip", Decisions(notes=True))
    whole = b"".join(files.values())
    assert b"note-on-noor" not in whole
    (hers,) = record(files)["notes"]
    assert (hers["text"], hers["encounter"], hers["happened_at"]) == ("note-on-maya", "call", "2026-05-01T08:07:00Z")
    assert b"Telephoned, " in files["index.html"]
    assert [note["text"] for one in record(files)["conversations"] for note in one["notes"]] == ["note-on-it"]
    assert b"note-on-maya" in files["index.html"]


async def test_other_people_are_left_out_on_request(store: Store, tmp_path: Path) -> None:
    await store.write(fill)
    files = await packed(store, tmp_path / "maya.zip", Decisions(notes=True, redact=True))
    whole = b"".join(files.values())
    assert b"noor" not in whole.lower()
    kept = texts(files)
    assert [kept[1], kept[2], kept[4]] == ["maya-asked", "we-answered", "maya-wrote"]
    assert b"maya.txt" in whole
    assert record(files)["other_people"] == "left out"


async def test_who_has_no_name_is_not_taken_for_another_without_one(store: Store, tmp_path: Path) -> None:
    def under_a_post(tx: Tx) -> None:
        fill(tx)
        tx.conn.execute(s.handle.update().where(s.handle.c.name == "Maya").values(name=""))
        account = tx.conn.execute(select(s.account.c.id)).scalar_one()
        values = {"id": "p", "account": account, "remote_id": "p", "text": "post-of-nobody-known", "published_at": 1}
        tx.conn.execute(s.post.insert().values(values))
        within = select(s.message.c.conversation).where(s.message.c.remote_id == "m1").scalar_subquery()
        tx.conn.execute(s.conversation.update().where(s.conversation.c.id == within).values(post="p"))

    await store.write(under_a_post)
    seen = await packed(store, tmp_path / "seen.zip", Decisions())
    assert b"post-of-nobody-known" in b"".join(seen.values())
    files = await packed(store, tmp_path / "maya.zip", Decisions(redact=True))
    assert b"post-of-nobody-known" not in b"".join(files.values())


async def test_a_linked_person_is_one_person(store: Store, tmp_path: Path) -> None:
    await store.write(fill)
    await store.write(lambda tx: linking.link(tx, ME, whose(tx, "Maya"), whose(tx, "Noor"), ""))
    files = await packed(store, tmp_path / "maya.zip", Decisions(redact=True))
    assert texts(files) == ["noor-began", "maya-asked", "we-answered", "noor-went-on", "maya-wrote", "noor-alone"]


async def test_whose_words_it_is_is_said_before(store: Store) -> None:
    await store.write(fill)
    known = await preview(store, ME, await card_of(store))
    assert (known.extent.messages, known.theirs, known.ours, known.others, known.notes) == (5, 2, 1, 2, 2)


async def test_what_is_there_is_not_written_over(store: Store, tmp_path: Path) -> None:
    await store.write(fill)
    (tmp_path / "maya.zip").write_text("mine")
    with pytest.raises(Refused):
        await packed(store, tmp_path / "maya.zip", Decisions())
    assert (tmp_path / "maya.zip").read_text() == "mine"


async def test_nobody_has_no_pack(store: Store) -> None:
    with pytest.raises(NotFound):
        await members.card(store, ME, MemberId("nobody"))
