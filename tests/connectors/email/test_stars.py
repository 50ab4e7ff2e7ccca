"""Stars both ways through the whole of it, with whatever a real server offers: set here, set there, taken anywhere."""

from __future__ import annotations

import pytest

from inbox_app.actions import triage
from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.inbox import ConversationRow
from inbox_app.queries import inbox
from inbox_app.storage import read_marks
from inbox_app.storage.store import Store
from tests.connectors.email.conftest import settings_for
from tests.connectors.email.desk import desk_on
from tests.connectors.email.mails import mail
from tests.connectors.email.test_flags import without
from tests.contract.stage import Lent
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer

pytestmark = pytest.mark.server

ME = ColleagueId("me")


async def row_of(store: Store) -> ConversationRow:
    (row,) = (await inbox.conversation_page(store, ME)).rows
    return row


@pytest.mark.parametrize(
    "missing", [(), ("QRESYNC",), ("QRESYNC", "CONDSTORE")], ids=["qresync", "condstore", "neither"]
)
async def test_a_star_goes_both_ways(
    dovecot: Dovecot,
    smtp_server: SmtpServer,
    sqlite_store: Store,
    lent: Lent,
    trusted: None,
    monkeypatch: pytest.MonkeyPatch,
    missing: tuple[str, ...],
) -> None:
    without(monkeypatch, *missing)
    monkeypatch.setattr(read_marks, "WAIT_MS", 0)
    anna = dovecot.new_user("anna")
    box = dovecot.mailbox(anna)

    def is_starred() -> bool:
        (only,) = box.messages()
        return "\\Flagged" in only.flags

    async with desk_on(sqlite_store, lent, anna.address, anna.password) as desk:
        await desk.connect(settings_for(anna, dovecot, smtp_server))
        await desk.sync()
        dovecot.deliver(anna, mail(message_id="one@x"))
        await desk.sync()
        row = await row_of(sqlite_store)
        await triage.rank(sqlite_store, ME, [row.id], important=True)
        await desk.sync()
        assert is_starred()
        for _echo in range(2):
            await desk.sync()
        assert (await row_of(sqlite_store)).is_important
        box.remove_flags(1, "\\Flagged")
        await desk.sync()
        assert not (await row_of(sqlite_store)).is_important
        box.add_flags(1, "\\Flagged")
        await desk.sync()
        assert (await row_of(sqlite_store)).is_important
        await triage.rank(sqlite_store, ME, [row.id], important=False)
        await desk.sync()
        assert not is_starred()
        for _echo in range(2):
            await desk.sync()
        assert not (await row_of(sqlite_store)).is_important
        await triage.undo(sqlite_store, ME)
        await desk.sync()
        assert is_starred()
