"""Labels that elide: where they begin, whatever script their text is in."""

import pytest
from PySide6.QtGui import QImage, QTextLayout, QTextLine
from PySide6.QtWidgets import QApplication, QFormLayout, QFrame, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from inbox_app.domain.ids import MemberId
from inbox_app.domain.pairs import Pair
from inbox_app.domain.people import MemberLine
from tests.ui.keeping import Keep
from ui.community.pair_view import PairView
from ui.theme import fonts
from ui.theme.forms import FormSentence, add_field, stand_above
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


def test_a_sentence_of_a_form_is_as_high_as_its_lines(theme: Theme, keep: Keep) -> None:
    room = keep(QWidget())
    form = QFormLayout(room)
    add_field(form, "Text", QLineEdit())
    said = FormSentence(theme, "What stands in braces is filled in; after a line what is said where nothing is known.")
    form.addRow("", said)
    room.show()
    for width, lines in ((900, 1), (330, 2)):
        room.resize(width, 400)
        QApplication.processEvents()
        assert round(said.height() / fonts.metrics(said.font()).lineSpacing()) == lines


def test_a_name_above_its_field_is_as_low_as_its_text(theme: Theme, keep: Keep) -> None:
    room = keep(QWidget())
    form = QFormLayout(room)
    add_field(form, "Name", field := QLineEdit())
    name = form.labelForField(field)
    for above in (True, False):
        stand_above(form, above)
        assert (name.minimumHeight() == 0) is above


def test_a_name_without_an_end_leaves_its_half_to_the_other_member(theme: Theme, keep: Keep) -> None:
    view = keep(PairView(theme))
    one, other = (MemberLine(MemberId(name), name, (name,), (), (), 3, None, None, 0) for name in ("xXx_" * 40, "ليلى"))
    view.resize(600, 400)
    view.show()
    view.show_pair(Pair(one, other, ()), ((), ()))
    QApplication.processEvents()
    left, right = (card.width() for card in view.findChildren(QFrame) if card.property("card") == "plain")
    assert abs(left - right) < 8
    assert view.area.horizontalScrollBar().maximum() == 0
