"""The mail servers do what the tests of the e-mail connector rely on."""

import imaplib
import smtplib
from collections.abc import Callable

import pytest

from tests.servers import smtp_faults
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import MailUser
from tests.servers.smtp import SmtpServer
from tests.servers.smtp_faults import Fault, Manner, Stage

pytestmark = pytest.mark.server

Send = Callable[[MailUser, str], None]
RAW = b"Message-ID: <one@example.test>\r\nSubject: Hello\r\n\r\n.A line with a dot\r\n"


@pytest.fixture
def send(smtp_server: SmtpServer, certificates: Certificates) -> Send:
    def send_as(user: MailUser, recipient: str) -> None:
        with smtplib.SMTP(smtp_server.host, smtp_server.port, timeout=2) as client:
            client.starttls(context=certificates.client_context())
            client.login(user.address, user.password)
            client.sendmail(user.address, [recipient], RAW)

    return send_as


def test_a_submitted_message_arrives_at_the_other_user(dovecot: Dovecot, smtp_server: SmtpServer, send: Send) -> None:
    ana, ben = dovecot.new_user("ana"), dovecot.new_user("ben")
    send(ana, ben.address)
    (message,) = dovecot.mailbox(ben).messages()
    assert message.raw.endswith(RAW)
    (accepted,) = smtp_server.accepted
    assert (accepted.sender, accepted.recipients) == (ana.address, (ben.address,))
    assert (accepted.raw, accepted.message_id) == (RAW, "<one@example.test>")


def test_idle_announces_a_delivery(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    with imaplib.IMAP4(dovecot.host, dovecot.imap_port, timeout=5) as imap:
        imap.login(user.address, user.password)
        imap.select()
        imap.send(b"X IDLE\r\n")
        assert imap.readline().startswith(b"+")
        dovecot.deliver(user, RAW)
        assert imap.readline() == b"* 1 EXISTS\r\n"
        assert imap.readline() == b"* 1 RECENT\r\n"
        imap.send(b"DONE\r\n")
        assert imap.readline().startswith(b"X OK")


def test_dovecot_offers_the_extensions_that_modern_servers_have(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    with imaplib.IMAP4(dovecot.host, dovecot.imap_port, timeout=5) as imap:
        imap.login(user.address, user.password)
        _, folders = imap.list()
        offered = b" ".join(imap.capability()[1]).split()
    assert {b"IDLE", b"CONDSTORE", b"QRESYNC", b"MOVE", b"SPECIAL-USE", b"UIDPLUS"} <= set(offered)
    for use in (rb"\Drafts", rb"\Sent", rb"\Trash", rb"\Junk", rb"\Archive"):
        assert any(isinstance(folder, bytes) and use in folder for folder in folders)


def test_a_wrong_password_opens_neither_server(dovecot: Dovecot, send: Send) -> None:
    user = dovecot.new_user()
    wrong = MailUser(user.address, "wrong")
    assert not dovecot.mailbox(wrong).opens()
    with pytest.raises(smtplib.SMTPAuthenticationError) as refused:
        send(wrong, user.address)
    assert refused.value.smtp_code == 535


def test_a_changed_password_opens_and_the_old_one_does_not(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    assert dovecot.mailbox(user).opens()
    changed = dovecot.change_password(user, "another")
    assert dovecot.mailbox(changed).opens()
    assert not dovecot.mailbox(user).opens()


def test_the_submission_port_with_tls_first_takes_mail_for_a_password_alone(
    dovecot: Dovecot, smtp_server: SmtpServer, certificates: Certificates
) -> None:
    user, context = dovecot.new_user(), certificates.client_context()
    with smtplib.SMTP_SSL(smtp_server.host, smtp_server.tls_port, context=context, timeout=5) as client:
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            client.sendmail(user.address, [user.address], RAW)
        assert refused.value.smtp_code == 530
        client.login(user.address, user.password)
        client.sendmail(user.address, [user.address], RAW)
    assert [accepted.raw for accepted in smtp_server.accepted] == [RAW]


def test_the_submission_port_takes_no_password_before_tls(dovecot: Dovecot, smtp_server: SmtpServer) -> None:
    user = dovecot.new_user()
    with smtplib.SMTP(smtp_server.host, smtp_server.port, timeout=5) as client:
        client.ehlo()
        assert "auth" not in client.esmtp_features
        with pytest.raises(smtplib.SMTPNotSupportedError):
            client.login(user.address, user.password)
        code, _ = client.docmd("AUTH", "PLAIN AGFuYQBzZWNyZXQ=")
        assert code == 530


@pytest.mark.parametrize(
    "stage, answer",
    [
        (Stage.CONNECT, "421 Too busy"),
        (Stage.CONNECT, Manner.SILENCE),
        (Stage.AUTH, Manner.CLOSE),
        (Stage.ACCEPTED, "451 Later"),
    ],
)
def test_a_fault_that_the_server_could_not_show_is_refused(stage: Stage, answer: str | Manner) -> None:
    with pytest.raises(ValueError, match="cannot happen"):
        Fault(stage, answer)


def test_an_unknown_recipient_is_refused(dovecot: Dovecot, smtp_server: SmtpServer, send: Send) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(dovecot.new_user(), "nobody@example.test")
    ((code, _),) = refused.value.recipients.values()
    assert code == 550
    assert smtp_server.accepted == []


@pytest.mark.parametrize(
    "fault",
    [
        smtp_faults.DROPPED_AT_CONNECT,
        smtp_faults.BUSY_AT_AUTH,
        smtp_faults.BUSY_AT_MAIL,
        smtp_faults.BUSY_AT_RCPT,
        smtp_faults.BUSY_AT_DATA,
        smtp_faults.REFUSED_AT_DATA,
        smtp_faults.CLOSED_BEFORE_ACCEPTING,
    ],
    ids=str,
)
def test_failing_before_accepting_leaves_no_trace(
    dovecot: Dovecot, smtp_server: SmtpServer, send: Send, fault: Fault
) -> None:
    user = dovecot.new_user()
    smtp_server.fail(fault)
    with pytest.raises(smtplib.SMTPException):
        send(user, user.address)
    assert smtp_server.accepted == []
    assert dovecot.mailbox(user).messages() == []
    send(user, user.address)
    assert len(smtp_server.accepted) == 1


@pytest.mark.parametrize("fault", [smtp_faults.CLOSED_AFTER_ACCEPTING, smtp_faults.SILENT_AFTER_ACCEPTING], ids=str)
def test_failing_after_accepting_delivers_though_the_client_never_hears(
    dovecot: Dovecot, smtp_server: SmtpServer, send: Send, fault: Fault
) -> None:
    user = dovecot.new_user()
    smtp_server.fail(fault)
    with pytest.raises((smtplib.SMTPServerDisconnected, TimeoutError)):
        send(user, user.address)
    assert [accepted.raw for accepted in smtp_server.accepted] == [RAW]
    assert len(dovecot.mailbox(user).messages()) == 1


def test_a_rule_chooses_the_sends_that_fail(dovecot: Dovecot, smtp_server: SmtpServer, send: Send) -> None:
    ana, ben = dovecot.new_user("ana"), dovecot.new_user("ben")
    smtp_server.fail(smtp_faults.BUSY_AT_DATA, 2, lambda sender, recipients, raw: ben.address in recipients)
    send(ana, ana.address)
    for _ in range(2):
        with pytest.raises(smtplib.SMTPDataError):
            send(ana, ben.address)
    send(ana, ben.address)
    assert [accepted.recipients for accepted in smtp_server.accepted] == [(ana.address,), (ben.address,)]


def test_the_other_mail_program_changes_folders_flags_and_uidvalidity(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    mailbox = dovecot.mailbox(user)
    dovecot.deliver(user, RAW)
    mailbox.append(RAW, "Drafts", [r"\Draft", r"\Seen"])
    (draft,) = mailbox.messages("Drafts")
    assert {r"\Draft", r"\Seen"} <= draft.flags
    (message,) = mailbox.messages()
    mailbox.add_flags(message.uid, r"\Flagged", "$Label1")
    assert {r"\Flagged", "$Label1"} <= mailbox.messages()[0].flags
    mailbox.remove_flags(message.uid, r"\Flagged")
    assert r"\Flagged" not in mailbox.messages()[0].flags
    mailbox.move(message.uid, "Trash")
    (moved,) = mailbox.messages("Trash")
    assert mailbox.messages() == []
    mailbox.expunge(moved.uid, folder="Trash")
    assert mailbox.messages("Trash") == []
    before = mailbox.uidvalidity()
    assert dovecot.change_uidvalidity(user, "INBOX") == mailbox.uidvalidity() != before


def test_folders_are_made_renamed_and_removed(dovecot: Dovecot) -> None:
    mailbox = dovecot.mailbox(dovecot.new_user())
    mailbox.create_folder("Letters and cards")
    mailbox.rename_folder("Letters and cards", "Letters")
    assert mailbox.folders() == ["Archive", "Drafts", "INBOX", "Junk", "Letters", "Sent", "Trash"]
    mailbox.delete_folder("Letters")
    assert "Letters" not in mailbox.folders()


def test_mail_outlives_a_stop_and_the_port_is_closed_in_between(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.deliver(user, RAW)
    dovecot.stop()
    with pytest.raises(ConnectionRefusedError):
        dovecot.mailbox(user).messages()
    dovecot.start()
    assert len(dovecot.mailbox(user).messages()) == 1


def test_mail_outlives_a_kill(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.deliver(user, RAW)
    dovecot.process.kill()
    dovecot.start()
    assert len(dovecot.mailbox(user).messages()) == 1


def test_a_frozen_server_keeps_silent_until_it_is_thawed(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    with imaplib.IMAP4(dovecot.host, dovecot.imap_port) as imap:
        imap.login(user.address, user.password)
        imap.socket().settimeout(0.3)
        dovecot.process.freeze()
        imap.send(b"X NOOP\r\n")
        with pytest.raises(TimeoutError):
            imap.socket().recv(100)
        dovecot.process.thaw()
        imap.socket().settimeout(5)
        assert imap.socket().recv(100).startswith(b"X OK")


@pytest.mark.parametrize("starttls", [True, False])
def test_imap_speaks_tls_that_our_authority_vouches_for(
    dovecot: Dovecot, certificates: Certificates, starttls: bool
) -> None:
    user, context = dovecot.new_user(), certificates.client_context()
    imap = (
        imaplib.IMAP4(dovecot.host, dovecot.imap_port, timeout=5)
        if starttls
        else imaplib.IMAP4_SSL(dovecot.host, dovecot.imaps_port, ssl_context=context, timeout=5)
    )
    with imap:
        if starttls:
            imap.starttls(context)
        assert imap.login(user.address, user.password)[0] == "OK"
