"""The bar of what went wrong: it stays until it is put away, or until the same is tried again."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QDialog, QVBoxLayout

from inbox_app.domain.errors import Refused
from tests.ui.keeping import Keep
from tests.ui.patience import until
from ui.app_window import AppWindow
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.trouble import Trouble

pytestmark = pytest.mark.ui


async def test_what_went_wrong_leaves_window_and_page_when_the_same_is_tried_again(
    theme: Theme, keep: Keep, tasks: Tasks, troubles: list[str]
) -> None:
    async def refuse() -> None:
        raise Refused("That is no table of members.")

    async def succeed() -> None: ...

    window = keep(AppWindow(tasks, theme))
    window.show()
    page = QDialog(window)
    QVBoxLayout(page)
    page.show()
    tasks.start(refuse(), "import members")
    await until(lambda: troubles and tasks.are_done, "what went wrong")
    bars = [window.trouble, *page.findChildren(Trouble)]
    assert [bar.isVisible() for bar in bars] == [True, True]
    tasks.start(succeed(), "something else")
    assert all(bar.isVisible() for bar in bars), "nothing is known of it yet"
    tasks.start(succeed(), "import members")
    assert not any(bar.isVisible() for bar in bars)
    tasks.start(refuse(), "import members")
    await until(lambda: tasks.are_done, "the same once more")
    tasks.take(Refused("The disk is full."))
    tasks.start(succeed(), "import members")
    assert window.trouble.isVisible(), "what else went wrong meanwhile is read first"
    await until(lambda: tasks.are_done, "the end")
    troubles.clear()
