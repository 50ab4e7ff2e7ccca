"""No archive is lost to a hostile mail: corpus and bombs are imported, or kept as they came and shown as such."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from connectors import CATALOGUE
from inbox_app.app import App
from inbox_app.content import caps
from inbox_app.content.worker import Worker
from inbox_app.exchange.importing import Imported, Wish
from inbox_app.paths import WorkspaceAddress
from inbox_app.settings import SettingsFile
from inbox_app.storage.blobs import read_whole
from inbox_app.storage.schema import message, message_text
from tests.hostile import corpora
from tests.hostile.bombs import BOMBS

SIGN = b"From somebody Fri Jul  8 12:08:34 2011\n"
NO_MAIL = {
    "mikel/sample_output_multipart": "The file is empty.",
    "stalwart/legacy/COPYING": "It does not look like a mail: it does not begin with header lines.",
    "stalwart/malformed/COPYING": "It does not look like a mail: it does not begin with header lines.",
    "stalwart/thirdparty/COPYING": "It does not look like a mail: it does not begin with header lines.",
    "chatmail/ctext_unsigned.asc": "It does not look like a mail: it does not begin with header lines.",
    "chatmail/plaintext-autocrypt-setup.txt": "It does not look like a mail: it does not begin with header lines.",
    "chatmail/stress.txt": "It does not look like a mail: it does not begin with header lines.",
}
"""What lies in the corpus and is no mail: licences, an empty file, and text sealed without a header."""


@pytest.fixture
async def app(sqlite_address: WorkspaceAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[App]:
    """The program. A worker is judged by processor time alone (its own limit): a busy machine stretches the clock."""
    monkeypatch.setattr("inbox_app.app.Worker", partial(Worker, seconds=60))
    opened = await App.open(sqlite_address, CATALOGUE, SettingsFile(tmp_path / "settings.json"), create=True)
    yield opened
    await opened.close()


async def bring(app: App, kind: str, path: Path) -> Imported:
    return await app.archives.take_in(Wish(kind, path, kind), lambda _progress: None)


async def kept(app: App) -> dict[str, str]:
    """The text of each message by the digest of its raw mail, which is read back."""
    wanted = select(message.c.raw, message_text.c.body).join(message_text, message_text.c.id == message.c.id)
    rows = await app.store.read(lambda conn: conn.execute(wanted).all())
    for row in rows:
        whole = await app.store.read(partial(read_whole, blobs=app.store.blobs, digest=row.raw))
        assert hashlib.sha256(whole).hexdigest() == row.raw
    return {row.raw: row.body for row in rows}


@pytest.mark.timeout(300)
async def test_every_file_of_the_corpus_is_imported_or_named(app: App) -> None:
    imported = await bring(app, "eml", corpora.need("mail"))
    assert {one.where: one.why for one in imported.skipped} == NO_MAIL
    stored = await kept(app)
    missing = [
        name
        for name, raw in corpora.mails()
        if name not in NO_MAIL and hashlib.sha256(raw).hexdigest() not in stored and not await is_copy(app, raw)
    ]
    assert missing == []
    again = await bring(app, "eml", corpora.need("mail"))
    assert (again.added, again.messages) == (0, imported.messages)


async def is_copy(app: App, raw: bytes) -> bool:
    """Whether a mail with the same text under the same Message-ID is there: a copy that took another way."""
    worker = Worker(seconds=60)
    try:
        mail = await worker.parse_one(raw)
    finally:
        await worker.close()
    wanted = select(message_text.c.body).join(message, message.c.id == message_text.c.id)
    named = wanted.where(message.c.remote_id == getattr(mail, "message_id", ""))
    bodies = await app.store.read(lambda conn: conn.execute(named).scalars().all())
    return any(body.split() == getattr(mail, "text", "").split() for body in bodies)


@pytest.mark.timeout(300)
async def test_every_bomb_is_imported_or_kept(app: App, tmp_path: Path) -> None:
    bombs = {name: make() for name, make in BOMBS.items()}
    path = tmp_path / "bombs.mbox"
    with path.open("wb") as file:
        for raw in bombs.values():
            file.write(SIGN + raw.replace(b"\nFrom ", b"\n>From ") + b"\n\n")
    imported = await bring(app, "mbox", path)
    assert imported.skipped == ()
    stored = await kept(app)
    assert len(stored) == imported.messages == len(bombs)
    for name, raw in bombs.items():
        ends = [raw, raw + b"\n"]
        text = next((stored[digest] for one in ends if (digest := hashlib.sha256(one).hexdigest()) in stored), None)
        assert text is not None, name
        assert len(raw) <= caps.MAIL_BYTES or "could not be read safely" in text
