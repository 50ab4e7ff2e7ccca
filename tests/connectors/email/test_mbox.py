"""Mailbox files as programs write them: each gives the mails that went in, and no line begins a mail by chance."""

from __future__ import annotations

import io

import pytest

from connectors.email import mbox
from connectors.email.mbox import split

SIGN = b"From ann@example.org Fri Jul  8 12:08:34 2011\n"
FIRST = b"Subject: one\n\nhello\n"
SECOND = b"Subject: two\n\nbye\n"
INSIDE = SIGN + FIRST + b">From x\n"
COUNTED = b"Content-Length: %d\n\n" % len(INSIDE) + INSIDE


class Trickle:
    """A stream that gives a few bytes at a time."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)

    def read(self, _size: int, /) -> bytes:
        return self._file.read(7)


def mails(data: bytes, at: int = 0) -> list[bytes | None]:
    stream = io.BytesIO(data)
    stream.seek(at)
    found = list(split(stream, at))
    assert found == list(split(Trickle(data[at:]), at))
    assert [one.begin for one in found[1:]] == [one.end for one in found[:-1]]
    return [one.raw for one in found if one.sign]


CASES = {
    "two mails": (SIGN + FIRST + b"\n" + SIGN + SECOND + b"\n", [FIRST, SECOND]),
    "no empty line at the end": (SIGN + FIRST + b"\n" + SIGN + SECOND, [FIRST, SECOND]),
    "no line end at the end": (SIGN + FIRST + b"\n" + SIGN + b"Subject: two\n\nbye", [FIRST, b"Subject: two\n\nbye"]),
    "no empty line between": (SIGN + FIRST + SIGN + SECOND, [FIRST, SECOND]),
    "empty lines and a mark before": (b"\xef\xbb\xbf\n\n" + SIGN + FIRST, [FIRST]),
    "a mark of byte order": (b"\xef\xbb\xbf" + SIGN + FIRST, [FIRST]),
    "Windows line ends": (
        (SIGN + FIRST + b"\n" + SIGN + SECOND + b"\n").replace(b"\n", b"\r\n"),
        [FIRST.replace(b"\n", b"\r\n"), SECOND.replace(b"\n", b"\r\n")],
    ),
    "Thunderbird's line": (b"From - Fri Jul  8 12:08:34 2011\n" + FIRST, [FIRST]),
    "a line without a date": (b"From nobody\n" + FIRST + b"\nFrom nobody\n" + SECOND, [FIRST, SECOND]),
    "Gmail's line": (b"From 1747@xxx Fri Oct 28 08:08:42 +0000 2022\n" + FIRST, [FIRST]),
    "an empty mail": (SIGN + b"\n" + SIGN + FIRST, [b"\n", FIRST]),
    "mboxo": (SIGN + b"Subject: q\n\n>From here\n>>From there\n", [b"Subject: q\n\nFrom here\n>From there\n"]),
    "mboxrd, quoted twice": (SIGN + b"Subject: q\n\n>>>From here\n", [b"Subject: q\n\n>>From here\n"]),
    "a text that begins so": (
        SIGN + b"Subject: q\n\nWell.\n\nFrom here on I walk.\nFrom a@b Fri Jul  8 12:08:34 2011\nwalk\n",
        [b"Subject: q\n\nWell.\n\nFrom here on I walk.\nFrom a@b Fri Jul  8 12:08:34 2011\nwalk\n"],
    ),
    "mboxcl, quoted": (
        SIGN + b"Content-Length: 11\n\n>From here\n\n" + SIGN + FIRST,
        [b"Content-Length: 11\n\nFrom here\n", FIRST],
    ),
    "mboxcl2, a whole mailbox inside": (
        SIGN + COUNTED + b"\n" + SIGN + SECOND,
        [COUNTED, SECOND],
    ),
    "a length that is wrong": (SIGN + b"Content-Length: 9\n" + FIRST + b"\n" + SIGN + SECOND, [
        b"Content-Length: 9\n" + FIRST, SECOND]),
    "a length beyond the file": (SIGN + b"Content-Length: 999999\n" + FIRST, [b"Content-Length: 999999\n" + FIRST]),
    "a length to the end": (SIGN + b"content-length: 6\r\n\r\nhello\n", [b"content-length: 6\r\n\r\nhello\n"]),
    "an empty file": (b"", []),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_mailbox_gives_the_mails_that_went_in(name: str) -> None:
    data, expected = CASES[name]
    assert mails(data) == expected


@pytest.mark.parametrize("name", CASES)
def test_reading_goes_on_behind_any_mail(name: str) -> None:
    data, expected = CASES[name]
    for number, one in enumerate([found for found in split(io.BytesIO(data), 0) if found.sign]):
        assert mails(data, one.end) == expected[number + 1 :]


def test_text_before_the_first_mail_is_no_mail() -> None:
    found = list(split(io.BytesIO(b"some notes\n\n" + SIGN + FIRST), 0))
    assert [(one.sign, one.raw) for one in found] == [(b"", b"some notes\n"), (SIGN, FIRST)]


def test_a_mail_beyond_measure_is_passed_over_in_flat_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbox, "LARGEST", 3 * 2**20)
    pieces = [SIGN + b"Subject: x\n\n", *[b"y" * 2**20] * 40, b"\n\n" + SIGN + SECOND]
    held: list[int] = []

    class Pieces:
        def read(self, _size: int, /) -> bytes:
            held.append(len(window.data))
            return pieces.pop(0) if pieces else b""

    window = mbox._Window(Pieces(), 0)
    monkeypatch.setattr(mbox, "_Window", lambda _stream, _at: window)
    found = list(split(Pieces(), 0))
    assert [one.raw for one in found] == [None, SECOND]
    assert max(held) < 6 * 2**20
