"""A private answer to a comment: asked for by key or in the menu, never mistaken for a public one, taken back whole."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from inbox_app.contract.remote import MessageSeen
from inbox_app.domain.abilities import YES, Abilities, Ability
from inbox_app.domain.ids import ConversationId
from inbox_app.domain.words import Action, Kind
from inbox_app.queries import inbox, writing
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import said
from ui.app_window import AppWindow
from ui.commands import Does
from ui.outbox_page import OutboxPage
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.theme.widgets import Label, PushButton, ToolButton
from ui.workplace import Workplace

pytestmark = pytest.mark.ui
CLOSED = "Lena takes no private messages."


def able(told: MessageSeen, private: Ability) -> MessageSeen:
    abilities = Abilities({Action.REPLY: YES, Action.REPLY_PRIVATELY: private})
    return MessageSeen(replace(told.message, abilities=abilities))


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    """Maya can be answered in private, Lena cannot."""
    await core.tell(
        able(said("a", 1, text="Where is my order?"), YES),
        able(said("b", 2, by="lena", parent="a", text="And mine?"), Ability(False, CLOSED)),
    )
    window = keep(AppWindow(tasks, theme))
    made = Workplace(core, tasks, theme)
    window.put_in(made)
    window.show()
    await until(lambda: made.bridge.ids, "the list")
    made.open(made.bridge.ids[0])
    await until(lambda: made.answering.writing.conversation and made.bridge.on_screen, "the conversation")
    yield made
    await made.close_down()


def message(place: Workplace, remote_id: str) -> object:
    shown = place.bridge.on_screen
    return next(one.id for one in (shown.messages if shown else ()) if one.remote_id == remote_id)


def named(place: Workplace) -> str:
    """What the composer says above the text, and on its button."""
    words = [one.accessibleName() for one in place.composer.findChildren(Label) if one.isVisible()]
    return " ".join([*words, *(one.text() for one in place.composer.findChildren(PushButton) if one.isVisible())])


def leading(place: Workplace, name: str) -> list[ToolButton]:
    """The buttons in the thread that lead elsewhere under this name."""
    return [one for one in place.thread_view.findChildren(ToolButton) if one.accessibleName() == name]


async def there_and_back(place: Workplace, private: ConversationId) -> None:
    """The comment says that it is answered, and leads there; the answer says what it answers, and leads back."""
    comment = place.bridge.opened
    await until(lambda: leading(place, "A private answer is on its way"), "what is said of the answer")
    QTest.mouseClick(leading(place, "A private answer is on its way")[0], Qt.MouseButton.LeftButton)
    await until(lambda: place.thread_view.conversation == private, "the private conversation")
    await until(lambda: leading(place, "Answers in private what was said in public"), "the way back")
    (back,) = leading(place, "Answers in private what was said in public")
    assert back.toolTip() == "Where is my order?"
    QTest.mouseClick(back, Qt.MouseButton.LeftButton)
    await until(lambda: place.thread_view.conversation == comment and place.is_settled, "the comment")


async def begin(place: Workplace, remote_id: str) -> None:
    place.thread_view.reply_privately_asked.emit(message(place, remote_id))
    await until(lambda: "Send privately" in named(place), "the private answer")


async def test_it_leaves_in_private_and_comes_back_in_private(core: StoreCore, place: Workplace) -> None:
    await begin(place, "a")
    assert "Privately to Maya alone, as The Brand on Practice room: Where is my order?" in named(place)
    QTest.keyClicks(place.composer.field, "Between us")
    place.give(Does.SEND)
    await until(lambda: place.composer.text == "" and place.answering.writing.is_idle, "the commit")
    assert "Send privately" not in named(place)
    (row,) = await writing.outbox(core.store)
    assert (row.kind, row.written_in, row.conversation == row.written_in) == ("new", place.bridge.opened, False)
    assert row.conversation is not None
    page = OutboxPage(place.thread_view._theme, place)
    page.show_outbox([row])
    assert f"From {row.sender}, privately to Maya" in [one.text() for one in page.findChildren(Label)]
    private = await inbox.thread(core.store, core.me, row.conversation)
    assert (private.row.kind, [one.text for one in private.messages]) == (Kind.DIRECT, ["Between us"])
    await until(lambda: place.leaving.last is not None, "what is about to leave")
    assert "Sending privately" in place.leaving.words.text()
    await there_and_back(place, row.conversation)
    place.give(Does.UNDO)
    await until(lambda: place.composer.text == "Between us" and place.answering.writing.is_idle, "what was taken back")
    await until(lambda: "Send privately" in named(place), "the private answer")


async def test_a_draft_in_private_is_one_after_turning_away(core: StoreCore, place: Workplace) -> None:
    await begin(place, "a")
    QTest.keyClicks(place.composer.field, "Between us")
    here = place.bridge.opened
    assert here is not None
    place.answering.writing.turn_to(None)
    await until(lambda: place.answering.writing.is_idle and not place.composer.text, "the draft put away")
    place.answering.writing.turn_to(here)
    await until(lambda: place.composer.text == "Between us", "the draft")
    assert "Send privately" in named(place)


async def test_the_key_turns_to_and_fro_and_says_why_not(core: StoreCore, place: Workplace) -> None:
    place.thread_view.reply_to_asked.emit(message(place, "a"))
    await until(lambda: "Replying to Maya" in named(place), "the answer")
    place.give(Does.REPLY_PRIVATELY)
    await until(lambda: "Send privately" in named(place), "the private answer")
    place.give(Does.REPLY_PRIVATELY)
    await until(lambda: "Replying to Maya" in named(place), "the public answer")
    assert "Send privately" not in named(place)
    place.thread_view.reply_to_asked.emit(message(place, "b"))
    await until(lambda: "Replying to Lena" in named(place), "whom it answers")
    box = place.composer.private
    assert (box.isVisible(), box.isEnabled(), box.toolTip()) == (True, False, CLOSED)


async def test_what_was_written_in_private_goes_to_nobody_else_in_public(core: StoreCore, place: Workplace) -> None:
    await begin(place, "a")
    QTest.keyClicks(place.composer.field, "Between us")
    place.thread_view.reply_to_asked.emit(message(place, "b"))
    await until(lambda: "Privately to Lena alone" in named(place), "whom it answers")
    assert place.composer.problem == CLOSED
    place.give(Does.SEND)
    assert place.composer.text == "Between us"
    assert await writing.outbox(core.store) == ()
