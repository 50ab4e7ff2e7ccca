"""What is typed while something is saved stands, counts as not saved, and is what the next save writes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMessageBox, QWidget

from inbox_app.actions import rules as act
from inbox_app.actions import templating
from inbox_app.actions.own_files import OwnFile
from inbox_app.domain.filter_words import from_words
from inbox_app.domain.ids import RuleId
from inbox_app.domain.people import Card, Fact, Known
from inbox_app.domain.people_words import fact_name
from inbox_app.domain.rules import Rule, RuleDeed, RuleStep
from inbox_app.domain.tone import Rule as Ruling
from inbox_app.domain.wording import Wording
from inbox_app.domain.working_hours import hours_text
from inbox_app.queries import reports, rules, templates, tone
from inbox_app.storage.transaction import Tx
from tests.ui.cores import StoreCore
from tests.ui.holding import Held
from tests.ui.keeping import Keep
from tests.ui.patience import closed, dialog_of, until
from tests.ui.sample_people import CARD
from ui.community.report_page import ReportPage
from ui.members.member_panel import MemberPanel
from ui.rules.page import RulesPage
from ui.tasks import Tasks
from ui.templates.page import TemplatesPage
from ui.theme.theme import Theme
from ui.theme.widgets import ToolButton
from ui.tone_dialog import ToneDialog
from ui.views.offers import Surroundings

pytestmark = pytest.mark.ui
LINK = Rule(RuleId(""), "Links", from_words("link"), (RuleStep(RuleDeed.PRIORITY),))


@pytest.fixture
def window(keep: Keep) -> QWidget:
    made = keep(QWidget())
    made.resize(1200, 800)
    made.show()
    return made


async def test_a_template_goes_on_while_it_is_saved(
    core: StoreCore, tasks: Tasks, theme: Theme, window: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / name for name in ("mug.png", "cup.png", "jug.png")]
    for path in paths:
        path.write_bytes(path.name.encode())
    await templating.add(core.store, core.me, Wording("Mugs", "Here they"), [OwnFile("old.png", "image/png", b"old")])
    page = TemplatesPage(core, tasks, theme, window)
    await page.load()
    page.open()
    page.editor.files.add(paths[:2])
    page.editor.text.moveCursor(page.editor.text.textCursor().MoveOperation.End)
    QTest.keyClicks(page.editor.text, " a")
    held = Held(core.store, monkeypatch)
    QTest.mouseClick(page.save, Qt.MouseButton.LeftButton)
    await held.reached.wait()

    QTest.keyClicks(page.editor.text, "r")
    page.editor.files.add(paths[2:])
    for name in ("old.png", "cup.png"):
        button = next(one for one in page.editor.files.findChildren(ToolButton) if name in one.accessibleName())
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(page.save, Qt.MouseButton.LeftButton)
    held.let_go()
    QTest.keyClicks(page.editor.text, "e")
    await until(lambda: not page.save.isEnabled(), "both saves")
    (family,) = await templates.families(core.store, core.me)
    assert (family.first.text, page.editor.text.toPlainText()) == ("Here they are", "Here they are")
    assert [one.name for one in family.files] == [one.name for one in page.editor.files.all] == ["mug.png", "jug.png"]


async def test_a_template_that_is_being_saved_may_be_left_and_a_text_that_is_not_asks(
    core: StoreCore, tasks: Tasks, theme: Theme, window: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    await templating.add(core.store, core.me, Wording("Mugs", "Here they"))
    page = TemplatesPage(core, tasks, theme, window)
    await page.load()
    page.open()
    QTest.keyClicks(page.editor.text, "x")
    QTest.mouseClick(page.variant, Qt.MouseButton.LeftButton)
    asked = await dialog_of(page, QMessageBox)
    QTest.keyClick(asked, Qt.Key.Key_Escape)
    await closed(asked)
    await until(lambda: tasks.are_done, "the answer")
    assert page.editor.text.toPlainText() == "xHere they"
    held = Held(core.store, monkeypatch)
    QTest.mouseClick(page.save, Qt.MouseButton.LeftButton)
    await held.reached.wait()
    page.reject()
    held.let_go()
    await until(lambda: not page.isVisible(), "its end, without a question")
    (family,) = await templates.families(core.store, core.me)
    assert family.first.text == "xHere they"


async def test_a_rule_goes_on_while_it_is_saved(
    core: StoreCore, tasks: Tasks, theme: Theme, window: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = RulesPage(core, tasks, theme, window, Surroundings((), (), (), {}))
    await page.load()
    page.open()
    editor = page.editor
    editor.title.setText("Link")
    editor.fields.words.setPlainText("link")
    editor.take(LINK.steps[0])
    await until(lambda: page.is_settled and editor.save.isEnabled(), "the dry run")
    held = Held(core.store, monkeypatch)
    QTest.mouseClick(editor.save, Qt.MouseButton.LeftButton)
    await held.reached.wait()
    editor.title.setCursorPosition(0)
    QTest.keyClicks(editor.title, "A")
    held.let_go()
    await until(lambda: page.is_settled and page.choices.offered, "what was saved")
    QTest.keyClicks(editor.title, " ")
    await until(lambda: page.is_settled and editor.save.isEnabled(), "the second dry run")
    assert (editor.title.text(), editor.is_changed) == ("A Link", True)
    QTest.mouseClick(editor.save, Qt.MouseButton.LeftButton)
    await until(lambda: page.is_settled and not editor.is_changed, "the second save")
    (kept,) = await rules.every(core.store)
    assert (kept.name, kept.id) == ("A Link", editor.written.id)


async def test_what_is_written_of_a_rule_stays_while_its_deeds_are_taken_back_or_it_is_moved(
    core: StoreCore, tasks: Tasks, theme: Theme, window: QWidget
) -> None:
    first = await act.save(core.store, LINK)
    await act.save(core.store, replace(LINK, name="Others"))
    page = RulesPage(core, tasks, theme, window, Surroundings((), (), (), {}))
    await page.load(first)
    page.open()
    page.editor.title.setText("Written")
    QTest.mouseClick(page.down, Qt.MouseButton.LeftButton)
    await until(lambda: page.is_settled and page.choices.offered[0].name == "Others", "the other one first")
    assert (page.editor.title.text(), page.editor.is_changed) == ("Written", True)
    page.editor.title.setText("Links")
    page.editor.fields.words.setPlainText("link (")
    page.reject()
    asked = await dialog_of(page, QMessageBox)
    assert "is not saved" in asked.text(), "what is not understood was written too"
    asked.close()
    await until(lambda: tasks.are_done, "the answer")


async def test_the_tone_sheet_stays_open_with_what_was_written_since(
    core: StoreCore, tasks: Tasks, theme: Theme, window: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = ToneDialog(core, tasks, theme, window)
    await sheet.load()
    sheet.open()
    never = sheet.lines[Ruling.NEVER]
    never.setText("synergy")
    held = Held(core.store, monkeypatch)
    QTest.mouseClick(sheet.keep, Qt.MouseButton.LeftButton)
    await held.reached.wait()
    QTest.keyClicks(never, ", asap")
    held.let_go()
    await until(lambda: tasks.are_done, "the save")
    assert sheet.isVisible()
    QTest.mouseClick(sheet.keep, Qt.MouseButton.LeftButton)
    await until(lambda: not sheet.isVisible(), "the second save")
    assert (await tone.sheet(core.store)).of("").never == ("synergy", "asap")


async def test_working_hours_are_kept_whatever_is_asked_for_or_closed_meanwhile(
    core: StoreCore, tasks: Tasks, theme: Theme, window: QWidget
) -> None:
    page = ReportPage(core, tasks, theme, window)
    await page.load()
    page.open()
    free = Event()

    def keep_busy(_tx: Tx) -> None:
        assert free.wait(60)

    other = asyncio.ensure_future(core.store.write(keep_busy))
    await asyncio.sleep(0)
    page.hours.setText("mon-fri 9-17")
    page.hours.editingFinished.emit()
    await asyncio.sleep(0)
    page.span.activated.emit(0)
    page.reject()
    free.set()
    await other
    await until(lambda: tasks.are_done, "all")
    assert hours_text(await reports.hours(core.store)) == "mon-fri 9:00-17:00"


@pytest.fixture
def panel(theme: Theme, keep: Keep) -> MemberPanel:
    made = keep(MemberPanel(theme))
    made.show()
    made.activateWindow()
    made.show_card(CARD, None, ())
    return made


async def field_of(panel: MemberPanel, fact: Fact) -> QLineEdit:
    """The only one of this name, once it is in the place of the one before."""

    def shown() -> list[QLineEdit]:
        fields = panel.findChildren(QLineEdit)
        return [one for one in fields if one.isVisible() and one.accessibleName() == fact_name(fact)]

    await until(lambda: len(shown()) == 1, fact_name(fact))
    return shown()[0]


def knowing(**facts: str) -> Card:
    return replace(CARD, facts={**CARD.facts, **{Fact[name]: Known(value) for name, value in facts.items()}})


async def test_a_card_that_comes_moves_neither_letter_nor_cursor(panel: MemberPanel, theme: Theme) -> None:
    said: list[tuple[str, str, str]] = []
    panel.fact_said.connect(lambda *one: said.append(one))
    field = await field_of(panel, Fact.LANGUAGE)
    field.setFocus()
    await until(field.hasFocus, "the focus")
    field.selectAll()
    QTest.keyClicks(field, "Bo")
    QTest.keyClick(field, Qt.Key.Key_Return)
    panel.show_card(knowing(PRONOUNS="she"), None, ())  # a colleague's, while ours is on its way
    QTest.keyClicks(await field_of(panel, Fact.LANGUAGE), "lo")
    panel.show_card(knowing(PRONOUNS="she", LANGUAGE="Bo"), None, ())
    QTest.keyClicks(await field_of(panel, Fact.LANGUAGE), "g")
    panel.show_again()
    QTest.keyClicks(await field_of(panel, Fact.LANGUAGE), "na")
    assert (await field_of(panel, Fact.PRONOUNS)).text() == "she", "what is known of other things is shown all the same"
    QTest.keyClick(await field_of(panel, Fact.LANGUAGE), Qt.Key.Key_Return)
    assert [value for _whose, _fact, value in said] == ["Bo", "Bologna"]

    panel.show_card(knowing(PRONOUNS="she", LANGUAGE="Bologna"), None, ())
    field = await field_of(panel, Fact.LANGUAGE)
    field.selectAll()
    panel.show_card(knowing(PRONOUNS="they", LANGUAGE="Bologna"), None, ())
    QTest.keyClicks(await field_of(panel, Fact.LANGUAGE), "Rome")
    assert (await field_of(panel, Fact.LANGUAGE)).text() == "Rome", "whoever comes by Tab writes over what is there"
