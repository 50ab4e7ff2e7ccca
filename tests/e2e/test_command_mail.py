"""The main job on real mail, by command: a mail arrives, is answered, and the answer is in the other mailbox."""

from __future__ import annotations

import email
import email.policy
import signal
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.e2e.portavoce import Portavoce
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import MailUser
from tests.servers.smtp import SmtpServer
from tests.servers.smtp_faults import CLOSED_AFTER_ACCEPTING
from tests.servers.waiting import wait_until

pytestmark = [pytest.mark.server, pytest.mark.e2e]


@pytest.fixture
def portavoce(tmp_path: Path, certificates: Certificates) -> Portavoce:
    return Portavoce(tmp_path / "home", {"SSL_CERT_FILE": str(certificates.authority)})


@pytest.fixture
def us(dovecot: Dovecot) -> MailUser:
    return dovecot.new_user("brand")


@pytest.fixture
def maya(dovecot: Dovecot) -> MailUser:
    return dovecot.new_user("maya")


def settings(us: MailUser, dovecot: Dovecot, smtp: SmtpServer, **changed: str) -> list[str]:
    values = {
        "address": us.address,
        "name": "Tideline",
        "imap_host": "localhost",
        "imap_port": str(dovecot.imaps_port),
        "smtp_host": "localhost",
        "smtp_port": str(smtp.port),
        "smtp_security": "starttls",
        **changed,
    }
    return [word for name, value in values.items() for word in ("--set", f"{name}={value}")]


def connect(portavoce: Portavoce, us: MailUser, dovecot: Dovecot, smtp: SmtpServer) -> str:
    added = portavoce.tell(
        "account", "add", "email", *settings(us, dovecot, smtp), "--secret", "password", given=us.password + "\n"
    )
    assert added["handle"] == us.address
    return str(added["id"])


def write(sender: MailUser, to: MailUser, subject: str, text: str, **headers: str) -> bytes:
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = f"Maya <{sender.address}>", to.address, subject
    mail["Message-ID"] = f"<{abs(hash((subject, text)))}@example.test>"
    mail["Date"] = email.utils.localtime()
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def outbox_state_after_sync(portavoce: Portavoce) -> str:
    portavoce.tell("sync")
    (entry,) = portavoce.tell("outbox")
    return str(entry["state"])


def test_a_mail_is_answered_into_the_right_thread(
    portavoce: Portavoce, us: MailUser, maya: MailUser, dovecot: Dovecot, smtp_server: SmtpServer
) -> None:
    connect(portavoce, us, dovecot, smtp_server)
    portavoce.tell("sync")
    question = write(maya, us, "Grinder", "Is 18 clicks right?")
    dovecot.deliver(us, question)
    assert [account["new"] for account in portavoce.tell("sync")["accounts"]] == [1]
    (row,) = portavoce.tell("list", "--view", "open")["conversations"]
    assert (row["title"], row["members"], row["unread"], row["kind"]) == ("Grinder", ["Maya"], 1, "mail")

    queued = portavoce.tell("reply", row["id"], "--text", "No: 14 to 15.", "--now")
    assert queued["state"] == "queued"
    assert [account["sent"] for account in portavoce.tell("sync")["accounts"]] == [1]

    (received,) = dovecot.mailbox(maya).messages("INBOX")
    answer, asked = email.message_from_bytes(received.raw), email.message_from_bytes(question)
    assert answer["In-Reply-To"] == asked["Message-ID"]
    assert answer["References"].split() == [asked["Message-ID"]]
    assert answer["Subject"] == "Re: Grinder"
    (copy,) = dovecot.mailbox(us).messages("Sent")
    assert email.message_from_bytes(copy.raw)["Message-ID"] == answer["Message-ID"]

    portavoce.tell("sync")
    shown = portavoce.tell("show", row["id"])
    assert [message["direction"] for message in shown["messages"]] == ["in", "out"]
    assert shown["state"] == "waiting"
    assert [entry["state"] for entry in portavoce.tell("outbox")] == ["delivered"]
    assert len(dovecot.mailbox(us).messages("Sent")) == 1

    dovecot.deliver(us, write(maya, us, "Re: Grinder", "Thank you!", In_Reply_To=answer["Message-ID"]))
    portavoce.tell("sync")
    shown = portavoce.tell("show", row["id"])
    assert [message["direction"] for message in shown["messages"]] == ["in", "out", "in"]
    assert shown["state"] == "open"
    assert portavoce.tell("search", "thank")["total"] == 1


def test_an_answer_waits_for_its_undo_window(
    portavoce: Portavoce, us: MailUser, maya: MailUser, dovecot: Dovecot, smtp_server: SmtpServer
) -> None:
    connect(portavoce, us, dovecot, smtp_server)
    portavoce.tell("settings", "set", "undo_seconds", "120")
    portavoce.tell("sync")
    dovecot.deliver(us, write(maya, us, "Hello", "Anybody there?"))
    portavoce.tell("sync")
    (row,) = portavoce.tell("list")["conversations"]
    queued = portavoce.tell("reply", row["id"], "--text", "Oops")
    portavoce.tell("sync")
    assert smtp_server.accepted == []
    assert portavoce.tell("outbox", "undo", queued["outbox"])["state"] == "undone"
    assert [draft["text"] for draft in portavoce.tell("draft", "list")] == ["Oops"]
    code, sentence = portavoce.fail("outbox", "undo", queued["outbox"])
    assert (code, sentence.endswith(".")) == ("refused", True)


def test_an_unknown_outcome_waits_for_a_person(
    portavoce: Portavoce, us: MailUser, maya: MailUser, dovecot: Dovecot, smtp_server: SmtpServer
) -> None:
    connect(portavoce, us, dovecot, smtp_server)
    portavoce.tell("sync")
    dovecot.deliver(us, write(maya, us, "Hello", "Anybody there?"))
    portavoce.tell("sync")
    (row,) = portavoce.tell("list")["conversations"]
    smtp_server.fail(CLOSED_AFTER_ACCEPTING)
    queued = portavoce.tell("reply", row["id"], "--text", "Yes", "--now")
    portavoce.tell("sync")
    (entry,) = portavoce.tell("outbox")
    assert entry["state"] == "sending"
    wait_until(lambda: outbox_state_after_sync(portavoce) == "unconfirmed", "the doubt to be shown", 90)
    assert len(smtp_server.accepted) == 1
    assert portavoce.tell("outbox", "resolve", queued["outbox"], "sent")["state"] == "delivered"
    portavoce.tell("sync")
    assert len(smtp_server.accepted) == 1


def test_a_watching_sync_hears_of_new_mail_and_keeps_others_out(
    portavoce: Portavoce, us: MailUser, maya: MailUser, dovecot: Dovecot, smtp_server: SmtpServer
) -> None:
    connect(portavoce, us, dovecot, smtp_server)
    with portavoce.start("--json", "sync", "--watch") as watching:
        assert watching.stdout is not None
        assert '"accounts"' in watching.stdout.readline()
        dovecot.deliver(us, write(maya, us, "News", "Quick!"))
        assert '"new": 1' in watching.stdout.readline()
        code, sentence = portavoce.fail("sync", "--watch")
        assert (code, "already" in sentence) == ("second_engine", True)
        portavoce.tell("sync")
        (row,) = portavoce.tell("list")["conversations"]
        portavoce.tell("reply", row["id"], "--text", "At once", "--now")
        wait_until(lambda: len(dovecot.mailbox(maya).messages("INBOX")) == 1, "the answer", 90)
        watching.send_signal(signal.SIGTERM)
        _rest, complaints = watching.communicate(timeout=60)
    assert (watching.returncode, complaints) == (0, "")


@pytest.mark.parametrize(
    "changed, code, words",
    [
        ({"imap_host": "no-such-host.invalid"}, "sign_in_failed", "no-such-host.invalid"),
        ({"imap_port": "1"}, "sign_in_failed", "localhost"),
        ({"smtp_port": "1"}, "sign_in_failed", "localhost"),
    ],
)
def test_a_wrong_setting_gets_a_sentence_and_keeps_nothing(
    portavoce: Portavoce,
    us: MailUser,
    dovecot: Dovecot,
    smtp_server: SmtpServer,
    changed: dict[str, str],
    code: str,
    words: str,
) -> None:
    arguments = ["account", "add", "email", *settings(us, dovecot, smtp_server, **changed), "--secret", "password"]
    said, sentence = portavoce.fail(*arguments, given=us.password + "\n")
    assert said == code
    assert words in sentence
    assert portavoce.tell("account", "list") == []


def test_a_wrong_password_names_the_step_and_keeps_nothing(
    portavoce: Portavoce, us: MailUser, dovecot: Dovecot, smtp_server: SmtpServer
) -> None:
    arguments = ["account", "add", "email", *settings(us, dovecot, smtp_server), "--secret", "password"]
    code, sentence = portavoce.fail(*arguments, given="not-the-password\n")
    assert code == "sign_in_failed"
    assert "password" in sentence
    assert us.address in sentence or "localhost" in sentence
    assert portavoce.tell("account", "list") == []


def test_the_password_is_nowhere_in_the_clear(
    portavoce: Portavoce, us: MailUser, maya: MailUser, dovecot: Dovecot, smtp_server: SmtpServer
) -> None:
    connect(portavoce, us, dovecot, smtp_server)
    dovecot.deliver(us, write(maya, us, "Hello", "Anybody there?"))
    portavoce.tell("sync")
    for path in portavoce.home.rglob("*"):
        if path.is_file():
            assert us.password.encode() not in path.read_bytes(), path


def test_a_changed_password_stops_the_account_with_a_sentence(
    portavoce: Portavoce, us: MailUser, maya: MailUser, dovecot: Dovecot, smtp_server: SmtpServer
) -> None:
    account = connect(portavoce, us, dovecot, smtp_server)
    dovecot.change_password(us, "another-one")
    done = portavoce.run("--json", "sync")
    assert done.returncode == 1
    (row,) = portavoce.tell("account", "list")
    assert row["state"] == "sign_in_needed"
    assert "password" in row["error"]
    code, sentence = portavoce.fail("account", "check", account)
    assert (code, "password" in sentence) == ("sign_in_needed", True)


def test_a_star_goes_to_the_server_and_one_taken_there_is_gone_here(
    portavoce: Portavoce, us: MailUser, maya: MailUser, dovecot: Dovecot, smtp_server: SmtpServer
) -> None:
    connect(portavoce, us, dovecot, smtp_server)
    portavoce.tell("sync")
    dovecot.deliver(us, write(maya, us, "Grinder", "Is 18 clicks right?"))
    portavoce.tell("sync")
    (row,) = portavoce.tell("list")["conversations"]

    def star() -> dict[str, int]:
        return dict(portavoce.tell("show", row["id"])["messages"][0]["reactions"])

    def is_starred() -> bool:
        portavoce.tell("sync")
        (mail,) = dovecot.mailbox(us).messages()
        return "\\Flagged" in mail.flags

    portavoce.tell("priority", row["id"], "on")
    assert star() == {"⭐": 1}
    wait_until(is_starred, "the star on the server", 90)
    dovecot.mailbox(us).remove_flags(1, "\\Flagged")
    portavoce.tell("sync")
    assert star() == {}
