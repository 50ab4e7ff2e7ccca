"""Nothing gets out of a header value but a header value."""

import email
import re
from datetime import UTC, datetime, timedelta, timezone
from email import policy
from email.header import decode_header, make_header
from email.utils import parseaddr, parsedate_to_datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inbox_app.content import caps, headers
from inbox_app.content.addresses import parse_addresses
from inbox_app.content.parsed import Mailbox
from inbox_app.content.plain import safe_line

ANY_TEXT = st.text(st.characters(codec=None), max_size=150)
NASTY = st.lists(
    st.sampled_from(
        ["\r", "\n", "\r\n", "\0", "\u2028", "\x85", "a", " ", "=?utf-8?q?=0a?=", "Bcc: x@y", "é", '"', "\\"]
    )
)
BROKEN_FOLD = re.compile(r"\r(?!\n[ ])|(?<!\r)\n|[\0\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def read(name: str, value: str) -> str:
    """The value as Python's parser reads it."""
    message = email.message_from_bytes(f"{name}: {value}\r\n\r\n".encode("ascii"), policy=policy.default)
    assert list(message) == [name]
    return str(message[name])


def assert_folded(value: str) -> None:
    assert not BROKEN_FOLD.search(value)
    assert max(map(len, value.split("\r\n"))) < 998


@settings(max_examples=50, deadline=None)
@given(ANY_TEXT | NASTY.map("".join))
@example("x\r\nBcc: victim@example.com")
@example("a" * 2_000)
def test_any_subject_survives_and_stays_in_its_line(text: str) -> None:
    value = headers.subject_value(text)
    assert_folded(value)
    assert read("Subject", value) == safe_line(text, caps.SUBJECT_CHARS)


@settings(max_examples=50, deadline=None)
@given(ANY_TEXT | NASTY.map("".join))
@example('Ann "the\\" Ant')
@example("Smith, John <evil@example.com>")
def test_any_name_survives_and_stays_in_its_line(name: str) -> None:
    value = headers.address_value(Mailbox(name, "ann@example.com"))
    assert_folded(value)
    phrase, address = parseaddr(value.replace("\r\n", ""))
    wanted = safe_line(name, caps.NAME_CHARS)
    assert address == "ann@example.com"
    assert str(make_header(decode_header(phrase))) == wanted
    assert parse_addresses(value) == (Mailbox(wanted, "ann@example.com"),)


@settings(max_examples=50, deadline=None)
@given(ANY_TEXT | NASTY.map("".join))
def test_an_address_is_one_or_refused(text: str) -> None:
    try:
        value = headers.address_value(Mailbox("", text))
    except headers.UnsafeHeader:
        return
    assert re.fullmatch(r"[!-~]+@[!-~]+", value)
    assert parseaddr(value) == ("", value)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@",
        "@b",
        "a b@c",
        "a@b\r\nBcc: c@d",
        "a@b,c@d",
        "<a@b>",
        "a@b>",
        "a(x)@b",
        "é@b",
        "a@-",
        "a@" + "é" * 300,
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(headers.UnsafeHeader):
        headers.check_address(address)


def test_a_domain_of_any_script_becomes_ascii() -> None:
    assert headers.check_address("ann@bücher.example") == "ann@xn--bcher-kva.example"


@given(st.text(st.characters(codec=None), max_size=40))
def test_an_id_is_one_or_refused(text: str) -> None:
    try:
        value = headers.id_value(text)
    except headers.UnsafeHeader:
        return
    assert re.fullmatch(r"<[!-;=?-~]+>", value)


def test_references_keep_the_first_and_the_newest() -> None:
    value = headers.references_value([f"{n}@x" for n in range(100)] + ["bad id", "é@x"])
    ids = value.split()
    assert ids[0] == "<0@x>"
    assert ids[-1] == "<99@x>"
    assert len(ids) == 21
    assert_folded(value)


@given(
    st.datetimes(
        min_value=datetime(1900, 1, 1),  # noqa: DTZ001 -- the strategy adds the zone
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=-9, minutes=-30)), timezone(timedelta(hours=14))]),
    )
)
def test_a_date_reads_back(moment: datetime) -> None:
    assert parsedate_to_datetime(headers.date_value(moment)) == moment.replace(microsecond=0)


@settings(max_examples=50, deadline=None)
@given(ANY_TEXT | NASTY.map("".join))
def test_a_file_name_stays_in_its_parameter(name: str) -> None:
    value = f"attachment; {headers.file_name_parameter(name)}"
    assert_folded(value)
    message = email.message_from_bytes(f"Content-Disposition: {value}\r\n\r\n".encode("ascii"), policy=policy.default)
    assert message.get_filename()


@pytest.mark.parametrize("media", ["", "text", "a/b\r\nX: y", "message/rfc822", "multipart/mixed", "a/b;c=d"])
def test_an_odd_media_type_is_plain_bytes(media: str) -> None:
    assert headers.media_value(media) == "application/octet-stream"
