"""Labels that elide: where they begin, whatever script their text is in."""

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from ui.theme.theme import Theme
from ui.theme.widgets import Label

pytestmark = pytest.mark.ui


def inked(label: Label) -> list[int]:
    """The columns in which anything is painted."""
    picture = label.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    ground = picture.pixel(picture.width() // 2, 0)
    rows = range(picture.height())
    return [x for x in range(picture.width()) if any(picture.pixel(x, y) != ground for y in rows)]


@pytest.mark.parametrize("name", ["Maya Lindqvist", "ليلى حداد", "حداد (Tideline)"])
def test_a_name_of_any_script_begins_at_the_left(theme: Theme, qtbot: QtBot, name: str) -> None:
    label = Label(theme, name).eliding()
    qtbot.addWidget(label)
    label.resize(400, 24)
    columns = inked(label)
    assert columns[0] < 12
    assert columns[-1] < 200
