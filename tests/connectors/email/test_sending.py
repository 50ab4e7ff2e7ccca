"""Sending, with the server failing at every step: what is told is exactly what is known."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from connectors.email import submission
from connectors.email.connector import EmailConnector
from inbox_app.contract.acts import Act, Target
from inbox_app.contract.errors import Busy, ConnectorError, Offline, Rejected, SignInNeeded, Unsure
from inbox_app.contract.remote import Identity, RemoteRecipient
from inbox_app.domain.words import ActKind, Kind
from tests.connectors.email.conftest import MakeConnector, MakeHost
from tests.connectors.email.mails import DECIDED, KEY, answer_to, mail, messages, start
from tests.connectors.email.scripted import Smtp, listening
from tests.connectors.email.test_connecting import SECRET, settings
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer
from tests.servers.smtp_faults import (
    BUSY_AT_DATA,
    CLOSED_AFTER_ACCEPTING,
    CLOSED_BEFORE_ACCEPTING,
    REFUSED_AT_DATA,
    Fault,
)

US = Identity("anna@example.org", "anna@example.org", "Anna")
ACT = Act(
    KEY,
    ActKind.NEW,
    Kind.MAIL,
    DECIDED,
    text="A line\n.a dot\n..two dots\n.\nthe end",
    title="News",
    recipients=(RemoteRecipient("to", "ben@example.net", "Ben"), RemoteRecipient("bcc", "eve@example.net")),
)


async def send(make_host: MakeHost, server: Smtp, act: Act = ACT) -> None:
    async with listening(server.talk) as port:
        connector = EmailConnector(make_host(settings(smtp_port=str(port)), SECRET))
        await connector.send(act, connector.freeze(act, US))


STEPS_BEFORE_THE_DOT = ["greeting", "ehlo", "auth", "mail", "rcpt", "data", "body"]


@pytest.mark.parametrize("step", STEPS_BEFORE_THE_DOT)
async def test_cut_before_the_final_dot_is_certainly_not_sent(make_host: MakeHost, step: str) -> None:
    server = Smtp(step, Smtp.CUT)
    # Long enough that the server cuts while we still write.
    long = replace(ACT, text="x" * 70 + "\n" + "a long line of text, again and again\n" * 300_000)
    with pytest.raises(Offline):
        await send(make_host, server, long if step == "body" else ACT)
    assert server.accepted == []


@pytest.mark.parametrize("step", STEPS_BEFORE_THE_DOT)
async def test_silence_before_the_final_dot_is_certainly_not_sent(
    make_host: MakeHost, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submission, "STEP_SECONDS", 0.3)
    server = Smtp(step, Smtp.MUTE)
    long = replace(ACT, text="a long line of text, again and again\n" * 300_000)
    with pytest.raises(Offline):
        await send(make_host, server, long if step == "body" else ACT)
    assert server.accepted == []


@pytest.mark.parametrize(("step", "known"), [*((step, True) for step in STEPS_BEFORE_THE_DOT[1:]), ("dot", False)])
async def test_ended_before_the_final_dot_is_certainly_not_sent(make_host: MakeHost, step: str, known: bool) -> None:
    server = Smtp(step, Smtp.MUTE)
    long = replace(ACT, text="a long line of text, again and again\n" * 300_000)
    sending = asyncio.create_task(send(make_host, server, long if step == "body" else ACT))
    async with asyncio.timeout(20):
        while not reached(server, step):
            await asyncio.sleep(0.01)
    sending.cancel()
    with pytest.raises(Offline if known else asyncio.CancelledError):
        await sending
    assert len(server.accepted) == (0 if known else 1)


def reached(server: Smtp, step: str) -> bool:
    if step == "dot":
        return server.accepted != []
    return {"body": "DATA"}.get(step, step.upper()) in server.heard


@pytest.mark.parametrize("instead", [Smtp.CUT, Smtp.MUTE, "what?", "354 go on"])
async def test_after_the_final_dot_nobody_knows(
    make_host: MakeHost, instead: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submission, "ANSWER_SECONDS", 0.3)
    server = Smtp("dot", instead)
    with pytest.raises(Unsure):
        await send(make_host, server)
    assert len(server.accepted) == 1


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize(
    ("reply", "error"), [("451 later", Busy), ("552 too large", Rejected), ("530 sign in", SignInNeeded)]
)
async def test_a_refusal_is_what_it_says_at_every_step(
    make_host: MakeHost, step: str, reply: str, error: type[ConnectorError]
) -> None:
    with pytest.raises(error) as raised:
        await send(make_host, Smtp(step, reply))
    assert type(raised.value) is error
    assert reply[4:] in str(raised.value)


@pytest.mark.parametrize(
    ("step", "reply", "error"),
    [
        ("greeting", "421 too many", Busy),
        ("greeting", "554 no service", Rejected),
        ("ehlo", "421 closing", Busy),
        ("auth", "454 later", Busy),
        ("auth", "535 wrong", SignInNeeded),
        ("mail", "421 closing", Busy),
        ("dot", "421 closing", Busy),
    ],
)
async def test_other_refusals(make_host: MakeHost, step: str, reply: str, error: type[ConnectorError]) -> None:
    with pytest.raises(error):
        await send(make_host, Smtp(step, reply))


async def test_the_bytes_arrive_as_they_were_frozen_and_the_hidden_stay_hidden(make_host: MakeHost) -> None:
    server = Smtp()
    await send(make_host, server)
    connector = EmailConnector(make_host(settings(), SECRET))
    frozen = connector.freeze(ACT, US)
    (accepted,) = server.accepted
    assert accepted.replace(b"\r\n..", b"\r\n.") == frozen
    assert b"eve@" not in frozen
    assert server.heard.count("RCPT") == 2


async def test_a_size_that_the_server_will_refuse_is_told_it_before(make_host: MakeHost) -> None:
    server = Smtp("mail", "552 5.3.4 too large", offers=("SIZE 1000", "AUTH PLAIN"))
    with pytest.raises(Rejected, match="too large"):
        await send(make_host, server)
    connector = EmailConnector(make_host(settings(), SECRET))
    assert server.lines[-1].endswith(f" SIZE={len(connector.freeze(ACT, US))}")
    assert "DATA" not in server.heard


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (replace(ACT, recipients=()), "no recipient"),
        (replace(ACT, recipients=(RemoteRecipient("to", "ben"),)), "is not an e-mail address"),
        (replace(ACT, recipients=(RemoteRecipient("to", "b@x>\r\nRCPT TO:<e@x"),)), "is not an e-mail address"),
        (replace(ACT, recipients=(RemoteRecipient("to", "bèn@example.net"),)), "letters beyond ASCII"),
    ],
)
async def test_recipients_that_cannot_be_written_to(make_host: MakeHost, act: Act, words: str) -> None:
    server = Smtp()
    with pytest.raises(Rejected, match=words):
        await send(make_host, server, act)
    assert "RCPT" not in server.heard


@pytest.mark.server
async def test_one_unknown_recipient_keeps_the_mail_from_all(
    dovecot: Dovecot, smtp_server: SmtpServer, connect: MakeConnector
) -> None:
    anna, ben = dovecot.new_user("anna"), dovecot.new_user("ben")
    connector = connect(anna, smtp_server)
    both = (RemoteRecipient("to", ben.address), RemoteRecipient("cc", "nobody@example.test"))
    act = replace(ACT, recipients=both)
    with pytest.raises(Rejected, match=r"does not deliver to nobody@example\.test; nothing was sent to anybody"):
        await connector.send(act, connector.freeze(act, US))
    assert dovecot.mailbox(ben).messages() == []
    assert smtp_server.accepted == []


@pytest.mark.server
@pytest.mark.parametrize(
    ("fault", "error", "arrives"),
    [
        (BUSY_AT_DATA, Busy, 0),
        (REFUSED_AT_DATA, Rejected, 0),
        (CLOSED_BEFORE_ACCEPTING, Unsure, 0),
        (CLOSED_AFTER_ACCEPTING, Unsure, 1),
    ],
)
async def test_faults_around_the_moment_of_acceptance(
    dovecot: Dovecot,
    smtp_server: SmtpServer,
    connect: MakeConnector,
    fault: Fault,
    error: type[ConnectorError],
    arrives: int,
) -> None:
    anna, ben = dovecot.new_user("anna"), dovecot.new_user("ben")
    connector = connect(anna, smtp_server)
    act = replace(ACT, recipients=(RemoteRecipient("to", ben.address),))
    smtp_server.fail(fault)
    frozen = connector.freeze(act, US)
    with pytest.raises(error):
        await connector.send(act, frozen)
    assert len(dovecot.mailbox(ben).messages()) == len(smtp_server.accepted) == arrives


@pytest.mark.server
async def test_a_person_who_says_again_sends_the_same_mail(
    dovecot: Dovecot, smtp_server: SmtpServer, connect: MakeConnector
) -> None:
    anna, ben = dovecot.new_user("anna"), dovecot.new_user("ben")
    connector = connect(anna, smtp_server)
    act = replace(ACT, recipients=(RemoteRecipient("to", ben.address),))
    frozen = connector.freeze(act, US)
    await connector.send(act, frozen)
    await connector.send(replace(act, attempt=2), frozen)
    first, second = smtp_server.accepted
    assert first.raw == second.raw == frozen


@pytest.mark.server
async def test_a_server_that_files_the_copy_itself_gets_no_second_one(
    dovecot: Dovecot, smtp_server: SmtpServer, connect: MakeConnector
) -> None:
    anna = dovecot.new_user("anna")
    connector = connect(anna, smtp_server)
    act = replace(ACT, recipients=(RemoteRecipient("to", anna.address),))
    frozen = connector.freeze(act, US)
    dovecot.mailbox(anna).append(frozen, "Sent")
    receipt = await connector.send(act, frozen)
    await connector.finish_sent(act, frozen, receipt)
    assert len(dovecot.mailbox(anna).messages("Sent")) == 1


@pytest.mark.server
async def test_our_own_mail_comes_back_with_its_key(
    dovecot: Dovecot, smtp_server: SmtpServer, connect: MakeConnector
) -> None:
    anna, ben = dovecot.new_user("anna"), dovecot.new_user("ben")
    connector = connect(anna, smtp_server)
    identity, cursor = await connector.connect(), await start(connector)
    dovecot.deliver(anna, mail("Hi", "q@x", From=ben.address))
    batch = await connector.pull(cursor)
    (question,) = messages(batch)
    act = answer_to(question)
    frozen = connector.freeze(act, identity)
    await connector.finish_sent(act, frozen, await connector.send(act, frozen))
    (copy,) = messages(await connector.pull(batch.cursor))
    assert (copy.key, copy.parent) == (act.key, "q@x")
    target = act.target
    assert isinstance(target, Target)
    assert copy.recipients == (RemoteRecipient("to", ben.address),)


@pytest.mark.server
async def test_marking_read_sets_the_flag(dovecot: Dovecot, connect: MakeConnector) -> None:
    anna = dovecot.new_user("anna")
    connector = connect(anna)
    cursor = await start(connector)
    dovecot.deliver(anna, mail(message_id="one@x"))
    dovecot.deliver(anna, mail(message_id="two@x"))
    one, _two = messages(await connector.pull(cursor))
    act = replace(answer_to(one), kind=ActKind.READ_MARK)
    assert (await connector.mark_read(act)).remote_id == "one@x"
    await connector.mark_read(act)
    flags = [message.flags - {"\\Recent"} for message in dovecot.mailbox(anna).messages()]
    assert flags == [{"\\Seen"}, set()]


@pytest.mark.server
async def test_two_pulls_and_a_search_share_one_connection(
    dovecot: Dovecot, smtp_server: SmtpServer, connect: MakeConnector
) -> None:
    anna = dovecot.new_user("anna")
    connector = connect(anna, smtp_server)
    cursor = await start(connector)
    dovecot.deliver(anna, mail())
    frozen = connector.freeze(ACT, US)
    first, second, _found, counts = await asyncio.gather(
        connector.pull(cursor), connector.pull(cursor), connector.find_sent(ACT, frozen), connector.count_remote()
    )
    assert first == second
    assert [(count.place, count.messages) for count in counts] == [("INBOX", 1), ("Sent", 0)]
