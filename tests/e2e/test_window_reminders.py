"""Reminders in the window: jobs 12 and 13 with keys and clicks counted, what is due, and a promise that is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QListWidget, QWidget

from inbox_app.domain.reminders import ReminderKind, ReminderRow
from inbox_app.queries import reminders
from inbox_app.settings import local_zone
from tests.e2e.person import Person
from tests.ui.patience import until
from ui.inbox.snooze_dialog import Deed, SnoozeDialog
from ui.reminders.page import RemindersPage

D = TypeVar("D", SnoozeDialog, RemindersPage)
pytestmark = [pytest.mark.ui, pytest.mark.e2e]


@dataclass
class Counting:
    """A person whose keys and clicks are counted; typed text is not."""

    person: Person
    keys: int = 0
    clicks: int = 0

    def key(self, at: QWidget, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.keys += 1
        QTest.keyClick(at, key, held)

    def click(self, button: QAbstractButton) -> None:
        self.clicks += 1
        self.person.click(button)

    def click_line(self, lines: QListWidget, place: int) -> None:
        self.clicks += 1
        where: QPoint = lines.visualItemRect(lines.item(place)).center()
        QTest.mouseClick(lines.viewport(), Qt.MouseButton.LeftButton, pos=where)

    async def dialog(self) -> SnoozeDialog:
        await until(lambda: shown(self.person, SnoozeDialog), "the dialog")
        return shown(self.person, SnoozeDialog)[0]

    async def rows(self) -> tuple[ReminderRow, ...]:
        """Those on conversations: the practice room has some on members."""
        core = self.person.session.core
        assert core is not None
        every = await reminders.every(core.store, core.me)
        assert len({row.text for row in every if row.member is not None}) >= 3, "a newcomer sees what they look like"
        return tuple(row for row in every if row.conversation is not None)


def done_buttons(page: RemindersPage) -> list[QAbstractButton]:
    """Those of the cards in sight."""
    return [one for one in page.findChildren(QAbstractButton) if one.text().strip() == "Done" and one.isVisible()]


def shown(person: Person, kind: type[D]) -> list[D]:
    """Dialogs of a kind that are in sight."""
    return [one for one in person.window.findChildren(kind) if one.isVisible()]


@pytest.fixture
async def counting(person: Person) -> Counting:
    """In the practice room, with a conversation open."""
    person.click(person.window.first_start.practice)
    await person.see_list(10)
    await person.open(person.place.bridge.ids[0])
    person.place.list.view.setFocus()
    return Counting(person)


@pytest.mark.parametrize(
    ("words", "key", "kind"),
    [
        ("in 3 days", Qt.Key.Key_2, ReminderKind.IF_NO_REPLY),
        ("fri 9", Qt.Key.Key_3, ReminderKind.REGARDLESS),
        ("domani alle 9", Qt.Key.Key_3, ReminderKind.REGARDLESS),
    ],
)
async def test_job_12_remind_me_if_silent_or_regardless(
    counting: Counting, words: str, key: Qt.Key, kind: ReminderKind
) -> None:
    counting.key(counting.person.place.list.view, Qt.Key.Key_S)
    dialog = await counting.dialog()
    counting.key(dialog.choices.field, key, Qt.KeyboardModifier.AltModifier)
    QTest.keyClicks(dialog.choices.field, words)
    assert local_zone().key in dialog.meant.text(), "the date is shown with its zone"
    counting.key(dialog.choices.field, Qt.Key.Key_Return)
    await until(lambda: "Reminder set" in counting.person.place.toast.words.text(), "what was done")
    (row,) = await counting.rows()
    assert (row.kind, counting.keys) == (kind, 3)
    assert row.due_at > datetime.now(local_zone())
    assert counting.person.told == []


async def test_job_13_every_first_monday(counting: Counting) -> None:
    counting.click(counting.person.buttons("Snooze or remind")[0])
    dialog = await counting.dialog()
    repeat = next(b for b in dialog.deeds.findChildren(QAbstractButton) if b.text() == "Repeat")
    counting.click(repeat)
    assert dialog.deed is Deed.REPEAT
    names = [choice.name for choice in dialog.choices.offered]
    counting.click_line(dialog.choices.list, names.index("Every first Monday of the month"))
    told = dialog.meant.text().splitlines()
    assert len(told) == 4, "three dates and the zone"
    assert all("Monday" in line for line in told[:3])
    counting.click(dialog.go)
    await until(lambda: "it repeats" in counting.person.place.toast.words.text(), "what was done")
    (row,) = await counting.rows()
    assert counting.clicks <= 6
    assert (row.kind, row.rule) == (ReminderKind.RECURRING, "FREQ=MONTHLY;BYDAY=1MO;BYHOUR=9;BYMINUTE=0")
    assert [(one.wall.weekday(), one.wall.hour) for one in row.next_times] == [(0, 9)] * 3
    assert counting.person.told == []


async def test_what_falls_due_is_on_top_until_it_is_dealt_with(counting: Counting) -> None:
    person = counting.person
    last = person.place.bridge.ids[3]
    await person.open(last)
    person.place.list.view.setFocus()
    counting.key(person.place.list.view, Qt.Key.Key_S)
    dialog = await counting.dialog()
    counting.key(dialog.choices.field, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    QTest.keyClicks(dialog.text, "Call")
    soon = datetime.now(local_zone()) + timedelta(seconds=15)
    QTest.keyClicks(dialog.choices.field, soon.isoformat())
    counting.key(dialog.choices.field, Qt.Key.Key_Return)
    await until(lambda: person.place.bridge.ids[0] == last, "it on top", 90)
    await until(lambda: (row := person.place.list.row(last)) is not None and row.is_due, "its sign")
    await until(person.place.reminding.due_bar.isVisible, "the bar")
    await until(person.place.sidebar._due.isVisible, "the count in the sidebar")
    person.window.activateWindow()
    await until(person.window.isActiveWindow, "the window in front")
    person.place.list.view.setFocus()
    person.press(Qt.Key.Key_G)
    person.press(Qt.Key.Key_R)
    await until(lambda: shown(person, RemindersPage), "the page")
    (page,) = shown(person, RemindersPage)
    await until(lambda: done_buttons(page), "the card")
    # What is due comes first; the practice room's own reminders are not yet.
    person.click(done_buttons(page)[0])
    await until(lambda: not person.place.reminding.due_bar.isVisible(), "nothing due")
    await until(lambda: person.place.bridge.ids[0] != last, "it in its place")
    page.reject()
    assert person.told == []


async def test_a_promise_is_kept_with_one_key(counting: Counting) -> None:
    person = counting.person
    person.press(Qt.Key.Key_R)
    person.type_text("Thanks! I'll get back to you next week.")
    person.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(person.place.reminding.promise_bar.isVisible, "the offer")
    counting.key(person.place.thread_view.column, Qt.Key.Key_P)
    await until(lambda: "Reminder set" in person.place.toast.words.text(), "what was done")
    (row,) = await counting.rows()
    assert (row.text, row.kind) == ("I'll get back to you next week.", ReminderKind.REGARDLESS)
    assert not person.place.reminding.promise_bar.isVisible()
    assert person.told == []
