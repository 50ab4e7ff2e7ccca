"""Several addresses of one mailbox: all of them mean us, and each answers for itself."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable

import pytest

from connectors.email.connector import EmailConnector
from connectors.email.identities import OwnAddress, choose_identity, read_aliases
from inbox_app.contract.acts import Act
from inbox_app.contract.errors import Rejected
from inbox_app.contract.remote import Identity, RemoteAuthor, RemoteMessage, RemoteRecipient
from inbox_app.domain.words import ActKind, Direction, Kind
from tests.connectors.email.conftest import MakeConnector, MakeHost
from tests.connectors.email.mails import DECIDED, KEY, answer_to, mail, messages, pull_all, start
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer

ALIASES = "help@example.org; Tideline Shop <Shop@example.org>"
SETTINGS = {"address": "anna@example.org", "name": "Anna", "aliases": ALIASES}


def test_aliases_with_and_without_a_name() -> None:
    assert read_aliases(ALIASES, "Anna") == (
        OwnAddress("help@example.org", "Anna"),
        OwnAddress("Shop@example.org", "Tideline Shop"),
    )
    assert read_aliases(' "A, B" <a@x.org>'.replace(", ", " "), "") == (OwnAddress("a@x.org", "A B"),)
    assert read_aliases(" , ;\n", "Anna") == ()


@pytest.mark.parametrize("bad", ["shop", "Shop <shop>", "a@b@c.org", "<a@x.org", "a b@x.org", "a@x.org\x00"])
def test_what_is_no_address(bad: str) -> None:
    with pytest.raises(Rejected, match="among the aliases"):
        read_aliases(bad, "")


def asked(*to: str, author: str = "ben@example.net") -> RemoteMessage:
    return RemoteMessage(
        remote_id="one@example.net",
        kind=Kind.MAIL,
        keys=("one@example.net",),
        author=RemoteAuthor(remote_id=author, handle=author, name=""),
        direction=Direction.INCOMING,
        sent_at=DECIDED,
        text="?",
        recipients=tuple(RemoteRecipient("to", one) for one in to),
    )


@pytest.fixture
def compose(make_host: MakeHost) -> Callable[[Act], email.message.EmailMessage]:
    connector = EmailConnector(make_host(SETTINGS, ""))

    def make(act: Act) -> email.message.EmailMessage:
        raw = connector.freeze(act, Identity("anna@example.org", "anna@example.org", "Anna"))
        return email.message_from_bytes(raw, policy=email.policy.default)

    return make


@pytest.mark.parametrize(
    ("message", "sender"),
    [
        (asked("ben@example.net", "SHOP@example.org"), "Tideline Shop <Shop@example.org>"),
        (asked("help@example.org", "anna@example.org"), "Anna <help@example.org>"),
        (asked("list@example.net"), "Anna <anna@example.org>"),
        (asked("ben@example.net", author="shop@example.org"), "Tideline Shop <Shop@example.org>"),
    ],
)
def test_an_answer_leaves_from_where_the_mail_was_sent_to(
    compose: Callable[[Act], email.message.EmailMessage], message: RemoteMessage, sender: str
) -> None:
    answer = compose(answer_to(message))
    assert answer["From"] == sender
    assert "example.org" not in answer["To"]
    assert answer["Message-ID"] == f"<{KEY}@example.org>"


def test_a_new_mail_leaves_from_the_accounts_own_address() -> None:
    own = (OwnAddress("anna@example.org", "Anna"), *read_aliases(ALIASES, "Anna"))
    assert choose_identity(Act(KEY, ActKind.NEW, Kind.MAIL, DECIDED, "Hi"), own) == own[0]


@pytest.mark.server
async def test_on_real_servers_an_alias_is_ours_and_answers_for_itself(
    dovecot: Dovecot, smtp_server: SmtpServer, connect: MakeConnector
) -> None:
    us, ben = dovecot.new_user("anna"), dovecot.new_user("ben")
    connector = connect(us, smtp_server, aliases="Shop <shop@example.test>")
    identity = await connector.connect()
    assert identity.handles == {us.address, "shop@example.test"}
    cursor = await start(connector)
    dovecot.deliver(us, mail("Is it open?", "q@example.test", From=ben.address, To="shop@example.test"))
    later = "Sun, 22 Nov 2026 09:01:00 +0000"
    ours_stored = mail("Ours", "o@example.test", From="shop@example.test", To=ben.address, Date=later)
    dovecot.mailbox(us).append(ours_stored, "Sent")
    question, ours = messages(*await pull_all(connector, cursor))
    assert ours.direction is Direction.OUTGOING
    act = answer_to(question)
    await connector.send(act, connector.freeze(act, identity))
    (accepted,) = smtp_server.accepted
    assert accepted.sender == "shop@example.test"
    (stored,) = dovecot.mailbox(ben).messages()
    assert b"From: Shop <shop@example.test>" in stored.raw
