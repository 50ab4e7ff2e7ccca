"""Read from the right, all that is painted by hand stands mirrored, and every text keeps its own direction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QListWidget, QListWidgetItem, QTableView, QWidget
from pytestqt.qtbot import QtBot

from inbox_app.domain.ids import MemberId
from inbox_app.domain.loyalty import Rhythm, judge
from inbox_app.domain.members_list import ListedMember
from inbox_app.domain.people import Known, MemberLine
from inbox_app.domain.report import Figure, Part, Span
from tests.ui import sample, sample_people, sample_threads
from tests.ui.keeping import Keep
from ui.choices import Choice, Choices
from ui.community.charts import Bars, Chart, Heat
from ui.community.members_painter import MembersPainter
from ui.community.members_table import MembersTable
from ui.conversation.message_part import MessagePart
from ui.conversation.thread_view import ThreadView
from ui.inbox.conversation_list import ConversationList
from ui.inbox.sidebar import Sidebar
from ui.members.editable import EditableLine
from ui.members.section import Flow, fact_line
from ui.members.timeline_line import LINE, LinePainter
from ui.theme import icons
from ui.theme.mirroring import placed, placed_point, write
from ui.theme.painting import member_colour
from ui.theme.theme import Theme
from ui.theme.widgets import Chip, Label, PushButton

pytestmark = pytest.mark.ui
LTR, RTL = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft
ROOM = QRectF(0, 0, 100, 20)


@pytest.fixture(params=[LTR, RTL], ids=["left", "right"])
def mirrored(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[bool]:
    qapp.setLayoutDirection(request.param)
    yield request.param is RTL
    qapp.setLayoutDirection(LTR)


def ink(image: QImage, ground: QColor) -> list[int]:
    """The columns in which something is painted."""
    columns = range(image.width())
    return [x for x in columns if any(image.pixelColor(x, y) != ground for y in range(image.height()))]


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def test_a_rectangle_is_as_far_from_one_side_as_from_the_other(mirrored: bool) -> None:
    assert placed(QRectF(10, 0, 30, 20), ROOM) == (QRectF(60, 0, 30, 20) if mirrored else QRectF(10, 0, 30, 20))
    assert placed_point(QPointF(10, 5), ROOM) == QPointF(90 if mirrored else 10, 5)


@pytest.mark.parametrize("text", ["Ada", "عليكم", "@ada"])
@pytest.mark.parametrize("at_end", [False, True])
def test_a_line_begins_where_the_interface_does_in_whatever_script(mirrored: bool, text: str, at_end: bool) -> None:
    image = QImage(QSize(200, 20), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    write(painter, QRectF(0, 0, 200, 20), text, QRectF(0, 0, 200, 20), at_end=at_end)
    painter.end()
    middle = sum(ink(image, QColor("white"))[:: len(ink(image, QColor("white"))) - 1]) / 2
    assert (middle > 100) is (mirrored is not at_end)


def test_the_cards_hang_from_the_side_that_is_read_first(mirrored: bool, theme: Theme, qtbot: QtBot) -> None:
    pane = ThreadView(theme)
    qtbot.addWidget(pane)
    pane.resize(720, 1400)
    pane.show_thread(sample_threads.every_state())
    pane.show()
    parts = [one for one in pane.column.widgets() if isinstance(one, MessagePart)]
    nested = next(one for one in parts if one.item.branch.level)
    outer = next(one for one in parts if not one.item.branch.level)
    for one in (nested, outer):
        assert (one.avatar.x() > one.card.geometry().right()) is mirrored
        assert (one.avatar.geometry().right() < one.card.x()) is not mirrored
    steps = (outer.avatar.x() - nested.avatar.x()) if mirrored else (nested.avatar.x() - outer.avatar.x())
    assert steps > 0, "what answers is nested inwards"
    guides = picture(nested)
    elbow = [x for x in range(guides.width()) if guides.pixelColor(x, 4) == theme.colour("line2")]
    assert all((x > nested.avatar.x()) is mirrored for x in elbow)


def test_faces_and_marks_of_lines_stand_on_that_side(mirrored: bool, theme: Theme, qtbot: QtBot) -> None:
    listed = ConversationList(theme)
    qtbot.addWidget(listed)
    listed.resize(400, 700)
    one = replace(sample.CONVERSATIONS[0], avatar_url="", unread=0)
    listed.show_ids([one.id])
    listed.show_rows([one])
    listed.show()
    row = picture(listed.view.viewport())
    width = listed.view.viewport().width()
    face, other = (row.pixelColor(x, 32) for x in ((width - 26, 26) if mirrored else (26, width - 26)))
    assert face != theme.colour("bg")
    assert other == theme.colour("bg"), "nothing is written there"


def test_counts_of_the_sidebar_never_stand_on_its_names(mirrored: bool, theme: Theme, qtbot: QtBot) -> None:
    sidebar = Sidebar(theme)
    qtbot.addWidget(sidebar)
    sidebar.resize(244, 800)
    sidebar.show_accounts(sample.ACCOUNTS)
    sidebar.show_counts(sample.COUNTS)
    sidebar.show()
    lines = sidebar.findChild(QAbstractItemView)
    assert lines is not None
    first = lines.visualRect(lines.model().index(0, 0))
    line = picture(lines.viewport()).copy(first)
    ground = line.pixelColor(line.width() // 2, 3)
    middle = line.copy(0, line.height() // 2 - 4, line.width(), 8)
    marks = ink(middle, ground)
    inner = [x for x in marks if 14 < x < line.width() - 14]
    halves = (sum(x < line.width() / 2 for x in inner), sum(x > line.width() / 2 for x in inner))
    assert (halves[1] > halves[0]) is mirrored, "name and icon take more room than a count"


def test_what_is_aside_stands_at_the_end_of_a_choice(mirrored: bool, theme: Theme, qtbot: QtBot) -> None:
    choices = Choices(theme, "Find", "Find", "Nothing")
    qtbot.addWidget(choices)
    choices.resize(400, 200)
    choices.offer([Choice(1, "A rather long name of a deed", "J"), Choice(2, "Another", "K")])
    choices.show()
    second = choices.list.visualItemRect(choices.list.item(1))
    line = picture(choices.list.viewport()).copy(second)
    marks = ink(line, line.pixelColor(line.width() // 2, 3))
    halves = len([x for x in marks if x < 190]), len([x for x in marks if x > 210])
    assert min(halves) > 0
    assert (halves[1] > halves[0]) is mirrored


def test_the_icon_of_a_chip_leads_it(mirrored: bool, theme: Theme, qtbot: QtBot) -> None:
    chip = Chip(theme, "", icon="check", ground="bg", ink="text")
    qtbot.addWidget(chip)
    chip.show()
    chip.setFixedWidth(80)
    marks = [x for x in ink(picture(chip), picture(chip).pixelColor(QPoint(40, 10))) if 10 <= x < 70]
    assert marks, "between the round ends"
    assert (min(marks) > 40) is mirrored


@pytest.mark.parametrize("value", ["27 Nov", "ليلى"])
def test_what_is_known_stands_at_the_end_of_its_line(mirrored: bool, value: str, theme: Theme, qtbot: QtBot) -> None:
    line = fact_line(theme, "Since", value)
    qtbot.addWidget(line)
    line.resize(300, 24)
    line.show()
    label = line.findChildren(Label)[1]
    columns = [x + label.x() for x in ink(picture(label), QColor(0, 0, 0, 0)) if 0 <= x < label.width()]
    assert (min(columns) < 20) if mirrored else (max(columns) > 280)


HEATED = [Figure(f"{at // 24} {at % 24}", float(at == 1), at) for at in range(7 * 24)]
DAILY = [Figure(f"2026-11-{1 + at // 2:02} {'out' if at % 2 else 'in'}", float(at == 0), at) for at in range(20)]


@pytest.mark.parametrize(("kind", "part", "figures"), [(Heat, Part.HEAT, HEATED), (Bars, Part.TIME, DAILY)])
def test_time_runs_in_charts_as_the_interface_is_read(
    mirrored: bool, theme: Theme, qtbot: QtBot, kind: type[Chart], part: Part, figures: list[Figure]
) -> None:
    chart = kind(theme, part, "A chart")
    qtbot.addWidget(chart)
    chart.resize(800, 220)
    chart.show_figures(figures, Span(date(2026, 11, 1), date(2026, 11, 10), ZoneInfo("UTC")))
    chart.show()
    begins, ends = chart.marks()[0][0], chart.marks()[19][0]
    assert (begins.center().x() > ends.center().x()) is mirrored
    drawn = picture(chart)
    shown = next(where.topLeft().toPoint() for where, one in chart.marks() if one.value) + QPoint(5, 4)
    assert drawn.pixelColor(shown) == theme.colour("accent"), "and is painted where it stands"
    scale = ink(drawn.copy(QRect(drawn.width() - 40 if mirrored else 0, 0, 40, 190)), drawn.pixelColor(2, 2))
    assert scale, "what it is measured by stands where one begins to read"
    QTest.keyClick(chart, Qt.Key.Key_Left if mirrored else Qt.Key.Key_Right)
    assert chart.current == 1, "the arrow goes where it points"
    QTest.keyClick(chart, Qt.Key.Key_End)
    assert chart.current == len(figures) - 1


@pytest.mark.parametrize("choices", [(), (("x", "x"),)], ids=["typed", "chosen"])
@pytest.mark.parametrize("value", ["", "x"])
def test_a_value_of_the_card_begins_where_the_interface_does(
    mirrored: bool, choices: tuple[tuple[str, str], ...], value: str, theme: Theme, qtbot: QtBot
) -> None:
    line = EditableLine(theme, "Language", Known(value), choices)
    qtbot.addWidget(line)
    line.resize(320, 26)
    line.show()
    editor = picture(line.editor)
    arrow = 26 if choices else 0  # It stands at the end of a choice.
    marks = ink(editor, editor.pixelColor(editor.width() // 2, 2))
    words = [x for x in marks if (x > arrow if mirrored else x < editor.width() - arrow)]
    assert words, "something is written"
    assert (min(words) > editor.width() / 2) is mirrored


def test_the_face_of_a_member_leads_the_row(mirrored: bool, theme: Theme, qtbot: QtBot) -> None:
    table = QTableView()
    qtbot.addWidget(table)
    model = MembersTable(table)
    table.setModel(model)
    painter = MembersPainter(theme, table)
    table.setItemDelegate(painter)
    one = MemberLine(MemberId("m"), "Ada", ("@ada",), ("email",), (), 3, None, None, 0)
    model.replace([one.id])
    model.keep([ListedMember(one, judge(Rhythm(), 0))])
    table.setColumnWidth(0, 240)
    table.setRowHeight(0, 52)
    table.resize(900, 200)
    table.show()
    cell = picture(table.viewport()).copy(table.visualRect(model.index(0, 0)))
    start, end = (cell.pixelColor(x, 26) for x in ((222, 18) if mirrored else (18, 222)))
    assert member_colour(theme, "Ada") == start
    assert end != start


def test_the_mark_of_a_line_of_time_leads_it(mirrored: bool, theme: Theme, qtbot: QtBot) -> None:
    lines = QListWidget()
    qtbot.addWidget(lines)
    lines.setItemDelegate(LinePainter(theme, lines, sample_people.CARD))
    item = QListWidgetItem()
    item.setData(LINE, replace(sample_people.CARD.recent.lines[0], text="", title=""))
    lines.addItem(item)
    lines.resize(400, 100)
    lines.show()
    row = picture(lines.viewport()).copy(lines.visualItemRect(item))
    places = (row.width() - 44, 4) if mirrored else (4, row.width() - 44)
    start, end = (row.copy(x, 30, 40, 8) for x in places)
    ground = row.pixelColor(row.width() // 2, 4)
    assert len(ink(start, ground)) > 8
    assert not ink(end, ground)


def test_chips_of_a_card_flow_from_the_side_that_is_read_first(mirrored: bool, theme: Theme, qtbot: QtBot) -> None:
    chips = [Chip(theme, name) for name in ("One", "Two")]
    flow = Flow(chips)
    qtbot.addWidget(flow)
    flow.resize(300, 40)
    flow.show()
    assert (chips[0].x() > 150) is mirrored
    assert (chips[0].x() > chips[1].x()) is mirrored


def test_an_arrow_points_where_reading_comes_from(theme: Theme, mirrored: bool) -> None:
    image = icons.icon(theme, "arrow-left", size=32).pixmap(32, 32).toImage()
    inked = [x for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y).alpha() > 128]
    head_is_right = sum(x >= image.width() / 2 for x in inked) > len(inked) / 2
    assert head_is_right is mirrored


@pytest.mark.parametrize("word", ["Send", "إرسال"])
def test_an_icon_leads_its_word_and_does_not_touch_it(theme: Theme, mirrored: bool, word: str, keep: Keep) -> None:
    button = keep(PushButton(theme, word, "primary", "paper-plane-tilt"))
    button.show()
    middle = button.height() // 2
    shown = picture(button).copy(QRect(0, middle - 6, button.width(), 12))
    inked = [x for x in ink(shown, theme.colour("accent")) if 6 < x < button.width() - 6]
    gaps = [after - before for before, after in pairwise(inked[::-1] if mirrored else inked)]
    plane = next(place for place, gap in enumerate(gaps) if place > 8 and abs(gap) > 1)
    assert 12 <= plane <= 17, "the whole plane comes first"
    assert abs(gaps[plane]) >= 4


def test_a_title_begins_where_all_else_does(theme: Theme, mirrored: bool, qtbot: QtBot) -> None:
    label = Label(theme, "Rules").wrapping()
    qtbot.addWidget(label)
    label.resize(300, 24)
    columns = ink(picture(label), picture(label).pixelColor(150, 0))
    assert (min(columns) > 150) is mirrored
