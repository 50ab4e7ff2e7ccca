"""A window that is low or narrow: messages stay in sight, and nothing overlaps."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QDataStream, QIODevice, QPoint, QRect, QSettings, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QSplitter, QWidget
from pytestqt.qtbot import QtBot

from inbox_app.contract.limits import Limits
from inbox_app.domain.abilities import Ability
from inbox_app.domain.inbox import Thread
from inbox_app.domain.people import TimelineLine
from inbox_app.settings import Theme as Wanted
from tests.ui import sample_people
from tests.ui import sample_threads as sample
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import said
from ui.app_window import AppWindow
from ui.commands import Does
from ui.community.lines import Entry, Lines
from ui.composer.composer import Composer
from ui.conversation.post_card import PostCard
from ui.conversation.reading_pane import ReadingPane
from ui.conversation.safe_document import SafeBrowser
from ui.conversation.thread_view import ThreadView
from ui.panes import Panes
from ui.rules.page import RulesPage
from ui.screen_room import size_within
from ui.tasks import Tasks
from ui.theme.painting import member_colour
from ui.theme.theme import Theme
from ui.views.offers import Surroundings
from ui.workplace import Workplace

pytestmark = pytest.mark.ui
LONG = " ".join(f"Sentence {number} of a long post." for number in range(120))


def under_a_long_post() -> Thread:
    return replace(sample.THREAD, post=replace(sample.POST, text=LONG))


@pytest.fixture
def pane(theme: Theme, qtbot: QtBot) -> ThreadView:
    made = ThreadView(theme)
    qtbot.addWidget(made)
    made.resize(400, 700)
    made.show()
    made.show_thread(under_a_long_post())
    QApplication.processEvents()
    return made


def card_of(pane: ThreadView) -> PostCard:
    return pane.findChildren(PostCard)[-1]


def text_of(pane: ThreadView) -> SafeBrowser:
    return card_of(pane).findChildren(SafeBrowser)[0]


def figures_of(pane: ThreadView) -> list[QLabel]:
    labels = card_of(pane).findChildren(QLabel)
    return [one for one in labels if one.isVisible() and one.text().endswith(("reactions", "comments"))]


@pytest.mark.parametrize("size", [(360, 700), (400, 520), (700, 620)])
def test_the_figures_of_a_post_stand_below_its_text(pane: ThreadView, size: tuple[int, int]) -> None:
    pane.resize(*size)
    QApplication.processEvents()
    figures = figures_of(pane)
    assert len(figures) == 2
    assert all(figure.y() > text_of(pane).geometry().bottom() for figure in figures)


def test_the_way_to_answer_privately_is_whole_beside_the_field(theme: Theme, keep: Keep) -> None:
    pane, composer = keep(QWidget()), Composer(theme)
    composer.setParent(pane)
    composer.private.offer(Ability(True))
    composer.allow(Limits(text=500, files=None), "")
    composer.be_low(True)
    composer.setGeometry(0, 0, 456, 90)
    pane.show()
    QApplication.processEvents()
    assert composer.ring.isVisible()
    for text in ("", "Dear"):
        composer.field.setPlainText(text)
        QApplication.processEvents()
        assert composer.private.width() >= composer.private.sizeHint().width()
    assert composer.spelling.isVisible()


def test_a_folded_post_shows_its_first_line(pane: ThreadView) -> None:
    text = text_of(pane)
    text.ensureCursorVisible()
    assert text.verticalScrollBar().value() == 0
    assert text.verticalScrollBar().maximum() > 0


async def test_where_one_pane_shows_the_keys_go_to_it_and_not_to_a_button(
    core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep
) -> None:
    await core.tell(said("a", 1, text="The first"), said("b", 2, text="The second"))
    window = keep(AppWindow(tasks, theme))
    place = Workplace(core, tasks, theme)
    window.resize(640, 384)
    window.put_in(place)
    window.show()
    window.activateWindow()
    await until(lambda: place.list.view.hasFocus() and len(place.bridge.ids) == 2, "the list")
    place.give(Does.NEXT)
    await until(place.thread_view.column.hasFocus, "the messages")
    place.give(Does.BACK)
    assert window.focusWidget() is place.list.view
    place.give(Does.BACK)
    assert window.focusWidget() is place.sidebar.lines
    await place.close_down()


async def test_where_one_pane_shows_arrows_in_the_sidebar_only_move_and_enter_opens(
    core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep
) -> None:
    await core.tell(said("a", 1))
    window = keep(AppWindow(tasks, theme))
    place = Workplace(core, tasks, theme)
    lines = place.sidebar.lines
    window.resize(640, 384)
    window.put_in(place)
    window.show()
    window.activateWindow()
    await until(lambda: place.is_settled and place.list.view.hasFocus(), "the list")

    def stands() -> tuple[bool, int, str]:
        return lines.isVisible(), lines.currentIndex().row(), place.list.shown_view.key

    place.give(Does.BACK)
    first, shown = lines.currentIndex().row(), place.list.shown_view.key
    QTest.keyClick(lines, Qt.Key.Key_Down)
    second = lines.currentIndex().row()
    assert stands() == (True, second, shown) != (True, first, shown), "it only moves"
    place.give(Does.SEARCH)
    place.give(Does.BACK)
    assert stands() == (True, first, shown), "what was not opened is not marked"
    QTest.keyClick(lines, Qt.Key.Key_Down)
    QTest.keyClick(lines, Qt.Key.Key_Return)
    other = place.list.shown_view.key
    assert stands() == (False, second, other) != (False, second, shown)
    place.give(Does.BACK)
    top = lines.visualRect(lines.model().index(first, 0)).center()
    QTest.mouseClick(lines.viewport(), Qt.MouseButton.LeftButton, pos=top)
    assert stands() == (False, first, shown), "a click opens"
    place.give(Does.BACK)
    window.resize(1640, 900)
    QTest.keyClick(lines, Qt.Key.Key_Down)
    assert stands() == (True, second, other), "where all panes show, it opens at once"
    await place.close_down()


def test_a_low_window_folds_the_post_further_and_back(pane: ThreadView) -> None:
    high = card_of(pane).height()
    pane.be_low(True)
    QApplication.processEvents()
    assert card_of(pane).height() < high
    assert figures_of(pane) == []
    pane.be_low(False)
    QApplication.processEvents()
    assert card_of(pane).height() == high


def test_in_the_lowest_window_a_line_of_the_post_is_left_and_whole(pane: ThreadView) -> None:
    pane.be_low(True)
    QApplication.processEvents()
    two = text_of(pane).height()
    pane.resize(400, 380)
    pane.be_low(False)
    pane.be_low(True)
    QApplication.processEvents()
    assert text_of(pane).height() < two * 0.6
    assert text_of(pane).visibleRegion().boundingRect().height() == text_of(pane).height(), "it is not cut"


def test_an_unfolded_post_can_be_read_to_its_end(pane: ThreadView) -> None:
    button = next(one for one in card_of(pane).children() if getattr(one, "text", str)().strip() == "Show all")
    button.click()  # type: ignore[attr-defined]
    QApplication.processEvents()
    assert pane.column.height() >= pane.height() // 4
    assert text_of(pane).verticalScrollBar().isVisible()


def test_in_a_low_window_an_empty_composer_is_one_line_until_written_in(theme: Theme, qtbot: QtBot) -> None:
    composer = Composer(theme)
    qtbot.addWidget(composer)
    composer.resize(600, composer.sizeHint().height())
    composer.show()
    QApplication.processEvents()
    composer.field.clearFocus()
    high = laid_out(composer)
    composer.be_low(True)
    low = laid_out(composer)
    composer.fill("Thank you, Maya!", None)
    written = laid_out(composer)
    assert low < written < high
    composer.clear()
    assert laid_out(composer) == low


def laid_out(composer: Composer) -> int:
    """How tall it wants to be; its layout hears by events that what is inside it changed."""
    QApplication.processEvents()
    return composer.sizeHint().height()


async def test_messages_have_a_third_of_the_lowest_window(
    core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep
) -> None:
    await core.tell(said("a", 1))
    window = keep(AppWindow(tasks, theme))
    place = Workplace(core, tasks, theme)
    window.put_in(place)
    window.resize(683, 384)
    window.show()
    try:
        await until(lambda: len(place.bridge.ids) == 1, "the conversation")
        place.open(place.bridge.ids[0])
        await until(lambda: place.bridge.on_screen is not None, "the thread")
        place.thread_view.show_thread(under_a_long_post())
        await until(lambda: place.thread_view.column.height() >= 384 // 3, "room for the messages")
    finally:
        await place.close_down()


@pytest.mark.parametrize("width", [400, 700, 1_200])
def test_the_composer_stands_in_line_with_the_post(theme: Theme, qtbot: QtBot, width: int) -> None:
    thread, composer = ThreadView(theme), Composer(theme)
    pane = ReadingPane(thread, QWidget(), composer)
    qtbot.addWidget(pane)
    pane.resize(width, 800)
    pane.show()
    thread.show_thread(under_a_long_post())
    QApplication.processEvents()
    card = card_of(thread)
    left = card.mapTo(pane, QPoint(0, 0)).x()
    assert (composer.x(), composer.width()) == (left, card.width())


def test_the_way_back_stands_inside_the_pane(theme: Theme, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    panes = Panes(theme, QWidget(), QWidget(), QWidget(), QWidget(), window)
    panes.resize(1_000, 600)
    window.show()
    assert not panes.back_button.isVisible()
    assert panes.findChildren(QSplitter)[0].y() == 0
    panes.resize(683, 384)
    QApplication.processEvents()
    assert panes.back_button.isVisible()
    corner = panes.back_button.mapTo(panes, QPoint(0, 0))
    assert (corner.x() >= 12, corner.y() >= 4) == (True, True)


@pytest.mark.parametrize(
    ("size_of_text", "alone", "with_panel"), [(1.0, False, True), (1.25, False, False), (2.0, True, False)]
)
def test_larger_text_leaves_room_for_fewer_panes(
    theme: Theme, keep: Keep, size_of_text: float, alone: bool, with_panel: bool
) -> None:
    side, listing, thread, panel = (QWidget() for _ in range(4))
    window = keep(QWidget())
    panes = Panes(theme, side, listing, thread, panel, window)
    window.resize(1_600, 768)
    panes.resize(1_600, 768)
    window.show()
    assert panel.isVisible()
    wearing = theme.scale
    try:
        theme.wear(Wanted.LIGHT, size_of_text)
        QApplication.processEvents()
        assert (panes.is_narrow, side.isVisible(), panel.isVisible()) == (alone, not alone, with_panel)
        assert alone or side.width() >= theme.scaled(200), "the hats can be read"
    finally:
        theme.wear(Wanted.LIGHT, wearing)


@pytest.mark.parametrize(
    ("screen", "opened"), [((1366, 728), (1350, 680)), ((1920, 1040), (1640, 960)), ((1280, 1400), (1264, 960))]
)
def test_the_window_opens_within_the_screen(screen: tuple[int, int], opened: tuple[int, int]) -> None:
    assert size_within(QSize(*screen)).toTuple() == opened


def test_a_window_never_opened_before_fits_the_screen_and_one_without_memory_is_sized_by_its_owner(
    tasks: Tasks, theme: Theme, keep: Keep, tmp_path: Path
) -> None:
    first = keep(AppWindow(tasks, theme, QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)))
    assert first.size() == size_within(first.screen().availableGeometry().size())
    assert keep(AppWindow(tasks, theme)).size() == QSize(1640, 960)


@pytest.mark.parametrize("screen", [820, 1366, 1640])
def test_a_window_left_on_another_screen_comes_back_whole(
    tasks: Tasks, theme: Theme, keep: Keep, tmp_path: Path, screen: int
) -> None:
    """Qt restores nothing at all where the screen's width was very different, as it is at another scale."""
    kept = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    kept.setValue("geometry", left_on(screen, QRect(8, 32, 1624, 952)))
    window = keep(AppWindow(tasks, theme, kept))
    assert window.screen().availableGeometry().contains(window.geometry())


def left_on(screen: int, where: QRect) -> QByteArray:
    """What `saveGeometry` writes of a window on a screen of this width."""
    made = QByteArray()
    stream = QDataStream(made, QIODevice.OpenModeFlag.WriteOnly)
    stream.writeUInt32(0x1D9D0CB)
    stream.writeUInt16(3)
    stream.writeUInt16(0)
    for rect in (where.adjusted(-1, -22, 1, 5), where):
        stream << rect
    stream.writeInt32(0)
    stream.writeUInt8(0)
    stream.writeUInt8(0)
    stream.writeInt32(screen)
    stream << where
    return made


async def test_a_rule_has_the_height_of_a_low_window(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> None:
    page = keep(RulesPage(core, tasks, theme, keep(QWidget()), Surroundings((), (), (), {})))
    await page.load()
    page.show()
    shares = []
    for height in (680, 340, 680):
        page.resize(683, height)
        QApplication.processEvents()
        shares.append(page.editor.height() / height)
        assert page.editor.save.isVisible()
        assert page.editor.isAncestorOf(page.drop) is (height == 340)
    assert shares[1] > 0.7
    assert shares[2] == shares[0]
    page.done(0)


def test_a_narrow_list_keeps_its_room_for_the_names(theme: Theme, keep: Keep) -> None:
    lines = keep(Lines(theme, "Newcomers", "Nobody"))
    line = sample_people.CARD.recent.lines[0]
    assert isinstance(line, TimelineLine)
    lines.show_entries([Entry("Ada Lovelace", "Hello", "", line, ("Ada Lovelace", ""))])
    lines.show()
    face = member_colour(theme, "Ada Lovelace")
    for width, shown in ((150, False), (400, True)):
        lines.resize(width, 100)
        row = lines.grab(lines.visualItemRect(lines.item(0))).toImage()
        assert (face in [row.pixelColor(x, 20) for x in range(60)]) is shown
