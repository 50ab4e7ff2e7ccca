"""Frames carry values whole, and a lying worker is caught."""

import io

import pytest

from inbox_app.content.frames import Answer, BadFrame, Request, Verb, pack, read_frame, unpack, write_frame
from inbox_app.content.mime import parse_mail
from inbox_app.content.parsed import CleanHtml, ParsedMail


def test_a_mail_crosses_whole() -> None:
    raw = b"Date: Sun, 22 Nov 2026 10:45:00 +0100\nTo: a@b\nContent-Type: text/html\n\n<img src=http://x.example/>\xff\xed\xa0\x80"
    mail = parse_mail(raw)
    stream = io.BytesIO()
    write_frame(stream, mail, b"bytes")
    stream.seek(0)
    packed, data = read_frame(stream)
    assert unpack(ParsedMail, packed) == mail
    assert data == b"bytes"


@pytest.mark.parametrize("packed", [None, 1, "x", [], ["<b>", 1, [], False], ["a", "b", [1], False], {"html": "x"}])
def test_a_value_of_another_shape_is_refused(packed: object) -> None:
    with pytest.raises(BadFrame):
        unpack(CleanHtml, packed)


@pytest.mark.parametrize(
    "frame",
    [b"", b"\0", b"\xff" * 8, b"\0\0\0\2\0\0\0\0", b"\0\0\0\1\0\0\0\0{", b"\0\0\x27\x10\0\0\0\0" + b"[" * 10_000],
)
def test_a_broken_frame_is_refused(frame: bytes) -> None:
    with pytest.raises(BadFrame):
        read_frame(io.BytesIO(frame))


def test_questions_and_answers_keep_their_types() -> None:
    request = Request(Verb.EXTRACT, (1, 2), 3)
    assert unpack(Request, pack(request)) == request
    assert unpack(Answer, pack(Answer("x", False, 1))) == Answer("x", False, 1)
    with pytest.raises(BadFrame):
        unpack(Request, ["format the disk", [1], 0])
