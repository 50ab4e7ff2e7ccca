"""The mails we write: the same bytes each time, readable by another parser, and closed to injection."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.email.compose import Sender, as_filed, choose_recipients, compose
from inbox_app.contract.acts import Act, OutgoingFile, Target
from inbox_app.contract.errors import Rejected
from inbox_app.contract.remote import RemoteRecipient
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import ActKind, Kind

KEY = "0123456789abcdef" * 2
OWN = frozenset({"anna@example.org"})
US = Sender("anna@example.org", "Anna Prova", "example.org", OWN)
BEN = RemoteRecipient("to", "ben@example.net", "Ben Writer")
AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def target(**changed: object) -> Target:
    values: dict[str, object] = {
        "remote_id": "q1@example.net",
        "keys": ("q1@example.net",),
        "author_handle": "ben@example.net",
        "author_name": "Ben Writer",
        "text": "When?",
        "title": "Opening hours",
        "sent_at": AT,
    }
    return Target(**{**values, **changed})  # type: ignore[arg-type]


def reply(about: Target | None = None, **changed: object) -> Act:
    act = Act(KEY, ActKind.REPLY, Kind.MAIL, AT, text="At nine.", target=about or target())
    return replace(act, **changed)  # type: ignore[arg-type]


def new(**changed: object) -> Act:
    act = Act(KEY, ActKind.NEW, Kind.MAIL, AT, text="Good day", title="News", recipients=(BEN,))
    return replace(act, **changed)  # type: ignore[arg-type]


def read(raw: bytes) -> EmailMessage:
    """The mail as the standard library reads it."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_reply_has_everything_a_thread_needs() -> None:
    message = read(compose(reply(), US))
    assert message["From"] == "Anna Prova <anna@example.org>"
    assert message["To"] == "Ben Writer <ben@example.net>"
    assert message["Subject"] == "Re: Opening hours"
    assert message["Message-ID"] == f"<{KEY}@example.org>"
    assert message["In-Reply-To"] == message["References"] == "<q1@example.net>"
    assert message["Date"].datetime == AT
    assert message.get_content() == "At nine.\r\n"
    assert message["Cc"] is None


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("Opening hours", "Re: Opening hours"),
        ("Re: Opening hours", "Re: Opening hours"),
        ("RE: AW: R: Rif: hours", "Re: hours"),
        ("Re[2]: hours", "Re: hours"),
        ("Regarding hours", "Re: Regarding hours"),
        ("", "Re:"),
    ],
)
def test_re_stands_once(title: str, subject: str) -> None:
    assert read(compose(reply(target(title=title)), US))["Subject"] == subject


def test_references_are_those_of_the_parent_and_then_the_parent() -> None:
    extra: JsonObject = {"references": ["a@x", "b@x"]}
    message = read(compose(reply(target(keys=("q1@example.net", "b@x", "a@x"), extra=extra)), US))
    assert message["References"].split() == ["<a@x>", "<b@x>", "<q1@example.net>"]


def test_a_long_thread_keeps_its_beginning_and_its_end() -> None:
    extra: JsonObject = {"references": [f"{n}@x" for n in range(300)]}
    ids = read(compose(reply(target(extra=extra)), US))["References"].split()
    assert (len(ids), ids[0], ids[-2:]) == (50, "<0@x>", ["<299@x>", "<q1@example.net>"])


def test_a_long_id_is_not_folded_into_something_else() -> None:
    long = "x" * 300 + "@example.net"
    assert f"In-Reply-To: <{long}>\r\n".encode() in compose(reply(target(remote_id=long)), US)


def test_a_parent_without_an_id_is_not_referred_to() -> None:
    message = read(compose(reply(target(remote_id="sha256:abc", keys=("sha256:abc", "a@x"))), US))
    assert message["In-Reply-To"] is None
    assert message["References"] == "<a@x>"


def test_a_parent_named_by_its_bytes_is_referred_to_by_the_id_it_bears() -> None:
    about = target(remote_id="sha256:00", keys=("sha256:00",), extra={"message_id": "b@x", "references": ["a@x"]})
    message = read(compose(reply(about), US))
    assert (message["In-Reply-To"], message["References"]) == ("<b@x>", "<a@x> <b@x>")


@pytest.mark.parametrize(
    ("about", "addresses"),
    [
        (target(), ("ben@example.net",)),
        (target(extra={"reply_to": ["desk@example.net", "two@example.net"]}), ("desk@example.net", "two@example.net")),
        (target(author_handle="Anna@example.org", recipients=(BEN,)), ("ben@example.net",)),
    ],
)
def test_to_whom_a_reply_goes(about: Target, addresses: tuple[str, ...]) -> None:
    assert choose_recipients(reply(about), OWN).addresses == addresses


def test_chosen_recipients_go_over_the_rules() -> None:
    chosen = (BEN, RemoteRecipient("cc", "eve@example.net"), RemoteRecipient("bcc", "BEN@example.net"))
    act = reply(recipients=chosen)
    message = read(compose(act, US))
    assert (message["To"], message["Cc"], message["Bcc"]) == ("Ben Writer <ben@example.net>", "eve@example.net", None)
    assert choose_recipients(act, OWN).addresses == ("BEN@example.net", "eve@example.net")


def test_the_copy_among_the_sent_mail_names_the_hidden_recipients() -> None:
    act = new(recipients=(BEN, RemoteRecipient("bcc", "eve@example.net", "Eve\r\nX: y")))
    frozen = compose(act, US)
    sent, copy = read(frozen), read(as_filed(frozen, act, OWN))
    assert "eve@example.net" in copy["Bcc"]
    assert [(name, value) for name, value in copy.items() if name != "Bcc"] == sent.items()
    assert (b"eve@" in frozen, copy.get_content()) == (False, sent.get_content())


def test_a_mail_without_hidden_recipients_is_filed_as_it_was_sent() -> None:
    act = new(recipients=(BEN,))
    assert as_filed(compose(act, US), act, OWN) == compose(act, US)


def test_a_mail_to_hidden_recipients_alone() -> None:
    raw = compose(new(recipients=(RemoteRecipient("bcc", "eve@example.net"),)), US)
    assert b"eve@" not in raw
    assert read(raw)["To"] is not None


def test_nobody_to_answer() -> None:
    with pytest.raises(Rejected):
        compose(reply(target(author_handle="")), US)


def test_an_international_domain_is_written_as_servers_know_it() -> None:
    raw = compose(new(recipients=(RemoteRecipient("to", "ben@münchen.example"),)), replace(US, domain="caffè.example"))
    assert b"To: ben@xn--mnchen-3ya.example\r\n" in raw
    assert f"<{KEY}@xn--caff-8oa.example>".encode() in raw


def test_attachments_are_carried_whole() -> None:
    data = bytes(range(256)) * 400
    name = "Fattura più recente – 2026 " + "ü" * 60 + ".pdf"
    files = (
        OutgoingFile("plain.txt", "text/plain", b"--\r\n.\r\nx"),
        OutgoingFile(name, "application/pdf", data, description="L'ultima, è tutta qui"),
        OutgoingFile("../etc/passwd", "multipart/evil\r\nX: y", b""),
    )
    raw = compose(new(files=files), US)
    message = read(raw)
    assert raw == compose(new(files=files), US)
    text, *parts = message.iter_parts()
    assert isinstance(text, EmailMessage)
    assert text.get_content() == "Good day"
    assert [part.get_filename() for part in parts] == ["plain.txt", name, ".._etc_passwd"]
    assert [part.get_content_type() for part in parts] == ["text/plain", "application/pdf", "application/octet-stream"]
    assert [part.get_payload(decode=True) for part in parts] == [b"--\r\n.\r\nx", data, b""]
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_every_line_ends_as_mail_does() -> None:
    raw = compose(new(text="one\ntwo\r\nthree\rfour", files=(OutgoingFile("a", "text/plain", b"x"),)), US)
    assert raw.replace(b"\r\n", b"").count(b"\n") == raw.replace(b"\r\n", b"").count(b"\r") == 0
    assert raw.isascii()


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
PIECES = ("\r\n", "\n", "\r", "\r\n\r\n", "Bcc: eve@x", "X: y", " ", "<", ">", '"', "\\", "è", "=?", "\x00", "\u2028")
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=8).map("".join)
HEADERS = {"From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version"} | {
    "Content-Type",
    "Content-Transfer-Encoding",
}


@given(text=TEXT)
def test_any_text_arrives_as_it_was(text: str) -> None:
    sent = text.replace("\r\n", "\n").replace("\r", "\n")
    content = read(compose(new(text=text), US)).get_payload(decode=True)
    assert isinstance(content, bytes)
    arrived = content.decode().replace("\r\n", "\n")
    assert arrived.removesuffix("\n") == sent.removesuffix("\n")


@given(title=HOSTILE, name=HOSTILE, identifier=HOSTILE, key=HOSTILE)
def test_nothing_a_stranger_or_we_write_makes_a_header(title: str, name: str, identifier: str, key: str) -> None:
    about = target(
        title=title, author_name=name, remote_id=identifier, keys=(key,), extra={"references": [key, identifier]}
    )
    raw = compose(reply(about), replace(US, name=name))
    head, _, body = raw.partition(b"\r\n\r\n")
    assert not set(head.replace(b"\r\n", b"")) & set(b"\r\n\x00")
    names = [line.split(b":")[0].decode() for line in head.split(b"\r\n") if not line.startswith(b" ")]
    assert set(names) <= HEADERS
    assert len(names) == len(set(names))
    assert body == b"At nine.\r\n"
    assert max(map(len, head.split(b"\r\n"))) <= 998


@given(title=TEXT)
def test_a_subject_is_read_as_it_was_written(title: str) -> None:
    shown = " ".join("".join(sign if sign.isprintable() else " " for sign in title).split())
    message = email.message_from_bytes(compose(new(title=title), US), policy=email.policy.compat32)
    decoded = str(email.header.make_header(email.header.decode_header(message["Subject"] or "")))
    assert " ".join(decoded.split()) == shown


def test_html_stands_beside_the_text_and_pictures_in_it() -> None:
    leaf = OutgoingFile("leaf.png", "image/png", b"a leaf", content_id="1@0.picture")
    prices = OutgoingFile("prices.txt", "text/plain", b"dear")
    html = '<p>At <b>nine</b> =_ ü</p><img src="cid:1@0.picture">'
    raw = compose(reply(html=html, files=(leaf, prices)), US)
    message = read(raw)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png",
        "text/plain",
    ]  # fmt: skip
    text, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert rich is not None
    assert text.get_content().strip() == "At nine."
    assert rich.get_content().strip() == html
    picture = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert (picture["Content-ID"], picture.get_content_disposition()) == ("<1@0.picture>", "inline")
    assert picture.get_payload(decode=True) == b"a leaf"
    assert max(map(len, raw.splitlines())) < 999
    assert compose(reply(html=html, files=(leaf, prices)), US) == raw


def test_without_html_a_picture_is_a_file_like_any_other() -> None:
    leaf = OutgoingFile("leaf.png", "image/png", b"a leaf", content_id="1@0.picture")
    types = [part.get_content_type() for part in read(compose(reply(files=(leaf,)), US)).walk()]
    assert types == ["multipart/mixed", "text/plain", "image/png"]


@example(title="", name="", handle="\x00", role="to", html="", cid="")
@given(title=HOSTILE, name=HOSTILE, handle=HOSTILE, role=st.sampled_from(["to", "cc", "bcc"]), html=TEXT, cid=HOSTILE)
def test_no_recipient_subject_or_html_of_a_new_mail_makes_a_header(
    title: str, name: str, handle: str, role: str, html: str, cid: str
) -> None:
    """Either the mail is refused, or it has exactly the headers that it should have, and the address is one word."""
    chosen = (RemoteRecipient(role, f"{handle}@example.net", name), BEN)
    picture = OutgoingFile(name, "image/png", b"x", content_id=f"{cid}1@x")
    act = new(title=title, recipients=chosen, html=html, files=(picture,))
    try:
        raw = compose(act, US)
        addresses = choose_recipients(act, OWN).addresses
    except Rejected:
        return
    head = raw.partition(b"\r\n\r\n")[0].decode("utf-8")
    names = [line.partition(":")[0] for line in head.split("\r\n") if not line.startswith((" ", "\t"))]
    assert set(names) <= {"From", "To", "Cc", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"}
    assert len(names) == len(set(names))
    assert not any(sign in address for address in addresses for sign in "\r\n <>,\t\0")
