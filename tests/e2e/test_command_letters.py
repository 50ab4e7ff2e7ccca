"""Mail answered, passed on and begun by command, on real servers: what arrives is what a mail client would expect."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.e2e.portavoce import Portavoce
from tests.e2e.test_command_mail import connect, maya, portavoce, us
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import MailUser
from tests.servers.smtp import SmtpServer

pytestmark = [pytest.mark.server, pytest.mark.e2e]
__all__ = ["maya", "portavoce", "us"]

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63606060f80f0001040100e2d4c3a50000000049454e44ae426082"
)


@pytest.fixture
def ben(dovecot: Dovecot) -> MailUser:
    return dovecot.new_user("ben")


def inbox(dovecot: Dovecot, user: MailUser) -> list[EmailMessage]:
    """The mails of a user, read by the standard library."""
    read = email.policy.default
    found = [email.message_from_bytes(one.raw, policy=read) for one in dovecot.mailbox(user).messages("INBOX")]
    return [one for one in found if isinstance(one, EmailMessage)]


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def question(maya: MailUser, us: MailUser, ben: MailUser, dovecot: Dovecot, picture: bytes = b"") -> None:
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Cc"] = f"Maya Lindqvist <{maya.address}>", us.address, ben.address
    mail["Subject"], mail["Message-ID"] = "Tasting", "<tasting@example.test>"
    mail["Date"] = email.utils.localtime()
    mail.set_content("Is there a tasting on Friday?\n\nCould you send the list?\n")
    if picture:
        mail.add_alternative('<p>Is there a tasting on Friday? <img src="cid:leaf"></p>', subtype="html")
        page = mail.get_body(("html",))
        assert isinstance(page, EmailMessage)
        page.add_related(picture, "image", "png", cid="<leaf>", filename="leaf.png")
    mail.add_attachment(b"my wishes", "text", "plain", filename="wishes.txt")
    dovecot.deliver(us, mail.as_bytes())


def opened(portavoce: Portavoce) -> str:
    portavoce.tell("sync")
    (row,) = portavoce.tell("list")["conversations"]
    return str(row["id"])


def test_everybody_is_answered_with_signature_and_quote(
    portavoce: Portavoce, us: MailUser, maya: MailUser, ben: MailUser, dovecot: Dovecot, smtp_server: SmtpServer
) -> None:
    account = connect(portavoce, us, dovecot, smtp_server)
    portavoce.tell("sync")
    letter = portavoce.tell("account", "letter", account, "--signature", "Tideline Coffee\nVia Roma 1")
    assert letter == {
        "id": account,
        "signature": "Tideline Coffee\nVia Roma 1",
        "quote": "below",
        "format": "auto",
        "tell_read": True,
    }
    question(maya, us, ben, dovecot)
    row = opened(portavoce)
    queued = portavoce.tell("reply", row, "--all", "--text", "Yes, at seven.", "--now")
    portavoce.tell("sync")
    (to_maya,), (to_ben,) = inbox(dovecot, maya), inbox(dovecot, ben)
    assert to_maya["Message-ID"] == to_ben["Message-ID"]
    assert (to_maya["To"], to_maya["Cc"]) == (f"Maya Lindqvist <{maya.address}>", ben.address)
    assert to_maya["In-Reply-To"] == "<tasting@example.test>"
    said, _signed, rest = text_of(to_maya).partition("-- \nTideline Coffee\nVia Roma 1\n\n")
    assert said == "Yes, at seven.\n\n"
    heading, quoted = rest.split("\n", 1)
    assert heading.endswith("Maya Lindqvist wrote:")
    assert quoted == "> Is there a tasting on Friday?\n>\n> Could you send the list?\n"
    assert to_maya.get_content_type() == "text/plain"
    assert queued["conversation"] == row
    shown = portavoce.run("show", row).stdout
    assert "[4 quoted lines]" in shown
    assert "> Is there" not in shown
    assert "> Is there" in portavoce.run("show", row, "--quoted").stdout


def test_recipients_and_quoting_are_chosen(
    portavoce: Portavoce, us: MailUser, maya: MailUser, ben: MailUser, dovecot: Dovecot, smtp_server: SmtpServer
) -> None:
    connect(portavoce, us, dovecot, smtp_server)
    portavoce.tell("sync")
    question(maya, us, ben, dovecot)
    row = opened(portavoce)
    portavoce.tell("reply", row, "--bcc", ben.address, "--no-quote", "--text", "Yes.", "--now")
    portavoce.tell("sync")
    (to_maya,), (to_ben,) = inbox(dovecot, maya), inbox(dovecot, ben)
    assert text_of(to_maya) == "Yes.\n"
    assert to_ben.as_bytes() == to_maya.as_bytes() or to_ben["To"] == to_maya["To"]
    assert ben.address not in str(to_maya["To"]) + str(to_maya["Cc"]) + str(to_maya["Bcc"])
    refused = portavoce.run("reply", row, "--recipient", "nobody", "--text", "x")
    assert (refused.returncode, "“nobody” is not an e-mail address" in refused.stderr) == (2, True)


def test_formatting_and_a_picture_in_the_text_arrive(
    portavoce: Portavoce,
    us: MailUser,
    maya: MailUser,
    ben: MailUser,
    dovecot: Dovecot,
    smtp_server: SmtpServer,
    tmp_path: Path,
) -> None:
    connect(portavoce, us, dovecot, smtp_server)
    portavoce.tell("sync")
    question(maya, us, ben, dovecot)
    row = opened(portavoce)
    leaf, prices = tmp_path / "leaf.png", tmp_path / "prices.txt"
    leaf.write_bytes(PICTURE)
    prices.write_text("dear")
    text = "**Yes**, these:\n\n- Harbor\n- Mole\n\n![The leaf](leaf.png)"
    portavoce.tell("reply", row, "--text", text, "--attach", str(leaf), "--attach", str(prices), "--now")
    portavoce.tell("sync")
    (mail,) = inbox(dovecot, maya)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png",
        "text/plain",
    ]  # fmt: skip
    plain, html = text_of(mail), text_of(mail, "html")
    assert plain.startswith("**Yes**, these:\n\n- Harbor\n- Mole\n\n[The leaf]\n\n")
    assert "<b>Yes</b>" in html
    assert "<ul><li>Harbor</li><li>Mole</li></ul>" in html
    assert '<blockquote type="cite"' in html
    picture = next(part for part in mail.walk() if part.get_content_type() == "image/png")
    assert f'<img src="cid:{picture["Content-ID"].strip("<>")}" alt="The leaf">' in html
    assert picture.get_payload(decode=True) == PICTURE
    (copy,) = dovecot.mailbox(us).messages("Sent")
    assert email.message_from_bytes(copy.raw)["Message-ID"] == mail["Message-ID"]
    portavoce.tell("sync")  # the copy in Sent comes back and is the same message
    _asked, ours = portavoce.tell("show", row)["messages"]
    assert sorted(one["name"] for one in ours["attachments"]) == ["leaf.png", "prices.txt"]
    assert f'<img src="cid:{picture["Content-ID"].strip("<>")}" alt="The leaf">' in ours["html"]
    assert "Is there a tasting" in ours["html"].partition('<br class="quoted">')[2]


def test_a_mail_is_passed_on_and_its_sender_still_waits(
    portavoce: Portavoce, us: MailUser, maya: MailUser, ben: MailUser, dovecot: Dovecot, smtp_server: SmtpServer
) -> None:
    connect(portavoce, us, dovecot, smtp_server)
    portavoce.tell("sync")
    question(maya, us, ben, dovecot, PICTURE)
    row = opened(portavoce)
    queued = portavoce.tell("forward", row, "--recipient", f"Ben <{ben.address}>", "--text", "Can you?", "--now")
    assert queued["conversation"] != row
    portavoce.tell("sync")
    (mail,) = inbox(dovecot, ben)
    assert (mail["Subject"], mail["To"], mail["References"]) == ("Fwd: Tasting", f"Ben <{ben.address}>", None)
    text = text_of(mail)
    assert text.startswith("Can you?\n\n---------- Forwarded message ----------\nFrom: Maya Lindqvist <")
    assert text.endswith("Is there a tasting on Friday?\n\nCould you send the list?")
    assert f"\nCc: {ben.address}\n" in text
    leaf, wishes = sorted(mail.iter_attachments(), key=lambda one: str(one.get_filename()))
    assert (leaf.get_filename(), leaf.get_payload(decode=True)) == ("leaf.png", PICTURE)
    assert (wishes.get_filename(), wishes.get_payload(decode=True)) == ("wishes.txt", b"my wishes")
    states = {one["title"]: one["state"] for one in portavoce.tell("list")["conversations"]}
    assert states == {"Tasting": "open", "Fwd: Tasting": "waiting"}


def test_a_new_mail_leaves_once_and_its_answer_joins_it(
    portavoce: Portavoce, us: MailUser, maya: MailUser, dovecot: Dovecot, smtp_server: SmtpServer
) -> None:
    account = connect(portavoce, us, dovecot, smtp_server)
    portavoce.tell("sync")
    arguments = ["new", "--account", account, "--recipient", maya.address, "--subject", "The list"]
    taken_back = portavoce.tell(*arguments, "--text", "Too early")
    portavoce.tell("outbox", "undo", taken_back["outbox"])
    assert portavoce.tell("list")["conversations"] == []
    assert [draft["text"] for draft in portavoce.tell("draft", "list")] == ["Too early"]
    portavoce.tell(*arguments, "--text", "Here it is.", "--now")
    portavoce.tell("sync")
    portavoce.tell("sync")
    (mail,) = inbox(dovecot, maya)
    assert (mail["Subject"], text_of(mail)) == ("The list", "Here it is.\n")
    answer = EmailMessage(policy=email.policy.SMTP)
    answer["From"], answer["To"], answer["Subject"] = maya.address, us.address, "Re: The list"
    answer["In-Reply-To"], answer["Message-ID"] = mail["Message-ID"], "<answer@example.test>"
    answer.set_content("Thank you")
    dovecot.deliver(us, answer.as_bytes())
    portavoce.tell("sync")
    (row,) = portavoce.tell("list")["conversations"]
    assert (row["title"], row["messages"], row["state"]) == ("The list", 2, "open")
    assert next(one["state"] for one in portavoce.tell("outbox")) == "delivered"


def report(failed: EmailMessage, us: MailUser, address: str) -> bytes:
    """A delivery report as Postfix writes it (RFC 3464)."""
    return (
        f"From: MAILER-DAEMON@mx.example.test\r\nTo: {us.address}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Message-ID: <bounce@mx.example.test>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nI'm sorry to have to inform you.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.test\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.2.2\r\n"
        "Diagnostic-Code: smtp; 552 5.2.2 over quota\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Subject: {failed['Subject']}\r\nMessage-ID: {failed['Message-ID']}\r\n\r\n--b--\r\n"
    ).encode()


def test_a_failed_delivery_stands_at_the_mail_that_failed(
    portavoce: Portavoce, us: MailUser, maya: MailUser, ben: MailUser, dovecot: Dovecot, smtp_server: SmtpServer
) -> None:
    connect(portavoce, us, dovecot, smtp_server)
    portavoce.tell("sync")
    question(maya, us, ben, dovecot)
    row = opened(portavoce)
    portavoce.tell("reply", row, "--text", "Yes.", "--now")
    portavoce.tell("sync")
    assert portavoce.tell("show", row)["state"] == "waiting"
    (sent,) = inbox(dovecot, maya)
    dovecot.deliver(us, report(sent, us, maya.address))
    portavoce.tell("sync")
    shown = portavoce.tell("show", row)
    assert shown["state"] == "open"
    asked, answered, bounced = shown["messages"]
    assert answered["undelivered"] == [{"address": maya.address, "status": "5.2.2", "said": "552 5.2.2 over quota"}]
    assert asked["undelivered"] == []
    assert (bounced["needs_reply"], bounced["parent"]) == (True, answered["id"])
    said = portavoce.run("show", row).stdout
    assert f"Not delivered to {maya.address}: the mailbox is full." in said
