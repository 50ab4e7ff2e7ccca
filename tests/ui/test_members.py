"""The card of a member in the window: changed where it stands, noted, tagged, linked; each said and taken back by Z."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from zipfile import ZipFile

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QMenu, QWidget

from inbox_app.actions import members as act
from inbox_app.actions import reminders as remind
from inbox_app.actions import triage
from inbox_app.domain.encounters import Encounter, Met
from inbox_app.domain.ids import MemberId
from inbox_app.domain.inbox import AuthorRow
from inbox_app.domain.people import LONGEST_NOTE, Activity, Card, Fact, FieldType
from inbox_app.domain.reminders import About, Plan
from inbox_app.queries import members as ask
from inbox_app.queries import reminders as asked
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import closed, dialog_of, until
from tests.unit.ingest.tales import START, at, said
from ui.app_window import AppWindow
from ui.commands import Does
from ui.conversation.note_part import NotePart
from ui.inbox.snooze_dialog import Deed, SnoozeDialog
from ui.inbox.tag_dialog import TagDialog
from ui.members.editable import EditableLine
from ui.members.link_dialog import LinkDialog
from ui.members.member_panel import members_of
from ui.members.met_dialog import MetDialog
from ui.members.note_dialog import NoteDialog
from ui.members.pack_dialog import PackDialog
from ui.members.split_dialog import SplitDialog
from ui.members.timeline_page import TimelinePage
from ui.reminders.page import RemindersPage
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.theme.widgets import ChoiceBox
from ui.workplace import Workplace

pytestmark = pytest.mark.ui


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    """A conversation in which Maya and Tom speak, and one of somebody who may be Maya."""
    await core.tell(said("c", 1, by="maya_b"), said("a", 2), said("b", 3, by="tom", parent="a"))
    window = keep(AppWindow(tasks, theme))
    window.resize(1640, 960)
    made = Workplace(core, tasks, theme)
    window.put_in(made)
    window.show()
    window.activateWindow()
    await until(window.isActiveWindow, "the window in front")
    await until(lambda: len(made.bridge.ids) == 2, "the list")
    made.open(made.bridge.ids[0])
    made.list.view.setFocus()
    await until(lambda: made.members.shown is not None and made.is_settled, "the card")
    yield made
    await made.close_down()


@pytest.fixture
async def maya(place: Workplace, core: StoreCore) -> MemberId:
    """Maya, whose card is shown."""
    page = await ask.page(core.store, words="maya@")
    place.people.choose(page.lines[0].id)
    await until(lambda: shown(place).id == page.lines[0].id, "Maya's card")
    return page.lines[0].id


def shown(place: Workplace) -> Card:
    card = place.members.shown
    assert card is not None
    return card


async def named(room: QWidget, name: str) -> QAbstractButton:
    """The only button of this name, when the card that is being filled has it."""

    def found() -> list[QAbstractButton]:
        return [one for one in room.findChildren(QAbstractButton) if one.accessibleName() == name and one.isVisible()]

    await until(lambda: len(found()) == 1, name)
    return found()[0]


def texts(room: QWidget) -> str:
    return " ".join(one.text() for one in room.findChildren(QLabel) if one.isVisible())


def people_of(place: Workplace) -> list[AuthorRow]:
    assert place.bridge.on_screen is not None
    return members_of(place.bridge.on_screen)


async def line(place: Workplace, name: str) -> QWidget:
    """The only line of this name: while the card is filled anew the old one is there for a moment longer."""

    def found() -> list[QWidget]:
        editors = (one.editor for one in place.members.findChildren(EditableLine))
        return [one for one in editors if one.accessibleName() == name]

    await until(lambda: len(found()) == 1, name)
    return found()[0]


async def choose(place: Workplace, name: str) -> None:
    await until(lambda: [one for one in place.findChildren(QMenu) if one.isVisible()], "the menu")
    menu = next(one for one in place.findChildren(QMenu) if one.isVisible())
    (action,) = (one for one in menu.actions() if one.text() == name)
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


async def note(place: Workplace, text: str, does: Does = Does.NOTE) -> None:
    place.give(does)
    dialog = await dialog_of(place, NoteDialog)
    assert not dialog.keep.isEnabled()
    QTest.keyClicks(dialog.field, text)
    QTest.keyClick(dialog.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_a_note_that_is_too_long_stays_where_it_is_written(theme: Theme, keep: Keep) -> None:
    dialog = keep(NoteDialog(theme, keep(QWidget()), conversation="here"))
    dialog.field.setPlainText("x" * (LONGEST_NOTE + 1))
    dialog.accept()
    assert dialog.result() == 0
    assert dialog.problem.text() == "A note may have 20,000 characters, this has 20,001."
    dialog.field.setPlainText("x" * LONGEST_NOTE)
    dialog.accept()
    assert dialog.result() == 1


async def test_another_person_of_the_conversation_is_one_press_away(place: Workplace) -> None:
    assert shown(place).name == "Tom", "who waits and spoke last"
    (await named(place.members, "Maya")).click()
    await until(lambda: shown(place).name == "Maya", "her card")
    await until(lambda: place.is_settled, "all")
    assert [one.text for one in shown(place).recent.lines] == ["text of a"]


async def test_facts_and_fields_are_changed_where_they_stand(place: Workplace, core: StoreCore, maya: MemberId) -> None:
    await act.define_field(core.store, "Cups", FieldType.NUMBER)
    await until(lambda: shown(place).fields, "the field")
    await until(lambda: place.is_settled, "all")
    cups = await line(place, "Cups")
    cups.setFocus()
    QTest.keyClicks(cups, "many")
    QTest.keyClick(cups, Qt.Key.Key_Return)
    await until(lambda: "number" in place.toast.words.text(), "why not")
    cups = await line(place, "Cups")
    assert isinstance(cups, QLineEdit)
    assert cups.text() == ""
    QTest.keyClicks(cups, "12")
    QTest.keyClick(cups, Qt.Key.Key_Return)
    await until(lambda: shown(place).fields[0][1].value == "12", "the value")
    form = await line(place, "Form of address")
    assert isinstance(form, ChoiceBox)
    form.setFocus()
    form.setCurrentIndex(form.findData("lei"))
    form.activated.emit(form.currentIndex())
    await until(lambda: shown(place).facts[Fact.ADDRESS_FORM].value == "lei", "the form")
    place.list.view.setFocus()
    QTest.keyClick(place.list.view, Qt.Key.Key_Z)
    await until(lambda: shown(place).facts[Fact.ADDRESS_FORM].value == "", "it taken back")
    assert (await ask.card(core.store, core.me, maya)).fields[0][1].value == "12"


async def test_what_is_being_typed_survives_news(place: Workplace, core: StoreCore, maya: MemberId) -> None:
    name = await line(place, "Preferred name")
    assert isinstance(name, QLineEdit)
    name.setFocus()
    QTest.keyClicks(name, "Maj")
    await core.tell(said("d", 5, parent="a"))
    await until(lambda: place.bridge.on_screen is not None and len(place.bridge.on_screen.messages) == 3, "news")
    await until(lambda: place.is_settled, "all")
    QTest.keyClicks(name, "a")
    QTest.keyClick(name, Qt.Key.Key_Return)
    await until(lambda: shown(place).name == "Maja", "the whole of it")
    assert shown(place).messages == 2
    name = await line(place, "Preferred name")
    assert isinstance(name, QLineEdit)
    name.setFocus()
    QTest.keyClicks(name, "!!")
    QTest.keyClick(name, Qt.Key.Key_Escape)
    assert name.text() == "Maja"
    assert (await ask.card(core.store, core.me, maya)).name == "Maja"


async def test_what_was_typed_is_kept_of_whom_it_was_typed_about(
    place: Workplace, core: StoreCore, maya: MemberId
) -> None:
    name = await line(place, "Preferred name")
    name.setFocus()
    QTest.keyClicks(name, "Maja")
    tom = next(one for one in (await ask.page(core.store)).lines if one.name == "Tom")
    place.people.choose(tom.id)
    await until(lambda: shown(place).name == "Tom", "his card, by no click of the person who types")
    await until(lambda: "Maja" in place.toast.words.text(), "what was written down")
    assert (await ask.card(core.store, core.me, maya)).name == "Maja"
    assert (await ask.card(core.store, core.me, tom.id)).name == "Tom"


@pytest.mark.usefixtures("maya")
async def test_a_note_is_changed_pinned_thrown_away_and_back(place: Workplace) -> None:
    await note(place, "First")
    await until(lambda: shown(place).notes, "the note")
    assert place.toast.words.text() == "Noted about Maya."
    (await named(place.members, "What can be done with this note")).click()
    await choose(place, "Pin it first")
    await until(lambda: shown(place).notes[0].pinned, "it pinned")
    (await named(place.members, "What can be done with this note")).click()
    await choose(place, "Change…")
    dialog = await dialog_of(place, NoteDialog)
    assert dialog.field.toPlainText() == "First"
    dialog.field.selectAll()
    QTest.keyClicks(dialog.field, "Second")
    dialog.keep.click()
    await until(lambda: shown(place).notes[0].text == "Second", "it changed")
    (await named(place.members, "What can be done with this note")).click()
    await choose(place, "Throw away")
    await until(lambda: not shown(place).notes, "it gone")
    place.toast.undo.click()
    await until(lambda: shown(place).notes, "it back")
    assert (shown(place).notes[0].text, shown(place).notes[0].pinned) == ("Second", True)


@pytest.mark.usefixtures("maya")
async def test_a_note_that_cannot_be_kept_comes_again_with_what_was_typed(place: Workplace, core: StoreCore) -> None:
    await note(place, "First")
    await until(lambda: shown(place).notes, "the note")
    (await named(place.members, "What can be done with this note")).click()
    await choose(place, "Change…")
    dialog = await dialog_of(place, NoteDialog)
    dialog.field.setPlainText("Written at length")
    await act.remove_note(core.store, core.me, shown(place).notes[0].id)  # by a colleague
    dialog.keep.click()
    await until(lambda: dialog.isVisible() and dialog.problem.isVisible(), "it again, with why")
    assert dialog.field.toPlainText() == "Written at length"
    dialog.reject()
    await closed(dialog)


@pytest.mark.usefixtures("maya")
async def test_a_note_on_the_conversation_stands_in_the_thread(place: Workplace) -> None:
    await note(place, "Ask the roastery", Does.NOTE_HERE)

    def notes() -> list[NotePart]:
        return [one for one in place.thread_view.column.widgets() if isinstance(one, NotePart)]

    await until(notes, "the note in the thread")
    assert not shown(place).notes
    (await named(notes()[0], "What can be done with this note")).click()
    await choose(place, "Throw away")
    await until(lambda: not notes(), "it gone")


@pytest.mark.usefixtures("maya")
async def test_a_member_is_tagged(place: Workplace) -> None:
    place.give(Does.TAG_MEMBER)
    dialog = await dialog_of(place, TagDialog)
    QTest.keyClicks(dialog.choices.field, "Ambassador")
    QTest.keyClick(dialog.choices.field, Qt.Key.Key_Return)
    await until(lambda: [tag.name for tag in shown(place).tags] == ["Ambassador"], "the tag")
    assert place.toast.words.text() == "Maya tagged “Ambassador”."


async def test_a_reminder_on_a_member_is_set_shown_on_the_card_and_leads_back(
    place: Workplace, core: StoreCore, maya: MemberId
) -> None:
    QTest.keyClick(place.list.view, Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    dialog = await dialog_of(place, SnoozeDialog)
    assert dialog.deed is Deed.REGARDLESS
    for key, deed in ((Qt.Key.Key_4, Deed.REPEAT), (Qt.Key.Key_3, Deed.REGARDLESS)):
        QTest.keyClick(dialog.choices.field, key, Qt.KeyboardModifier.AltModifier)
        assert dialog.deed is deed, "the same keys as on a conversation, where one more can be chosen"
    dialog.text.setText("Send the new guide")
    QTest.keyClicks(dialog.choices.field, "domani alle 9")
    QTest.keyClick(dialog.choices.field, Qt.Key.Key_Return)
    card = place.members.reminders
    await until(lambda: "Send the new guide" in texts(card) and place.is_settled, "the reminder on the card")
    (row,) = await asked.every(core.store, core.me)
    assert (row.member, row.conversation, row.if_no_reply) == (maya, None, False)
    place.people.choose(next(one.member for one in people_of(place) if one.member not in (None, maya)) or "")
    await until(lambda: "Send the new guide" not in texts(card), "the card of somebody else")
    place.give(Does.REMINDERS)
    page = await dialog_of(place, RemindersPage)
    (await named(page, "Show the member’s history")).click()
    history = await dialog_of(place, TimelinePage)
    assert "Maya" in history.windowTitle()
    history.reject()


async def test_suggestions_show_both_sides_and_are_dismissed(place: Workplace, core: StoreCore, maya: MemberId) -> None:
    other = (await ask.page(core.store, words="maya_b")).lines[0]
    await act.say(core.store, core.me, other.id, {Fact.PREFERRED_NAME: "Maya B"}, {})
    await core.tell(said("w", 6, parent="a", text="I am also maya_b@example.net"))
    place.give(Does.LINK)
    dialog = await dialog_of(place, LinkDialog)
    await until(lambda: dialog.is_settled and dialog.findChildren(QAbstractButton), "the suggestion")
    spoken = {one.accessibleName() for one in dialog.findChildren(QWidget)}
    assert "For it: wrote this address in a message: maya_b@example.net" in spoken
    assert "Against it: both write to the same account of ours" in spoken
    (await named(dialog, "Maya B is not the same person")).click()
    await until(lambda: dialog.is_settled and not dialog.findChildren(QAbstractButton), "nobody")
    assert await ask.suggestions(core.store, maya) == ()
    QTest.keyClicks(dialog.field, "maya_b")
    await until(lambda: dialog.is_settled and dialog.findChildren(QAbstractButton), "found by name")
    (await named(dialog, "Link Maya B")).click()
    await until(lambda: len(shown(place).handles) == 2, "both on the card")
    place.toast.undo.click()
    await until(lambda: len(shown(place).handles) == 1, "it taken back")


def grown(page: TimelinePage, count: int) -> bool:
    return page.is_settled and page.list.count() == count


async def test_the_timeline_grows_as_it_is_scrolled(place: Workplace, core: StoreCore, maya: MemberId) -> None:
    await core.tell(*(said(f"more{n}", 10 + n, keys=("more",)) for n in range(250)))
    place.give(Does.TIMELINE)
    page = await dialog_of(place, TimelinePage)
    await until(lambda: page.is_settled and page.list.count() == 100, "the first hundred")
    for count in (200, 251):
        page.list.verticalScrollBar().setValue(page.list.verticalScrollBar().maximum())
        await until(partial(grown, page, count), f"{count} lines")
    page.list.setCurrentRow(240)
    seen = page.list.verticalScrollBar().value()
    await act.note_member(core.store, core.me, maya, "Likes tea", met=Met(Encounter.CALL, at(3)))
    await until(partial(grown, page, 252), "what was noted meanwhile")
    assert (page.list.currentRow(), page.list.verticalScrollBar().value()) == (240, seen)
    page.reject()
    assert (await ask.card(core.store, core.me, maya)).messages == 251


async def test_an_encounter_is_written_into_the_timeline_and_lines_are_narrowed_by_kind(
    place: Workplace, core: StoreCore, maya: MemberId
) -> None:
    place.give(Does.TIMELINE)
    page = await dialog_of(place, TimelinePage)
    await until(lambda: grown(page, 1), "what she said")
    page.met.click()
    dialog = await dialog_of(page, MetDialog)
    assert not dialog.keep.isEnabled()
    QTest.keyClicks(dialog.field, "Grinders at the fair")
    dialog.day.setText("2999-01-01")
    assert not dialog.keep.isEnabled(), "still to come"
    dialog.day.setText("2/4/2026")
    dialog.day.setFocus()
    dialog.field.setFocus()
    assert dialog.day.text() == "2026-04-02", "the day that is meant"
    dialog.how.setCurrentIndex(dialog.how.findData(Encounter.CALL))
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    await until(lambda: grown(page, 2), "both")
    assert "Telephoned, Grinders at the fair" in page.list.item(1).text()
    page.kinds.setCurrentIndex(page.kinds.findData(Activity.NOTED))
    page.kinds.activated.emit(page.kinds.currentIndex())
    await until(lambda: grown(page, 1), "the encounter alone")
    assert not page.channels.isEnabled()
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    await choose(place, "Throw away")
    await until(lambda: grown(page, 0) and place.toast.words.text() == "The note is gone.", "nothing")
    place.toast.undo.click()
    await until(lambda: grown(page, 1), "it taken back")
    assert "Z" in {one.key().toString() for one in page.findChildren(QShortcut)}, "as on other pages"
    page.reject()
    assert len((await ask.card(core.store, core.me, maya)).notes) == 1


async def test_the_kind_and_the_day_of_an_encounter_are_changed_and_z_takes_it_back(
    place: Workplace, core: StoreCore, maya: MemberId
) -> None:
    first = Met(Encounter.CALL, at(3))
    await act.note_member(core.store, core.me, maya, "Two\nlines", met=first)
    place.give(Does.TIMELINE)
    page = await dialog_of(place, TimelinePage)
    await until(lambda: grown(page, 2) and "Telephoned" in page.list.item(0).text(), "both")
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    await choose(place, "Change…")
    dialog = await dialog_of(page, MetDialog)
    assert (dialog.met, dialog.text) == (first, "Two\nlines")
    dialog.how.setCurrentIndex(dialog.how.findData(Encounter.EVENT))
    dialog.day.setText("2020-04-03")
    dialog.keep.click()
    await until(lambda: grown(page, 2) and "Met at an event" in page.list.item(1).text(), "it on another day")
    place.toast.undo.click()
    await until(lambda: grown(page, 2) and "Telephoned" in page.list.item(0).text(), "as it was")
    page.reject()
    (noted,) = (await ask.card(core.store, core.me, maya)).notes
    assert (noted.met, noted.text) == (first, "Two\nlines")


async def test_the_timeline_tells_what_we_decided_and_each_line_leads_to_its_conversation(
    place: Workplace, core: StoreCore, maya: MemberId
) -> None:
    (other,) = (one for one in place.bridge.ids if one != place.bridge.opened)
    here = place.bridge.opened
    place.open(other)
    await until(lambda: place.is_settled and place.bridge.opened == other, "another conversation")
    await remind.remind(core.store, core.me, [About(member=maya)], Plan(datetime.now(UTC) + timedelta(days=2), "Call"))
    place.people.show_history(maya)
    page = await dialog_of(place, TimelinePage)
    await until(lambda: grown(page, 2) and "Reminder set" in page.list.item(0).text(), "what is to come")
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    assert page.isVisible(), "it leads nowhere"
    assert here is not None
    await triage.finish(core.store, core.me, [here])
    page.kinds.setCurrentIndex(page.kinds.findData(Activity.DECIDED))
    page.kinds.activated.emit(page.kinds.currentIndex())
    await until(lambda: grown(page, 1) and "Marked as done" in page.list.item(0).text(), "what was decided")
    page.list.setCurrentRow(0)
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    await until(lambda: place.is_settled and place.bridge.opened == here, "its conversation")


async def test_everything_about_somebody_is_handed_over(
    place: Workplace, core: StoreCore, maya: MemberId, tmp_path: Path
) -> None:
    await act.note_member(core.store, core.me, maya, "prefers the morning")
    (await named(place.members, "Hand over everything…")).click()
    dialog = await dialog_of(place, PackDialog)
    assert "Maya" in dialog.windowTitle()
    await until(lambda: "by other people: 1" in dialog.extent.text(), "whose words it is")
    assert "1 note" in dialog.extent.text()
    dialog.redact.setChecked(True)
    dialog.reason.setText("a dispute is open")
    dialog.begin(tmp_path / "maya.zip")
    await until(lambda: dialog.exported is not None, "the pack")
    assert str(tmp_path / "maya.zip") in dialog.said.text()
    with ZipFile(tmp_path / "maya.zip") as archive:
        said_there = archive.read("data.json")
    assert b"a dispute is open" in said_there
    assert b"prefers the morning" not in said_there
    assert b"Tom" not in said_there
    dialog.notes.setChecked(True)
    assert not dialog.reason.isEnabled()
    assert dialog.decided.notes
    dialog.give_up.click()


@pytest.mark.usefixtures("maya")
async def test_where_there_is_room_for_one_pane_the_card_stands_alone(place: Workplace) -> None:
    place.window().resize(683, 384)
    await until(lambda: place.panes.is_narrow, "a narrow window")
    place.give(Does.PANEL)
    assert place.members.isVisible()
    assert not place.thread_view.isVisible()
    place.give(Does.BACK)
    assert place.thread_view.isVisible()
    assert not place.members.isVisible()


def counts(place: Workplace) -> tuple[MemberId, int] | None:
    card = place.members.shown
    return None if card is None else (card.id, card.messages)


async def test_a_handle_that_two_people_had_is_divided_and_z_takes_it_back(
    place: Workplace, core: StoreCore, maya: MemberId
) -> None:
    await core.tell(said("later", 5 * 24 * 60, parent="a"))
    await until(lambda: counts(place) == (maya, 2), "both of her messages")
    (handle,) = shown(place).handles
    (await named(place.members, f"About {handle.handle}…")).click()
    await choose(place, "Two people had it: divide at a day…")
    dialog = await dialog_of(place, SplitDialog)
    dialog.day.setText("some day")
    assert not dialog.divide.isEnabled()
    dialog.day.setText(f"{START + timedelta(days=3):%d/%m/%Y}")
    await until(dialog.divide.isEnabled, "what it divides")
    assert "1 message before, 1 from then on" in dialog.told.text()
    dialog.person.setText("Maya the elder")
    dialog.divide.click()
    await until(lambda: counts(place) == (maya, 1), "the later one's card")
    (elder,) = (await ask.page(core.store, words="elder")).lines
    assert (elder.messages, elder.handles) == (1, (handle.handle,))
    place.give(Does.UNDO)
    await until(lambda: counts(place) == (maya, 2), "one person again")
    assert not (await ask.page(core.store, words="elder")).lines
