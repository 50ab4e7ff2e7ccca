"""Removing an account in the window: kept or deleted is chosen, and nothing goes for good before its name is typed."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from inbox_app.contract.remote import Batch
from inbox_app.ingest.ingest import ingest_batch
from inbox_app.queries import accounts, inbox
from inbox_app.storage.schema import account
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import said
from ui.accounts.removing import RemoveDialog, remove
from ui.theme.theme import Theme

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
    dialog.delete.click()
    assert not dialog.go.isEnabled()
    QTest.keyClicks(dialog.typed, "somebody")
    assert not dialog.go.isEnabled()
    dialog.typed.clear()
    QTest.keyClicks(dialog.typed, row.handle)
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
    assert await task == ""
    assert await accounts.every(core.store) == ()
    assert len((await inbox.conversation_page(core.store, core.me)).rows) == 2
