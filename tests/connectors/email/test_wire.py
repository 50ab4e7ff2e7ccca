"""From parsed mails to messages: identity, direction, threads, and what asks for an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.email.mailbox import Fetched
from connectors.email.wire import Own, header_part, to_message, with_headers_only
from inbox_app.content.parsed import Attachment, CleanHtml, Mailbox, Marks, ParsedMail, Unparsable, Why
from inbox_app.contract.remote import Location, RemoteRecipient
from inbox_app.domain.marks import Delivery, Fate
from inbox_app.domain.words import Direction, Kind

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
GOT = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)
OWN = Own(frozenset({"anna@example.org"}), "example.org")
KEY = "0123456789abcdef" * 2
FETCHED = Fetched("INBOX", 7, 3, GOT, seen=False, size=100, raw=b"From: x\r\n\r\nbody")
MAIL = ParsedMail("m@x", "Hello", AT, (Mailbox("Ben", "Ben@example.net"),), "text", 100)


def test_the_plain_facts() -> None:
    html = CleanHtml("<p>text</p>", "text")
    file = Attachment(4, "a.pdf", "application/x", "application/pdf", 12, "cid", inline=True)
    mail = replace(
        MAIL, html=html, attachments=(file,), to=(Mailbox("Anna", "anna@example.org"),), cc=(Mailbox("", "eve@x"),)
    )
    message = to_message(FETCHED, mail, OWN, history=True)
    assert (message.remote_id, message.kind, message.keys) == ("m@x", Kind.MAIL, ("m@x",))
    assert (message.author.remote_id, message.author.handle, message.author.name) == (
        "ben@example.net",
        "Ben@example.net",
        "Ben",
    )
    assert (message.direction, message.sent_at, message.history) == (Direction.INCOMING, AT, True)
    assert (message.title, message.text, message.html) == ("Hello", "text", "<p>text</p>")
    assert message.location == Location("INBOX", 7, 3)
    assert message.raw == FETCHED.raw
    assert message.copy_key == "m@x"
    assert message.recipients == (RemoteRecipient("to", "anna@example.org", "Anna"), RemoteRecipient("cc", "eve@x"))
    (attached,) = message.attachments
    assert (attached.part, attached.name, attached.media_type, attached.inline) == (4, "a.pdf", "application/pdf", True)


def test_what_a_form_on_our_site_wrote_in_our_name_is_its_visitors() -> None:
    us, visitor = Mailbox("Our site", "anna@example.org"), Mailbox("Ben", "Ben@example.net")
    form = replace(MAIL, sender=(us,), to=(us,), reply_to=(visitor,))
    message = to_message(FETCHED, form, OWN, history=False)
    assert (message.direction, message.needs_work) == (Direction.INCOMING, True)
    assert (message.author.remote_id, message.author.name) == ("ben@example.net", "Ben")


@pytest.mark.parametrize(
    "ours",
    [
        {"to": (Mailbox("", "anna@example.org"),)},
        {"to": (Mailbox("", "ben@example.net"),), "reply_to": (Mailbox("", "ben@example.net"),)},
        {
            "to": (Mailbox("", "anna@example.org"),),
            "reply_to": (Mailbox("", "b@x"),),
            "message_id": f"{KEY}@example.org",
        },
    ],
)
def test_what_we_wrote_ourselves_stays_ours(ours: dict[str, Any]) -> None:
    mail = replace(MAIL, sender=(Mailbox("Anna", "anna@example.org"),), **ours)
    assert to_message(FETCHED, mail, OWN, history=False).direction is Direction.OUTGOING


def test_the_day_the_server_got_it_stands_in_for_a_missing_date() -> None:
    assert to_message(FETCHED, replace(MAIL, date=None), OWN, history=False).sent_at == GOT


def test_keys_are_all_ids_a_thread_hangs_by() -> None:
    mail = replace(MAIL, references=("a@x", "b@x"), in_reply_to=("c@x",))
    message = to_message(FETCHED, mail, OWN, history=False)
    assert message.keys == ("m@x", "a@x", "b@x", "c@x")
    assert message.parent == "c@x"
    assert message.extra == {"references": ["a@x", "b@x"]}


@pytest.mark.parametrize(
    ("references", "in_reply_to", "parent"),
    [(("a@x", "b@x"), (), "b@x"), ((), ("m@x",), None), (("a@x", "m@x"), (), None), ((), (), None)],
)
def test_the_parent(references: tuple[str, ...], in_reply_to: tuple[str, ...], parent: str | None) -> None:
    mail = replace(MAIL, references=references, in_reply_to=in_reply_to)
    assert to_message(FETCHED, mail, OWN, history=False).parent == parent


def test_ours_is_outgoing_and_names_its_key() -> None:
    mail = replace(MAIL, message_id=f"{KEY}@example.org", sender=(Mailbox("Anna", "ANNA@example.org"),))
    message = to_message(FETCHED, mail, OWN, history=False)
    assert (message.direction, message.key) == (Direction.OUTGOING, KEY)


def test_somebody_elses_mail_with_an_id_of_ours_is_another_mail() -> None:
    message = to_message(FETCHED, replace(MAIL, message_id=f"{KEY}@example.org"), OWN, history=False)
    assert message.key is None
    assert message.remote_id.startswith("sha256:")


def test_a_colleague_at_our_domain_is_answered_by_the_id_they_gave() -> None:
    """Their Portavoce makes ids of the form of ours: such a mail has its thread, copies and answers all the same."""
    message = to_message(FETCHED, replace(MAIL, message_id=f"{KEY}@example.org"), OWN, history=False)
    assert message.keys[:2] == (message.remote_id, f"{KEY}@example.org")
    assert message.copy_key == f"{KEY}@example.org"
    assert message.extra is not None
    assert message.extra["message_id"] == f"{KEY}@example.org"


@pytest.mark.parametrize("message_id", [f"{KEY}@elsewhere.org", f"{KEY[:-1]}@example.org", "x@example.org"])
def test_other_ids_of_ours_are_no_keys(message_id: str) -> None:
    mail = replace(MAIL, message_id=message_id, sender=(Mailbox("Anna", "anna@example.org"),))
    assert to_message(FETCHED, mail, OWN, history=False).key is None


@pytest.mark.parametrize(
    ("marks", "asks"),
    [
        (Marks(), True),
        (Marks(auto_submitted="no"), True),
        (Marks(auto_submitted="auto-replied"), False),
        (Marks(auto_submitted="auto-generated; x=y"), False),
        (Marks(report=True), False),
        (Marks(precedence="Bulk"), False),
        (Marks(list_id="<list.example>"), False),
    ],
)
def test_what_asks_for_an_answer(marks: Marks, asks: bool) -> None:
    assert to_message(FETCHED, replace(MAIL, marks=marks), OWN, history=False).needs_work is asks


@pytest.mark.parametrize(
    ("reported", "fate", "asks"),
    [
        (f"{KEY}@example.org", Fate.FAILED, True),
        (f"{KEY}@example.org", Fate.DELAYED, False),
        ("spoofed@example.org", Fate.FAILED, False),
    ],
)
def test_a_delivery_report_joins_what_it_reports_and_asks_when_ours_failed(
    reported: str, fate: Fate, asks: bool
) -> None:
    deliveries = (Delivery("ben@example.net", fate, "5.1.1"),)
    report = replace(MAIL, marks=Marks(report=True), reported=reported, deliveries=deliveries)
    message = to_message(FETCHED, report, OWN, history=False)
    assert reported in message.keys
    assert (message.parent, message.marks.deliveries) == (reported, deliveries)
    assert message.needs_work is asks


def test_a_list_mail_that_answers_ours_asks() -> None:
    mail = replace(MAIL, marks=Marks(list_id="<list.example>"), references=(f"{KEY}@example.org",))
    assert to_message(FETCHED, mail, OWN, history=False).needs_work
    automatic = replace(mail, marks=Marks(list_id="<list.example>", auto_submitted="auto-replied"))
    assert not to_message(FETCHED, automatic, OWN, history=False).needs_work


def test_where_answers_are_wanted_is_kept() -> None:
    mail = replace(MAIL, reply_to=(Mailbox("Desk", "desk@x"), Mailbox("nobody", "")))
    assert to_message(FETCHED, mail, OWN, history=False).extra == {"reply_to": ["desk@x"]}


def test_what_cannot_be_read_is_kept_and_told() -> None:
    message = to_message(FETCHED, Unparsable(Why.TOO_SLOW), OWN, history=False)
    assert message.raw == FETCHED.raw
    assert "could not be read safely" in message.text
    assert message.remote_id.startswith("sha256:")
    assert message.keys == (message.remote_id,)


def test_readable_headers_of_an_unreadable_body_give_the_mail_its_place() -> None:
    mail = replace(MAIL, references=("a@x",))
    message = with_headers_only(FETCHED, mail, OWN, history=False)
    assert (message.remote_id, message.title, message.raw) == ("m@x", "Hello", FETCHED.raw)
    assert "could not be read safely" in message.text
    nameless = with_headers_only(FETCHED, replace(mail, message_id=None), OWN, history=False)
    assert nameless.remote_id == to_message(FETCHED, Unparsable(Why.BROKEN), OWN, history=False).remote_id


def test_a_mail_too_large_says_so_and_keeps_no_half() -> None:
    message = to_message(replace(FETCHED, whole=False, size=80 * 2**20), MAIL, OWN, history=False)
    assert "80 MiB" in message.text
    assert (message.raw, message.attachments, message.remote_id) == (None, (), "m@x")


@pytest.mark.parametrize(
    ("raw", "head"),
    [
        (b"A: b\r\n\r\nbody", b"A: b\r\n\r\n"),
        (b"A: b\n\nbody", b"A: b\n\n"),
        (b"A: b", b"A: b"),
    ],
)
def test_the_header_part(raw: bytes, head: bytes) -> None:
    assert header_part(raw) == head
