"""The small things that make a page look finished: names level with their fields, edges that fade, dots that differ."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QFormLayout, QLineEdit, QPlainTextEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from inbox_app.i18n import set_language
from ui.dialogs import fit_to_screen
from ui.theme.fading import Edge, Fading
from ui.theme.forms import add_field
from ui.theme.numbers import number
from ui.theme.painting import tag_colour
from ui.theme.theme import Theme
from ui.theme.tokens import TAG_COLOURS
from ui.theme.widgets import Label
from ui.vault.restore_dialog import RestoreDialog

pytestmark = pytest.mark.ui


@pytest.mark.parametrize("high", [False, True])
def test_a_name_is_level_with_the_first_line_of_its_field(theme: Theme, qtbot: QtBot, high: bool) -> None:
    page, field = QWidget(), QPlainTextEdit() if high else QLineEdit()
    qtbot.addWidget(page)
    form = QFormLayout(page)
    add_field(form, "Language", field)
    page.resize(400, 300)
    page.show()
    name = form.labelForField(field)
    if high:
        assert name.geometry().center().y() < field.geometry().top() + 40
    else:
        assert abs(name.geometry().center().y() - field.geometry().center().y()) <= 1


def test_an_edge_fades_only_where_there_is_more(theme: Theme, qtbot: QtBot) -> None:
    area, long = QScrollArea(), QWidget()
    qtbot.addWidget(area)
    long.setMinimumSize(100, 900)
    area.setWidget(long)
    top, bottom = Fading(theme, area, Edge.TOP), Fading(theme, area, Edge.BOTTOM)
    area.resize(200, 300)
    area.show()
    bar = area.verticalScrollBar()
    seen = []
    for value in (0, bar.maximum() // 2, bar.maximum()):
        bar.setValue(value)
        seen.append((top.isVisible(), bottom.isVisible()))
    assert seen == [(False, True), (True, True), (True, False)]
    assert bottom.geometry().bottom() == area.viewport().geometry().bottom()
    assert area.childAt(area.viewport().geometry().bottomLeft()) not in (top, bottom)


def test_a_tag_has_its_own_colour_or_always_the_same_one() -> None:
    assert tag_colour("Press", "#123456") == "#123456"
    assert tag_colour("press") == tag_colour("Press") in TAG_COLOURS
    assert len({tag_colour(name) for name in ("Ambassador", "Press", "Regular", "Wholesale")}) == 4


@pytest.mark.parametrize(("language", "said"), [("en", "12,992"), ("it", "12.992")])
def test_thousands_are_apart_as_the_language_has_it(language: str, said: str) -> None:
    set_language(language)
    assert number(12_992) == said


def test_no_text_is_cut_in_a_dialog_that_asks_for_no_size(theme: Theme, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = RestoreDialog(theme, "brand", "brand beside", parent)
    fit_to_screen(dialog)
    dialog.show()

    def cut() -> list[str]:
        labels = [one for one in dialog.findChildren(Label) if one.isVisible() and one.wordWrap()]
        assert labels
        return [one.text() for one in labels if one.height() < one.heightForWidth(one.width())]

    assert cut() == []
    dialog.over.click()
    QApplication.processEvents()
    assert cut() == []
    assert dialog.warning.isVisible()
