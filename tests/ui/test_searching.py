"""Searching in the window: hits are shown and marked, opened at their message, and Esc leads back to where one was."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton

from inbox_app.actions import triage
from inbox_app.domain.excerpt import Excerpt
from inbox_app.domain.words import Kind, State
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import said
from ui.app_window import AppWindow
from ui.commands import Does
from ui.conversation.message_part import MessagePart
from ui.inbox.model import HIT_ROLE
from ui.inbox.row_text import pieces
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
    await core.tell(*room, pate, said("d", 500, text="PATE again"), said("o", 600, text="Something else"))
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


async def test_another_view_ends_the_search_and_its_field_is_as_before(place: Workplace) -> None:
    await search(place, "pate")
    assert len(signs(place)) == 2, "the glass, and what clears the field"
    place.give(Does.GO_INBOX)
    await until(lambda: len(signs(place)) == 1, "the glass alone")
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
