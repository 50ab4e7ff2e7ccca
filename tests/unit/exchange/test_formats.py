"""Tables and mails as other programs read them: nothing lost, nothing live, no path out of the folder."""

from __future__ import annotations

import csv
import email
import email.policy
import io
import mailbox
import re
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import update

from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.selection import Selection
from inbox_app.domain.words import Kind
from inbox_app.exchange.csv_export import harmless
from inbox_app.exchange.exporting import export
from inbox_app.exchange.formats import FORMATS
from inbox_app.exchange.mails import Mail
from inbox_app.exchange.mbox_export import entry
from inbox_app.ingest.ingest import ingest
from inbox_app.storage import schema as s
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.unit.ingest.tales import START, connect, ours, said

ME = ColleagueId("me")
NAUGHTY = (
    "=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "  =HYPERLINK(\"http://x.example\")", "＝1+1", "|calc", "%0A",
    "=cmd|'/C calc'!A0",
    "Grüße \"quoted\", and; more", "🎉👩‍👩‍👧 שלום", "two\r\nlines\n\n=3", "'already", "\u202ereversed", "x" * 40_000,
    "From me to you\n>From here\nFrom there", "a\u2028b",
)  # fmt: skip


def fill(tx: Tx) -> None:
    """A comment for each naughty string, an answer to each, and a mail with a raw of its own."""
    account = connect(tx)
    for place, text in enumerate(NAUGHTY):
        ingest(tx, account, [said(f"c{place}", place, text=text), ours(f"a{place}", place + 0.5, parent=f"c{place}")])
    ingest(tx, account, [said("m@x", 200, kind=Kind.MAIL, text="letter")])
    tx.conn.execute(update(s.handle).values(name="=2+2"))


async def write(store: Store, key: str, out: Path, chosen: Selection = Selection(notes=True)) -> None:  # noqa: B008
    await export(store, ME, FORMATS[key], chosen, out, lambda _step: None)


def table(path: Path) -> list[dict[str, str]]:
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


async def test_tables_are_joined_by_id_and_hold_every_word(store: Store, tmp_path: Path) -> None:
    await store.write(fill)
    await write(store, "csv", tmp_path / "out")
    messages = table(tmp_path / "out" / "messages.csv")
    conversations = {row["id"] for row in table(tmp_path / "out" / "conversations.csv")}
    handles = {row["id"] for row in table(tmp_path / "out" / "handles.csv")}
    members = {row["id"] for row in table(tmp_path / "out" / "members.csv")}
    ids = {row["id"] for row in messages}
    assert len(messages) == 2 * len(NAUGHTY) + 1
    for row in messages:
        assert row["conversation"] in conversations
        assert row["author_handle"] in handles
        assert not row["member"] or row["member"] in members
        assert not row["parent"] or row["parent"] in ids
    said_there = {re.sub("^'(?=[\\s\u00a0]*[=+\\-@＝|%\t])", "", row["text"]) for row in messages}
    assert set(NAUGHTY) <= said_there | {"'already"}


async def test_no_cell_of_a_csv_is_a_formula(store: Store, tmp_path: Path) -> None:
    await store.write(fill)
    await write(store, "csv", tmp_path / "out")
    for path in (tmp_path / "out").glob("*.csv"):
        for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")):
            assert not [cell for cell in row if cell.strip()[:1] in set("=+-@＝|%") - {""}]


@pytest.mark.parametrize("said_so", ["plain", "", "a=b", "1"])
def test_what_is_no_formula_stays_as_it_is(said_so: str) -> None:
    assert harmless(said_so) == said_so


async def test_a_workbook_holds_texts_and_no_formula(store: Store, tmp_path: Path) -> None:
    await store.write(fill)
    await write(store, "xlsx", tmp_path / "out.xlsx")
    sheets = sheets_of(tmp_path / "out.xlsx")
    texts = [cell for row in sheets["messages"] for cell in row]
    for text in NAUGHTY:
        wanted = text if len(text) < 32_767 else text[:32_000]
        assert any(re.sub(r"\r\n?", "\n", cell).startswith(re.sub(r"\r\n?", "\n", wanted)) for cell in texts), text[:20]


def sheets_of(path: Path) -> dict[str, list[list[str]]]:
    """The texts of each sheet, read without the library that wrote it; fails at a formula."""
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(path) as book:
        names = [one.attrib["name"] for one in ET.fromstring(book.read("xl/workbook.xml")).iter(f"{main}sheet")]
        found = {}
        for number, name in enumerate(names, 1):
            root = ET.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
            assert not list(root.iter(f"{main}f"))
            found[name] = [
                ["".join(part.text or "" for part in cell.iter(f"{main}t")) for cell in row.iter(f"{main}c")]
                for row in root.iter(f"{main}row")
            ]
    return found


async def test_a_mailbox_is_read_with_its_threads(store: Store, tmp_path: Path) -> None:
    await store.write(fill)
    await write(store, "mbox", tmp_path / "out.mbox")
    with closing(mailbox.mbox(tmp_path / "out.mbox", create=False)) as box:
        read: list[Any] = list(box)
    assert len(read) == 2 * len(NAUGHTY) + 1
    ids = [one["Message-ID"] for one in read]
    assert len(set(ids)) == len(ids)
    answers = [one for one in read if one["In-Reply-To"]]
    assert len(answers) == len(NAUGHTY)
    assert all(one["In-Reply-To"] in ids and one["In-Reply-To"] in one["References"] for one in answers)
    roots = {one["References"].split()[0] for one in read}
    assert len(roots) == len(NAUGHTY) + 1


async def test_a_mail_says_what_the_message_said(store: Store, tmp_path: Path) -> None:
    await store.write(fill)
    await write(store, "eml", tmp_path / "out")
    read = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in (tmp_path / "out").rglob("*.eml")
    ]
    said_there = {re.sub(r"\r\n?", "\n", one.get_content()).removesuffix("\n") for one in read}
    assert {re.sub(r"\r\n?", "\n", text) for text in NAUGHTY} <= said_there
    assert all(not one.defects for one in read)
    assert {one["From"].addresses[0].domain for one in read} == {"practice.portavoce.invalid", "example.net"}


async def test_a_mail_leaves_byte_for_byte_as_it_came(store: Store, tmp_path: Path) -> None:
    raw = b"From: a@x.example\r\nSubject: =?utf-8?q?odd?=\r\n\r\nFrom here\r\n>From there\r\n\xff\xfe\r\n"

    def with_raw(tx: Tx) -> None:
        fill(tx)
        digest = store.blobs.put(tx, raw)
        tx.conn.execute(update(s.message).where(s.message.c.remote_id == "m@x").values(raw=digest))

    await store.write(with_raw)
    await write(store, "eml", tmp_path / "out")
    assert raw in [path.read_bytes() for path in (tmp_path / "out").rglob("*.eml")]
    await write(store, "mbox", tmp_path / "out.mbox")
    body = (tmp_path / "out.mbox").read_bytes()
    assert raw in re.sub(rb"(?m)^>(>*From )", rb"\1", body)


def test_a_line_that_looks_like_the_next_mail_is_quoted() -> None:
    raw = b"Subject: x\n\nFrom a\n>From b\n>>From c\n From d\nFromage\n"
    written = entry(Mail("a@x", START, raw)).split(b"\n", 1)[1]
    assert written == b"Subject: x\n\n>From a\n>>From b\n>>>From c\n From d\nFromage\n\n"


async def test_attachments_stay_below_the_export(store: Store, tmp_path: Path) -> None:
    names = ("../../evil.sh", "/etc/passwd", "con.txt", "\u202etxt.exe", "a\x01b", "..", "dir/..\\x.png", "")

    def with_files(tx: Tx) -> None:
        fill(tx)
        first = tx.conn.execute(s.message.select()).first()
        assert first is not None
        for place, name in enumerate(names):
            values = {"name": name, "media_type": "text/plain\nX: y", "size": 3, "position": place}
            digest = store.blobs.put(tx, f"file {place}".encode())
            tx.conn.execute(s.attachment.insert().values(id=f"../{place}", message=first.id, blob=digest, **values))

    await store.write(with_files)
    for key in ("csv", "eml", "json"):
        await write(store, key, tmp_path / key)
    await write(store, "mbox", tmp_path / "out.mbox")
    assert {path.name for path in tmp_path.iterdir()} - {"workspace"} == {
        "csv", "eml", "json", "out.mbox", "out.mbox.manifest.json",
    }  # fmt: skip
    rows = table(tmp_path / "csv" / "attachments.csv")
    assert [(tmp_path / "csv" / row["file"]).read_bytes() for row in rows] == [
        f"file {place}".encode() for place in range(len(names))
    ]
