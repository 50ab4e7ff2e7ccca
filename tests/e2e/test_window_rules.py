"""A rule is written on the real window, tried before it is kept, meets what arrives, and is taken back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton

from inbox_app.actions import rules as act
from inbox_app.domain.filter_words import from_words, to_words
from inbox_app.domain.filters import By, Is
from inbox_app.domain.ids import RuleId
from inbox_app.domain.rules import Rule, RuleDeed, RuleStep
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import inbox, rules
from tests.e2e.counting import Hands
from tests.e2e.menus import menu_of, press_line
from tests.e2e.person import Person
from tests.ui.patience import closed, dialog_of, until
from tests.unit.ingest.tales import connect, said
from ui.core import Core
from ui.line_dialog import LineDialog
from ui.rules.over_history import OverHistoryDialog
from ui.rules.page import RulesPage

pytestmark = [pytest.mark.ui, pytest.mark.e2e]
CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


async def begin(person: Person) -> Core:
    await person.move_in()
    core = person.session.core
    assert core is not None
    for laid_out in await rules.every(core.store):
        await act.remove(core.store, laid_out.id)
    return core


async def rules_page(person: Person) -> RulesPage:
    person.window.activateWindow()
    await until(person.window.isActiveWindow, "the window in front")
    person.press(Qt.Key.Key_R, CONTROL_SHIFT)
    found: list[RulesPage] = []

    def look() -> bool:
        found[:] = [one for one in person.window.findChildren(RulesPage) if one.isVisible()]
        return bool(found)

    await until(look, "the rules")
    return found[0]


async def test_a_rule_is_tried_kept_met_and_taken_back(person: Person, hands: Hands) -> None:
    core = await begin(person)
    hands.begin()
    page = await rules_page(person)
    editor = page.editor
    begun = page.focusWidget() is editor.title, page.choices.field.isVisible()
    assert begun == (True, False), "where there is no rule, one writes the first, and looks for none"
    QTest.keyClicks(editor.title, "Links")
    every = editor.fields.sections.every
    person.click(every.add)
    await press_line(await menu_of(every), "Contains a link", "The message")
    person.click(editor.do)
    await press_line(await menu_of(editor.do), "Mark as important")
    await until(lambda: editor.written.steps == (RuleStep(RuleDeed.PRIORITY),), "what it does")
    assert not editor.save.isEnabled(), "nothing is kept that was not tried"
    await until(lambda: editor.is_settled and editor.save.isEnabled(), "the dry run")
    tried = await rules.dry_run(core.store, editor.written)
    # Messages come in while it is tried: how many were looked at is not the same twice.
    assert editor.tried.text().startswith(f"It would have met {tried.count} of the last ")
    assert editor.met.count() == min(tried.count, 50)
    person.click(editor.save)
    await until(lambda: page.is_settled and [one.name for one in page.choices.offered] == ["Links"], "it is kept")
    hands.did("17 stop it next time")
    (kept,) = await rules.every(core.store)
    assert (to_words(kept.condition), kept.steps) == ("link", (RuleStep(RuleDeed.PRIORITY),))

    account = await core.store.write(connect)
    await core.store.write(lambda tx: ingest(tx, account, [said("link-1", 1, text="Look: https://pills.example")]))
    (met,) = await inbox.conversation_ids(core.store, core.me, from_words("priority"))

    await page.load(kept.id)
    assert "It met 1 message." in page.log.text()
    person.click(page.revoke)
    await answer(page, "Take back")
    await until(lambda: page.is_settled and not page.revoke.isEnabled(), "it is taken back")
    assert await inbox.conversation_ids(core.store, core.me, from_words("priority")) == []
    assert met in await inbox.conversation_ids(core.store, core.me)
    page.close()
    assert person.told == []


async def test_words_are_asked_for_and_shown_in_words_and_what_saves_stays_in_sight(person: Person) -> None:
    await begin(person)
    page = await rules_page(person)
    every = page.editor.fields.sections.every
    person.click(every.add)
    await press_line(await menu_of(every), "Contains these words…", "The message")
    dialog = await dialog_of(page, LineDialog)
    assert not dialog.go.isEnabled()
    QTest.keyClicks(dialog.field, " parcel, late  delivery ,")
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    await until(lambda: page.editor.is_settled and every.chips, "the condition")
    assert [one.accessibleName() for one in every.chips] == ["Take away: With the words: parcel or late delivery"]
    assert page.editor.written.condition == Is(By.TEXT, ("parcel", "late delivery"))
    page.editor.fields.show_filter(from_words(" ".join(f"text:word{number}" for number in range(40))))
    low = page.editor.save.mapTo(page, page.editor.save.rect().bottomLeft())
    assert page.rect().contains(low), "however much stands above it"
    page.close()
    await answer(page, "Discard")
    await until(lambda: not person.window.findChildren(RulesPage), "its end, since what was not saved may go")


async def test_a_rule_makes_a_new_tag_and_is_not_removed_at_one_press(person: Person) -> None:
    core = await begin(person)
    page = await rules_page(person)
    editor = page.editor
    QTest.keyClicks(editor.title, "Links")
    editor.fields.show_filter(Is(By.LINK))
    person.click(editor.do)
    await press_line(await menu_of(editor.do), "Another tag…", "Tag")
    dialog = await dialog_of(page, LineDialog)
    QTest.keyClicks(dialog.field, "suspect")
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    await until(lambda: editor.is_settled and editor.save.isEnabled(), "the dry run")
    assert editor.written.steps == (RuleStep(RuleDeed.TAG, "suspect"),)
    person.click(editor.save)
    await until(lambda: page.is_settled and bool(page.choices.offered), "it is kept")
    person.click(page.drop)
    await answer(page, "Cancel")
    await until(lambda: page.is_settled, "the answer")
    assert len(await rules.every(core.store)) == 1
    person.click(page.drop)
    await answer(page, "Remove")
    await until(lambda: page.is_settled and not page.choices.offered, "its end")
    assert await rules.every(core.store) == ()
    page.close()
    await until(lambda: not person.window.findChildren(RulesPage), "nothing to ask about")
    assert person.told == []


async def question(page: RulesPage) -> QMessageBox:
    found: list[QMessageBox] = []

    def look() -> bool:
        found[:] = [one for one in page.findChildren(QMessageBox) if one.isVisible()]
        return bool(found)

    await until(look, "the question")
    return found[0]


async def answer(page: RulesPage, words: str) -> None:
    """Press the button of that name, once it is asked."""
    asked = await question(page)
    (button,) = [one for one in asked.findChildren(QPushButton) if one.text().replace("&", "") == words]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    await closed(asked)


async def test_a_rule_is_applied_to_what_is_there_once_its_count_was_seen(person: Person) -> None:
    core = await begin(person)
    account = await core.store.write(connect)
    old = [said(f"old-{at}", at, text="A strange pill", history=True) for at in range(3)]
    await core.store.write(lambda tx: ingest(tx, account, old))
    wanted = Rule(RuleId(""), "Pills", from_words("text:strange text:pill"), (RuleStep(RuleDeed.PRIORITY),))
    kept = await act.save(core.store, wanted)
    page = await rules_page(person)
    await until(lambda: page.is_settled and page.over.isEnabled(), "the rule")
    person.click(page.over)
    dialog = await over_history(page)
    await until(lambda: dialog.is_settled and dialog.apply.isVisible(), "the count")
    assert dialog.said.text().startswith("It would meet 3 messages among all ")
    assert await rules.runs(core.store, kept) == (), "nothing is done before it is asked for"
    person.click(dialog.apply)
    await until(lambda: dialog.is_settled and dialog.take_back.isVisible(), "it is done")
    assert dialog.said.text().startswith("It met 3 messages among all ")
    assert len(await inbox.conversation_ids(core.store, core.me, from_words("priority"))) == 3
    person.click(dialog.take_back)
    await until(lambda: dialog.is_settled and dialog.said.text() == "Taken back 3 times.", "it is taken back")
    assert await inbox.conversation_ids(core.store, core.me, from_words("priority")) == []
    person.click(dialog.leave)
    await until(lambda: page.is_settled and "It met 3 messages." in page.log.text(), "the log")
    page.close()
    assert person.told == []


async def over_history(page: RulesPage) -> OverHistoryDialog:
    found: list[OverHistoryDialog] = []

    def look() -> bool:
        found[:] = [one for one in page.findChildren(OverHistoryDialog) if one.isVisible()]
        return bool(found)

    await until(look, "the dialog")
    return found[0]
