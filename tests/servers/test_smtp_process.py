"""The submission server in a process of its own keeps its log whatever happens to its clients."""

import smtplib
import subprocess
import sys

import pytest

from tests.servers import smtp_faults
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import MailUser
from tests.servers.smtp_process import SmtpProcess
from tests.servers.waiting import wait_until

pytestmark = pytest.mark.server

RAW = b"Message-ID: <kept@example.test>\r\nSubject: Kept\r\n\r\nText\r\n"

# A client that is killed while it waits for the answer to its final dot.
CLIENT = """
import smtplib, ssl, sys
port, authority, user, password, raw = sys.argv[1:]
with smtplib.SMTP("127.0.0.1", int(port)) as client:
    client.starttls(context=ssl.create_default_context(cafile=authority))
    client.login(user, password)
    client.sendmail(user, [user], raw)
"""


def _send(server: SmtpProcess, certificates: Certificates, user: MailUser) -> None:
    with smtplib.SMTP(server.host, server.port, timeout=5) as client:
        client.starttls(context=certificates.client_context())
        client.login(user.address, user.password)
        client.sendmail(user.address, [user.address], RAW)


def test_the_log_and_the_mail_outlive_a_killed_client(
    dovecot: Dovecot, smtp_process: SmtpProcess, certificates: Certificates
) -> None:
    user = dovecot.new_user()
    smtp_process.fail(smtp_faults.SILENT_AFTER_ACCEPTING)
    arguments = [str(smtp_process.port), str(certificates.authority), user.address, user.password]
    with subprocess.Popen([sys.executable, "-c", CLIENT, *arguments, RAW.decode()]) as client:
        wait_until(lambda: smtp_process.accepted, "the message to be accepted")
        client.kill()
    smtp_process.stop()
    assert [accepted.message_id for accepted in smtp_process.accepted] == ["<kept@example.test>"]
    assert len(dovecot.mailbox(user).messages()) == 1


def test_faults_reach_the_other_process_before_the_next_send(
    dovecot: Dovecot, smtp_process: SmtpProcess, certificates: Certificates
) -> None:
    user = dovecot.new_user()
    smtp_process.fail(smtp_faults.BUSY_AT_DATA, times=2)
    for _ in range(2):
        with pytest.raises(smtplib.SMTPDataError):
            _send(smtp_process, certificates, user)
    assert smtp_process.accepted == []
    _send(smtp_process, certificates, user)
    assert [accepted.raw for accepted in smtp_process.accepted] == [RAW]
