"""The thread: only what is in sight exists, what is in sight stays, every mark and every key works."""

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from inbox_app.domain.ids import ConversationId, MessageId, TagId
from inbox_app.domain.inbox import Tag, Thread
from inbox_app.domain.words import Action, Hat, Kind
from inbox_app.settings import Theme as Wanted
from tests.ui import sample_threads as sample
from tests.ui.patience import until
from tests.ui.sample import ago
from ui.conversation import spare
from ui.conversation.message_part import MessagePart
from ui.conversation.thread_view import ThreadView
from ui.inbox.list_state import ListState, Mood
from ui.theme.theme import Theme
from ui.theme.widgets import Chip

pytestmark = pytest.mark.ui


def long(count: int) -> Thread:
    said = tuple(
        sample.message(n + 1, "Maya Lindqvist", f"Message {n}. " * (1 + n % 17), ago(minutes=count - n))
        for n in range(count)
    )
    row = replace(sample.THREAD.row, id=ConversationId("long"), messages=count)
    return replace(sample.THREAD, row=row, messages=said, notes=())


@pytest.fixture
def pane(theme: Theme, qtbot: QtBot) -> ThreadView:
    made = ThreadView(theme)
    qtbot.addWidget(made)
    made.resize(720, 800)
    made.show()
    return made


def parts(pane: ThreadView) -> list[MessagePart]:
    return [part for part in pane.column.widgets() if isinstance(part, MessagePart)]


def in_sight(pane: ThreadView) -> list[MessageId]:
    view = pane.column.viewport().rect()
    return [part.item.row.id for part in parts(pane) if view.intersects(part.geometry()) and part.isVisible()]


def chips(pane: ThreadView, message: int) -> set[str]:
    part = next(one for one in parts(pane) if one.item.row.id == message)
    return {chip.said for chip in part.findChildren(Chip)}


def button(pane: ThreadView, name: str) -> QAbstractButton:
    return next(one for one in pane.findChildren(QAbstractButton) if one.accessibleName() == name and one.isVisible())


def test_of_5000_messages_only_those_near_the_view_exist(pane: ThreadView) -> None:
    pane.show_thread(long(5_000))
    QApplication.processEvents()
    assert 0 < len(pane.column.widgets()) < 60
    assert in_sight(pane)[-1] == 5_000
    bar = pane.column.verticalScrollBar()
    for share in range(0, 100, 20):
        bar.setValue(bar.maximum() * share // 100)
    assert len(pane.column.widgets()) < 120


def test_a_pane_that_nobody_sees_makes_nothing_until_it_is_shown(pane: ThreadView) -> None:
    pane.hide()
    pane.show_thread(long(50))
    assert pane.column.widgets() == []
    pane.resize(500, 700)
    pane.show()
    assert in_sight(pane)[-1] == 50
    assert {part.width() for part in parts(pane)} == {pane.column.content_width}


def test_the_header_says_the_hat_and_the_first_tags(pane: ThreadView) -> None:
    tags = tuple(Tag(TagId(name), name, "#2F7D6E") for name in ("Shipping", "Praise", "Order", "Press"))
    pane.show_thread(replace(sample.THREAD, row=replace(sample.THREAD.row, tags=tags, hat=Hat.SOCIAL)))
    said = [chip.accessibleName() for chip in pane.header.findChildren(Chip) if chip.isVisible()]
    assert said[-5:] == ["Social", "Shipping", "Praise", "Order", "Press"]
    pane.show_thread(replace(sample.THREAD, row=replace(sample.THREAD.row, tags=(), hat=Hat.COMMUNITY)))
    QApplication.processEvents()
    assert not {"Social", "Shipping"} & {
        chip.accessibleName() for chip in pane.header.findChildren(Chip) if chip.isVisible()
    }


def test_scrolling_from_end_to_end_passes_every_message_in_order(pane: ThreadView) -> None:
    pane.show_thread(long(40))
    bar = pane.column.verticalScrollBar()
    bar.setValue(0)
    seen = in_sight(pane)
    while bar.value() < bar.maximum():
        before = bar.value()
        bar.setValue(before + 150)
        seen += [one for one in in_sight(pane) if one not in seen]
        assert bar.value() > before
    assert seen == list(range(1, 41))


def test_parts_stand_below_each_other_without_gaps_or_overlaps(pane: ThreadView) -> None:
    pane.show_thread(sample.every_state())
    pane.resize(420, 800)
    shown = [part for part in pane.column.widgets() if part.isVisible()]
    for upper, lower in pairwise(shown):
        assert upper.geometry().bottom() + 1 == lower.geometry().top()


def test_it_opens_at_the_first_message_that_needs_a_reply(pane: ThreadView) -> None:
    thread = long(60)
    asking = [replace(row, needs_reply=row.id in (20, 50)) for row in thread.messages]
    pane.show_thread(replace(thread, messages=tuple(asking)))
    assert 20 in in_sight(pane)
    assert 50 not in in_sight(pane)


def test_shown_again_it_keeps_place_selection_and_widgets(pane: ThreadView) -> None:
    thread = long(60)
    pane.show_thread(thread)
    pane.reveal(MessageId(30))
    part = next(one for one in parts(pane) if one.item.row.id == 30)
    body = part.bodies[0]
    body.selectAll()
    selected, top = body.textCursor().selectedText(), part.y()
    changed = replace(thread.messages[3], text="Edited. " * 400)
    pane.show_thread(replace(thread, messages=(*thread.messages[:3], changed, *thread.messages[4:])))
    assert part in pane.column.widgets()
    assert (body.textCursor().selectedText(), part.y()) == (selected, top)
    assert selected.startswith("Message 29.")


def test_earlier_messages_come_in_above_what_is_in_sight(pane: ThreadView) -> None:
    whole = long(60)
    pane.show_thread(replace(whole, messages=whole.messages[40:], earlier=True))
    pane.column.verticalScrollBar().setValue(0)
    asked: list[None] = []
    pane.earlier_wanted.connect(lambda: asked.append(None))
    button(pane, "Load earlier messages").click()
    part = next(one for one in parts(pane) if one.item.row.id == 41)
    top = part.y()
    pane.show_thread(whole)
    assert asked == [None]
    assert abs(part.y() - top) <= 1


def test_another_conversation_starts_afresh(pane: ThreadView) -> None:
    pane.show_thread(long(60))
    pane.show_thread(sample.THREAD)
    assert (pane.conversation, in_sight(pane)) == ("c1", [1, 2, 3, 4])


def test_every_mark_is_told_in_words(pane: ThreadView) -> None:
    pane.resize(900, 2_400)
    pane.show_thread(sample.every_state())
    assert chips(pane, 2) == {"Sent by us"}
    assert chips(pane, 3) == {"Needs reply"}
    assert chips(pane, 4) == {"Edited"}
    assert chips(pane, 5) == {"Hidden"}
    assert chips(pane, 6) == {"Deleted"}
    assert chips(pane, 8) == {"On its way"}
    assert chips(pane, 9) == {"Not sent"}
    assert chips(pane, 10) == {"Not sure"}


def test_what_is_on_its_way_counts_down_and_can_be_undone(pane: ThreadView, qtbot: QtBot) -> None:
    pane.resize(900, 2_400)
    pane.show_thread(sample.every_state())
    assert pane._clock.isActive()
    undone: list[str] = []
    pane.undo_asked.connect(undone.append)
    button(pane, "Undo").click()
    assert undone == ["o8"]
    pane.show_thread(sample.THREAD)
    assert not pane._clock.isActive()


def test_a_person_decides_about_what_was_not_sent(pane: ThreadView) -> None:
    pane.resize(900, 2_400)
    pane.show_thread(sample.every_state())
    said: list[tuple[str, str]] = []
    pane.resolve_asked.connect(lambda outbox, word: said.append((outbox, word)))
    for name in ("It arrived", "Send again", "Discard"):
        button(pane, name).click()
    assert said == [("o10", "sent"), ("o9", "again"), ("o9", "discard")]


def test_reply_names_the_message_and_is_greyed_with_its_reason(pane: ThreadView) -> None:
    pane.resize(900, 2_400)
    pane.show_thread(sample.every_state())
    asked: list[int] = []
    pane.reply_to_asked.connect(asked.append)
    replies = {
        part.item.row.id: [one for one in part.findChildren(QToolButton) if one.accessibleName() == "Reply"]
        for part in parts(pane)
    }
    replies[MessageId(3)][0].click()
    refused = replies[MessageId(5)][0]
    assert asked == [3]
    assert (refused.isEnabled(), refused.toolTip()) == (False, sample.HIDDEN_WHY.of(Action.REPLY).reason)
    assert replies[MessageId(6)] == []


def test_a_file_is_asked_for_and_never_opened(pane: ThreadView) -> None:
    pane.resize(900, 2_400)
    pane.show_thread(sample.every_state())
    asked: list[str] = []
    pane.attachment_asked.connect(asked.append)
    next(one for one in pane.findChildren(QPushButton) if "torn-valve.jpg" in one.toolTip()).click()
    assert asked == ["a1"]


def test_beyond_the_sixth_level_the_parent_is_named(pane: ThreadView) -> None:
    pane.resize(900, 2_400)
    pane.show_thread(sample.deep(9))
    by_id = {part.item.row.id: part for part in parts(pane)}
    assert [by_id[MessageId(n)].item.answers for n in (7, 8, 9)] == ["", "Maya Lindqvist", "Ben Achterberg"]
    assert by_id[MessageId(9)].card.x() == by_id[MessageId(7)].card.x() > by_id[MessageId(6)].card.x()


def test_quotes_are_folded_until_asked_for(pane: ThreadView) -> None:
    pane.resize(900, 2_000)
    pane.show_thread(sample.mail())
    part = next(one for one in parts(pane) if one.item.row.id == 22)
    assert len(part.bodies) == 1
    more = button(pane, "Show quoted text")
    more.click()
    assert "> could you send" in part.bodies[1].toPlainText()
    assert (part.bodies[1].isVisible(), more.isVisible()) == (True, False)


def test_tab_walks_down_the_thread_and_brings_into_sight(pane: ThreadView, qtbot: QtBot) -> None:
    pane.show_thread(long(60))
    pane.column.verticalScrollBar().setValue(0)
    pane.column.setFocus()
    for _step in range(40):
        QTest.keyClick(QApplication.focusWidget() or pane.column, Qt.Key.Key_Tab)
        QApplication.processEvents()
    focus = QApplication.focusWidget()
    assert focus is not None
    assert pane.column.viewport().rect().contains(focus.mapTo(pane.column.viewport(), focus.rect().center()))
    assert pane.column.verticalScrollBar().value() > 0


def test_the_header_follows_the_actions_it_is_given(pane: ThreadView, qtbot: QtBot) -> None:
    done = QAction("Done", pane)
    pane.show_thread(sample.THREAD)
    pane.set_actions([done])
    with qtbot.waitSignal(done.triggered):
        button(pane, "Done").click()
    done.setEnabled(False)
    assert not button(pane, "Done").isEnabled()
    pane.set_actions([])
    done.setEnabled(True)


@pytest.mark.parametrize("mood", [Mood.LOADING, Mood.EMPTY, Mood.ERROR])
def test_a_state_stands_in_place_of_the_thread(pane: ThreadView, mood: Mood) -> None:
    pane.show_thread(sample.THREAD)
    pane.show_state(ListState(mood, "The thread is being read.", "Try again"))
    assert not pane.column.isVisible()
    pane.show_thread(sample.THREAD)
    assert pane.column.isVisible()


def test_nothing_is_left_of_threads_that_were_shown(pane: ThreadView, monkeypatch: pytest.MonkeyPatch) -> None:
    def alive() -> int:
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        return len(pane.findChildren(QWidget))

    def walk() -> int:
        for number in range(8):
            row = replace(sample.THREAD.row, id=ConversationId(f"t{number}"))
            said = sample.message(1000 + number, "Maya Lindqvist", "Hello. " * 9, ago(minutes=number))
            pane.show_thread(replace(sample.THREAD, row=row, messages=(said,), notes=()))
            pane.show_thread(long(30))
        pane.show_thread(sample.THREAD)
        return alive()

    monkeypatch.setattr(spare, "MOST", 6)
    walk()
    before = walk()
    assert walk() == walk() == before


def another() -> Thread:
    row = replace(sample.THREAD.row, id=ConversationId("another"))
    return replace(
        sample.THREAD, row=row, messages=(sample.message(900, "Maya Lindqvist", "Hello.", ago(hours=1)),), notes=()
    )


def test_what_was_read_before_is_taken_again_and_what_changed_meanwhile_is_made_anew(pane: ThreadView) -> None:
    pane.show_thread(first := long(3))
    shown = {part.item.row.id: part for part in parts(pane)}
    pane.show_thread(another())
    assert not any(part.isVisible() for part in shown.values())
    pane.look_for(None, ["message"])
    edited = replace(first.messages[1], text="Said otherwise.")
    pane.show_thread(replace(first, messages=(first.messages[0], edited, first.messages[2])))
    now = {part.item.row.id: part for part in parts(pane)}
    assert [now[one] is shown[one] for one in now] == [True, False, True]
    assert "Said otherwise." in now[edited.id].bodies[0].toPlainText()
    assert now[first.messages[0].id].bodies[0].extraSelections(), "what is looked for is marked in it"
    assert len(in_sight(pane)) == 3


def test_pictures_are_asked_about_anew_in_what_was_read_before(pane: ThreadView) -> None:
    pane.show_thread(first := long(1))
    pane.add_pictures(first.messages[0].id, {"one": QImage(2, 2, QImage.Format.Format_RGB32)})
    (pictured,) = parts(pane)
    pane.show_thread(another())
    pane.show_thread(first)
    assert parts(pane) != [pictured]
    assert not pane.pictures_of(first.messages[0].id)


async def test_what_comes_next_is_there_before_it_is_opened(pane: ThreadView) -> None:
    pane.show_thread(another())
    coming = long(30)
    pane.prepare(coming)
    await until(lambda: not pane.column.is_making_ahead, "what comes next")
    made = set(pane.column.viewport().findChildren(MessagePart)) - set(parts(pane))
    assert made
    assert not any(part.isVisible() for part in made)
    pane.show_thread(coming)
    assert {part for part in parts(pane) if part.item.row.id in in_sight(pane)} <= made


def test_the_text_of_what_was_deleted_waits_until_somebody_asks_for_it(qtbot: QtBot) -> None:
    theme = Theme(Wanted.LIGHT)
    pane = ThreadView(theme)
    qtbot.addWidget(pane)
    pane.resize(720, 800)
    pane.show()
    gone = replace(long(1).messages[0], text="Gone for good", deleted_at=ago(minutes=1), parent=None)
    answer = replace(long(2).messages[1], parent=gone.id, text="What was that?")
    other = replace(long(3).messages[2], parent=None)
    mail = replace(sample.THREAD.row, id=ConversationId("gone"), kind=Kind.DIRECT)
    thread = replace(sample.THREAD, row=mail, messages=(gone, other, answer), notes=())
    pane.show_thread(thread)
    assert "Gone for good" in said_in(pane)
    theme.withhold_deleted(True)
    assert "Gone for good" not in said_in(pane)
    assert "Deleted" in chips(pane, gone.id)
    button(pane, "Show the deleted text").click()
    assert "Gone for good" in said_in(pane)
    theme.withhold_deleted(False)
    assert "Gone for good" in said_in(pane)


def said_in(pane: ThreadView) -> str:
    """All that is to be read, heard or found in tips."""
    inside = [one for part in parts(pane) for one in (part, *part.findChildren(QWidget))]
    read = [body.toPlainText() for part in parts(pane) for body in part.bodies]
    return "\n".join([*read, *(f"{one.accessibleName()} {one.toolTip()}" for one in inside)])
