"""Two mailboxes on a real server: a mail to both is one thing to do, and read in both once it is read here."""

from __future__ import annotations

import pytest

from inbox_app.actions import triage
from inbox_app.domain.ids import ColleagueId
from inbox_app.queries import inbox
from inbox_app.storage import accounts, read_marks
from inbox_app.storage.accounts import OurselvesThere
from inbox_app.storage.store import Store
from tests.connectors.email.conftest import settings_for
from tests.connectors.email.desk import desk_on
from tests.connectors.email.mails import mail
from tests.contract.stage import Lent
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import MailUser
from tests.servers.smtp import SmtpServer

pytestmark = pytest.mark.server

ME = ColleagueId("me")


def seen(dovecot: Dovecot, user: MailUser) -> list[bool]:
    return ["\\Seen" in one.flags for one in dovecot.mailbox(user).messages()]


async def test_one_row_and_read_in_both(
    dovecot: Dovecot,
    smtp_server: SmtpServer,
    sqlite_store: Store,
    lent: Lent,
    trusted: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(read_marks, "WAIT_MS", 0)
    store, password = sqlite_store, "the same for both"
    made = (dovecot.new_user("info"), dovecot.new_user("shop"))
    both = [MailUser(user.address, password) for user in made]
    for user in made:
        dovecot.change_password(user, password)
    async with desk_on(store, lent, both[0].address, password) as desk:
        for user in both:
            we = OurselvesThere(user.address, user.address, "", frozenset({user.address}))
            settings = settings_for(user, dovecot, smtp_server)
            await store.write(lambda tx, we=we, settings=settings: accounts.add(tx, "email", we, settings))  # type: ignore[misc]
        await desk.engine.sync_once()
        for user in both:
            dovecot.deliver(user, mail(message_id="both@x", To=f"{both[0].address}, {both[1].address}"))
        dovecot.deliver(both[1], mail("Only you", "one@x"))
        reports = await desk.engine.sync_once()
        assert sorted(report.new for report in reports) in ([1, 1], [0, 2])
        rows = (await inbox.conversation_page(store, ME)).rows
        assert sorted((row.title, len(row.accounts), row.messages) for row in rows) == [
            ("Hello", 2, 1),
            ("Only you", 1, 1),
        ]
        joint = next(row for row in rows if len(row.accounts) == 2)
        await triage.see(store, ME, [joint.id])
        await desk.engine.sync_once()
        assert (seen(dovecot, both[0]), seen(dovecot, both[1])) == ([True], [True, False])
        again = await desk.engine.sync_once()
        assert [(report.new, report.updated, report.error) for report in again] == [(0, 0, ""), (0, 0, "")]
