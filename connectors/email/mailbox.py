"""What an IMAP server tells about a folder and the mails in it, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder as it stands when it is opened."""

    name: str
    validity: int
    uid_next: int
    exists: int
    modseq: int | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened to known mails: the UIDs of those that are read now or not, bear a star or none, and are gone."""

    seen: list[int]
    unseen: list[int]
    starred: list[int]
    plain: list[int]
    gone: list[int]


@dataclass(frozen=True, slots=True)
class Measured:
    """A mail before its content is fetched; `size` in bytes, `at` when the server got it."""

    uid: int
    size: int
    at: datetime
    seen: bool
    starred: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail as the server holds it; only its headers when `whole` is False."""

    folder: str
    validity: int
    uid: int
    at: datetime
    seen: bool
    size: int
    raw: bytes
    whole: bool = True
    starred: bool = False
    late: bool = False
    """Its headers came before, and without a Message-ID it is known by them."""
