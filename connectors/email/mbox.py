"""A mailbox file (mbox) taken apart into mails, in one pass and in flat memory.

https://www.rfc-editor.org/rfc/rfc4155 and the four habits of https://man.archlinux.org/man/mbox.5: mboxo and mboxrd
quote lines that begin with "From " by a ">", mboxcl and mboxcl2 say how long a mail is, the latter without quoting.
Which one a file follows is written nowhere, so each mail is read by what it shows itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

LARGEST = 100 * 2**20
"""Bytes of one mail; whatever claims to be larger is passed over. Only 50 MiB are ever taken apart."""
HEADER = 64 * 2**10
BOM = b"\xef\xbb\xbf"
"""What some programs on Windows put before everything."""
_PIECE = 2**20

_FROM = b"\nFrom "
_DATED = re.compile(rb"From .{0,300}\d{1,2}:\d\d.{0,60}(?:19|20)\d\d")
_FIELD = re.compile(rb"[!-9;-~]{1,100}[ \t]*:|>From ")
_LENGTH = re.compile(rb"^content-length:[ \t]{0,20}(\d{1,12})[ \t]{0,20}\r?$", re.IGNORECASE | re.MULTILINE)
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEADER_END = re.compile(rb"\n\r?\n")


class Stream(Protocol):
    """What is read of a file, compressed or not."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Found:
    """One mail, or (`raw` None) one too large to be kept; `begin` and `end` are places in the file's own bytes.

    `sign` is the line that announced it, without which it is text before the first mail.
    """

    begin: int
    end: int
    sign: bytes
    raw: bytes | None


def split(stream: Stream, at: int) -> Iterator[Found]:
    """The mails of a stream that stands at `at`, the beginning or the end of a mail."""
    reader = _Window(stream, at)
    if not at and reader.starts_with(BOM):
        reader.take(len(BOM))
    while reader.fill(1):
        begin, sign = reader.base, b""
        if reader.starts_with(b"From "):
            sign = reader.take_line()
        yield _take(reader, begin, sign)


def _take(reader: _Window, begin: int, sign: bytes) -> Found:
    end = _end_by_length(reader) if sign else None
    raw = reader.take(end) if end is not None else _take_to_next(reader)
    return Found(begin, reader.base, sign, None if raw is None else _bare(raw, counted=end is not None))


def _end_by_length(reader: _Window) -> int | None:
    """Where the mail ends by its own Content-Length, if there another mail or the end of the file follows."""
    reader.fill(HEADER)
    head_end = _HEADER_END.search(reader.data, 0, HEADER)
    length = _LENGTH.search(reader.data, 0, head_end.end()) if head_end else None
    if head_end is None or length is None:
        return None
    end = head_end.end() + int(length[1])
    if end > LARGEST:
        return None
    whole = reader.fill(end + 8)
    follows = bytes(reader.data[end : end + 8])
    if (whole and follows.lstrip(b"\r\n").startswith(b"From ")) or (len(reader.data) >= end and not follows.strip()):
        return end + len(follows) - len(follows.lstrip(b"\r\n"))
    return None


def _take_to_next(reader: _Window) -> bytes | None:
    """Everything up to the next announcement; None where that is more than a mail may have."""
    searched, too_large = 0, False
    while True:
        hit = reader.data.find(_FROM, searched)
        if hit >= 0 and _announces(reader, hit):
            kept = reader.take(hit + 1)
            return None if too_large else kept
        if hit >= 0:
            searched = hit + 1
            continue
        searched = max(searched, len(reader.data) - len(_FROM))
        if searched > LARGEST:
            reader.take(searched)
            searched, too_large = 0, True
        if not reader.more():
            kept = reader.take(len(reader.data))
            return None if too_large else kept


def _announces(reader: _Window, hit: int) -> bool:
    """Whether a line that begins with "From " begins a mail: a careless program left such lines in texts unquoted.

    After an empty line either a date in it or a header below it is enough, elsewhere it takes both.
    """
    reader.fill(hit + 1024)
    line_end = reader.data.find(b"\n", hit + 1, hit + 1024)
    if line_end < 0:
        return False
    dated = _DATED.match(reader.data, hit + 1, line_end) is not None
    headed = _FIELD.match(reader.data, line_end + 1) is not None
    after_empty = hit == 0 or reader.data[hit - 1 : hit] == b"\n" or reader.data[max(hit - 2, 0) : hit] == b"\n\r"
    return (dated or headed) if after_empty else (dated and headed)


def _bare(raw: bytes, *, counted: bool) -> bytes:
    """The mail as it was before it was put into the file: without the empty line behind it and the quoting.

    Where bytes are counted, a bare line within shows that nothing was quoted.
    """
    for line_end in (b"\r\n", b"\n"):
        if raw.endswith(line_end * 2):
            raw = raw[: -len(line_end)]
            break
    if b">From " not in raw or (counted and _FROM in raw):
        return raw
    return _QUOTED.sub(rb"\1", raw)


class _Window:
    """The part of a stream that is in memory; `base` is where it begins."""

    def __init__(self, stream: Stream, base: int) -> None:
        self.data = bytearray()
        self.base = base
        self._stream = stream

    def more(self) -> bool:
        """Read another piece; False at the end."""
        piece = self._stream.read(_PIECE)
        self.data += piece
        return bool(piece)

    def fill(self, size: int) -> bool:
        """Have at least so many bytes; False where there are not as many."""
        while len(self.data) < size:
            if not self.more():
                return False
        return True

    def starts_with(self, sign: bytes) -> bool:
        self.fill(len(sign))
        return self.data.startswith(sign)

    def take(self, size: int) -> bytes:
        """Go on by so many bytes, and return them."""
        taken = bytes(self.data[:size])
        del self.data[:size]
        self.base += len(taken)
        return taken

    def take_line(self) -> bytes:
        """Go on behind the first line; of an endless one only as much as a header may have."""
        self.fill(HEADER)
        end = self.data.find(b"\n", 0, HEADER)
        return self.take(end + 1 if end >= 0 else min(len(self.data), HEADER))
