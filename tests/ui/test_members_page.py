"""The page of all members: tags and facts for many, lists kept by name, tables brought in, the card by Enter."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QMenu, QMessageBox, QWidget

from inbox_app.actions import members, saved_lists, triage
from inbox_app.domain.ids import MemberId
from inbox_app.domain.loyalty import Standing
from inbox_app.domain.members_list import Order, Wanted
from inbox_app.domain.people import Fact
from inbox_app.domain.saved_lists import Choice
from inbox_app.exchange import member_arrivals
from inbox_app.queries import community
from inbox_app.storage import member_facts
from inbox_app.storage.workspace import write_shared_setting
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.newcomers import NEW, newcomers_in
from tests.ui.patience import dialog_of, until
from ui.commands import Does
from ui.community.members_page import MembersPage
from ui.community.members_table import COLUMNS, Column
from ui.inbox.tag_dialog import TagDialog
from ui.line_dialog import LineDialog
from ui.members.card_page import CardPage
from ui.members.note_dialog import NoteDialog
from ui.members.setting_dialog import SettingDialog
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.theme.widgets import Chip, PushButton
from ui.trouble import Trouble
from ui.vault.erase_dialog import EraseDialog
from ui.workplace import Workplace


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    """Newcomers, each in a conversation of their own, and somebody who asks one of them."""
    async with newcomers_in(core, tasks, theme, keep) as made:
        yield made


async def test_many_members_are_tagged_at_once_and_a_label_says_why(place: Workplace, core: StoreCore) -> None:
    place.give(Does.MEMBERS)
    page = await dialog_of(place, MembersPage)
    await until(lambda: page.is_settled and len(page.model.ids) == NEW, "everybody")
    label = page.model.index(0, COLUMNS.index(Column.LABEL))
    await until(lambda: page.model.data(label) == "newcomer", "the labels")
    assert "for the first time" in str(page.model.data(label, Qt.ItemDataRole.ToolTipRole))
    page.table.selectAll()
    page.tagging.click()
    dialog = await dialog_of(place, TagDialog)
    dialog.choices.typed.emit("Autumn")
    dialog.choices.chosen.emit("Autumn")
    await until(lambda: "Autumn" in page.why.text() and page.tag.findData("Autumn") > 0, "what was done, to be chosen")
    rows = await community.rows(core.store, page.model.ids)
    assert {one.line.tags for one in rows} == {("Autumn",)}
    page.words.setText("new05")
    await until(lambda: page.is_settled and len(page.model.ids) == 1, "the one who was looked for")
    page.words.clear()
    page.standing.setCurrentIndex(page.standing.findData(Standing.PILLAR.value))
    page.standing.activated.emit(page.standing.currentIndex())
    await until(lambda: page.is_settled and page.nobody.isVisible(), "no pillars, in a sentence")
    (step,) = [one for one in page.nobody.findChildren(PushButton) if one.isVisible()]
    step.click()
    await until(lambda: page.is_settled and page.table.isVisible() and len(page.model.ids) == NEW, "everybody again")
    head, order = page.table.horizontalHeader(), page.model.ids
    where = QPoint(head.sectionViewportPosition(COLUMNS.index(Column.TAGS)) + 20, head.height() // 2)
    QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert COLUMNS[head.sortIndicatorSection()] is Column.LAST_SEEN, "by tags nothing is sorted, and no arrow says so"
    assert page.model.ids is order
    page.reject()


async def test_a_list_that_a_colleague_saved_meanwhile_stays_and_what_is_not_understood_is_greyed(
    place: Workplace, core: StoreCore
) -> None:
    newer = json.dumps({"name": "Odd", "choice": {"mood": "good"}})
    await core.store.write(lambda tx: write_shared_setting(tx, "member_list:x", newer))
    place.give(Does.MEMBERS)
    page = await dialog_of(place, MembersPage)
    page.choose(Choice(words="new05"))
    await until(lambda: page.is_settled and len(page.model.ids) == 1, "the one who was looked for")
    QTest.keyClick(page.lists, Qt.Key.Key_Space)
    await until(lambda: any(one.isVisible() for one in page.findChildren(QMenu)), "the menu")
    (menu,) = (one for one in page.findChildren(QMenu) if one.isVisible())
    actions = {one.text(): one for one in menu.actions()}
    assert not actions["Odd (kept by a newer Portavoce)"].isEnabled()
    actions["Save this as a list…"].trigger()
    menu.hide()
    dialog = await dialog_of(page, LineDialog)
    await saved_lists.save(core.store, core.me, "Tea", Choice(words="new06"))
    QTest.keyClicks(dialog.field, "tea")
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    told = "A colleague saved a list “Tea”"
    await until(lambda: dialog.isVisible() and dialog.problem.text().startswith(told), "that it is there")
    assert dialog.words == "tea", "what was typed is there to be changed"
    assert page.words.text() == "new05", "what was chosen stays"
    assert [one.choice for one in await community.lists(core.store)] == [None, Choice(words="new06")]
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    await until(lambda: place.toast.words.text() == "List “tea” replaced.", "it in its place, now that one knows")
    assert [one.choice for one in await community.lists(core.store)] == [None, Choice(words="new05")]
    page.reject()


async def test_a_choice_of_members_is_kept_as_a_list_and_chosen_again(place: Workplace, core: StoreCore) -> None:
    def offered() -> list[QMenu]:
        return [one for one in page.findChildren(QMenu) if one.isVisible()]

    async def pick(words: str) -> None:
        QTest.keyClick(page.lists, Qt.Key.Key_Space)
        await until(lambda: any(one.text() == words for menu in offered() for one in menu.actions()), words)
        (action,) = [one for one in offered()[0].actions() if one.text() == words]
        action.trigger()
        offered()[0].hide()

    place.give(Does.MEMBERS)
    page = await dialog_of(place, MembersPage)
    page.choose(Choice(words="new05", standing=Standing.NEWCOMER, seen_days=45, order=Order.NAME, ascending=True))
    await until(lambda: page.is_settled and len(page.model.ids) == 1, "the one who was looked for")
    assert page.seen.currentText() == "spoke within 45 days", "what is offered to nobody else"
    await pick("Save this as a list…")
    dialog = await dialog_of(page, LineDialog)
    QTest.keyClicks(dialog.field, "Tea & talk")
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    await until(lambda: page.lists.accessibleName() == "List: Tea & talk", "the list that is shown")
    page._show_everybody()
    await until(lambda: page.is_settled and len(page.model.ids) == NEW, "everybody again")
    assert page.lists.text() == "Lists"
    await pick("Tea && talk\t1")
    await until(lambda: page.is_settled and len(page.model.ids) == 1, "whoever is on the list")
    assert (page.words.text(), page.standing.currentData()) == ("new05", Standing.NEWCOMER.value)
    assert page.lists.accessibleName() == "List: Tea & talk", "sorted as it was kept"
    await pick("Remove “Tea && talk”")
    await until(lambda: page.lists.known == () and place.toast.isVisible(), "it gone")
    page.activateWindow()
    await until(page.isActiveWindow, "the page in front again")
    QTest.keyClick(page.table, Qt.Key.Key_Z)
    await until(lambda: page.lists.accessibleName() == "List: Tea & talk", "it back")
    assert len(await community.lists(core.store)) == 1
    page.reject()


async def test_one_fact_is_set_for_many_members_at_once(place: Workplace, core: StoreCore) -> None:
    place.give(Does.MEMBERS)
    page = await dialog_of(place, MembersPage)
    await until(lambda: page.is_settled and len(page.model.ids) == NEW, "everybody")
    page.table.selectAll()
    page.setting.click()
    setting = await dialog_of(place, SettingDialog)
    setting.which.setCurrentIndex(setting.which.findData(Fact.CONSENT))
    setting.chosen.setCurrentIndex(setting.chosen.findData("given"))
    setting.accept()
    await until(lambda: "Consent" in page.why.text(), "what was set")
    assert await consents(core, page.model.ids) == {"given"}
    await triage.undo(core.store, core.me)
    assert await consents(core, page.model.ids) == {""}
    page.reject()


async def consents(core: StoreCore, wanted: Sequence[MemberId]) -> set[str]:
    """What any of these members consented to."""
    told = await core.store.read(lambda conn: member_facts.told_of(conn, wanted))
    return {one.facts[Fact.CONSENT].value for one in told.values()}


async def test_members_come_in_from_a_table_once_it_is_agreed_and_esc_stops_them(
    place: Workplace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(member_arrivals, "LOT", 2)
    table = tmp_path / "friends.csv"
    people = [f"friend{number}@example.net,yes" for number in range(9)]
    table.write_text("\n".join(["email,consent", "new05@example.net,perhaps", *people, ",yes", ",no"]), "utf-8")
    place.give(Does.MEMBERS)
    page = await dialog_of(place, MembersPage)
    await until(lambda: page.is_settled and len(page.model.ids) == NEW, "everybody")
    page.sheets.bring.click()
    files = await dialog_of(page, QFileDialog)
    (name,) = files.findChildren(QLineEdit)
    name.setText(str(table))
    files.accept()
    box = await dialog_of(page, QMessageBox)
    told = box.text() + box.informativeText()
    assert "9 new, 0 changed, 1 the same, 2 left out" in told
    assert "2 lines, the first is line 12" in told
    assert "Line 2: consent: “perhaps”" in told
    page.sheets.told.connect(lambda _said: page.reject())
    next(one for one in box.buttons() if one.text() == "Import").click()
    await until(lambda: "2 new, 0 changed" in place.toast.words.accessibleName(), "what came in so far")
    await until(lambda: page.is_settled and len(page.model.ids) == NEW + 2, "them in the list")
    assert page.isVisible()
    page.reject()


async def test_what_is_done_and_what_fails_is_said_on_the_page_in_front_and_taken_back_there(
    place: Workplace, core: StoreCore, tasks: Tasks, troubles: list[str]
) -> None:
    place.give(Does.MEMBERS)
    page = await dialog_of(place, MembersPage)
    await until(lambda: page.is_settled and len(page.model.ids) == NEW, "everybody")
    page.table.selectRow(0)
    page.tagging.click()
    dialog = await dialog_of(place, TagDialog)
    dialog.choices.chosen.emit("Autumn")
    await until(lambda: place.toast.isVisible() and "Autumn" in place.toast.words.text(), "what was done")
    assert place.toast.window() is page
    page.activateWindow()
    await until(page.isActiveWindow, "the page in front again")
    name, tags = (page.model.index(0, COLUMNS.index(column)) for column in (Column.NAME, Column.TAGS))
    await until(lambda: page.model.data(name) == "New01" and page.model.data(tags), "the tag in the list")
    place.toast.undo.click()
    await until(lambda: page.model.data(name) == "New01" and not page.model.data(tags), "the tag gone from the list")
    await until(lambda: place.toast.words.text() == "Taken back: Member changed (Autumn), New01", "what came back")
    await until(lambda: page.tag.findData("Autumn") < 0, "the tag gone that was made for it")
    tasks.failed.emit("That is no table of members.")
    troubles.clear()
    (told,) = page.findChildren(Trouble)
    assert told.isVisible()
    assert told.words.text() == "That is no table of members."
    place.toast.say("Said on the page")
    page.reject()
    await until(lambda: place.toast.window() is place.window() and place.toast.isVisible(), "what was said, still told")


async def card_of_the_last(place: Workplace) -> tuple[MembersPage, CardPage]:
    """The page of members, and over it the card of one who was looked for there."""
    place.give(Does.MEMBERS)
    page = await dialog_of(place, MembersPage)
    page.words.setText("new05")
    await until(lambda: page.is_settled and len(page.model.ids) == 1, "the one who was looked for")
    page.table.setCurrentIndex(page.model.index(0, 0))
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    card = await dialog_of(place, CardPage)
    await until(lambda: card.is_settled and card.focusWidget() is not None, "the card")
    return page, card


async def test_enter_opens_the_card_of_a_member_and_keys_go_on_there(place: Workplace, core: StoreCore) -> None:
    _page, card = await card_of_the_last(place)
    assert card.windowTitle() == "New05"
    QTest.keyClick(card.focusWidget(), Qt.Key.Key_N)
    note = await dialog_of(place, NoteDialog)
    note.field.setPlainText("Collects jugs")
    QTest.keyClick(note.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: card.panel.shown is not None and len(card.panel.shown.notes) == 1, "the note on the card")
    card.activateWindow()
    await until(card.isActiveWindow, "the card in front again")
    QTest.keyClick(card.focusWidget(), Qt.Key.Key_Z)
    await until(lambda: card.panel.shown is not None and not card.panel.shown.notes, "it taken back")
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(card.focusWidget(), Qt.Key.Key_U, keys)
    await until(lambda: "One of us" in {one.said for one in card.panel.findChildren(Chip)}, "no member any more")
    assert await community.listed(core.store, Wanted(words="new05")) == ()
    QTest.keyClick(card.focusWidget(), Qt.Key.Key_Z)
    await until(lambda: card.panel.ours.accessibleName() == "One of us, not a member", "a member again")
    (line,) = [one for one in card.panel.findChildren(QWidget) if one.objectName().startswith("said:")]
    QTest.keyClick(line, Qt.Key.Key_Space)
    await until(lambda: place.bridge.on_screen is not None and place.is_settled, "the conversation")
    assert place.bridge.on_screen is not None
    assert place.bridge.on_screen.messages[0].text == "text of n5"


async def test_after_a_card_the_list_has_nobody_who_was_linked_there_and_the_cursor_stays(
    place: Workplace, core: StoreCore
) -> None:
    page, card = await card_of_the_last(place)
    (whom,) = page.model.ids
    page.words.setText("new")
    await until(lambda: page.is_settled and len(page.model.ids) == NEW, "everybody")
    other = next(one for one in page.model.ids if one != whom)
    await members.link(core.store, core.me, whom, other)
    card.reject()
    await until(lambda: page.is_settled and len(page.model.ids) == NEW - 1, "one person less")
    assert page.selected() == (whom,)
    page.reject()


async def test_in_a_low_window_the_list_of_members_has_the_room_and_all_is_reached(place: Workplace) -> None:
    place.give(Does.MEMBERS)
    page = await dialog_of(place, MembersPage)
    await until(lambda: page.is_settled and len(page.model.ids) == NEW, "everybody")
    page.table.selectRow(1)
    page.resize(683, 384)
    await until(lambda: page.table.viewport().height() >= 3 * page.table.rowHeight(0), "three rows at least")
    assert page.width() == 683
    parts = (page.words, page.why, page.count, page.standing, page.seen, page.columns, page.sheets)
    assert all(page.rect().contains(QRect(one.mapTo(page, QPoint()), one.size())) for one in parts)
    assert page.words.hasFocus(), "what is typed goes on being looked for"
    assert page.why.said.startswith("Spoke for the first time")
    page.resize(1080, 700)
    await until(lambda: page.why.y() > page.stack.y() > page.words.y(), "each in its own line again")


async def test_a_member_is_erased_on_their_own_card_which_says_where_they_stand(place: Workplace) -> None:
    page, card = await card_of_the_last(place)
    told = {one.text() for one in card.panel.findChildren(QLabel)}
    assert any("newcomers are new for 30 days" in one for one in told)
    assert "newcomer" in {one.said for one in card.panel.findChildren(Chip)}
    assert card.panel.erase.isVisible()
    QTest.keyClick(
        card.focusWidget(), Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    dialog = await dialog_of(place, EraseDialog)
    dialog.typed.setText("New05")
    QTest.keyClick(dialog.typed, Qt.Key.Key_Return)
    await until(lambda: page.is_settled and not page.model.ids, "them gone from the list")
    page.reject()


async def test_enter_and_down_lead_from_the_words_into_the_list_of_members(place: Workplace) -> None:
    place.give(Does.MEMBERS)
    page = await dialog_of(place, MembersPage)
    page.words.setText("new05")
    await until(lambda: page.is_settled and len(page.model.ids) == 1, "the one who was looked for")
    pressed: list[bool] = []
    page.columns.clicked.connect(pressed.append)
    page.card_asked.connect(pressed.append)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Down):
        page.words.setFocus()
        QTest.keyClick(page.words, key)
        assert page.focusWidget() is page.table
        assert page.selected() == page.model.ids
    assert not pressed, "Enter and Down lead from the words into the list, and press nothing"
    page.reject()
