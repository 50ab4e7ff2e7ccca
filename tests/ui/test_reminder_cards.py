"""The list of reminders by keyboard, while it is made anew with every minute and every change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from inbox_app.domain.ids import ColleagueId, ConversationId, ReminderId
from inbox_app.domain.reminders import ReminderRow
from tests.ui.patience import until
from ui.reminders.cards import ReminderCards
from ui.reminders.page import RemindersPage
from ui.theme.theme import Theme
from ui.theme.widgets import ToolButton

pytestmark = pytest.mark.ui
SOON = datetime.now(UTC) + timedelta(days=2)
ROWS = tuple(
    ReminderRow(
        id=ReminderId(name), owner=ColleagueId("me"), conversation=ConversationId("c"), member=None, who="", title="",
        text=name, due_at=SOON, zone="UTC", local_time="", if_no_reply=False, rule="", made_at=SOON, fired_at=None,
        done_at=None, late=False, is_due=False,
    )
    for name in ("first", "second", "third")
)  # fmt: skip


async def test_the_focus_stays_or_goes_on_to_what_came_in_its_place(theme: Theme, qtbot: QtBot) -> None:
    page = RemindersPage(theme, None)
    qtbot.addWidget(page)
    asked: list[str] = []
    page.cards.done_asked.connect(asked.append)
    page.show_rows(ROWS)
    page.show()
    page.activateWindow()
    await until(page.isActiveWindow, "the page in front")

    def press() -> str:
        button = QApplication.focusWidget()
        assert isinstance(button, ToolButton)
        button.click()
        return asked[-1]

    page.cards._buttons["second"][0].setFocus()
    page.show_rows(ROWS)
    assert press() == "second"
    page.show_rows(ROWS[::2])
    assert press() == "third"
    page.show_rows(ROWS[:1])
    assert press() == "first"
    back: list[bool] = []
    page.undo_asked.connect(lambda: back.append(True))
    QTest.keyClick(page, Qt.Key.Key_Z)
    assert back, "what was dealt with by mistake is taken back there"


def test_what_would_end_a_repetition_says_so_and_nobody_is_named_twice(theme: Theme, qtbot: QtBot) -> None:
    cards = ReminderCards(theme)
    qtbot.addWidget(cards)
    one = replace(ROWS[0], rule="FREQ=DAILY", who="Anna", title="Anna", conversation=ConversationId("c"))
    cards.show_rows([one, replace(one, id=ReminderId("due"), is_due=True)])
    assert [buttons[0].accessibleName() for buttons in cards._buttons.values()] == ["Repeat no more", "Done"]
    assert {label.text() for label in cards.findChildren(QLabel)} >= {"first", "Anna"}
