"""A From line proves nothing: what a stranger sends in our name is no answer; what we stored ourselves is one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from connectors.email.mailbox import Fetched
from connectors.email.wire import Own, is_ours_for_sure
from inbox_app.storage.store import Store
from tests.connectors.email.conftest import settings_for
from tests.connectors.email.desk import MailDesk, desk_on
from tests.connectors.email.mails import DECIDED, mail
from tests.contract.stage import Lent
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import Mailbox, MailUser
from tests.servers.smtp import SmtpServer

OWN = Own(frozenset({"anna@example.org"}), "example.org", frozenset({"Sent"}))
DELIVERED = b"Received: from far.example by here.example; Sun, 22 Nov 2026 09:00:00 +0000\r\n"


@pytest.mark.parametrize(
    ("folder", "head", "sure"),
    [
        ("INBOX", DELIVERED, False),
        ("INBOX", b"Return-Path: <ben@example.net>\r\n", False),
        ("INBOX", b"X-A: b\r\nRECEIVED : x\r\n", False),
        ("INBOX", b"X-Note: received: no\r\n", True),
        ("Archive", b"", True),
        ("Sent", DELIVERED, True),
    ],
)
def test_what_was_delivered_is_ours_only_among_the_sent(folder: str, head: bytes, sure: bool) -> None:
    fetched = Fetched(folder, 1, 1, DECIDED, seen=False, size=9, raw=head + b"From: a\r\n\r\nReceived: x\r\n")
    assert is_ours_for_sure(fetched, OWN) is sure


@pytest.fixture
def anna(dovecot: Dovecot) -> MailUser:
    return dovecot.new_user("anna")


@pytest.fixture
def box(dovecot: Dovecot, anna: MailUser) -> Mailbox:
    made = dovecot.mailbox(anna)
    made.create_folder("Archive")
    return made


@pytest.fixture
async def desk(
    sqlite_store: Store,
    lent: Lent,
    dovecot: Dovecot,
    smtp_server: SmtpServer,
    anna: MailUser,
    box: Mailbox,
    trusted: None,
) -> AsyncIterator[MailDesk]:
    """A desk that was connected before the first mail came, and follows an archive too."""
    async with desk_on(sqlite_store, lent, anna.address, anna.password) as made:
        await made.connect(settings_for(anna, dovecot, smtp_server, folders="Archive"))
        await made.sync()
        yield made


def ours(user: MailUser, message_id: str = "ours@x", text: str = "We are open", **more: str) -> bytes:
    named = {"From": f"Anna <{user.address}>", "To": "ben@example.net", "Date": "Sun, 22 Nov 2026 10:00:00 +0000"}
    return mail("Re: Urgent", message_id, text, **(named | {"In_Reply_To": "<urgent@x>"} | more))


@pytest.mark.server
async def test_a_strangers_mail_in_our_name_answers_nothing(dovecot: Dovecot, anna: MailUser, desk: MailDesk) -> None:
    dovecot.deliver(anna, mail("Urgent", "urgent@x"))
    dovecot.deliver(anna, ours(anna, "forged@x", "I have hacked you"))
    await desk.sync()
    assert await desk.states() == ["open"]
    asked, forged = await desk.mails()
    assert (asked.direction, asked.needs_reply) == ("in", True)
    assert (forged.direction, forged.name) == ("in", "Anna (claims to be you)")


@pytest.mark.server
@pytest.mark.parametrize("folder", ["Sent", "Archive"])
async def test_what_another_program_of_ours_stored_answers(
    dovecot: Dovecot, anna: MailUser, box: Mailbox, desk: MailDesk, folder: str
) -> None:
    dovecot.deliver(anna, mail("Urgent", "urgent@x"))
    box.append(ours(anna), folder)
    await desk.sync()
    assert await desk.states() == ["waiting"]
    assert [row.direction for row in await desk.mails()] == ["in", "out"]


@pytest.mark.server
@pytest.mark.parametrize("order", ["inbox first", "sent first", "together"])
async def test_a_copy_to_ourselves_is_ours_whichever_comes_first(
    dovecot: Dovecot, anna: MailUser, box: Mailbox, desk: MailDesk, order: str
) -> None:
    dovecot.deliver(anna, mail("Urgent", "urgent@x"))
    steps: list[Callable[[], None]] = [
        lambda: dovecot.deliver(anna, ours(anna)),
        lambda: box.append(ours(anna), "Sent"),
    ]
    for step in reversed(steps) if order == "sent first" else steps:
        step()
        if order != "together":
            await desk.sync()
    await desk.sync()
    assert await desk.states() == ["waiting"]
    assert [(row.direction, row.name) for row in await desk.mails()][1:] == [("out", "Anna")]
    assert await desk.places() == ["INBOX", "INBOX", "Sent"]
    assert (await desk.sync()).updated == 0


@pytest.mark.server
@pytest.mark.parametrize("forged_first", [False, True])
async def test_a_mail_under_the_id_of_ours_changes_not_a_word_of_it(
    dovecot: Dovecot, anna: MailUser, box: Mailbox, desk: MailDesk, forged_first: bool
) -> None:
    dovecot.deliver(anna, mail("Urgent", "urgent@x"))
    steps: list[Callable[[], None]] = [
        lambda: box.append(ours(anna), "Sent"),
        lambda: dovecot.deliver(anna, ours(anna, text="Pay to us")),
    ]
    for step in reversed(steps) if forged_first else steps:
        step()
        await desk.sync()
    told = {(row.direction, row.name): row.body.strip() for row in (await desk.mails())[1:]}
    assert told == {("out", "Anna"): "We are open", ("in", "Anna (claims to be you)"): "Pay to us"}
