"""Spelling while one writes, in the real window with a small dictionary: marks, what was meant, own words, off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from inbox_app.domain.spelled import Misspelt
from inbox_app.spelling.dictionaries import Dictionary
from inbox_app.spelling.speller import Speller
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import said
from ui.app_window import AppWindow
from ui.commands import Does
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

pytestmark = pytest.mark.ui
DICTIONARIES = str(Path(__file__).parents[1] / "unit/spelling/dictionaries")


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep, tmp_path: Path) -> AsyncIterator[Workplace]:
    """Somebody who writes Italian is answered."""
    core.speller = Speller(tmp_path / "own", where=[DICTIONARIES])
    await core.tell(said("a", 1, text="Ciao, vorrei sapere quando apre il forno e se il pane è sempre fresco, grazie"))
    window = keep(AppWindow(tasks, theme))
    made = Workplace(core, tasks, theme)
    window.put_in(made)
    window.resize(1366, 768)
    window.show()
    await until(lambda: made.bridge.ids, "the list")
    made.open(made.bridge.ids[0])
    await until(lambda: made.answering.writing.conversation and made.bridge.on_screen, "the conversation")
    made.composer.field.setFocus()
    yield made
    await made.close_down()


async def marked(place: Workplace, *words: str) -> None:
    field, spelling = place.composer.field, place.answering.spelling
    await until(lambda: spelling.is_idle and field.misspelt == words, f"the marks {words}, not {field.misspelt}")


def menu_of(place: Workplace) -> QMenu | None:
    return next((one for one in place.composer.field.findChildren(QMenu) if one.isVisible()), None)


async def offered(place: Workplace) -> list[QAction]:
    await until(lambda: menu_of(place) is not None, "the menu")
    menu = menu_of(place)
    assert menu is not None
    return [one for one in menu.actions() if one.text()]


async def test_it_is_checked_in_the_language_of_whom_one_answers(place: Workplace) -> None:
    field = place.composer.field
    QTest.keyClicks(field, "Ciao! ")
    field.insertPlainText("L'acqua dell'albreo, perchè @wrnog {wrnog} https://wrnog.example ")
    await marked(place, "dell'albreo", "perchè")
    assert "Italian" in place.composer.spelling.toolTip()
    field.clear()
    field.insertPlainText("Thank you, this is our warm kettel. ")
    await marked(place, "kettel")
    assert "English" in place.composer.spelling.toolTip()


async def test_the_word_that_is_being_written_is_left_in_peace(place: Workplace) -> None:
    field = place.composer.field
    QTest.keyClicks(field, "Ciao frecs")
    await until(lambda: place.answering.spelling.found and place.answering.spelling.is_idle, "the check")
    assert field.misspelt == ()
    QTest.keyClicks(field, " ")
    await marked(place, "frecs")


async def test_the_key_asks_first_and_says_where_nothing_is_misspelt(place: Workplace) -> None:
    field = place.composer.field
    field.insertPlainText("Ciao. ")
    await marked(place)
    place.give(Does.SPELLING)
    await until(lambda: place.toast.words.accessibleName() == "Nothing is misspelt here.", "why nothing is offered")
    field.insertPlainText("wrnog ")
    place.give(Does.SPELLING)
    await offered(place)
    assert field.textCursor().selectedText() == "wrnog"


async def test_by_key_what_was_meant_takes_its_place_and_ctrl_z_brings_it_back(place: Workplace) -> None:
    field = place.composer.field
    field.insertPlainText("🎉 Buongiorno, l'acqua frecsa e il forrno. ")
    await marked(place, "frecsa", "forrno")
    place.give(Does.SPELLING)
    lines = await offered(place)
    assert field.textCursor().selectedText() == "frecsa"
    next(one for one in lines if one.text() == "fresca").trigger()
    await until(lambda: "l'acqua fresca e" in field.toPlainText(), "what was meant")
    await marked(place, "forrno")
    field.undo()
    assert "l'acqua frecsa e" in field.toPlainText()


async def test_a_word_of_ones_own_is_marked_no_more_and_one_passed_over_neither(place: Workplace) -> None:
    field, spelling = place.composer.field, place.answering.spelling
    field.insertPlainText("Ciao Tideline e Wrnog. ")
    await marked(place, "Tideline", "Wrnog")
    for words, left in (("Add “Tideline” to my words", ("Wrnog",)), ("Pass it over for now", ())):
        assert field.offers_here(spelling.found[0].start + 1, QPoint(5, 5))
        lines = await offered(place)
        next(one for one in lines if one.text() == words).trigger()
        await marked(place, *left)
    assert not field.offers_here(2, QPoint(5, 5)), "the usual menu where nothing is misspelt"


async def test_an_answer_about_a_text_that_was_changed_marks_no_other_word(
    core: StoreCore, place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    field, check, answered = place.composer.field, core.speller.check, asyncio.Event()
    asked, marks, mark = list[str](), set[str](), place.composer.field.mark_misspelt

    async def late(text: str, by: Dictionary) -> tuple[Misspelt, ...]:
        found = await check(text, by)
        asked.append(text)
        await answered.wait()
        return found

    def note(places: Sequence[tuple[int, int]]) -> None:
        marks.update(field.toPlainText()[start:end] for start, end in places)
        mark(places)

    monkeypatch.setattr(core.speller, "check", late)
    monkeypatch.setattr(field, "mark_misspelt", note)
    field.insertPlainText("Ciao Tideline. ")
    await until(lambda: asked, "the question")
    field.moveCursor(QTextCursor.MoveOperation.Start)
    field.insertPlainText("Ciao, ciao, ")
    answered.set()
    await marked(place, "Tideline")
    assert marks == {"Tideline"}


async def test_marks_stay_with_their_words_and_beside_those_of_the_tone(core: StoreCore, place: Workplace) -> None:
    field = place.composer.field
    field.insertPlainText("Ciao wrnog. ")
    await marked(place, "wrnog")
    field.mark([(0, 4)])
    field.moveCursor(QTextCursor.MoveOperation.Start)
    field.insertPlainText("🎉 ")
    assert [one.word for one in place.answering.spelling.found] == ["wrnog"], "it moved along"
    assert field.misspelt == ("wrnog",)
    assert [one.cursor.selectedText() for one in field.extraSelections()] == ["Ciao", "wrnog"]


def is_on(core: StoreCore) -> bool:
    return core.settings.current.spelling


async def choose_language(place: Workplace, words: str) -> None:
    button = place.composer.spelling

    def lines() -> list[QAction]:
        menus = [one for one in button.findChildren(QMenu) if one.isVisible()]
        return [line for menu in menus for line in menu.actions() if line.text() == words]

    button.click()
    await until(lines, f"the line {words}")
    lines()[0].trigger()
    await until(lambda: not lines(), "the end of the menu")


async def test_it_can_be_turned_off_and_says_where_there_is_no_dictionary(core: StoreCore, place: Workplace) -> None:
    field, spelling = place.composer.field, place.answering.spelling
    field.insertPlainText("Hallo, das ist nicht der Ofen, und ich habe das Brot. ")
    await until(lambda: "no dictionary for this language here (German)" in place.composer.spelling.toolTip(), "why not")
    field.clear()
    field.insertPlainText("Ciao wrnog. ")
    await marked(place, "wrnog")
    await choose_language(place, "Do not check")
    await until(lambda: not field.misspelt, "no marks")
    assert not is_on(core)
    await choose_language(place, "Italian (IT)")
    await until(lambda: field.misspelt == ("wrnog",), "the marks")
    assert is_on(core)
    assert spelling.language == "it_IT"


async def test_a_hostile_draft_is_marked_where_it_is_seen(place: Workplace) -> None:
    """Two hundred thousand letters, nearly all wrong: what the window does itself stays small."""
    field, spelling = place.composer.field, place.answering.spelling
    field.insertPlainText("ciao wrnog frecsa\n" * 11_000)
    await until(lambda: spelling.found and spelling.is_idle, "the check")
    field.moveCursor(QTextCursor.MoveOperation.Start)
    await until(lambda: field.misspelt, "the marks")
    assert len(field.misspelt) <= 40
