"""A user's mail as a plain IMAP client sees it: what tests compare with, and what changes the mail behind our back.

It uses the standard library's client alone, one connection a call, so that it shares nothing with what is tested.
https://www.rfc-editor.org/rfc/rfc3501
"""

import imaplib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class MailUser:
    """Who can sign in, and with what."""

    address: str
    password: str


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message as it lies in a folder."""

    uid: int
    flags: frozenset[str]
    raw: bytes


@dataclass(frozen=True, slots=True)
class Mailbox:
    """All folders of one user. A refused command raises `imaplib.IMAP4.error`."""

    host: str
    port: int
    user: MailUser

    def opens(self) -> bool:
        """Whether the user's password is right."""
        try:
            with self._signed_in():
                return True
        except imaplib.IMAP4.error:
            return False

    def folders(self) -> list[str]:
        """The names of all folders, in the alphabet's order."""
        with self._signed_in() as imap:
            lines = _check(imap.list())
        return sorted(_folder_name(line) for line in lines if isinstance(line, bytes))

    def messages(self, folder: str = "INBOX") -> list[StoredMessage]:
        """Every message of a folder, lowest UID first; none becomes read by this."""
        with self._opened(folder, readonly=True) as imap:
            found = _check(imap.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])"))
        return [_stored(*item) for item in found if isinstance(item, tuple)]

    def uidvalidity(self, folder: str = "INBOX") -> int:
        with self._opened(folder, readonly=True) as imap:
            return _number(_check(imap.response("UIDVALIDITY")))

    def append(self, raw: bytes, folder: str = "INBOX", flags: Sequence[str] = ()) -> None:
        """Store a message without sending it, as programs do with drafts and with what they sent."""
        with self._signed_in() as imap:
            _check(imap.append(_quote(folder), f"({' '.join(flags)})", "", raw))

    def add_flags(self, uid: int, *flags: str, folder: str = "INBOX") -> None:
        with self._opened(folder) as imap:
            _check(imap.uid("STORE", str(uid), "+FLAGS.SILENT", f"({' '.join(flags)})"))

    def remove_flags(self, uid: int, *flags: str, folder: str = "INBOX") -> None:
        with self._opened(folder) as imap:
            _check(imap.uid("STORE", str(uid), "-FLAGS.SILENT", f"({' '.join(flags)})"))

    def expunge(self, *uids: int, folder: str = "INBOX") -> None:
        """Remove these messages for good."""
        chosen = ",".join(map(str, uids))
        with self._opened(folder) as imap:
            _check(imap.uid("STORE", chosen, "+FLAGS.SILENT", r"(\Deleted)"))
            _check(imap.uid("EXPUNGE", chosen))

    def move(self, uid: int, to: str, folder: str = "INBOX") -> None:
        """Move a message into another folder (RFC 6851)."""
        with self._opened(folder) as imap:
            _check(imap.uid("MOVE", str(uid), _quote(to)))

    def create_folder(self, name: str) -> None:
        with self._signed_in() as imap:
            _check(imap.create(_quote(name)))

    def rename_folder(self, name: str, new: str) -> None:
        with self._signed_in() as imap:
            _check(imap.rename(_quote(name), _quote(new)))

    def delete_folder(self, name: str) -> None:
        with self._signed_in() as imap:
            _check(imap.delete(_quote(name)))

    @contextmanager
    def _signed_in(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4(self.host, self.port, timeout=_SECONDS) as imap:
            imap.login(self.user.address, self.user.password)
            yield imap

    @contextmanager
    def _opened(self, folder: str, *, readonly: bool = False) -> Iterator[imaplib.IMAP4]:
        with self._signed_in() as imap:
            _check(imap.select(_quote(folder), readonly=readonly))
            yield imap


def _check(answer: tuple[str, Sequence[T]]) -> Sequence[T]:
    status, data = answer
    if status in ("NO", "BAD"):
        raise imaplib.IMAP4.error(f"{status}: {data!r}")
    return data


def _number(values: Sequence[object]) -> int:
    if not values or not isinstance(values[0], bytes):
        raise ValueError(f"no number in {values!r}")
    return int(values[0])


def _quote(folder: str) -> str:
    escaped = folder.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


def _folder_name(line: bytes) -> str:
    return line.decode("ascii").split(' "/" ', 1)[1].strip('"')


def _stored(head: bytes, raw: bytes) -> StoredMessage:
    uid = re.search(rb"UID (\d+)", head)
    if uid is None:
        raise ValueError(f"no UID in {head!r}")
    return StoredMessage(int(uid[1]), frozenset(flag.decode() for flag in imaplib.ParseFlags(head)), raw)
