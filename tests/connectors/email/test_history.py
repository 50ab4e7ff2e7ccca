"""History: newest page first, resumable, as far back as the person wants, while new mail is new."""

from __future__ import annotations

import imaplib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from inbox_app.storage.store import Store
from tests.connectors.email.conftest import MakeConnector, settings_for
from tests.connectors.email.desk import MailDesk, desk_on
from tests.connectors.email.mails import load_all, mail, messages, start
from tests.contract.stage import Lent
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import MailUser
from tests.servers.smtp import SmtpServer

pytestmark = pytest.mark.server

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def anna(dovecot: Dovecot) -> MailUser:
    return dovecot.new_user("anna")


def fill(dovecot: Dovecot, user: MailUser, folder: str, ages: dict[str, timedelta]) -> None:
    """Append mails that the server got so long ago."""
    with imaplib.IMAP4(dovecot.host, dovecot.imap_port, timeout=10) as imap:
        imap.login(user.address, user.password)
        for name, age in ages.items():
            at = NOW - age
            raw = mail(message_id=name, Date=at.strftime("%a, %d %b %Y %H:%M:%S +0000"))
            imap.append(folder, "", imaplib.Time2Internaldate(at), raw)


async def test_five_hundred_mails_come_newest_page_first(
    dovecot: Dovecot, anna: MailUser, connect: MakeConnector
) -> None:
    fill(dovecot, anna, "INBOX", {f"in{n}@x": timedelta(hours=2 * (400 - n)) for n in range(400)})
    fill(dovecot, anna, "Sent", {f"sent{n}@x": timedelta(hours=8 * (100 - n) - 1) for n in range(100)})
    connector = connect(anna)
    await start(connector)
    batches = await load_all(connector)
    loaded = messages(*batches)
    assert len(loaded) == len({message.remote_id for message in loaded}) == 500
    assert len(batches) >= 5
    assert all(message.history for message in loaded)
    pages = [[message.sent_at for message in messages(batch)] for batch in batches]
    assert all(page == sorted(page) for page in pages)
    assert all(older[-1] <= newer[0] for newer, older in pairwise(pages))


async def test_it_ends_where_the_person_wants(dovecot: Dovecot, anna: MailUser, connect: MakeConnector) -> None:
    fill(dovecot, anna, "INBOX", {f"{days}@x": timedelta(days=days) for days in (200, 100, 91, 89, 50, 1)})
    connector = connect(anna, since=NOW - timedelta(days=90))
    await start(connector)
    assert [message.remote_id for message in messages(*await load_all(connector))] == ["89@x", "50@x", "1@x"]


async def test_it_goes_on_in_another_process(
    dovecot: Dovecot, anna: MailUser, connect: MakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.email.older.PAGE_MAILS", 2)
    fill(dovecot, anna, "INBOX", {f"{n}@x": timedelta(hours=10 - n) for n in range(5)})
    first = connect(anna)
    await start(first)
    page = await first.load_older(None)
    assert [message.remote_id for message in messages(page)] == ["3@x", "4@x"]
    page = await connect(anna).load_older(json.loads(json.dumps(page.cursor)))
    assert [message.remote_id for message in messages(page)] == ["1@x", "2@x"]
    assert page.more


async def test_mail_that_came_after_connecting_is_not_history(
    dovecot: Dovecot, anna: MailUser, connect: MakeConnector
) -> None:
    fill(dovecot, anna, "INBOX", {"old@x": timedelta(days=1)})
    connector = connect(anna)
    cursor = await start(connector)
    dovecot.deliver(anna, mail(message_id="new@x"))
    assert [message.remote_id for message in messages(*await load_all(connector))] == ["old@x"]
    (new,) = messages(await connector.pull(cursor))
    assert (new.remote_id, new.history) == ("new@x", False)


async def test_a_renumbered_folder_starts_again_from_the_top(
    dovecot: Dovecot, anna: MailUser, connect: MakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.email.older.PAGE_MAILS", 2)
    fill(dovecot, anna, "INBOX", {f"{n}@x": timedelta(hours=10 - n) for n in range(4)})
    connector = connect(anna)
    await start(connector)
    page = await connector.load_older(None)
    dovecot.change_uidvalidity(anna, "INBOX")
    page = await connector.load_older(page.cursor)
    assert [message.remote_id for message in messages(page)] == ["2@x", "3@x"]


@pytest.fixture
async def desk(sqlite_store: Store, lent: Lent, anna: MailUser, trusted: None) -> AsyncIterator[MailDesk]:
    async with desk_on(sqlite_store, lent, anna.address, anna.password) as made:
        yield made


async def test_a_folder_added_later_brings_its_past_and_one_added_again_what_it_missed(
    dovecot: Dovecot, smtp_server: SmtpServer, anna: MailUser, desk: MailDesk
) -> None:
    plain = settings_for(anna, dovecot, smtp_server)
    more = plain | {"folders": "Support"}
    dovecot.mailbox(anna).create_folder("Support")
    fill(dovecot, anna, "INBOX", {"in@x": timedelta(days=1)})
    fill(dovecot, anna, "Support", {f"{n}@x": timedelta(days=n) for n in (1, 2, 3)})
    since = NOW - timedelta(days=90)
    await desk.connect(plain, since)
    assert (await desk.sync()).new == 1
    await desk.connect(more, since)
    assert (await desk.sync()).new == 3
    await desk.connect(plain, since)
    await desk.sync()
    fill(dovecot, anna, "Support", {"meanwhile@x": timedelta(hours=1)})
    await desk.connect(more, since)
    assert (await desk.sync()).new == 1
    assert (await desk.sync()).new == 0
    assert await desk.states() == ["done"] * 5


async def test_a_longer_history_is_loaded_when_it_is_asked_for(
    dovecot: Dovecot, smtp_server: SmtpServer, anna: MailUser, desk: MailDesk
) -> None:
    fill(dovecot, anna, "INBOX", {f"{days}@x": timedelta(days=days) for days in (300, 200, 50, 1)})
    settings = settings_for(anna, dovecot, smtp_server)
    await desk.connect(settings, NOW - timedelta(days=90))
    assert (await desk.sync()).new == 2
    await desk.connect(settings, NOW - timedelta(days=250))
    assert (await desk.sync()).new == 1
    await desk.connect(settings)
    assert (await desk.sync()).new == 1
    await desk.connect(settings, NOW - timedelta(days=30))
    assert (await desk.sync()).new == 0


async def test_the_ledger_counts_what_history_reaches_back_to_and_each_copy(
    dovecot: Dovecot, smtp_server: SmtpServer, anna: MailUser, desk: MailDesk
) -> None:
    box = dovecot.mailbox(anna)
    box.create_folder("Orders")
    ages = {f"{hours}@x": timedelta(hours=hours) for hours in (2400, 2165, 2160, 2155, 2140, 24)}
    fill(dovecot, anna, "INBOX", ages)
    fill(dovecot, anna, "Orders", {"24@x": timedelta(hours=24)})
    await desk.connect(settings_for(anna, dovecot, smtp_server, folders="Orders"), NOW - timedelta(hours=2160))
    await desk.sync()
    assert await desk.counted() == (remote := len(await desk.places()), remote)
    fill(dovecot, anna, "INBOX", {"copied-in@x": timedelta(days=300)})
    box.expunge(6)
    assert await desk.counted() == (remote, remote), "both numbers are of the last sync"
    await desk.sync()
    assert await desk.counted() == (remote, remote)
    assert len(await desk.places()) == remote
    assert "copied-in@x" in await desk.ids()


async def test_an_empty_mailbox_is_done_at_once(anna: MailUser, connect: MakeConnector) -> None:
    batch = await connect(anna).load_older(None)
    assert (batch.events, batch.more) == ((), False)
