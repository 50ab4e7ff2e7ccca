"""A composed mail reads back as what it was made of, by our reader and by Python's."""

import email
from datetime import UTC, datetime
from email import policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_app.content.compose import OutgoingFile, OutgoingMail, compose
from inbox_app.content.headers import UnsafeHeader
from inbox_app.content.mime import extract, parse_mail
from inbox_app.content.parsed import Extracted, Mailbox, ParsedMail

ANN, BEN = Mailbox("Ann Ünlü", "ann@example.com"), Mailbox("", "ben@example.org")


def outgoing(text: str = "Hello", **others: object) -> OutgoingMail:
    values: dict[str, object] = {
        "message_id": "key-1@example.com",
        "date": datetime(2026, 11, 22, 9, 45, tzinfo=UTC),
        "sender": ANN,
        "to": (BEN,),
        "subject": "Re: Grüße aus Köln",
        "text": text,
        "in_reply_to": "b@x",
        "references": ("a@x", "b@x"),
    }
    return OutgoingMail(**(values | others))  # type: ignore[arg-type]


def test_our_reader_reads_what_we_wrote() -> None:
    mail = parse_mail(compose(outgoing(cc=(ANN,), reply_to=(BEN,))))
    assert isinstance(mail, ParsedMail)
    assert (mail.message_id, mail.in_reply_to, mail.references) == ("key-1@example.com", ("b@x",), ("a@x", "b@x"))
    assert (mail.sender, mail.to, mail.cc, mail.reply_to) == ((ANN,), (BEN,), (ANN,), (BEN,))
    assert (mail.subject, mail.text.strip()) == ("Re: Grüße aus Köln", "Hello")
    assert mail.date == datetime(2026, 11, 22, 9, 45, tzinfo=UTC)
    assert mail.defects == ()


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=500))
def test_any_text_arrives_whole(text: str) -> None:
    raw = compose(outgoing(text, files=(OutgoingFile("a", "text/plain", b"--x"),)))
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()
    message = email.message_from_bytes(raw, policy=policy.default)
    body = message.get_body()
    assert body is not None
    data = body.get_payload(decode=True)
    assert isinstance(data, bytes)
    read = data.decode().replace("\r\n", "\n")
    assert read == (text if text.endswith("\n") else f"{text}\n")


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=300), st.text(max_size=50))
def test_any_file_arrives_whole(data: bytes, name: str) -> None:
    mail = outgoing(files=(OutgoingFile(name, "application/pdf", data), OutgoingFile("b.eml", "message/rfc822", data)))
    raw = compose(mail)
    parsed = parse_mail(raw)
    assert isinstance(parsed, ParsedMail)
    assert [each.declared for each in parsed.attachments] == ["application/pdf", "application/octet-stream"]
    for attachment in parsed.attachments:
        extracted = extract(raw, attachment.part)
        assert isinstance(extracted, Extracted)
        assert extracted.data == data


def test_equal_values_give_equal_bytes() -> None:
    files = (OutgoingFile("Übersicht.pdf", "application/pdf", b"%PDF-1.7"),)
    assert compose(outgoing(files=files)) == compose(outgoing(files=files))
    assert compose(outgoing(files=files)) != compose(outgoing(files=files, message_id="key-2@example.com"))


def test_a_mail_that_begins_a_conversation_has_no_references() -> None:
    raw = compose(outgoing(in_reply_to=None))
    assert b"References" not in raw
    assert b"In-Reply-To" not in raw


def test_an_unsafe_address_is_refused() -> None:
    with pytest.raises(UnsafeHeader):
        compose(outgoing(to=(Mailbox("", "a@b\r\nBcc: c@d"),)))
