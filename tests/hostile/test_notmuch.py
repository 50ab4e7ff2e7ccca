"""Conversations of an imported archive are the threads that notmuch makes of the same Maildir.

https://notmuchmail.org. Both read the corpus of real and broken mails, and a seeded mailbox with long chains. Where
they part, file and reason stand in `KNOWN`; any other difference fails, and so does one that is not there any more.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from inbox_app.app import App
from inbox_app.content.mime import parse_mail
from inbox_app.content.parsed import ParsedMail
from inbox_app.storage.schema import message
from tests.bench.mailbox import mails as seeded
from tests.hostile import corpora
from tests.hostile.test_archive import app, bring
from tests.servers.fixtures import skipped_without_program
from tests.servers.programs import find_program

__all__ = ["app"]
pytestmark = pytest.mark.server

NOT_A_MAIL_TO_NOTMUCH = "notmuch passes over files with neither From, To nor Subject; ours is a conversation of its own"
KNOWN: Mapping[str, str] = dict.fromkeys(
    (
        "chatmail_mailparse-0.16.0-panic.eml",
        "stalwart_rfc_008.eml",
        *(f"stalwart_thirdparty_{number:03d}.eml" for number in (0, 1, 2, 3, 4, 5, 13)),
        *(f"stalwart_malformed_{number:03d}.eml" for number in (*range(15), 16, 18)),
    ),
    NOT_A_MAIL_TO_NOTMUCH,
)
"""Files that the two treat differently. Of all others not one lies in a different thread."""

Threads = set[frozenset[str]]


@dataclass(frozen=True, slots=True)
class Notmuch:
    """The program on one Maildir, with an index of its own beside it."""

    program: str
    root: Path

    def threads(self) -> Threads:
        """The names of the files of each thread."""
        settings = f"[database]\npath={self.root}\n[user]\nprimary_email=nobody@example.org\n"
        self._config.write_text(f"{settings}[maildir]\nsynchronize_flags=false\n")
        self._ask("new", "--quiet")
        found = self._ask("search", "--exclude=false", "--output=threads", "*")
        return {frozenset(map(bare_name, self._ask("search", "--output=files", thread))) for thread in found}

    @property
    def _config(self) -> Path:
        return self.root.with_name("notmuch-config")

    def _ask(self, *words: str) -> list[str]:
        environment = {**os.environ, "NOTMUCH_CONFIG": str(self._config)}
        done = subprocess.run([self.program, *words], env=environment, capture_output=True, check=True)
        return done.stdout.decode("utf-8", "surrogateescape").splitlines()


def bare_name(file: str) -> str:
    return Path(file).name.partition(":")[0]


@pytest.fixture
def program() -> str:
    with skipped_without_program():
        return find_program("notmuch", "notmuch")


def write_maildir(root: Path, mails: Mapping[str, bytes]) -> Path:
    for part in ("cur", "new", "tmp"):
        (root / part).mkdir(parents=True)
    for name, raw in mails.items():
        (root / "cur" / f"{name}:2,S").write_bytes(raw)
    return root


async def conversations(app: App, mails: Mapping[str, bytes]) -> Threads:
    """The names of the mails of each conversation; a copy lies where the mail that it copies does."""
    wanted = select(message.c.raw, message.c.remote_id, message.c.conversation)
    rows = await app.store.read(lambda conn: conn.execute(wanted).all())
    by_raw = {row.raw: row.conversation for row in rows}
    by_id = {row.remote_id: row.conversation for row in rows}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, raw in mails.items():
        mail = parse_mail(raw)
        copied = by_id.get(mail.message_id or "") if isinstance(mail, ParsedMail) else None
        if where := by_raw.get(hashlib.sha256(raw).hexdigest(), copied):
            found[where].add(name)
    return {frozenset(names) for names in found.values()}


@pytest.mark.timeout(300)
async def test_the_threads_of_the_corpus_are_those_of_notmuch(app: App, program: str, tmp_path: Path) -> None:
    mails = {name.replace("/", "_"): raw for name, raw in corpora.mails()}
    root = write_maildir(tmp_path / "Maildir", mails)
    await bring(app, "maildir", root)
    ours, theirs = await conversations(app, mails), Notmuch(program, root).threads()
    assert len([thread for thread in theirs if len(thread) > 1]) > 10, "there is something to compare"
    assert theirs - ours == set()
    assert {name for thread in ours - theirs for name in thread} == KNOWN.keys()


@pytest.mark.timeout(300)
async def test_the_threads_of_a_long_mailbox_are_those_of_notmuch(app: App, program: str, tmp_path: Path) -> None:
    mails = {f"{hashlib.sha256(raw).hexdigest()[:12]}": raw for raw in seeded(800)}  # in no order of time
    root = write_maildir(tmp_path / "Maildir", mails)
    await bring(app, "maildir", root)
    assert await conversations(app, mails) == Notmuch(program, root).threads()
