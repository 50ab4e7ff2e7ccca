"""What the menu of an account in the sidebar does."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget

from inbox_app.domain.ids import AccountId
from inbox_app.domain.words import Hat
from inbox_app.queries import accounts
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from ui.accounts.menu import offer
from ui.theme.theme import Theme

pytestmark = pytest.mark.ui


async def never(_wanted: AccountId) -> bool:
    return False


async def test_an_account_is_worked_under_the_other_hat_and_back(core: StoreCore, theme: Theme, keep: Keep) -> None:
    (account, *_others) = await accounts.every(core.store)
    above = keep(QWidget())
    above.show()
    for hat in (Hat.SOCIAL, Hat.COMMUNITY):
        saying = asyncio.create_task(offer(core, theme, above, account.id, QPoint(9, 9), never, lambda _one: None))
        await until(lambda: [one for one in above.findChildren(QMenu) if one.isVisible()], "the menu")
        (menu,) = (one for one in above.findChildren(QMenu) if one.isVisible())
        line = next(one for one in menu.actions() if "hat" in one.text())
        assert line.isChecked() is (hat is Hat.COMMUNITY)
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(line).center())
        assert account.handle in await saying
        assert (await accounts.one(core.store, account.id)).hat is hat
