"""Removing an account in the window: kept or deleted is chosen, and nothing goes for good before its name is typed."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from inbox_app.contract.remote import Batch
from inbox_app.ingest.ingest import ingest_batch
from inbox_app.queries import accounts, inbox
from inbox_app.storage.schema import account
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import dialog_of, until
from tests.unit.ingest.tales import said
from ui.accounts.ledger_page import LedgerPage
from ui.accounts.removing import RemoveDialog, remove
from ui.app_window import AppWindow
from ui.commands import Does
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.theme.widgets import Label
from ui.workplace import Workplace

pytestmark = pytest.mark.ui


@pytest.fixture
async def window(core: StoreCore, keep: Keep) -> QWidget:
    """A window above an account with two conversations."""
    await ingest_batch(core.store, core.account, Batch((said("a", 1), said("b", 2)), {"upto": 2}))
    shown = keep(QWidget())
    shown.show()
    return shown


def in_sight(window: QWidget) -> list[RemoveDialog]:
    return [one for one in window.findChildren(RemoveDialog) if one.isVisible()]


async def asked(core: StoreCore, window: QWidget, theme: Theme) -> tuple[RemoveDialog, asyncio.Task[str]]:
    row = await accounts.one(core.store, core.account)
    task = asyncio.ensure_future(remove(core, theme, row, window))
    await until(lambda: bool(in_sight(window)), "the dialog")
    return in_sight(window)[0], task


async def test_what_goes_for_good_wants_its_name(core: StoreCore, window: QWidget, theme: Theme) -> None:
    row = await accounts.one(core.store, core.account)
    dialog, task = await asked(core, window, theme)
    assert dialog.go.isEnabled(), "its history stays unless something else is chosen"
    assert not dialog.typed.isEnabled()
    assert row.name in dialog.windowTitle(), "by the name that the sidebar shows"
    told = {one.text(): one for one in dialog.findChildren(Label)}
    assert any(row.handle in text for text in told), "two may bear one name"
    count = told["message" if "message" in told else "messages"]
    dimmed = count.palette().color(count.foregroundRole())
    dialog.delete.click()
    assert count.palette().color(count.foregroundRole()) != dimmed, "it counts only where it goes"
    assert not dialog.go.isEnabled()
    QTest.keyClicks(dialog.typed, "somebody")
    assert not dialog.go.isEnabled()
    dialog.typed.clear()
    QTest.keyClicks(dialog.typed, row.handle)
    assert dialog.go.isEnabled(), "its address will do"
    dialog.typed.clear()
    QTest.keyClicks(dialog.typed, row.name)
    assert dialog.go.text() == "Delete for good"
    dialog.go.click()
    assert (await task).endswith("deleted for good.")
    assert not (await inbox.conversation_page(core.store, core.me)).rows
    assert await core.store.read(lambda conn: conn.execute(account.select()).all()) == []


async def test_its_history_stays_unless_something_else_is_chosen(
    core: StoreCore, window: QWidget, theme: Theme
) -> None:
    dialog, task = await asked(core, window, theme)
    dialog.go.click()
    assert (await task).endswith(" is removed. Its conversations are kept; what was open there is done.")
    assert await accounts.every(core.store) == ()
    assert len((await inbox.conversation_page(core.store, core.me)).rows) == 2


async def test_what_a_removed_account_left_is_deleted_from_the_ledger(
    core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep
) -> None:
    await ingest_batch(core.store, core.account, Batch((said("a", 1), said("b", 2)), {"upto": 2}))
    await core.remove_account(core.account)
    window = keep(AppWindow(tasks, theme))
    place = Workplace(core, tasks, theme)
    window.put_in(place)
    window.show()
    place.give(Does.LEDGER)
    page = await dialog_of(place, LedgerPage)
    card = page.removed[core.account]
    assert page.cards == {}
    assert any(one.text().endswith("2 messages here") for one in card.findChildren(Label))
    card.delete.click()
    dialog = await dialog_of(place, RemoveDialog)
    assert dialog.with_history
    assert not dialog.go.isEnabled(), "its name was not typed"
    dialog.reject()
    await until(lambda: place.is_settled, "it given up")
    assert len((await inbox.conversation_page(core.store, core.me)).rows) == 2
    card.delete.click()
    dialog = await dialog_of(place, RemoveDialog)
    QTest.keyClicks(dialog.typed, (await accounts.one(core.store, core.account)).handle)
    QTest.keyClick(dialog.typed, Qt.Key.Key_Return)
    await until(lambda: not page.removed, "nothing left of it")
    assert not (await inbox.conversation_page(core.store, core.me)).rows
    await place.close_down()
