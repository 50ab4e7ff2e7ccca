"""The conversation list: ids at once, rows when they are painted, selection by id."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from inbox_app.domain.ids import ConversationId
from inbox_app.domain.words import State
from inbox_app.settings import Theme as Wanted
from tests.ui import sample
from ui.inbox.conversation_list import ConversationList
from ui.inbox.list_state import ListState, Mood
from ui.inbox.model import ConversationModel
from ui.inbox.row_cache import PAGE
from ui.inbox.row_text import face
from ui.inbox.views import View
from ui.theme.painting import member_colour
from ui.theme.theme import Theme

pytestmark = pytest.mark.ui
IDS = [row.id for row in sample.CONVERSATIONS]


def many(count: int) -> list[ConversationId]:
    return [ConversationId(f"id{number:06}") for number in range(count)]


@pytest.fixture
def pane(theme: Theme, qtbot: QtBot) -> ConversationList:
    made = ConversationList(theme)
    qtbot.addWidget(made)
    made.resize(384, 700)
    made.show()
    return made


def test_the_model_keeps_the_rules_of_qt(qtbot: QtBot) -> None:
    model = ConversationModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.replace(IDS)
    model.keep(sample.CONVERSATIONS)
    model.want(0, 5)
    model.replace(IDS[3:])
    assert tester.model().rowCount() == len(IDS) - 3


def test_150_000_ids_ask_only_for_the_pages_in_sight(pane: ConversationList, qtbot: QtBot) -> None:
    wanted: list[list[ConversationId]] = []
    pane.rows_wanted.connect(wanted.append)
    ids = many(150_000)
    pane.show_ids(ids)
    qtbot.waitUntil(lambda: bool(wanted))
    pane.grab()
    assert wanted == [ids[:PAGE]]

    pane.view.verticalScrollBar().setValue(80_000 * pane.view.rowHeight(0))
    qtbot.waitUntil(lambda: len(wanted) == 2)
    assert ids[80_000] in wanted[1]
    assert len(wanted[1]) <= 2 * PAGE


def test_what_was_asked_for_is_not_asked_for_again_until_it_is_doubted(pane: ConversationList, qtbot: QtBot) -> None:
    wanted: list[list[ConversationId]] = []
    pane.rows_wanted.connect(wanted.append)
    pane.show_ids(IDS)
    qtbot.waitUntil(lambda: bool(wanted))
    pane.show_rows(sample.CONVERSATIONS)
    pane.grab()
    pane.refresh([IDS[2]])
    qtbot.waitUntil(lambda: len(wanted) == 2)
    assert wanted[1] == [IDS[2]]


def test_selection_is_an_id_and_survives_another_order(pane: ConversationList) -> None:
    pane.show_ids(IDS)
    told: list[object] = []
    assert pane.select(IDS[4])
    pane.opened.connect(told.append)
    pane.selection_changed.connect(told.append)
    pane.show_ids(list(reversed(IDS)))
    assert (pane.current_id(), pane.selected_ids(), told) == (IDS[4], (IDS[4],), [])


def test_what_is_in_sight_stays_when_news_come_in_above(pane: ConversationList) -> None:
    ids = many(500)
    pane.show_ids(ids)
    pane.view.verticalScrollBar().setValue(30_000)
    before = pane.view.rowViewportPosition(ids.index(ids[345]))
    pane.show_ids([ConversationId("new"), *ids])
    assert pane.view.rowViewportPosition(346) == before


def test_keys_walk_and_open(pane: ConversationList) -> None:
    opened: list[str] = []
    pane.show_ids(IDS)
    pane.opened.connect(opened.append)
    pane.step(+1)
    pane.step(+1)
    pane.step(-1)
    QTest.keyClick(pane.view, Qt.Key.Key_Down)
    QTest.keyClick(pane.view, Qt.Key.Key_Return)
    assert opened == [IDS[0], IDS[1], IDS[0], IDS[1], IDS[1]]


def test_after_a_conversation_left_the_next_step_goes_to_the_one_in_its_place(pane: ConversationList) -> None:
    pane.show_ids(IDS)
    pane.select(IDS[3])
    pane.show_ids([one for one in IDS if one != IDS[3]])
    assert pane.current_id() is None
    pane.step(+1)
    assert pane.current_id() == IDS[4]


def test_what_is_picked_is_picked_from_nothing_once_those_before_have_left(pane: ConversationList) -> None:
    ids = many(6)
    pane.show_ids(ids)
    pane.select(ids[0])
    pane.view.pick()
    pane.show_ids(ids[1:])  # done, say, and gone before anybody could end the picking
    pane.follow(ids[1])
    for wanted in (ids[1:2], ids[1:3]):
        pane.view.pick()
        assert pane.picked_ids == tuple(wanted)
        pane.step(1)
    pane.view.pick_to()
    assert pane.picked_ids == tuple(ids[1:4])
    pane.view.stop_picking()
    pane.view.pick()
    pane.view.pick()
    pane.step(-1)
    assert pane.picked_ids == (), "left out again, it is picked from nothing too"


def test_typing_searches_once_and_escape_ends_it(pane: ConversationList, qtbot: QtBot) -> None:
    said: list[str] = []
    pane.searched.connect(said.append)
    QTest.keyClicks(pane.search, "grinder")
    qtbot.waitUntil(lambda: said == ["grinder"])
    QTest.keyClick(pane.search, Qt.Key.Key_Escape)
    assert said == ["grinder", ""]


def test_states_are_chosen_and_a_view_that_says_its_state_hides_them(pane: ConversationList) -> None:
    chosen: list[State] = []
    pane.state_chosen.connect(chosen.append)
    pane.states.findChildren(QWidget)[1].setFocus()
    QTest.keyClick(pane.states, Qt.Key.Key_Right)
    assert (chosen, pane.chosen_state) == ([State.WAITING], State.WAITING)
    pane.show_view(View("Done", state=None))
    assert pane.chosen_state is None
    assert pane.states.isHidden()


@pytest.mark.parametrize("mood", [Mood.LOADING, Mood.EMPTY, Mood.ERROR])
def test_a_state_says_its_sentence_and_offers_its_step(pane: ConversationList, mood: Mood, qtbot: QtBot) -> None:
    pane.show_state(ListState(mood, "Nothing waits for you.", "Show everything"))
    with qtbot.waitSignal(pane.step_asked):
        pane._pane._step.click()
    assert not pane.view.isVisible()
    pane.show_ids(IDS)
    assert pane.view.isVisible()


def test_being_offline_leaves_the_list_in_sight(pane: ConversationList) -> None:
    pane.show_ids(IDS)
    pane.say_offline("There is no network. Sending waits.")
    pane.show_ids(IDS[:1])
    assert pane.view.isVisible()
    assert pane._offline.isVisible()
    pane.say_offline("")
    assert not pane._offline.isVisible()


def test_a_row_is_read_aloud_whole(pane: ConversationList) -> None:
    pane.show_ids(IDS)
    pane.show_rows(sample.CONVERSATIONS)
    said = str(pane.view.model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole))
    for part in ("Tomás Ferreira", "Reddit", "3 unread", "needs a reply", "torn valve", "Complaint", "reminder"):
        assert part in said


def test_a_height_with_room_for_more_lines_costs_nothing_for_each_row(pane: ConversationList) -> None:
    pane.show_ids([ConversationId(f"c{number}") for number in range(5_000)])
    pane.resize(384, 500)
    QApplication.processEvents()
    low, moved = pane.view.rowHeight(0), []
    pane.view.verticalHeader().sectionResized.connect(lambda *_: moved.append(1))
    pane.resize(384, 1_000)
    QApplication.processEvents()
    assert pane.view.rowHeight(0) > low
    assert moved == [], "with 150,000 rows that would take minutes"


def test_the_avatar_is_as_much_larger_as_the_text_is(pane: ConversationList, theme: Theme) -> None:
    pane.show_ids(IDS[:1])
    pane.show_rows(sample.CONVERSATIONS[:1])
    before = _face(pane, theme)
    theme.wear(Wanted.LIGHT, 1.5)
    try:
        assert before == pytest.approx(38, abs=2)
        assert _face(pane, theme) == pytest.approx(38 * 1.5, abs=2)
    finally:
        theme.wear(Wanted.LIGHT, 1.0)


def _face(pane: ConversationList, theme: Theme) -> int:
    """How wide the first avatar is painted: from where its colour begins to where it ends."""
    shown = pane.view.viewport().grab().toImage()
    wanted = member_colour(theme, face(sample.CONVERSATIONS[0])[0]).rgb()
    across = [x for x in range(shown.width()) for y in range(pane.view.rowHeight(0)) if shown.pixel(x, y) == wanted]
    return max(across) - min(across) + 1
