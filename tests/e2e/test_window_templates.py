"""Answering with templates on the real window, by keyboard: how many keys it takes, and what never leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QMessageBox, QWidget

from inbox_app.actions import templating
from inbox_app.actions.templating import Wording
from inbox_app.actions.writing import OwnFile
from inbox_app.domain.ids import ConversationId
from inbox_app.domain.inbox import ConversationRow, OutboxRow, Thread
from inbox_app.domain.words import Hat, Kind, State
from inbox_app.queries import inbox, writing
from inbox_app.queries import templates as questions
from tests.e2e.counting import Hands
from tests.e2e.person import Person
from tests.ui.patience import until
from ui.core import Core
from ui.templates.page import TemplatesPage
from ui.templates.picker import Picker

pytestmark = [pytest.mark.ui, pytest.mark.e2e]
D = TypeVar("D", bound=QDialog)
CONTROL = Qt.KeyboardModifier.ControlModifier
PIXEL = OwnFile("mug.png", "image/png", b"\x89PNG a mug")


class Keys:
    """Counts what a person presses; text is typed freely."""

    def __init__(self, person: Person) -> None:
        self.person, self.count = person, 0

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.count += 1
        self.person.press(key, held)

    def press_on(
        self, widget: QWidget, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        self.count += 1
        QTest.keyClick(widget, key, held)


async def begin(person: Person) -> Core:
    """The practice room, with a conversation of comments open."""
    await person.move_in()
    core = person.session.core
    assert core is not None
    wanted: list[ConversationId] = []

    async def look() -> bool:
        rows = await inbox.conversation_rows(core.store, core.me, person.place.bridge.ids)
        wanted[:] = [row.id for row in rows if row.kind is Kind.COMMENTS and row.state is State.OPEN]
        return bool(wanted)

    async with asyncio.timeout(60):
        while not await look():
            await asyncio.sleep(0.05)
    await person.open(wanted[0])
    return core


async def opened(person: Person, kind: type[D]) -> D:
    """The dialog of this kind, once it is there."""
    found: list[D] = []

    def look() -> bool:
        found[:] = [one for one in person.window.findChildren(kind) if one.isVisible()]
        return bool(found)

    await until(look, kind.__name__)
    found[0].activateWindow()
    await until(found[0].isActiveWindow, f"{kind.__name__} in front")
    return found[0]


async def gone(person: Person, dialog: QDialog) -> None:
    """Wait until a dialog has closed; offscreen nobody gives the window its focus back then."""
    await until(lambda: dialog not in person.window.findChildren(QDialog) or not dialog.isVisible(), "it closed")
    person.window.activateWindow()
    await until(person.window.isActiveWindow, "the window in front")


async def pick(person: Person, keys: Keys, words: str, key: Callable[[Picker], None]) -> None:
    keys.press(Qt.Key.Key_T)
    picker = await opened(person, Picker)
    QTest.keyClicks(picker.choices.field, words)
    assert picker.choices.offered, words
    key(picker)
    await gone(person, picker)


async def waiting(core: Core) -> list[OutboxRow]:
    return list(await writing.outbox(core.store, settled=False))


async def test_a_name_a_missing_field_and_a_picture_in_five_keys(person: Person, hands: Hands) -> None:
    core = await begin(person)
    text = "Hi {member.name|friend}, your order {member.order} is on its way."
    await templating.add(core.store, core.me, Wording("parcel", text, shortcut="/parcel"), [PIXEL])
    keys, composer = Keys(person), person.place.composer
    name = person.thread.to_answer.author.name if person.thread.to_answer else ""
    hands.begin()

    await pick(person, keys, "/parcel", lambda picker: keys.press_on(picker.choices.field, Qt.Key.Key_Return))
    await until(lambda: composer.text.startswith(f"Hi {name}, your order {{member.order}}"), "the text")
    assert composer.field.textCursor().selectedText() == "{member.order}", "the next letter takes its place"
    await until(lambda: not composer.files.is_empty, "the picture")

    keys.press_on(composer.field, Qt.Key.Key_Return, CONTROL)
    assert "{member.order}" in composer.problem
    await until(lambda: person.place.answering.writing.is_idle, "nothing on its way")
    assert await waiting(core) == [], "with something missing nothing leaves"
    assert composer.field.textCursor().selectedText() == "{member.order}"

    QTest.keyClicks(composer.field, "42")
    keys.press_on(composer.field, Qt.Key.Key_Return, CONTROL)
    await until(lambda: composer.text == "", "the reply on its way")
    hands.did("5 answer with a template")
    (sent,) = await waiting(core)
    assert sent.text == f"Hi {name}, your order 42 is on its way."
    (message,) = [one for one in (await shown(person, core)).messages if one.outbox is not None]
    assert [one.name for one in message.attachments] == ["mug.png"]
    assert person.told == []


async def shown(person: Person, core: Core) -> Thread:
    opened_one = person.place.bridge.opened
    assert opened_one is not None
    return await inbox.thread(core.store, core.me, opened_one)


async def test_tab_goes_from_one_missing_field_to_the_next_and_then_out(person: Person) -> None:
    core = await begin(person)
    await templating.add(core.store, core.me, Wording("two", "😀 {member.one} and {member.two}!"))
    keys, field = Keys(person), person.place.composer.field
    await pick(person, keys, "two", lambda picker: keys.press_on(picker.choices.field, Qt.Key.Key_Return))
    await until(lambda: field.textCursor().selectedText() == "{member.one}", "the first")
    keys.press_on(field, Qt.Key.Key_Tab)
    assert field.textCursor().selectedText() == "{member.two}"
    keys.press_on(field, Qt.Key.Key_Tab)
    assert field.textCursor().selectedText() == "{member.one}"
    QTest.keyClicks(field, "1")
    keys.press_on(field, Qt.Key.Key_Tab)
    QTest.keyClicks(field, "2")
    assert field.toPlainText() == "😀 1 and 2!"
    keys.press_on(field, Qt.Key.Key_Tab)
    assert person.window.focusWidget() is not field


async def test_a_slash_at_the_start_of_a_word_picks_and_within_one_it_is_typed(person: Person) -> None:
    core = await begin(person)
    await templating.add(core.store, core.me, Wording("seven", "We are open until seven.", shortcut="/seven"))
    person.press(Qt.Key.Key_R)
    field = person.place.composer.field
    QTest.keyClicks(field, "and/or ")
    assert not [one for one in person.window.findChildren(Picker) if one.isVisible()]
    QTest.keyClicks(field, "/")
    picker = await opened(person, Picker)
    QTest.keyClicks(picker.choices.field, "seven")
    QTest.keyClick(picker.choices.field, Qt.Key.Key_Return)
    await gone(person, picker)
    await until(lambda: field.toPlainText() == "and/or We are open until seven.", "the text in place of the slash")

    QTest.keyClicks(field, " /")
    picker = await opened(person, Picker)
    QTest.keyClicks(picker.choices.field, "etc")
    QTest.keyClick(picker.choices.field, Qt.Key.Key_Escape)
    await until(lambda: field.toPlainText().endswith("seven. /etc"), "what was typed is text after all")


async def test_said_already_and_the_other_hat_are_asked_about_once(person: Person) -> None:
    core = await begin(person)
    await templating.add(core.store, core.me, Wording("offer", "Ten per cent off.", hat=Hat.SOCIAL))
    keys, composer = Keys(person), person.place.composer
    within = person.thread.row.id
    await pick(person, keys, "offer", lambda picker: keys.press_on(picker.choices.field, Qt.Key.Key_Return))
    await until(lambda: composer.text == "Ten per cent off.", "the text")
    keys.press_on(composer.field, Qt.Key.Key_Return, CONTROL)
    asked = await opened(person, QMessageBox)
    assert "social hat" in asked.text()
    QTest.keyClick(asked, Qt.Key.Key_Escape)
    await gone(person, asked)
    await until(lambda: not composer.field.isReadOnly(), "the composer free again")
    assert composer.text == "Ten per cent off.", "nothing was lost"
    keys.press_on(composer.field, Qt.Key.Key_Return, CONTROL)
    await until(lambda: composer.text == "", "sent without being asked again")
    (sent,) = await waiting(core)
    assert sent.conversation == within
    assert (await questions.named(core.store, core.me, "offer")).uses == 1


async def test_a_macro_is_one_key_and_one_undo(person: Person) -> None:
    core = await begin(person)
    within = person.thread.row.id
    steps = templating.steps_of(["tag thanked", "done", "next"], core.store.now())
    await templating.add(core.store, core.me, Wording("bye", "Thank you, {member.name|friend}!", steps=steps))
    before = await row_of(core, within)
    keys = Keys(person)
    await pick(person, keys, "bye", lambda picker: keys.press_on(picker.choices.field, Qt.Key.Key_Return, CONTROL))
    await until(lambda: person.place.bridge.opened not in (None, within), "the next conversation")
    after = await row_of(core, within)
    assert (after.state, [tag.name for tag in after.tags if tag not in before.tags]) == (State.DONE, ["thanked"])
    assert keys.count == 2, "T and Ctrl+Enter"

    await until(person.place.leaving.isVisible, "the countdown")
    person.place.list.view.setFocus()
    keys.press(Qt.Key.Key_Z)
    await until(lambda: person.place.composer.text.startswith("Thank you"), "the text back")
    undone = await row_of(core, within)
    assert (undone.state, undone.tags, undone.needs_reply) == (before.state, before.tags, before.needs_reply)
    assert await waiting(core) == []
    assert person.told == []


async def row_of(core: Core, wanted: ConversationId) -> ConversationRow:
    (row,) = await inbox.conversation_rows(core.store, core.me, [wanted])
    return row


async def test_the_practice_room_has_templates_and_the_page_keeps_one_more(person: Person) -> None:
    core = await begin(person)
    person.press(Qt.Key.Key_R)
    person.type_text("See you on Thursday, {member.first|friend}!")
    person.press(Qt.Key.Key_S, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    page = await opened(person, TemplatesPage)
    assert page.choices.offered, "there are some from the start"
    QTest.keyClicks(page.editor.name, "Thursday")
    QTest.keyClicks(page.editor.steps, "dance")
    person.click(page.save)
    await until(lambda: "dance" in page.problem.text(), "why it is not saved")
    page.editor.steps.clear()
    person.click(page.save)
    await until(lambda: not page.save.isEnabled(), "saved")
    kept = await questions.named(core.store, core.me, "Thursday")
    assert kept.first.text == "See you on Thursday, {member.first|friend}!"

    person.click(page.variant)
    await until(lambda: page.texts.currentText() == "New text", "another text")
    QTest.keyClicks(page.editor.text, "Ci vediamo domani!")
    QTest.keyClicks(page.editor.language, "it")
    person.click(page.save)
    await until(lambda: not page.save.isEnabled(), "saved too")
    assert page.texts.count() == 2, "two texts of one template"
    QTest.keyClicks(page.editor.text, "x")
    page.reject()
    asked = await opened(person, QMessageBox)
    QTest.keyClick(asked, Qt.Key.Key_Escape)
    await gone(person, asked)
    assert page.isVisible(), "what was typed is not thrown away by a key"
    assert person.place.composer.text.startswith("See you"), "the reply stays as it was"
    assert person.told == []
