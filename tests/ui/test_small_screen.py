"""On a small screen, or at twice the size, nothing of a dialog covers anything else, and all of it is reached."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStyleOptionButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from inbox_app.contract.limits import Limits
from inbox_app.domain.ids import MemberId
from inbox_app.settings import Theme as Wanted
from tests.ui import sample_people, sample_threads
from tests.ui.keeping import Keep
from ui.community.members_table import MembersTable
from ui.composer.composer import Composer
from ui.composer.text_field import TextField
from ui.dialogs import fit_to_screen
from ui.members.member_panel import MemberPanel, members_of
from ui.members.section import Flow
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import Chip, PushButton

pytestmark = pytest.mark.ui
LINES, TALL = 40, 60


def tall(lines: int) -> tuple[QDialog, list[QLabel], QPushButton]:
    """A dialog of so many lines, with a button below them."""
    dialog = QDialog()
    column = QVBoxLayout(dialog)
    labels = [QLabel(f"Line {number}") for number in range(lines)]
    for label in labels:
        label.setMinimumHeight(TALL)
        column.addWidget(label)
    button = QPushButton("Save")
    column.addWidget(button)
    return dialog, labels, button


def test_what_the_screen_is_too_low_for_is_scrolled_to(keep: Keep, qtbot: QtBot) -> None:
    dialog, labels, button = tall(LINES)
    keep(dialog)
    room = dialog.screen().availableGeometry().height()
    fit_to_screen(dialog)
    dialog.show()
    assert dialog.height() <= room < LINES * TALL
    (area,) = dialog.findChildren(QScrollArea)
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    assert {label.height() for label in labels} == {TALL}
    tops = [label.mapTo(dialog, label.rect().topLeft()).y() for label in labels]
    assert all(below - above >= TALL for above, below in pairwise(tops))
    button.setFocus()
    area.ensureWidgetVisible(button)
    assert dialog.rect().contains(QRect(button.mapTo(dialog, button.rect().topLeft()), button.size()))


def test_where_there_is_room_nothing_scrolls(keep: Keep) -> None:
    dialog, _labels, _button = tall(3)
    fit_to_screen(keep(dialog))
    assert dialog.findChildren(QScrollArea) == []


@pytest.fixture
def large(keep: Keep) -> Theme:
    """Text of twice the size."""
    return Theme(text_scale=2.0)


def test_a_dialog_grows_with_its_text_as_far_as_the_screen_goes(large: Theme, keep: Keep) -> None:
    sized, tall, unsized = (keep(QDialog()) for _each in range(3))
    sized.resize(300, 200)
    tall.resize(300, 10_000)
    for one in (sized, tall, unsized):
        titled_column(large, one)
    assert (sized.width(), sized.height()) == (600, 400)
    assert (tall.width(), tall.height()) == (600, 10_000), "what was wanted is never taken away"
    assert not unsized.testAttribute(Qt.WidgetAttribute.WA_Resized), "it takes the size of what it holds"


def test_the_member_panel_is_as_wide_as_it_is_whatever_the_text(large: Theme, keep: Keep) -> None:
    panel = keep(MemberPanel(large))
    panel.show_card(sample_people.CARD, sample_threads.THREAD.row, members_of(sample_threads.THREAD))
    panel.show()
    (area,) = panel.findChildren(QScrollArea)
    assert (room := area.widget()) is not None
    assert room.minimumSizeHint().width() <= area.viewport().width(), "else the values stand outside"


def test_what_is_wrong_with_a_text_leaves_the_field_its_room_in_a_low_window(theme: Theme, keep: Keep) -> None:
    composer = keep(Composer(theme))
    composer.resize(420, 200)
    composer.show()
    composer.allow(Limits(text=1), "Nobody can be answered here now. " * 6)
    assert composer._problem.heightForWidth(380) > 2 * theme.scaled(16), "it needs several lines"
    composer.be_low(True)
    assert composer._problem.sizeHint().height() < 2 * theme.scaled(16)
    assert composer._problem.toolTip().startswith("Nobody can be answered here now. Nobody")
    composer.be_low(False)
    assert composer._problem.text().count("Nobody") == 6


def test_in_a_narrow_row_the_long_words_are_cut_and_the_others_stay_whole(theme: Theme, keep: Keep) -> None:
    row, wordy = keep(QWidget()), PushButton(theme, "Set for those who are selected in the list…", "plain").eliding()
    brief = PushButton(theme, "Export…", "plain")
    line = QHBoxLayout(row)
    for button in (wordy, brief):
        line.addWidget(button)
    row.resize(300, 60)
    row.show()
    assert brief.width() >= brief.sizeHint().width()
    drawn = QStyleOptionButton()
    wordy.initStyleOption(drawn)
    assert drawn.text.startswith("Set for")
    assert drawn.text.endswith("…")
    assert drawn.text != wordy.text() == wordy.accessibleName()


def test_a_narrow_field_says_shortly_what_it_is_for(large: Theme, keep: Keep) -> None:
    field = keep(TextField(large))
    field.invite("Write a reply…", "Write…")
    said = {}
    for width in (600, field.minimumSizeHint().width()):
        field.resize(width, 60)
        field.show()
        said[width] = field.placeholderText()
    assert list(said.values()) == ["Write a reply…", "Write…"]


def test_chips_side_by_side_grow_with_the_text_and_stay_apart(theme: Theme, keep: Keep) -> None:
    chips = [Chip(theme, name, icon="tag") for name in ("Press", "Regular", "Wholesale")]
    flow = keep(Flow(chips))
    flow.resize(260, 80)
    flow.show()
    before = [chip.width() for chip in chips]
    theme.wear(Wanted.DARK, 1.5)
    QApplication.processEvents()
    places = [chip.geometry() for chip in chips]
    assert all(now.width() > was * 1.3 for now, was in zip(places, before, strict=True))
    assert not any(one.intersects(other) for one, other in combinations(places, 2))


def test_a_page_that_was_closed_asks_for_nothing_more(theme: Theme, keep: Keep) -> None:
    page = keep(QDialog())
    table = MembersTable(page)
    asked: list[object] = []
    table.rows_wanted.connect(asked.append)
    table.replace([MemberId("m1")])
    assert table.data(table.index(0, 0))
    table.forget()
    assert table.is_whole
    QApplication.processEvents()
    assert asked == []
