"""Labels that elide: where they begin, whatever script their text is in."""

import pytest
from PySide6.QtGui import QImage, QTextLayout, QTextLine
from pytestqt.qtbot import QtBot

from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.widgets import Label

pytestmark = pytest.mark.ui


def inked(label: Label) -> list[int]:
    """The columns in which anything is painted."""
    picture = label.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    ground = picture.pixel(picture.width() // 2, 0)
    rows = range(picture.height())
    return [x for x in range(picture.width()) if any(picture.pixel(x, y) != ground for y in rows)]


def right_of(line: QTextLine, letter: int) -> float:
    """Where one is after a letter."""
    found = line.cursorToX(letter + 1)
    assert isinstance(found, tuple)
    return float(found[0])


@pytest.mark.parametrize("name", ["Maya Lindqvist", "ليلى حداد", "حداد (Tideline)"])
def test_a_name_of_any_script_begins_at_the_left(theme: Theme, qtbot: QtBot, name: str) -> None:
    label = Label(theme, name).eliding()
    qtbot.addWidget(label)
    label.resize(400, 24)
    columns = inked(label)
    assert columns[0] < 12
    assert columns[-1] < 200


def test_what_is_cut_of_arabic_ends_at_its_left_within_an_english_sentence(theme: Theme) -> None:
    chosen = theme.font(fonts.BODY, fonts.REGULAR)
    shown = fonts.elide("Replying to Layla: " + "مرحبا هل تشحنون " * 9, chosen, 240)
    layout = QTextLayout(shown, chosen)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(400)
    layout.endLayout()
    begins, ends = (right_of(line, shown.index(letter)) for letter in "م…")
    assert ends < begins
    assert fonts.uncut(shown) + "…" == shown[:-1]
    assert fonts.elide("Replying to Layla " * 9, chosen, 240).endswith("…")
