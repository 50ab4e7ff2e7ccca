"""A line too slow for a mail: smaller pages, headers first, and the mail's bytes later, piece by piece.

What was learned of the line, and which mails are owed, lies in the account's folder: a connector does not outlive a
failure. The pieces are appended to a file there: whenever the program ends, it holds a beginning of the mail.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from connectors.email.client import Session
from connectors.email.failures import CommandRefused
from connectors.email.mailbox import Fetched
from connectors.email.pulling import Portion
from inbox_app.content.caps import MAIL_BYTES
from inbox_app.contract.files import Files

WHOLE = Portion()
_MOST_OWED = 200
"""Headers of more mails than this stay headers: the line is no line for mail."""
_LARGEST_PIECE = 2 * 2**20


@dataclass(frozen=True, slots=True)
class Owed:
    """A mail of which only the headers came."""

    folder: str
    validity: int
    uid: int
    size: int
    at: str
    seen: bool
    history: bool

    @property
    def name(self) -> str:
        """What tells it from others, also as a file."""
        return f"{hashlib.sha256(self.folder.encode()).hexdigest()[:40]}-{self.validity}-{self.uid}"


@dataclass(frozen=True, slots=True)
class Slow:
    """What the line bears now, and what it owes."""

    portion: Portion = WHOLE
    owed: tuple[Owed, ...] = ()


class SlowLine:
    """One account's, kept in its folder. Blocking, but small."""

    def __init__(self, folder: Path, files: Files) -> None:
        self._folder, self._files = folder, files
        self._file = folder / "slow_line.json"
        self._now: Slow | None = None

    @property
    def now(self) -> Slow:
        """As it was kept; what cannot be read is forgotten."""
        if self._now is None:
            self._now = self._read()
        return self._now

    def failed(self) -> None:
        """The last portion took too long."""
        self._keep(replace(self.now, portion=self.now.portion.smaller()))

    def brought(self, mails: Sequence[Fetched], history: Iterable[int]) -> None:
        """These came through; what of them are headers alone is owed."""
        old = frozenset(history)
        owed = [_owed(mail, place in old) for place, mail in enumerate(mails) if not mail.whole]
        small = tuple(one for one in owed if one.size <= MAIL_BYTES and one not in self.now.owed)
        portion = self.now.portion.larger() if mails else self.now.portion
        self._keep(Slow(portion, (*self.now.owed, *small)[:_MOST_OWED]))

    def forget(self, name: str) -> None:
        """The mail of this name is whole in the database, or gone."""
        self._keep(replace(self.now, owed=tuple(one for one in self.now.owed if one.name != name)))
        if name:
            (self._folder / name).unlink(missing_ok=True)

    def lacking(self) -> int:
        """How many bytes are owed."""
        return sum(max(one.size - self._has(one), 1) for one in self.now.owed)

    def fetch_piece(self, session: Session, owed: Owed) -> Fetched | None:
        """The next piece of a mail; the mail once it is whole. What is gone, or not given to its end, is owed no more.

        It ends where the server says so with an empty piece, or with a short one at its size: some reckon that badly,
        and a piece may be shorter than asked for. https://www.rfc-editor.org/rfc/rfc3501#section-6.4.5
        """
        start, length = self._has(owed), min(self.now.portion.space, _LARGEST_PIECE)
        try:
            same = session.open_folder(owed.folder).validity == owed.validity
            piece = session.fetch_piece(owed.uid, start, length) if same else None
        except CommandRefused:
            piece = None
        if piece is None and start >= owed.size:
            piece = b""
        if piece is None or not start + len(piece) or start + len(piece) > MAIL_BYTES:
            self.forget(owed.name)
            return None
        self._files.append(self._folder / owed.name, piece)
        self._keep(replace(self.now, portion=self.now.portion.larger()))
        if piece and (len(piece) == length or start + len(piece) < owed.size):
            return None
        raw, at = self._files.read(self._folder / owed.name), datetime.fromisoformat(owed.at)
        return Fetched(owed.folder, owed.validity, owed.uid, at, owed.seen, owed.size, raw, late=True)

    def _has(self, owed: Owed) -> int:
        with suppress(OSError):
            return self._files.size(self._folder / owed.name)
        return 0

    def _read(self) -> Slow:
        try:
            kept = json.loads(self._files.read(self._file))
            return Slow(Portion(**kept["portion"]), tuple(Owed(**one) for one in kept["owed"]))
        except (OSError, ValueError, TypeError, KeyError):
            return Slow()

    def _keep(self, slow: Slow) -> None:
        if slow == self.now:
            return
        self._now = slow
        if slow == Slow():
            self._file.unlink(missing_ok=True)
            return
        self._files.write(self._file, json.dumps(asdict(slow)).encode())


def _owed(mail: Fetched, history: bool) -> Owed:
    return Owed(mail.folder, mail.validity, mail.uid, mail.size, mail.at.isoformat(), mail.seen, history)
