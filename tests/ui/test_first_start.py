"""The first start: all of it can be read in any window, and its ways in are pressed by keys."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from tests.ui.keeping import Keep
from tests.ui.patience import until
from ui.app_window import AppWindow
from ui.first_start import FirstStart
from ui.tasks import Tasks
from ui.theme.theme import Theme

pytestmark = pytest.mark.ui

SHIFT_CONTROL = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
async def window(tasks: Tasks, theme: Theme, keep: Keep) -> AppWindow:
    made = keep(AppWindow(tasks, theme))
    made.show()
    made.activateWindow()
    await until(made.isActiveWindow, "the window in front")
    return made


def place_of(part: QWidget, page: FirstStart) -> QRect:
    return QRect(part.mapTo(page, QPoint(0, 0)), part.size())


@pytest.mark.parametrize("size", [(1640, 960), (1366, 768), (683, 384)])
async def test_every_sentence_and_button_is_whole(window: AppWindow, size: tuple[int, int]) -> None:
    window.resize(*size)
    QApplication.processEvents()
    page = window.first_start
    texts = [one for one in page.findChildren(QLabel) if one.text()]
    buttons = page.findChildren(QPushButton)
    assert (len(texts), len(buttons)) == (8, 3)
    for text in texts:
        assert text.height() >= text.heightForWidth(text.width()), text.text()
    for button in buttons:
        assert button.width() >= button.sizeHint().width(), button.text()
    whole = page.rect()
    assert all(whole.contains(place_of(part, page)) for part in (*texts, *buttons))


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
async def test_a_key_presses_the_focused_way_in(window: AppWindow, key: Qt.Key) -> None:
    page = window.first_start
    pressed: list[str] = []
    page.practice_asked.connect(lambda: pressed.append("practice"))
    page.connect_asked.connect(lambda: pressed.append("connect"))
    page.archive_asked.connect(lambda: pressed.append("archive"))
    assert window.focusWidget() is page.practice
    QTest.keyClick(window.focusWidget(), key)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    QTest.keyClick(window.focusWidget(), key)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    QTest.keyClick(window.focusWidget(), key)
    assert pressed == ["practice", "connect", "archive"]


async def test_the_key_for_another_account_works_before_there_is_a_workspace(window: AppWindow) -> None:
    asked: list[bool] = []
    window.first_start.connect_asked.connect(lambda: asked.append(True))
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_N, SHIFT_CONTROL)
    assert asked == [True]
    window.first_start.work("Making your workspace…")
    QTest.keyClick(window, Qt.Key.Key_N, SHIFT_CONTROL)
    assert asked == [True]


async def test_the_focus_comes_back_when_what_was_asked_for_was_given_up(window: AppWindow) -> None:
    page = window.first_start
    page.connect_channel.setFocus()
    page.work("Making your workspace…")
    page.work("")
    assert window.focusWidget() is page.connect_channel
