"""The history book: all of it is there, nothing in it runs or loads, and its links lead where they say."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from sqlalchemy import update

from inbox_app.contract.remote import PostSeen, RemotePost
from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.marks import Marks
from inbox_app.domain.poll import Choice, Poll
from inbox_app.domain.selection import Selection
from inbox_app.domain.words import Kind
from inbox_app.exchange.book import chapters
from inbox_app.exchange.exporting import export
from inbox_app.exchange.formats import FORMATS
from inbox_app.i18n import set_language
from inbox_app.ingest.ingest import ingest
from inbox_app.storage import conversations, notes
from inbox_app.storage import schema as s
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.unit.ingest.tales import US, at, connect, ours, said

ME = ColleagueId("me")
HOSTILE = (
    "<script>fetch('http://evil.example/')</script>",
    "<img src=http://evil.example/x.png onerror=alert(1)>",
    "</article></ol></main><iframe src=http://evil.example></iframe>",
    "\"><svg onload=alert(1)>",
    "javascript:alert(1) https://good.example/a?b=1&c=2.",
    "\u202egnp.exe", "portavoce.take([1]);\u2028*/", "\ud800half", "]]>--><!--",
)  # fmt: skip
LOADING = {"src", "srcset", "data", "poster", "background", "action", "formaction", "ping", "style"}


class Reader(HTMLParser):
    """Notes what a page would load or run, its anchors, its links, and its words."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.handlers: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.handlers += [name] if name.startswith("on") else []
            self.loads += [value or ""] if name in LOADING or (tag == "link" and name == "href") else []
            self.ids += [value or ""] if name == "id" else []
            self.links += [value or ""] if tag == "a" and name == "href" else []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


async def write(store: Store, out: Path, chosen: Selection = Selection()) -> dict[Path, Reader]:  # noqa: B008
    await export(store, ME, FORMATS["html"], chosen, out, lambda _step: None)
    return {path: Reader(path) for path in out.rglob("*.html")}


def dead_links(pages: dict[Path, Reader]) -> list[str]:
    dead = []
    for path, reader in pages.items():
        for link in reader.links:
            if link.startswith(("http:", "https:", "mailto:")):
                continue
            file, _hash, anchor = link.partition("#")
            target = (path.parent / unquote(file)).resolve() if file else path
            known = pages[target].ids if target in pages else []
            if not target.is_file() or (anchor and anchor not in known):
                dead.append(f"{path.name}: {link}")
    return dead


def fill(tx: Tx) -> None:
    account = connect(tx)
    for place, text in enumerate(HOSTILE):
        ingest(tx, account, [said(f"c{place}", place, text=text, title=text if place % 2 else "")])
        ingest(tx, account, [said(f"m{place}", 50_000 + place, kind=Kind.MAIL, text="t", html=f"<p>{text}</p>")])
    tx.conn.execute(update(s.handle).values(name="<b>Eve</b>\"'"))
    tx.conn.execute(update(s.account).values(name="<i>Us</i>"))
    tx.conn.execute(update(s.message).where(s.message.c.remote_id == "m1").values(html=HOSTILE[0] + HOSTILE[1]))


async def test_nothing_that_a_message_says_runs_or_loads(store: Store, tmp_path: Path) -> None:
    await store.write(fill)
    pages = await write(store, tmp_path / "out")
    assert len(pages) > 5
    for path, reader in pages.items():
        assert "default-src 'none'" in path.read_text()
        assert reader.handlers == []
        assert not {"iframe", "svg", "object", "embed", "form", "style", "base"} & set(reader.tags)
        assert reader.tags.count("script") == (path.name == "index.html")
        assert not [one for one in reader.loads if "://" in one or one.startswith(("//", "data:", "javascript:"))]
        assert not [one for one in reader.links if one.lower().startswith("javascript:")]
    assert dead_links(pages) == []


async def test_everything_is_told_and_found(store: Store, tmp_path: Path) -> None:
    await store.write(fill)
    pages = await write(store, tmp_path / "out")
    told = "".join("".join(reader.words) for reader in pages.values())
    assert HOSTILE[0] in told
    assert "https://good.example/a?b=1&c=2" in [one for reader in pages.values() for one in reader.links]
    rows = []
    for piece in sorted((tmp_path / "out" / "book").glob("words-*.js")):
        script = piece.read_text("ascii")
        rows += json.loads(script.removeprefix("portavoce.take(").rstrip().removesuffix(");"))
    assert len(rows) == 2 * len(HOSTILE)
    anchors = {f"{path.name}#{one}" for path, reader in pages.items() for one in reader.ids}
    assert {row[0] for row in rows} <= anchors


async def test_a_poll_is_told_with_its_counts_and_its_choices_once(store: Store, tmp_path: Path) -> None:
    poll = Marks(poll=Poll((Choice("Tea", 3), Choice("Wine", 1)), closed=True))
    text = "What shall we drink?\n\n• Tea\n• Wine"
    await store.write(lambda tx: ingest(tx, connect(tx), [said("q", 1, text=text, marks=poll)]))
    pages = await write(store, tmp_path / "out")
    told = "".join("".join(reader.words) for path, reader in pages.items() if path.name != "index.html")
    assert "drink?Poll, closed · 4 votes: Tea: 75 % · 3; Wine: 25 % · 1" in told


async def test_answers_hang_below_what_they_answer(store: Store, tmp_path: Path) -> None:
    def deep(tx: Tx) -> None:
        account = connect(tx)
        events = [said("c0", 0, text="level 0")]
        events += [ours(f"c{n}", n, parent=f"c{n - 1}", text=f"level {n}") for n in range(1, 10)]
        ingest(tx, account, [*events, said("d", 20, parent="c0", text="level 1 again")])

    await store.write(deep)
    pages = await write(store, tmp_path / "out")
    (page,) = [path for path in pages if path.name.startswith("2026-")]
    steps = re.findall(r"<ol>|</ol>|level \d+", page.read_text())
    depth = 0
    at: dict[str, int] = {}
    for step in steps:
        depth += {"<ol>": 1, "</ol>": -1}.get(step, 0)
        if step.startswith("level") and depth:
            at.setdefault(step, depth)
    assert [at[f"level {n}"] for n in range(10)] == [1, 2, 3, 4, 5, 6, 7, 7, 7, 7]
    assert depth == 0
    assert steps[-8:].count("</ol>") >= 2
    assert page.read_text().count('<p class="to">') == 3


async def test_a_long_month_goes_on_on_further_pages(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chapters, "_MESSAGES", 3)

    def many(tx: Tx) -> None:
        account = connect(tx)
        ingest(
            tx, account, [said("c0", 0), *(said(f"a{n}", n, parent="c0") for n in range(1, 8)), said("z", 60 * 24 * 45)]
        )

    await store.write(many)
    pages = await write(store, tmp_path / "out")
    names = sorted(path.name for path in pages if path.name.startswith("2026"))
    assert names == ["2026-05-2.html", "2026-05-3.html", "2026-05.html", "2026-06.html"]
    assert dead_links(pages) == []
    said_there = [one for reader in pages.values() for one in reader.ids if re.fullmatch(r"m\d+", one)]
    assert len(said_there) == len(set(said_there)) == 9


async def test_files_lie_beside_the_pages_and_none_of_them_runs(store: Store, tmp_path: Path) -> None:
    png = b"\x89PNG\r\n\x1a\n rest"
    names = {
        "page.html": b"<script>alert(1)</script>", "a.svg": b"<svg onload=alert(1)>", "run.sh": b"#!/bin/sh\n",
        "photo.png": png, "odd": png, "../../up.txt": b"text", "letter.pdf": b"%PDF-1.4", "x.hta": b"y",
    }  # fmt: skip

    def with_files(tx: Tx) -> None:
        ingest(tx, connect(tx), [said("c", 0)])
        message = tx.conn.execute(s.message.select()).first()
        assert message is not None
        for place, (name, content) in enumerate(names.items()):
            digest = store.blobs.put(tx, content + bytes([place]))
            values = {"name": name, "media_type": "image/png", "size": 3, "position": place, "blob": digest}
            tx.conn.execute(s.attachment.insert().values(id=f"f{place}", message=message.id, **values))

    await store.write(with_files)
    pages = await write(store, tmp_path / "out")
    kept = {path.name for path in (tmp_path / "out" / "files").rglob("*") if path.is_file()}
    assert kept == {
        "page.html.bin", "a.svg.bin", "run.sh.bin", "photo.png", "odd.png", "up.txt", "letter.pdf", "x.hta.bin",
    }  # fmt: skip
    assert sum(reader.tags.count("img") for reader in pages.values()) == 2
    assert dead_links(pages) == []
    without = await write(store, tmp_path / "without", Selection(attachments=False))
    assert not (tmp_path / "without" / "files").exists()
    assert "photo.png" in "".join("".join(reader.words) for reader in without.values())


async def test_a_conversation_shows_its_post_and_is_told_apart_from_others_under_it(
    store: Store, tmp_path: Path
) -> None:
    def posted(tx: Tx) -> None:
        account = connect(tx)
        ingest(tx, account, [PostSeen(RemotePost("p", "Spring sale", "All that is red", at(0), author=US))])
        ingest(tx, account, [said(f"c-{one}", n, by=one, post="p") for n, one in enumerate(("maya", "noor"), 1)])

    await store.write(posted)
    (account,) = await store.read(lambda conn: conn.execute(s.account.select()).all())
    pages = await write(store, tmp_path / "out", Selection(account=account.id, since=at(-60)))
    named = {path.name: " ".join(reader.words) for path, reader in pages.items()}
    assert named["2026-05.html"].count("All that is red") == 2, "in sight of both"
    assert [one for one in ("Maya · 1 message", "Noor · 1 message") if one not in named["posts.html"]] == []
    assert "Maya · maya@example.net" in named["members.html"]
    assert "a part of the workspace: the account The Brand · brand@example.org" in named["index.html"]
    assert "from 1 May 2026 on." in named["index.html"]


async def test_notes_are_in_it_only_when_asked_for(store: Store, tmp_path: Path) -> None:
    def noted(tx: Tx) -> None:
        ingest(tx, connect(tx), [said("c", 0)])
        (one,) = conversations.ids(tx.conn, ME)
        notes.write(tx, ME, "beware on it", about=one, on_member=False)
        member = tx.conn.execute(s.handle.select().where(s.handle.c.member.is_not(None))).first()
        assert member is not None
        notes.write(tx, ME, "beware of her", about=member.member, on_member=True)

    await store.write(noted)
    with_notes = await write(store, tmp_path / "with", Selection(notes=True))
    words = "".join("".join(reader.words) for reader in with_notes.values())
    assert (words.count("beware on it"), words.count("beware of her")) == (1, 1)
    await write(store, tmp_path / "without")
    assert not [path for path in (tmp_path / "without").rglob("*") if path.is_file() and b"beware" in path.read_bytes()]


async def test_the_book_speaks_the_language_of_the_program(store: Store, tmp_path: Path) -> None:
    await store.write(fill)
    set_language("it")
    try:
        await write(store, tmp_path / "out")
    finally:
        set_language("en")
    first = (tmp_path / "out" / "index.html").read_text()
    assert '<html lang="it">' in first
    assert "maggio 2026" in first
    assert "Cerca in tutti i messaggi" in first


async def test_an_empty_choice_is_a_book_too(store: Store, tmp_path: Path) -> None:
    pages = await write(store, tmp_path / "out")
    assert dead_links(pages) == []
