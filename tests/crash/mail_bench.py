"""One mailbox, one workspace and many lives of the program; what the servers hold says how it went."""

from __future__ import annotations

import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from random import Random

from inbox_app.domain.words import OutboxState
from inbox_app.sync.crash_points import CrashPoint
from tests.crash.forking import Ending, ForkServer
from tests.crash.judge import Row, judge, read_rows, resolve, words_for
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import MailUser
from tests.servers.smtp_faults import (
    BUSY_AT_DATA,
    BUSY_AT_MAIL,
    CLOSED_AFTER_ACCEPTING,
    CLOSED_BEFORE_ACCEPTING,
    DROPPED_AT_CONNECT,
    SILENT_AFTER_ACCEPTING,
)
from tests.servers.smtp_process import SmtpProcess

FAULTS = (
    DROPPED_AT_CONNECT,
    BUSY_AT_MAIL,
    BUSY_AT_DATA,
    CLOSED_BEFORE_ACCEPTING,
    CLOSED_AFTER_ACCEPTING,
    CLOSED_AFTER_ACCEPTING,
    SILENT_AFTER_ACCEPTING,
)
_OFTEN = 0.4
"""In so many of the lives the server goes wrong."""


@dataclass(frozen=True, slots=True)
class Servers:
    """What a bench stands on."""

    fork: ForkServer
    dovecot: Dovecot
    smtp: SmtpProcess
    authority: Path


def question(them: MailUser, us: MailUser, number: int) -> bytes:
    """A mail that asks for an answer, the first of a conversation of its own."""
    lines = (
        f"From: Ben <{them.address}>",
        f"To: {us.address}",
        f"Subject: Question {number}",
        f"Date: Sun, 22 Nov 2026 09:{number // 60 % 60:02}:{number % 60:02} +0000",
        f"Message-ID: <question-{number:04}@{them.address.partition('@')[0]}.test>",
        "",
        f"When do you open on day {number}?",
        "",
    )
    return "\r\n".join(lines).encode()


@dataclass
class MailBench:
    """Our mailbox with `questions` mails of somebody else's, whose mailbox shows what arrived."""

    servers: Servers
    folder: Path
    questions: int = 6
    without: str | None = None
    whole: bool = field(default=True, init=False)
    """Nothing is open and nothing is missing: good for another test."""
    us: MailUser = field(init=False)
    them: MailUser = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.us, self.them = (self.servers.dovecot.new_user(name) for name in ("anna", "ben"))
        self.origin = time.time()
        asked, self.questions = self.questions, 0
        self.bring(asked)

    def bring(self, more: int) -> None:
        """So many mails from outside."""
        for number in range(self.questions, self.questions + more):
            self.servers.dovecot.mailbox(self.us).append(question(self.them, self.us, number))
        self.questions += more

    def live(
        self,
        *replies: str,
        crash_at: CrashPoint | None = None,
        kill_after: float | None = None,
        sends: bool = True,
        folder: Path | None = None,
    ) -> Ending:
        """One life; the time of `kill_after` begins with the first reply or, unless it `sends`, with the syncing."""
        folder = folder or self.folder
        mark = folder / "mark"
        mark.unlink(missing_ok=True)
        arguments = {
            "folder": str(folder),
            "settings": self._settings(),
            "password": self.us.password,
            "authority": str(self.servers.authority),
            "origin": self.origin,
            "mark": str(mark),
            "sends": sends,
            "replies": replies,
            "pulled": self.questions,
            "without": self.without,
        }
        return self.servers.fork.run(arguments, crash_at=crash_at, kill_after=kill_after)

    def live_well(self, *replies: str) -> float:
        """A life without accidents; the seconds it took."""
        ending = self.live(*replies)
        assert (ending.signal, ending.code) == (0, 0)
        return ending.seconds

    async def rows(self) -> list[Row]:
        return await read_rows(self.folder / "workspace")

    @property
    def promised(self) -> list[str]:
        kept = self.folder / "promised"
        return kept.read_text().splitlines() if kept.exists() else []

    @property
    def copies(self) -> Counter[str]:
        """How often the submission server took each mail, by our key."""
        mine = (one for one in self.servers.smtp.accepted if one.sender == self.us.address)
        return Counter(one.message_id.strip("<>").partition("@")[0] for one in mine)

    async def broken_promises(self) -> list[str]:
        """What the outbox says, against the submission server's log and the mailboxes."""
        rows = await self.rows()
        broken = judge(rows, self.copies, self.promised, may_be_unconfirmed=True)
        arrived, filed = self._lying(self.them, "INBOX"), self._lying(self.us, "Sent")
        taken = {_key_of(one.raw): one.raw for one in self.servers.smtp.accepted}
        for row in rows:
            there = self.copies[row.key]
            if len(arrived.get(row.key, [])) != there:
                broken.append(f"{row.text}: {there} taken and {len(arrived.get(row.key, []))} in the other mailbox")
            if len(filed.get(row.key, [])) != (row.state is OutboxState.DELIVERED):
                broken.append(f"{row.text}: {row.state.value} and {len(filed.get(row.key, []))} times in Sent")
            if there and taken[row.key] != row.frozen:
                broken.append(f"{row.text}: other bytes were sent than were frozen")
            if any(raw != row.frozen for raw in filed.get(row.key, [])):
                broken.append(f"{row.text}: other bytes lie in Sent")
        return broken

    async def decide(self) -> int:
        """The person looks and decides about each that is unconfirmed: then all are there once. How many there were."""
        words = words_for(await self.rows(), self.copies)
        if words:
            await resolve(self.folder / "workspace", words)
            self.live_well()
            broken = await self.broken_promises()
            assert not broken, broken
        rows = await self.rows()
        assert {row.state for row in rows} <= {OutboxState.DELIVERED}
        assert {row.text: self.copies[row.key] for row in rows} == dict.fromkeys(self.promised, 1)
        self.whole = True
        return len(words)

    def die_at_random(self, times: int, chance: Random) -> int:
        """So many lives that end at some moment while they send; how many lives there were."""
        window = self._measure()
        killed = lives = 0
        while killed < times:
            lives += 1
            if chance.random() < _OFTEN:
                self.servers.smtp.fail(chance.choice(FAULTS))
            ending = self.live(f"life {lives}", kill_after=chance.uniform(0, window))
            assert ending.signal == signal.SIGKILL or ending.code == 0
            killed += bool(ending.signal)
        self.servers.smtp.stop()
        self.servers.smtp.start()
        self.live_well()
        return lives

    def _measure(self) -> float:
        """Seconds from the first byte of a reply to its copy in Sent."""
        self.live_well("warm up")
        self.live_well("measure")
        return time.time() - (self.folder / "mark").stat().st_mtime

    def _lying(self, user: MailUser, folder: str) -> dict[str, list[bytes]]:
        found: dict[str, list[bytes]] = {}
        for one in self.servers.dovecot.mailbox(user).messages(folder):
            found.setdefault(_key_of(one.raw), []).append(one.raw)
        return found

    def _settings(self) -> dict[str, str]:
        return {
            "address": self.us.address,
            "name": "Anna Prova",
            "imap_host": "localhost",
            "imap_port": str(self.servers.dovecot.imaps_port),
            "smtp_host": "localhost",
            "smtp_port": str(self.servers.smtp.port),
            "smtp_security": "starttls",
            "history": "all",
        }


def _key_of(raw: bytes) -> str:
    return str(message_from_bytes(raw)["Message-ID"]).strip().strip("<>").partition("@")[0]
