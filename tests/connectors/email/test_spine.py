"""The main job on real servers: sign in, pull, answer, and the answer lies in the other mailbox."""

from __future__ import annotations

import pytest

from inbox_app.contract.acts import Absent, Receipt
from inbox_app.contract.login import CheckState, CheckStep
from inbox_app.domain.words import Direction
from tests.connectors.email.conftest import MakeConnector
from tests.connectors.email.mails import answer_to, mail, messages, start
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer

pytestmark = pytest.mark.server


async def test_each_step_of_the_sign_in_is_reported(
    dovecot: Dovecot, smtp_server: SmtpServer, connect: MakeConnector
) -> None:
    user = dovecot.new_user("anna")
    steps: list[CheckStep] = []
    identity = await connect(user, smtp_server).connect(steps.append)
    assert identity.handle == user.address
    assert identity.handles == {user.address.lower()}
    assert not [step for step in steps if step.state is CheckState.FAILED]
    assert [step.name for step in steps if step.state is CheckState.PASSED] == [
        "Find the IMAP server localhost",
        f"Connect to port {dovecot.imaps_port}",
        "Check the certificate of the IMAP server localhost",
        "Sign in to the IMAP server localhost",
        "Look at the folders",
        f"Connect to the SMTP server localhost, port {smtp_server.port}",
        "Check the certificate of the SMTP server localhost",
        "Sign in to the SMTP server localhost",
    ]


async def test_a_mail_is_pulled_and_the_answer_arrives_in_its_thread(
    dovecot: Dovecot, smtp_server: SmtpServer, connect: MakeConnector
) -> None:
    anna, ben = dovecot.new_user("anna"), dovecot.new_user("ben")
    connector = connect(anna, smtp_server)
    identity = await connector.connect()
    cursor = await start(connector)
    dovecot.deliver(
        anna,
        mail(
            "Opening hours",
            "q2@example.net",
            "When are you open?",
            From=f"Ben <{ben.address}>",
            References="<q0@example.net> <q1@example.net>",
            In_Reply_To="<q1@example.net>",
        ),
    )
    (question,) = messages(await connector.pull(cursor))
    assert question.direction is Direction.INCOMING
    assert (question.remote_id, question.parent) == ("q2@example.net", "q1@example.net")
    assert set(question.keys) == {"q0@example.net", "q1@example.net", "q2@example.net"}
    assert question.text.strip() == "When are you open?"
    assert question.raw is not None

    act = answer_to(question, "From nine to five.")
    frozen = connector.freeze(act, identity)
    assert frozen == connector.freeze(act, identity)
    receipt = await connector.send(act, frozen)
    for _attempt in range(3):
        await connector.finish_sent(act, frozen, receipt)

    (arrived,) = dovecot.mailbox(ben).messages()
    assert arrived.raw.endswith(frozen)
    head = arrived.raw.decode()
    assert f"Message-ID: <{receipt.remote_id}>" in head
    assert "In-Reply-To: <q2@example.net>" in head
    assert "References: <q0@example.net>\r\n <q1@example.net>\r\n <q2@example.net>" in head
    assert "Subject: Re: Opening hours\r\n" in head
    (copy,) = dovecot.mailbox(anna).messages("Sent")
    assert copy.raw == frozen
    assert "\\Seen" in copy.flags
    assert await connector.find_sent(act, frozen) == Receipt(receipt.remote_id, sent_at=act.decided_at)
    assert isinstance(await connector.find_sent(answer_to(question, key="f" * 32), b""), Absent)
