"""Searching in the window: hits are shown and marked, opened at their message, and Esc leads back to where one was."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QWidget

from inbox_app.actions import members, triage, views
from inbox_app.domain.excerpt import Excerpt
from inbox_app.domain.filters import By, Is
from inbox_app.domain.words import Kind, State
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import said
from ui.app_window import AppWindow
from ui.commands import Does
from ui.conversation.message_part import MessagePart
from ui.conversation.note_part import NotePart
from ui.conversation.safe_document import SafeBrowser
from ui.inbox.entries import view_key
from ui.inbox.model import HIT_ROLE
from ui.inbox.row_text import found_words, pieces
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

pytestmark = pytest.mark.ui
FURTHER_BACK = 230
"""More messages than one stretch of a thread holds."""


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    """A long room in whose beginning something is said, a conversation that is done, and one that is open."""
    room = [
        said(f"r{number}", number, by="lena", kind=Kind.ROOM, keys=("room",), text=f"Line {number}. " * 5)
        for number in range(FURTHER_BACK)
    ]
    pate = said("p", 1.5, by="ada", kind=Kind.ROOM, keys=("room",), text="A long way before it, and then the pâté.")
    await core.tell(*room, pate, said("d", 500, text="PATE again"), said("o", 600, text="Something else, note:this"))
    window = keep(AppWindow(tasks, theme))
    made = Workplace(core, tasks, theme)
    window.resize(1200, 700)
    window.put_in(made)
    window.show()
    await until(lambda: len(made.bridge.ids) == 3, "the list")
    await triage.finish(core.store, core.me, [made.bridge.ids[1]])
    await until(lambda: len(made.bridge.ids) == 2, "the open ones")
    yield made
    await made.close_down()


async def search(place: Workplace, words: str) -> None:
    place.list.search.setFocus()
    QTest.keyClicks(place.list.search, words)
    QTest.keyClick(place.list.search, Qt.Key.Key_Return)
    await until(lambda: place._search.words == words and place.bridge.is_idle, "the answer")
    await until(lambda: place.list.row(place.bridge.ids[0]) is not None, "the rows")


def texts(place: Workplace) -> list[str]:
    return [one.accessibleName() or one.text() for one in place.list.findChildren(QLabel) if one.isVisible()]


async def test_rows_show_what_was_found_in_every_state_with_the_right_total(place: Workplace) -> None:
    assert place.list.states.isVisible()
    await search(place, "pate")
    assert "Search: “pate”" in texts(place)
    assert "2 messages in 2 conversations" in texts(place)
    assert not place.list.states.isVisible(), "a search goes over all states"
    model = place.list.view.model()
    hits = [model.index(row, 0).data(HIT_ROLE) for row in range(2)]
    assert [[hit.excerpt.text[begin:end] for begin, end in hit.excerpt.marks] for hit in hits] == [["PATE"], ["pâté"]]

    assert [hit.author.handle for hit in hits] == ["maya@example.net", "ada@example.net"], (
        "who wrote what was found, and not who spoke last"
    )
    told = model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told.startswith(hits[1].author.name)

    def is_done() -> bool:
        row = place.list.row(place.bridge.ids[0])
        return row is not None and row.state is State.DONE

    await until(is_done, "the row of what is done")
    assert not place.list.misread.isVisible()
    place.list.search.clear()
    await search(place, "note:this")
    assert "“note:this” is no condition" in place.list.misread.accessibleName(), "it is said though something was found"
    assert place.list.misread.isVisible()
    place.list.search.finish()
    await until(lambda: not place.list.misread.isVisible(), "the view without it")


async def test_a_hit_is_opened_at_its_message_however_far_back_and_marked(place: Workplace) -> None:
    await search(place, "pate")
    place.list.select(place.bridge.ids[1])
    await until(lambda: part_with(place, "pâté") is not None, "the message in sight")
    part = part_with(place, "pâté")
    assert part is not None
    marked = [one.cursor.selectedText() for body in part.bodies for one in body.extraSelections()]
    assert marked == ["pâté"]


def part_with(place: Workplace, word: str) -> MessagePart | None:
    """The message with this word, if it stands in sight."""
    view = place.thread_view.column.viewport()
    parts = [one for one in place.thread_view.column.widgets() if isinstance(one, MessagePart)]
    seen = (one for one in parts if one.isVisible() and view.rect().intersects(one.geometry()))
    return next((one for one in seen if word in one.item.row.text), None)


async def test_enter_opens_the_first_hit_and_j_the_next(place: Workplace) -> None:
    place.open(place.bridge.ids[0])
    await until(lambda: place.bridge.on_screen is not None, "the conversation")
    await search(place, "pate")
    first, second = place.bridge.ids
    await until(lambda: place.bridge.opened == first, "the first hit")
    assert place.list.current_id() == first
    assert place.window().focusWidget() is place.list.view
    place.give(Does.NEXT)
    assert place.list.current_id() == second


async def test_what_was_no_condition_is_said_where_nothing_was_found(place: Workplace) -> None:
    place.list.search.setFocus()
    QTest.keyClicks(place.list.search, "pate has:att")
    QTest.keyClick(place.list.search, Qt.Key.Key_Return)
    told = "“has:att” is no condition that the search knows; it was looked for as words."
    await until(lambda: any(one.endswith(told) for one in texts(place)), "what is said of it")


@pytest.mark.parametrize("by_key", [True, False])
async def test_a_search_that_found_nothing_is_left_by_key_and_by_its_button(place: Workplace, by_key: bool) -> None:
    await until(place.window().isActiveWindow, "the window in front")
    place.list.search.setFocus()
    QTest.keyClicks(place.list.search, "nowhere")
    QTest.keyClick(place.list.search, Qt.Key.Key_Return)
    leave = "Leave the search (Esc)"
    await until(lambda: [one for one in buttons(place, leave) if one.isVisible()], "the way out")
    if by_key:
        QTest.keyClick(focused(place), Qt.Key.Key_Escape)
    else:
        QTest.mouseClick(buttons(place, leave)[0], Qt.MouseButton.LeftButton)
    await until(lambda: len(place.bridge.ids) == 2 and place.list.view.hasFocus(), "the list, by keys")
    assert (place.list.search.text(), texts(place)[0]) == ("", "All conversations")


def buttons(place: Workplace, name: str) -> list[QPushButton]:
    return [one for one in place.list.findChildren(QPushButton) if one.accessibleName() == name]


def focused(place: Workplace) -> QWidget:
    found = place.window().focusWidget()
    assert found is not None
    return found


async def test_esc_leads_back_and_the_search_stays_until_then(place: Workplace) -> None:
    wanted = place.bridge.ids[0]
    place.open(wanted)
    await until(lambda: place.bridge.on_screen is not None, "the conversation")
    await search(place, "pate")
    place.list.select(place.bridge.ids[0])
    await until(lambda: place.bridge.opened != wanted and place.bridge.is_idle, "a hit")
    place.give(Does.REPLY)
    place.give(Does.BACK)
    assert (place.list.search.text(), len(place.bridge.ids)) == ("pate", 2), "it stays when one comes back"
    place.give(Does.BACK)
    await until(lambda: place.bridge.opened == wanted and place.list.states.isVisible(), "where one was")
    assert place.list.search.text() == ""
    assert texts(place)[0] == "All conversations"


async def test_esc_leads_back_where_nothing_was_found_too(place: Workplace) -> None:
    before = place.bridge.ids
    place.list.search.setFocus()
    QTest.keyClicks(place.list.search, "unheard")
    QTest.keyClick(place.list.search, Qt.Key.Key_Return)
    await until(lambda: place._search.words == "unheard" and not place.bridge.ids, "that nothing was found")
    await until(lambda: place.list.has_keys and not place.list.view.isVisible(), "the sentence")
    assert "Nothing was found for “unheard”. Fewer words find more; Esc leads back." in texts(place)
    place.give(Does.BACK)
    await until(lambda: place.bridge.ids == before and place.list.view.hasFocus(), "where one was")
    assert place.list.search.text() == ""


async def test_another_view_ends_the_search_and_its_field_is_as_before(place: Workplace) -> None:
    await search(place, "pate")
    assert len(signs(place)) == 1, "what clears the field"
    place.give(Does.GO_INBOX)
    await until(lambda: not signs(place), "an empty field")
    assert place.list.search.text() == ""
    await until(lambda: "2 conversations" in texts(place), "the view")


def signs(place: Workplace) -> list[QToolButton]:
    return [one for one in place.list.search.findChildren(QToolButton) if one.isVisible()]


def test_a_row_begins_shortly_before_what_was_found() -> None:
    long = "One, two, three, four, five, six and the pâté of the house"
    at = long.index("pâté")
    said = pieces(Excerpt(long, ((at, at + 4),)))
    assert said == [("…", False), ("six and the ", False), ("pâté", True), (" of the house", False)]
    assert pieces(Excerpt("pate", ((0, 4),))) == [("pate", True)]


def lines(place: Workplace) -> list[str]:
    """What is offered, as it is read."""
    shown = place.searching.suggesting.list
    return [shown.item(row).text() for row in range(shown.count())] if shown.isVisible() else []


async def type_words(place: Workplace, words: str, line: str) -> None:
    """Type without leaving the field, until this line is offered."""
    place.list.search.setFocus()
    QTest.keyClicks(place.list.search, words)
    await until(lambda: any(one.startswith(line) for one in lines(place)), f"the offer {line}")


async def test_what_fits_is_offered_while_one_types_and_taken_by_keys(place: Workplace) -> None:
    field = place.list.search
    await type_words(place, "fr", "from:")
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "from:"
    await type_words(place, "ad", "Ada")
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.text() == "from:Ada "
    assert place.window().focusWidget() is field
    QTest.keyClick(field, Qt.Key.Key_Return)
    await until(lambda: place._search.words == "from:Ada" and place.is_settled, "the answer")
    assert "1 message in 1 conversation" in texts(place)


async def test_a_view_without_a_line_is_found_opened_and_gets_one(place: Workplace, core: StoreCore) -> None:
    """Else nothing in the window would ever show it again, change it or remove it."""
    made = await views.add(core.store, core.me, "Deals", Is(By.STATE, ("done",)), pinned=False)
    await type_words(place, "deal", "Deals")
    assert place.sidebar.view_of(view_key(made)) is None
    QTest.keyClick(place.list.search, Qt.Key.Key_Down)
    QTest.keyClick(place.list.search, Qt.Key.Key_Return)
    await until(lambda: place.sidebar.view_of(view_key(made)) and len(place.bridge.ids) == 1, "what is done")
    assert place.list.shown_view.key == view_key(made)


async def test_a_removed_view_comes_back_to_its_place(place: Workplace, core: StoreCore) -> None:
    for name in ("One", "Two", "Three"):
        await views.add(core.store, core.me, name, Is(By.STATE, ("done",)))
    await until(lambda: len(place.viewing._saved) == 3, "the views")
    await place.viewing._forget(next(iter(place.viewing._saved.values())))
    await until(lambda: len(place.viewing._saved) == 2 and place.toast.isVisible(), "it gone")
    place.toast.undo.click()
    names = ["One", "Two", "Three"]
    await until(lambda: [one.name for one in place.viewing._saved.values()] == names, "it back")


async def test_enter_searches_and_esc_closes_what_is_offered_first(place: Workplace) -> None:
    field = place.list.search
    await type_words(place, "fr", "from:")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert (field.text(), lines(place)) == ("fr", [])
    QTest.keyClicks(field, "o")
    await until(lambda: bool(lines(place)), "the offer again")
    QTest.keyClick(field, Qt.Key.Key_Return)
    await until(lambda: place._search.words == "fro" and place.is_settled, "the answer")
    assert lines(place) == []


async def test_each_condition_is_a_chip_that_a_key_takes_out(place: Workplace) -> None:
    await search(place, "pate is:in from:ada -tag:x")
    chips = place.list.chips
    assert [one.text() for one in chips.chips] == ["Incoming", "From ada"]
    assert chips.chips[0].accessibleName() == "Take out “Incoming”"
    chips.chips[0].setFocus()
    QTest.keyClick(chips.chips[0], Qt.Key.Key_Right)
    assert place.window().focusWidget() is chips.chips[1]
    QTest.keyClick(chips.chips[1], Qt.Key.Key_Delete)
    assert place.list.search.text() == "pate is:in -tag:x"
    assert place.window().focusWidget() is chips.chips[0]
    QTest.keyClick(chips.chips[0], Qt.Key.Key_Backspace)
    assert not chips.isVisible()
    assert place.window().focusWidget() is place.list.search
    await until(lambda: place._search.words == "pate -tag:x", "the search without them")


async def test_recent_searches_are_offered_in_the_empty_field_and_forgotten(place: Workplace) -> None:
    field = place.list.search
    for words in ("pate", "line"):
        await search(place, words)
        await until(lambda: place.is_settled, "the answer")
        place.give(Does.BACK)
        await until(place.list.states.isVisible, "the view")

    async def offered(*words: str) -> None:
        place.list.view.setFocus()
        field.setFocus()
        wanted = [f"{one}  ·  recent" for one in words]
        await until(lambda: lines(place)[:-1] == wanted, f"the recent ones {words}")

    await offered("line", "pate")
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Delete)
    await until(lambda: lines(place)[:-1] == ["pate  ·  recent"], "one less")
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "pate"
    field.finish()
    await offered("pate")
    last = place.searching.suggesting.list
    QTest.mouseClick(last.viewport(), Qt.MouseButton.LeftButton, pos=last.visualItemRect(last.item(1)).center())
    await until(lambda: place.is_settled and lines(place) == [], "nothing remembered")


async def test_from_hit_to_hit_within_a_conversation_and_on_to_the_next(place: Workplace, core: StoreCore) -> None:
    room = [said(f"x{n}", 600 + n, kind=Kind.ROOM, keys=("room",), text=f"Pate {n}") for n in range(2)]
    await core.tell(*room)
    await search(place, "pate")
    await until(lambda: place.list.row(place.bridge.ids[0]) is not None, "the row")
    first = place.bridge.ids[0]
    await until(lambda: place.bridge.opened == first and part_with(place, "Pate 1") is not None, "the newest hit")
    bar = place.thread_view.hits
    assert (bar.isVisible(), bar.said) == (True, "1 of 3 found in this conversation")
    place.give(Does.NEXT_HIT)
    assert bar.said == "2 of 3 found in this conversation"
    QTest.mouseClick(bar.next, Qt.MouseButton.LeftButton)
    await until(lambda: part_with(place, "pâté") is not None, "the oldest hit, far back")
    assert bar.said == "3 of 3 found in this conversation"
    place.give(Does.NEXT_HIT)
    await until(lambda: place.bridge.opened != first and bar.said.startswith("1 of 1 "), "the next conversation")
    place.give(Does.PREVIOUS_HIT)
    await until(lambda: place.bridge.opened == first, "back")
    place.give(Does.GO_INBOX)
    await until(lambda: not bar.isVisible(), "no bar without a search")


async def test_a_note_is_found_said_to_be_one_and_marked(place: Workplace, core: StoreCore) -> None:
    wanted = place.bridge.ids[0]
    await members.note_conversation(core.store, core.me, wanted, "Allergic to Hazelnuts")
    await search(place, "hazel")
    row = place.list.row(wanted)
    hit = place.list.view.model().index(0, 0).data(HIT_ROLE)
    assert row is not None
    assert found_words(hit) == [("Note: ", False), ("Allergic to ", False), ("Hazel", True), ("nuts", False)]
    assert "1 message in 1 conversation" in texts(place)
    await until(lambda: bool(notes(place)), "the note in the thread")
    marked = [one.cursor.selectedText() for one in notes(place)[0].findChildren(SafeBrowser)[0].extraSelections()]
    assert marked == ["Hazel"]


def notes(place: Workplace) -> list[NotePart]:
    return [one for one in place.thread_view.column.widgets() if isinstance(one, NotePart) and one.isVisible()]
