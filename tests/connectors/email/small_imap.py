"""A mailbox in memory behind IMAP's simplest words, on a real socket: folders that a test changes between two pulls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.connectors.email.mails import mail
from tests.connectors.email.scripted import Imap


@dataclass
class Folder:
    """Mails by UID, each by its Message-ID; what they are flagged with."""

    mails: dict[int, str] = field(default_factory=dict)
    validity: int = 1
    use: str = ""
    flags: dict[int, set[str]] = field(default_factory=dict)

    @property
    def uid_next(self) -> int:
        """Above all that ever were here: a test takes mails away and puts new ones on top."""
        return max([self.top, *self.mails], default=0) + 1

    top: int = 0


class SmallImap(Imap):
    """A server with these folders and no extension at all, unless it `offers` some."""

    def __init__(self, offers: str = "", **folders: Folder) -> None:
        super().__init__({"CAPABILITY": f"* CAPABILITY IMAP4rev1 AUTH=PLAIN {offers}\r\n".encode()})
        self.folders = folders
        self.refused: set[str] = set()
        self._open = Folder()

    def answer(self, words: list[str]) -> bytes:
        """What the open folder says."""
        match words:
            case ["LIST", *_]:
                said = "".join(f'* LIST ({one.use}) "/" {name}\r\n' for name, one in self.folders.items())
            case [("EXAMINE" | "SELECT"), name, *_] if name.strip('"') in self.refused:
                said = "NO [NOPERM] not yours\r\n"
            case [("EXAMINE" | "SELECT"), name, *_]:
                said = self._opened(name.strip('"'))
            case ["UID", "SEARCH", *asked]:
                said = f"* SEARCH {' '.join(map(str, self._search(' '.join(asked))))}\r\n"
            case ["UID", "FETCH", which, *items]:
                said = "".join(self._fetch(uid, " ".join(items)) for uid in _uids(which) if uid in self._open.mails)
            case ["UID", "STORE", which, how, *flags]:
                said = self._store(which, how, " ".join(flags).strip("()"))
            case _:
                return super().answer(words)
        return said.encode()

    def _opened(self, name: str) -> str:
        one = self._open = self.folders[name]
        counts = f"[UIDVALIDITY {one.validity}] ok\r\n* OK [UIDNEXT {one.uid_next}] ok\r\n"
        return f"* {len(one.mails)} EXISTS\r\n* OK {counts}"

    def _search(self, asked: str) -> Iterator[int]:
        first, last = (int(end) for end in re.findall(r"UID (\d+):(\d+)", asked)[0]) if "UID" in asked else (1, 10**9)
        named = re.findall(r"<(.+)>", asked)
        for uid, name in sorted(self._open.mails.items()):
            flags = self._open.flags.get(uid, set())
            wanted = "\\Seen" not in flags if "UNSEEN" in asked else "\\Flagged" in flags or "FLAGGED" not in asked
            if first <= uid <= last and wanted and (not named or name in named):
                yield uid

    def _fetch(self, uid: int, items: str) -> str:
        raw = mail(message_id=self._open.mails[uid]).decode()
        if "HEADER.FIELDS" in items:
            raw = f"Message-ID: <{self._open.mails[uid]}>\r\n\r\n"
            return f"* 1 FETCH (UID {uid} BODY[HEADER.FIELDS (MESSAGE-ID)] {{{len(raw)}}}\r\n{raw})\r\n"
        body = f" BODY[] {{{len(raw)}}}\r\n{raw}" if "BODY" in items else ""
        flags = " ".join(sorted(self._open.flags.get(uid, ())))
        facts = f'RFC822.SIZE {len(raw)} INTERNALDATE "22-Nov-2026 09:00:00 +0000" FLAGS ({flags})'
        return f"* 1 FETCH (UID {uid} {facts}{body})\r\n"

    def _store(self, which: str, how: str, flags: str) -> str:
        for uid in _uids(which):
            has = self._open.flags.setdefault(uid, set())
            has.update(flags.split()) if how.startswith("+") else has.difference_update(flags.split())
        return ""


def _uids(said: str) -> list[int]:
    ends = [tuple(map(int, run.split(":"))) for run in said.split(",")]
    return [uid for run in ends for uid in range(run[0], run[-1] + 1)]
