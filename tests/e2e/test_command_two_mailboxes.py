"""Two mailboxes of one team by command: one row that names both, the sender chosen, and what each server is told."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

import pytest

from tests.e2e.portavoce import Portavoce
from tests.e2e.test_command_mail import connect, maya, portavoce, us
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import MailUser
from tests.servers.smtp import SmtpServer
from tests.servers.waiting import wait_until

pytestmark = [pytest.mark.server, pytest.mark.e2e]
__all__ = ["maya", "portavoce", "us"]


@pytest.fixture
def shop(dovecot: Dovecot) -> MailUser:
    return dovecot.new_user("shop")


@pytest.fixture
def both(portavoce: Portavoce, us: MailUser, shop: MailUser, dovecot: Dovecot, smtp_server: SmtpServer) -> list[str]:
    """The ids of both accounts, connected and pulled once."""
    ids = [connect(portavoce, one, dovecot, smtp_server) for one in (us, shop)]
    portavoce.tell("sync")
    return ids


def ask(dovecot: Dovecot, maya: MailUser, *ours: MailUser) -> None:
    """One mail of hers to all of these."""
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"] = f"Maya <{maya.address}>", ", ".join(one.address for one in ours)
    mail["Subject"], mail["Message-ID"], mail["Date"] = "Tasting", "<tasting@x.test>", email.utils.localtime()
    mail.set_content("Is there a tasting on Friday?")
    for one in ours:
        dovecot.deliver(one, mail.as_bytes())


def sync_until_read(portavoce: Portavoce, dovecot: Dovecot, user: MailUser) -> None:
    """What is read is gathered for some seconds before the server is told."""
    wait_until(lambda: portavoce.tell("sync") and is_read(dovecot, user), "the mark on the server", 90)


def is_read(dovecot: Dovecot, user: MailUser) -> bool:
    (mail,) = dovecot.mailbox(user).messages("INBOX")
    return "\\Seen" in mail.flags


def test_one_row_names_both_and_is_parted_and_joined_again(
    portavoce: Portavoce, both: list[str], us: MailUser, shop: MailUser, maya: MailUser, dovecot: Dovecot
) -> None:
    ask(dovecot, maya, us, shop)
    portavoce.tell("sync")
    (row,) = portavoce.tell("list")["conversations"]
    assert {row["account"], *row["also"]} == {us.address, shop.address}
    (line,) = portavoce.run("list").stdout.splitlines()
    assert us.address in line
    assert "Tasting · Is there a tasting on Friday?" in line
    assert shop.address in line
    assert portavoce.tell("copies") == {"copies": "together"}
    assert portavoce.tell("copies", "apart") == {"copies": "apart"}
    rows = portavoce.tell("list")["conversations"]
    assert sorted((one["account"], one["also"]) for one in rows) == [(us.address, []), (shop.address, [])]
    assert portavoce.tell("search", "tasting")["total"] == 2
    assert portavoce.tell("copies", "together") == {"copies": "together"}
    (again,) = portavoce.tell("list")["conversations"]
    assert (again["messages"], {again["account"], *again["also"]}) == (1, {us.address, shop.address})
    assert portavoce.run("copies", "sometimes").returncode == 2


@pytest.mark.parametrize("number", [0, 1])
def test_the_answer_leaves_from_the_address_that_was_chosen(
    portavoce: Portavoce,
    both: list[str],
    us: MailUser,
    shop: MailUser,
    maya: MailUser,
    dovecot: Dovecot,
    number: int,
) -> None:
    chosen = (us, shop)[number]
    ask(dovecot, maya, us, shop)
    portavoce.tell("sync")
    (row,) = portavoce.tell("list")["conversations"]
    refused = portavoce.run("reply", row["id"], "--from", maya.address, "--text", "x")
    assert refused.returncode == 2
    assert us.address in refused.stderr
    portavoce.tell("reply", row["id"], "--all", "--from", chosen.address, "--text", "Yes, at seven.", "--now")
    portavoce.tell("sync")
    (received,) = dovecot.mailbox(maya).messages("INBOX")
    answer = email.message_from_bytes(received.raw)
    assert email.utils.parseaddr(answer["From"])[1] == chosen.address
    assert email.utils.getaddresses(answer.get_all("To", []) + answer.get_all("Cc", [])) == [("Maya", maya.address)]
    sent = [len(dovecot.mailbox(one).messages("Sent")) for one in (us, shop)]
    assert sent == [int(one is chosen) for one in (us, shop)]
    portavoce.tell("sync")
    (row,) = portavoce.tell("list")["conversations"]
    assert (row["state"], row["messages"]) == ("waiting", 2)


def test_each_server_is_told_what_was_read_unless_its_account_says_no(
    portavoce: Portavoce, both: list[str], us: MailUser, shop: MailUser, maya: MailUser, dovecot: Dovecot
) -> None:
    assert portavoce.tell("account", "letter", both[1], "--tell-read", "no")["tell_read"] is False
    ask(dovecot, maya, us, shop)
    portavoce.tell("sync")
    (row,) = portavoce.tell("list")["conversations"]
    portavoce.tell("read", row["id"])
    sync_until_read(portavoce, dovecot, us)
    assert (is_read(dovecot, us), is_read(dovecot, shop)) == (True, False)
    assert portavoce.tell("account", "letter", both[1], "--tell-read", "yes")["tell_read"] is True
    portavoce.tell("unread", row["id"])
    portavoce.tell("read", row["id"])
    sync_until_read(portavoce, dovecot, shop)
    assert is_read(dovecot, shop)
