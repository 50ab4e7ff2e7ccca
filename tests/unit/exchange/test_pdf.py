"""The PDF as another program reads it: every script in order, contents that lead to the right page, nothing lost."""

from __future__ import annotations

import asyncio
import re
import subprocess
import unicodedata
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from inbox_app.contract.remote import PostSeen, RemotePost
from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.marks import Marks
from inbox_app.domain.poll import Choice, Poll
from inbox_app.domain.selection import Selection
from inbox_app.exchange import pdf_export, typefaces
from inbox_app.exchange.exporting import export
from inbox_app.exchange.formats import FORMATS
from inbox_app.ingest.ingest import ingest
from inbox_app.storage import schema as s
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.servers.fixtures import skipped_without_program
from tests.servers.programs import find_program
from tests.unit.ingest.tales import US, at, connect, ours, said

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]
ME = ColleagueId("me")
SCRIPTS = {
    "Latin": "Perché l'offerta finì così efficacemente: ﬁne",
    "Greek": "Καλημέρα σε όλους",
    "Cyrillic": "Здравствуйте, друзья",
    "Hebrew": "שלום עולם מה שלומך",
    "Arabic": "مرحبا بالعالم كيف حالك",
    "Devanagari": "हिन्दी में क्षत्रिय किताब",
    "Bengali": "বাংলা ভাষা",
    "Tamil": "தமிழ் மொழி",
    "Thai": "ภาษาไทยน้ำ",
    "Georgian": "ქართული ენა",
    "Armenian": "Հայերեն լեզու",
    "Ethiopic": "አማርኛ ቋንቋ",
    "emoji": "grazie 🎉 👍🏽 👩‍👩‍👧 🇮🇹",
}


async def read(store: Store, out: Path, *options: str) -> list[str]:
    """The pages' texts as poppler extracts them."""
    await export(store, ME, FORMATS["pdf"], Selection(), out, lambda _step: None)
    return await extracted(out, *options)


async def extracted(out: Path, *options: str) -> list[str]:
    """What is on the pages of a file that is there."""
    with skipped_without_program():
        program = find_program("pdftotext", "poppler-utils")
    command = [str(program), *options, "-enc", "UTF-8", str(out), "-"]
    done = await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True, timeout=120)
    return bytes(done.stdout).decode().split("\f")


def bare(text: str) -> str:
    """Without what an extractor puts in or leaves out: spaces, and signs that only say which way to read."""
    kept = (one for one in unicodedata.normalize("NFKC", text) if not one.isspace())
    return "".join(one for one in kept if unicodedata.category(one) != "Cf")


async def test_every_script_comes_out_as_it_went_in(store: Store, tmp_path: Path) -> None:
    def fill(tx: Tx) -> None:
        events = [said(f"c{place}", place, text=text) for place, text in enumerate(SCRIPTS.values())]
        ingest(tx, connect(tx), events)

    await store.write(fill)
    whole = bare("".join(await read(store, tmp_path / "out.pdf")))
    # By the layout poppler puts signs of another height on lines of their own; only so it knows right from left.
    drawn = bare("".join(await read(store, tmp_path / "drawn.pdf", "-raw")))
    lost = [name for name, text in SCRIPTS.items() if max(whole.count(bare(text)), drawn.count(bare(text))) < 2]
    assert lost == [], "each once as the title, once as the message"
    assert "no font" not in "".join(await read(store, tmp_path / "again.pdf"))


async def test_signs_without_a_font_are_named_and_counted(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A box can neither be read nor found."""
    every = [path for path in typefaces._files() if path.stem == "DejaVuSans"]
    assert every, "the tests need the font DejaVu Sans"
    monkeypatch.setattr(typefaces, "_files", lambda: iter(every))
    texts = [said("c1", 0, text="ciao 你好 e 안녕하세요 \u2764\ufe0f")]
    await sqlite_store.write(lambda tx: ingest(tx, connect(tx), texts))
    whole = " ".join("".join(await read(sqlite_store, tmp_path / "out.pdf")).split())
    assert whole.count("ciao [CJK ×2] e [Hangul ×5] \u2764") >= 2
    assert "no font for some signs" in whole
    assert "in brackets: CJK, Hangul." in whole


async def test_what_follows_an_emoji_is_as_large_as_ever(sqlite_store: Store, tmp_path: Path) -> None:
    text = "\U0001f389 before\nsecond"
    texts = [said("c1", 0, text="second"), said("c2", 1, text=text), said("c3", 2, text="second")]
    await sqlite_store.write(lambda tx: ingest(tx, connect(tx), texts))
    page = "".join(await read(sqlite_store, tmp_path / "out.pdf", "-bbox"))
    words = re.findall(r'yMin="([\d.]+)" .* yMax="([\d.]+)">second<', page)
    heights = Counter(round(float(below) - float(above), 1) for above, below in words)
    assert sorted(heights.values()) == [3, 3, 3], "thrice as small as contents, as a text, and as large as a title"


async def test_the_contents_lead_to_the_page(store: Store, tmp_path: Path) -> None:
    def fill(tx: Tx) -> None:
        account = connect(tx)
        for place in range(90):
            first = said(f"c{place}", place, text=f"topic-{place:03} " + "words and more words " * 30)
            ingest(tx, account, [first, ours(f"a{place}", place + 0.5, parent=f"c{place}", text=f"answer-{place:03}")])

    await store.write(fill)
    pages = await read(store, tmp_path / "out.pdf", "-raw")
    start = next(place for place, page in enumerate(pages) if "answer-000" in page)
    contents = "\n".join(pages[1:start])
    assert start > 2, "contents take more than one page"
    numbers = [int(one) for one in re.findall(r"(?m) (\d+)$", contents)]
    titled = [next(n for n, page in enumerate(pages[start:], 1) if f"topic-{place:03}" in page) for place in range(90)]
    assert sorted(numbers) == sorted([1, *titled])
    printed = [page.split()[-1] for page in pages[start:] if page.strip()]
    assert printed == [str(number) for number in range(1, len(printed) + 1)]


async def test_what_became_of_a_message_and_its_files_are_told(store: Store, tmp_path: Path) -> None:
    def fill(tx: Tx) -> None:
        poll = Marks(poll=Poll((Choice("Tea", 3), Choice("Wine", 1)), closed=True))
        ingest(tx, connect(tx), [said("c", 0, text="<b>kept & plain</b>\ttab \ud800 half", marks=poll)])
        message = tx.conn.execute(s.message.select()).first()
        assert message is not None
        values = {"name": "invoice.pdf", "media_type": "application/pdf", "size": 2000, "position": 0}
        tx.conn.execute(s.attachment.insert().values(id="f", message=message.id, **values))
        unknown = values | {"name": "sketch.png", "size": 0, "position": 1}
        tx.conn.execute(s.attachment.insert().values(id="g", message=message.id, **unknown))
        tx.conn.execute(s.message.update().values(deleted_at=message.sent_at))

    await store.write(fill)
    whole = " ".join("".join(await read(store, tmp_path / "out.pdf")).split())
    assert "<b>kept & plain</b>" in whole
    assert "File: sketch.png" in whole, "nobody said how large it is"
    assert "File: invoice.pdf, 2 kB" in whole
    assert ", 0 bytes" not in whole
    assert "Deleted on its service, 1 May 2026" in whole
    assert "Poll, closed · 4 votes: Tea: 75 % · 3; Wine: 25 % · 1" in whole


async def test_the_post_stands_above_its_comments_and_the_cover_says_what_was_chosen(
    sqlite_store: Store, tmp_path: Path
) -> None:
    def posted(tx: Tx) -> None:
        account = connect(tx)
        text = "All that is red " + "and more words " * 30
        ingest(tx, account, [PostSeen(RemotePost("p", "Spring sale", text, at(0), author=US))])
        ingest(tx, account, [said(f"c-{one}", n, by=one, post="p") for n, one in enumerate(("maya", "noor"), 1)])

    await sqlite_store.write(posted)
    chosen = Selection(query="text")
    await export(sqlite_store, ME, FORMATS["pdf"], chosen, tmp_path / "out.pdf", lambda _step: None)
    cover, contents, page, *_rest = await extracted(tmp_path / "out.pdf", "-raw")
    assert "a part of the workspace: what “text” finds." in cover
    assert ("Spring sale · Maya" in contents, "Spring sale · Noor" in contents) == (True, True)
    whole, again = " ".join(page.split()).split("All that is red")[1:]
    assert (whole.count("and more words"), "[…]" in again) == (30, True)


async def test_nothing_chosen_is_a_document_too(store: Store, tmp_path: Path) -> None:
    assert "Nothing was chosen" in "".join(await read(store, tmp_path / "out.pdf"))


async def test_what_is_too_much_for_one_becomes_volumes_with_one_contents(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much there is, one volume is in memory; nothing is lost where one ends, in the midst of a thread too."""
    monkeypatch.setattr(pdf_export, "_PAGES", 6)

    def fill(tx: Tx) -> None:
        account = connect(tx)
        talk = [said(f"c{place}", place, text=f"topic-{place:03} " + "and more words " * 30) for place in range(9)]
        thread = [
            ours(f"a{place}", 40 * 1440 + place, parent="c0", text=f"answer-{place:03} " + "and more words " * 30)
            for place in range(90)
        ]
        later = said("last", 80 * 1440, text="in July")
        ingest(tx, account, [*talk, *thread, later])

    await sqlite_store.write(fill)
    form = replace(FORMATS["pdf"], most=99)
    done = await export(sqlite_store, ME, form, Selection(), tmp_path / "all.pdf", lambda _step: None)
    assert (done.out, done.is_folder) == (tmp_path / "all", True)
    names = sorted(path.name for path in done.out.glob("volume-*.pdf"))
    assert len(names) > 3
    assert {one.path for one in done.files} == {*names, "contents.pdf"}
    volumes = [await extracted(done.out / name, "-raw") for name in names]
    body = [[page for page in volume if re.search(r"and more words|in July", page)] for volume in volumes]
    written = re.findall(r"(topic-\d{3}|answer-\d{3}|in July) *(?:and more|\n)", "\n".join(map("\n".join, body)))
    wanted = [f"topic-{place:03}" for place in range(9)] + [f"answer-{place:03}" for place in range(90)]
    assert [written.count(one) for one in wanted[9:]] == [1] * 90
    assert set(wanted) <= set(written)
    assert ["goes on from the volume before" in "".join(volume) for volume in volumes[:2]] == [False, True]
    contents = " ".join("".join(await extracted(done.out / "contents.pdf", "-raw")).split())
    listed = [f"Volume {number} {name}" for number, name in enumerate(names, 1)]
    assert all(line in contents for line in listed), contents
    month, page = re.findall(r"(July 2026) (\d+)", contents)[-1]
    assert month == "July 2026"
    assert any(one.rstrip().endswith(f"\n{page}") and "in July" in one for one in volumes[-1])


async def test_what_looks_like_a_sign_of_the_library_is_a_text(sqlite_store: Store, tmp_path: Path) -> None:
    texts = [said("c1", 0, text="we print {nb} pages, **really**"), said("c2", 1, text="שלום {nb} 🎉")]
    await sqlite_store.write(lambda tx: ingest(tx, connect(tx), texts))
    whole = " ".join("".join(await read(sqlite_store, tmp_path / "out.pdf", "-raw")).split())
    assert whole.count("we print {nb} pages, **really**") == 3
    assert whole.count("nb") == 6
