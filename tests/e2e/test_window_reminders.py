"""Reminders in the window: set by counted keys and clicks, on top when due, and a promise that is kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QListWidget

from inbox_app.domain.reminders import ReminderKind, ReminderRow
from inbox_app.queries import reminders
from inbox_app.settings import local_zone
from tests.e2e.counting import Hands
from tests.e2e.person import Person
from tests.ui.patience import dialog_of, until
from ui.inbox.snooze_dialog import Deed, SnoozeDialog
from ui.reminders.page import RemindersPage

D = TypeVar("D", SnoozeDialog, RemindersPage)
pytestmark = [pytest.mark.ui, pytest.mark.e2e]


async def rows(person: Person) -> tuple[ReminderRow, ...]:
    """Those on conversations: the practice room has some on members."""
    core = person.session.core
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
async def inside(person: Person) -> Person:
    """In the practice room, with a conversation open."""
    await person.move_in()
    await person.open(person.place.bridge.ids[0])
    person.place.list.view.setFocus()
    return person


@pytest.mark.parametrize(
    ("words", "key", "kind"),
    [
        ("in 3 days", Qt.Key.Key_2, ReminderKind.IF_NO_REPLY),
        ("fri 9", Qt.Key.Key_3, ReminderKind.REGARDLESS),
        ("domani alle 9", Qt.Key.Key_3, ReminderKind.REGARDLESS),
    ],
)
async def test_remind_me_if_silent_or_regardless_in_three_keys(
    inside: Person, hands: Hands, words: str, key: Qt.Key, kind: ReminderKind
) -> None:
    hands.begin()
    inside.press(Qt.Key.Key_S)
    dialog = await dialog_of(inside.window, SnoozeDialog)
    QTest.keyClick(dialog.choices.field, key, Qt.KeyboardModifier.AltModifier)
    QTest.keyClicks(dialog.choices.field, words)
    assert local_zone().key in dialog.meant.text(), "the date is shown with its zone"
    QTest.keyClick(dialog.choices.field, Qt.Key.Key_Return)
    await until(lambda: "Reminder set" in inside.place.toast.words.text(), "what was done")
    hands.did("12 remind me if silent")
    (row,) = await rows(inside)
    assert row.kind is kind
    assert row.due_at > datetime.now(local_zone())
    assert inside.told == []


async def test_every_first_monday_in_four_clicks(inside: Person, hands: Hands) -> None:
    hands.begin()
    inside.click(inside.buttons("Snooze or remind")[0])
    dialog = await dialog_of(inside.window, SnoozeDialog)
    repeat = next(b for b in dialog.deeds.findChildren(QAbstractButton) if b.text() == "Repeat")
    inside.click(repeat)
    assert dialog.deed is Deed.REPEAT
    names = [choice.name for choice in dialog.choices.offered]
    click_line(dialog.choices.list, names.index("Every first Monday of the month"))
    told = dialog.meant.text().splitlines()
    assert len(told) == 4, "three dates and the zone"
    assert all("Monday" in line for line in told[:3])
    inside.click(dialog.go)
    await until(lambda: "it repeats" in inside.place.toast.words.text(), "what was done")
    hands.did("13 every first Monday")
    (row,) = await rows(inside)
    assert (row.kind, row.rule) == (ReminderKind.RECURRING, "FREQ=MONTHLY;BYDAY=1MO;BYHOUR=9;BYMINUTE=0")
    assert [(one.wall.weekday(), one.wall.hour) for one in row.next_times] == [(0, 9)] * 3
    assert inside.told == []


def click_line(lines: QListWidget, place: int) -> None:
    QTest.mouseClick(lines.viewport(), Qt.MouseButton.LeftButton, pos=lines.visualItemRect(lines.item(place)).center())


async def test_what_falls_due_is_on_top_until_it_is_dealt_with(inside: Person) -> None:
    person = inside
    last = person.place.bridge.ids[3]
    await person.open(last)
    person.place.list.view.setFocus()
    person.press(Qt.Key.Key_S)
    dialog = await dialog_of(person.window, SnoozeDialog)
    QTest.keyClick(dialog.choices.field, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    QTest.keyClicks(dialog.text, "Call")
    soon = datetime.now(local_zone()) + timedelta(seconds=15)
    QTest.keyClicks(dialog.choices.field, soon.isoformat())
    QTest.keyClick(dialog.choices.field, Qt.Key.Key_Return)
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


async def test_a_promise_is_kept_with_one_key(inside: Person) -> None:
    person = inside
    person.press(Qt.Key.Key_R)
    person.type_text("Thanks! I'll get back to you next week.")
    person.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(person.place.reminding.promise_bar.isVisible, "the offer")
    QTest.keyClick(person.place.thread_view.column, Qt.Key.Key_P)
    await until(lambda: "Reminder set" in person.place.toast.words.text(), "what was done")
    (row,) = await rows(person)
    assert (row.text, row.kind) == ("I'll get back to you next week.", ReminderKind.REGARDLESS)
    assert not person.place.reminding.promise_bar.isVisible()
    assert person.told == []
