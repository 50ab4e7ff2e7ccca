"""One signed-in IMAP connection, with our values in and out. Blocking: use it from one thread at a time.

https://www.rfc-editor.org/rfc/rfc3501, with CONDSTORE and QRESYNC (RFC 7162) and SPECIAL-USE (RFC 6154) where offered
"""

from __future__ import annotations

import imaplib
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from time import monotonic

from connectors.email.access import Credential
from connectors.email.dialogue import GARBAGE, understood
from connectors.email.folders import Folder
from connectors.email.line import ANSWER_BYTES, BoundedClient, Note
from connectors.email.mailbox import Changes, Fetched, Measured, Opened
from connectors.email.settings import Server
from connectors.email.signing_in import sign_in
from connectors.email.uids import pack, unpack_newest
from inbox_app.content.ids import parse_id
from inbox_app.contract.errors import ConnectorError

_HEADER_BYTES = 2**20
COMMAND_SECONDS = 40.0
"""How long one command may take, besides the time for what it was told to bring."""
SLOWEST_BYTES = 64 * 2**10
"""Bytes a second below which a line counts as dead."""
MOST_REMOVED = 50_000
"""Removals heard of at once: a server may name a range without end."""
NAMED_AT_ONCE = 500
"""UIDs in one command, so that its line is one that every server takes (https://www.rfc-editor.org/rfc/rfc7162#section-4)."""
_NEWS = (b"EXISTS", b"EXPUNGE", b"FETCH", b"VANISHED")
SEEN = rb"\Seen"
STARRED = rb"\Flagged"
ANSWERED = rb"\Answered"
_CHANGE_BYTES = 200
"""What one mail takes at most in a list of changed flags; one with more keywords than that is rare."""
_MESSAGE_ID_ITEM = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"


class Session:
    """A connection after sign-in. Any error but a plain refusal leaves it unusable: close it and open another."""

    def __init__(self, client: BoundedClient, server: Server) -> None:
        self._client = client
        self._server = server
        self._opened: Opened | None = None
        self.due_at = 0.0
        """When whoever waits for the command under way should give it up (by `time.monotonic`)."""
        self._busy = threading.Lock()
        self._aborted = False

    @classmethod
    def open(cls, server: Server, credential: Credential, trust: ssl.SSLContext, note: Note) -> Session:
        """Connect, encrypt, sign in. Raises `Offline`, `Busy`, `SignInNeeded`, `BadAnswer`."""
        return cls(sign_in(server, credential, trust, note), server)

    @property
    def can_idle(self) -> bool:
        """Whether the server says by itself that something is new (RFC 2177)."""
        with self._asking():
            return self._client.has_capability("IDLE")

    def folders(self) -> list[Folder]:
        """Every folder the server lists."""
        with self._asking():
            return [_folder(*listed) for listed in self._client.list_folders()]

    def open_folder(self, name: str, *, readonly: bool = True) -> Opened:
        """Open a folder; what follows is about it."""
        with self._asking():
            said = self._client.select_folder(name, readonly=readonly)
            opened = Opened(
                name=name,
                validity=_integer(said[b"UIDVALIDITY"]),
                uid_next=_integer(said.get(b"UIDNEXT", 0)),
                exists=_integer(said[b"EXISTS"]),
                modseq=_integer(said[b"HIGHESTMODSEQ"]) if said.get(b"HIGHESTMODSEQ") else None,
            )
            if not opened.uid_next:  # optional in the oldest servers
                newest = self._client.search(["UID", "*"])
                opened = Opened(name, opened.validity, max(newest, default=0) + 1, opened.exists, opened.modseq)
        self._opened = opened
        return opened

    def search(self, first: int, last: int, since: date | None = None, *, only: str = "") -> list[int]:
        """The UIDs from `first` to `last` that are there, ascending; since a day, or `only` of a kind."""
        if first > last:
            return []
        criteria: list[object] = ["UID", f"{first}:{last}"]
        if since is not None:
            criteria += ["SINCE", since]
        if only:
            criteria.append(only)
        with self._asking():
            found = self._client.search(criteria)
        # A range is never empty to a server: `9:12` gives 8 when 8 is the last there is.
        return sorted({uid for uid in found if first <= uid <= last})

    def present(self, uids: Sequence[int]) -> set[int]:
        """Those of these UIDs that are there."""
        found: set[int] = set()
        for part in _lines(uids):
            with self._asking():
                found.update(self._client.search(["UID", pack(part)]))
        return found.intersection(uids)

    def changes_since(self, last: int, modseq: int) -> Changes:
        """What happened to mails up to `last` after `modseq` (CONDSTORE); what is gone, where that is told (QRESYNC).

        A server that forgot may name more as gone than ever were there. https://www.rfc-editor.org/rfc/rfc7162#section-3.2.6
        """
        with self._asking(_CHANGE_BYTES * (self._opened.exists if self._opened else 0)):
            changed, removed = self._client.flags_changed(last, modseq)
            known = {uid: items for uid, items in sorted(changed.items()) if uid <= last}
            gone = unpack_newest(removed, last, MOST_REMOVED)
        seen = [uid for uid, items in known.items() if _has(items, SEEN)]
        starred = [uid for uid, items in known.items() if _has(items, STARRED)]
        return Changes(seen, sorted({*known}.difference(seen)), starred, sorted({*known}.difference(starred)), gone)

    def search_message_id(self, message_id: str) -> list[int]:
        """The UIDs of the mails with this Message-ID; presence is proof, absence is none.

        One beyond ASCII is no Message-ID to a server: it would refuse the question, each time it is asked.
        """
        if not message_id.isascii():
            return []
        with self._asking():
            return sorted(set(self._client.search(["HEADER", "Message-ID", f"<{message_id}>"])))

    def measure(self, uids: Sequence[int]) -> list[Measured]:
        """Size, day and marks of these mails; those that are gone by now are left out."""
        with self._asking():
            answer = self._client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE", "FLAGS"])
            return sorted((_measured(uid, items) for uid, items in answer.items()), key=lambda mail: mail.uid)

    def message_ids(self, uids: Sequence[int]) -> dict[int, str]:
        """The Message-IDs of these mails by UID, those without one left out."""
        headers: list[tuple[int, bytes]] = []
        for part in _lines(uids):
            with self._asking():
                answer = self._client.fetch(part, [_MESSAGE_ID_ITEM])
            headers += [
                (uid, value) for uid, items in answer.items() for value in items.values() if isinstance(value, bytes)
            ]
        found = ((uid, parse_id(header.decode("utf-8", "replace"))) for uid, header in sorted(headers))
        return {uid: message_id for uid, message_id in found if message_id}

    def fetch(self, mails: Sequence[Measured], largest: int) -> list[Fetched]:
        """The mails themselves, without marking them read; of those above `largest` bytes the headers alone."""
        small = [mail for mail in mails if mail.size <= largest]
        big = [mail for mail in mails if mail.size > largest]
        return sorted([*self._fetch(small, whole=True), *self._fetch(big, whole=False)], key=lambda mail: mail.uid)

    def fetch_piece(self, uid: int, start: int, length: int) -> bytes | None:
        """A stretch of a mail's bytes, empty past its end; None where the mail was removed or the server gives none."""
        with self._asking(length):
            answer = self._client.fetch([uid], [f"BODY.PEEK[]<{start}.{length}>"])
        piece = answer.get(uid, {}).get(f"BODY[]<{start}>".encode())
        return piece if isinstance(piece, bytes) else None

    def append(self, name: str, raw: bytes) -> None:
        """Store a mail of ours, read."""
        with self._asking(len(raw)):
            self._client.append(name, raw, flags=(SEEN,))

    def mark(self, uids: Sequence[int], flag: bytes, *, on: bool = True) -> None:
        """Set a flag of mails of the open folder, or take it away."""
        change = self._client.add_flags if on else self._client.remove_flags
        for part in _lines(uids):
            with self._asking():
                change(part, [flag], silent=True)

    def idle(self) -> None:
        """Begin to wait for news of the open folder."""
        with self._asking():
            self._client.idle()

    def idle_check(self, seconds: float) -> bool:
        """Wait; whether the server said anything. Raises `Offline` when the line is at its end."""
        with self._asking():
            said = self._client.idle_check(seconds)
        return any(word in _NEWS for answer in said for word in answer[:2])

    def idle_done(self) -> bool:
        """Stop waiting, which the server has to answer: so a dead line is found out."""
        with self._asking():
            _text, said = self._client.idle_done()
        return bool(said)

    def start_clock(self, expected: int = 0) -> None:
        """Give the next command its time: for itself, and for so many bytes."""
        self.due_at = monotonic() + COMMAND_SECONDS + expected / SLOWEST_BYTES

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Held by the thread that talks; whoever aborts meanwhile leaves the socket to it."""
        try:
            with self._busy:
                yield
        finally:
            self._release_if_aborted()

    def close(self) -> None:
        """Sign out and hang up; never fails."""
        with self.in_use(), suppress(imaplib.IMAP4.error, OSError, ConnectorError, *GARBAGE):
            self._client.allow()
            self._client.logout()
        self.abort()

    def abort(self) -> None:
        """Hang up at once, from any thread: who is talking gets an end of file."""
        self._aborted = True
        self._client.abort()
        self._release_if_aborted()

    def _release_if_aborted(self) -> None:
        if self._aborted and self._busy.acquire(blocking=False):
            self._client.release()
            self._busy.release()

    def _fetch(self, mails: Sequence[Measured], *, whole: bool) -> Iterator[Fetched]:
        if not mails or self._opened is None:
            return
        item = "BODY.PEEK[]" if whole else "BODY.PEEK[HEADER]"
        expected = sum(mail.size for mail in mails) if whole else len(mails) * _HEADER_BYTES
        with self._asking(expected):
            answer = self._client.fetch([mail.uid for mail in mails], [item])
        for mail in mails:
            raw = answer.get(mail.uid, {}).get(item.replace(".PEEK", "").encode())
            if isinstance(raw, bytes):  # otherwise it was removed meanwhile
                opened = self._opened
                place = (opened.name, opened.validity, mail.uid)
                yield Fetched(*place, mail.at, mail.seen, mail.size, raw, whole, mail.starred)

    @contextmanager
    def _asking(self, expected: int = 0) -> Iterator[None]:
        """One command: bounded in size and time, and with its failures told in our errors."""
        self._client.allow(ANSWER_BYTES + expected)
        self.start_clock(expected)
        with understood(self._server):
            yield


def _lines(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    """In parts that fit into a line each."""
    for first in range(0, len(uids), NAMED_AT_ONCE):
        yield uids[first : first + NAMED_AT_ONCE]


def _folder(flags: Sequence[bytes], delimiter: bytes | None, name: str | bytes) -> Folder:
    return Folder(
        name=name if isinstance(name, str) else name.decode("utf-8", "replace"),
        flags=frozenset(flag.decode("ascii", "replace").lstrip("\\").lower() for flag in flags),
        delimiter=delimiter.decode("ascii", "replace") if delimiter else "",
    )


def _measured(uid: int, items: Mapping[bytes, object]) -> Measured:
    at = items.get(b"INTERNALDATE")
    return Measured(
        uid=uid,
        size=_integer(items[b"RFC822.SIZE"]),
        at=at.astimezone(UTC) if isinstance(at, datetime) else datetime.fromtimestamp(0, UTC),
        seen=_has(items, SEEN),
        starred=_has(items, STARRED),
    )


def _has(items: Mapping[bytes, object], wanted: bytes) -> bool:
    flags = items.get(b"FLAGS", ())
    return isinstance(flags, tuple) and any(
        isinstance(flag, bytes) and flag.lower() == wanted.lower() for flag in flags
    )


def _integer(value: object) -> int:
    if isinstance(value, int):
        return value
    raise ValueError(f"not a number: {type(value).__name__}")
