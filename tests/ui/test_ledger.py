"""The ledger's page: one click away, the answer first, a gap seen and seen closed, and what can be done about it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import update

from inbox_app.actions import accounts as actions
from inbox_app.domain.ids import AccountId
from inbox_app.domain.words import AccountState
from inbox_app.queries import accounts as account_queries
from inbox_app.storage import accounts, ledger
from inbox_app.storage.schema import account
from inbox_app.storage.transaction import Tx
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from ui.accounts.ledger_page import LedgerPage
from ui.app_window import AppWindow
from ui.commands import Does
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.theme.widgets import Label, PushButton
from ui.workplace import Workplace

pytestmark = pytest.mark.ui

THREE_DAYS = 3 * 24 * 60 * 60 * 1000


def silent(tx: Tx) -> None:
    """Nothing was heard for three days, and why is known."""
    tx.conn.execute(update(account).values(last_success=tx.now - THREE_DAYS, error="The server does not answer."))


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    window = keep(AppWindow(tasks, theme))
    made = Workplace(core, tasks, theme)
    window.put_in(made)
    window.show()
    await until(lambda: made.is_settled, "the window")
    yield made
    await made.close_down()


async def opened(place: Workplace) -> LedgerPage:
    place.sidebar.ledger.click()
    await until(lambda: place.bookkeeping.page is not None and place.bookkeeping.page.isVisible(), "the page")
    assert place.bookkeeping.page is not None
    return place.bookkeeping.page


def words(page: LedgerPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(Label) if not label.isHidden())


async def test_an_outage_is_one_click_away_as_a_gap_and_then_closed(core: StoreCore, place: Workplace) -> None:
    await core.store.write(silent)
    page = await opened(place)
    assert page.answer.text() == "1 gap is open."
    assert "Gap: nothing was heard since" in words(page)
    assert "The server does not answer." in words(page)

    def answer(tx: Tx) -> None:
        ledger.end_silence(tx, core.account, accounts.get(tx.conn, core.account).last_success)
        accounts.note_success(tx, core.account, next_poll=tx.now + 60_000)

    await core.store.write(answer)
    await until(lambda: page.answer.text() == "Nothing is missing, as far as the services tell.", "the gap closed")
    assert "Closed today" in words(page) or "Closed yesterday" in words(page), "midnight may have come between"
    page.reject()
    await until(lambda: place.bookkeeping.page is None, "the page closed")


async def test_what_does_not_work_stands_first(core: StoreCore, place: Workplace, theme: Theme, keep: Keep) -> None:
    (row,), (line,) = await account_queries.every(core.store), await account_queries.ledger(core.store)
    page = keep(LedgerPage(theme, place))
    away = replace(row, id=AccountId("away"), error="The server does not answer.")
    page.show_ledger((row, away), (line, replace(line, account=away.id)))
    assert list(page.cards) == ["away", row.id]


async def test_what_an_account_lacks_can_be_mended_there(core: StoreCore, place: Workplace) -> None:
    await actions.set_state(core.store, core.account, AccountState.SIGN_IN_NEEDED)
    page = await opened(place)
    assert page.answer.text() == "No gap is known, but 1 account is not heard now."
    card = page.cards[core.account]
    buttons = [one.text() for one in card.findChildren(PushButton)]
    assert buttons == ["Sign in again…"]
    asked: list[str] = []
    page.menu_asked.disconnect()
    page.menu_asked.connect(lambda wanted, _where: asked.append(wanted))
    card.menu.click()
    assert asked == [core.account]
    assert card.menu.accessibleName()
    page.reject()


async def test_without_an_account_it_leads_to_one(core: StoreCore, place: Workplace) -> None:
    await core.remove_account(core.account)
    page = await opened(place)
    assert page.answer.text() == "No account is connected yet."
    assert [one.text() for one in page.findChildren(PushButton)] == ["Add an account", "Delete its history…"]
    page.reject()


async def test_the_keys_lead_there_too(place: Workplace) -> None:
    place.give(Does.LEDGER)
    await until(lambda: place.bookkeeping.page is not None and place.bookkeeping.page.isVisible(), "the page")
    assert place.bookkeeping.page is not None
    place.bookkeeping.page.reject()
