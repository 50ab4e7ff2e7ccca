"""The menu of a message: what its service allows with reasons, acts through the outbox, edits told, links opened."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMenu

from connectors import CATALOGUE
from inbox_app.contract.remote import MessageSeen, ReactionsSeen
from inbox_app.domain.abilities import YES, Abilities, Ability
from inbox_app.domain.words import Action, OutboxState
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import inbox
from inbox_app.queries import writing as questions
from inbox_app.storage import outbox
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import dialog_of, until
from tests.unit.ingest.tales import at, ours, said
from ui.app_window import AppWindow
from ui.commands import Does
from ui.conversation.edit_dialog import EditDialog
from ui.conversation.history_dialog import HistoryDialog
from ui.line_dialog import LineDialog
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

pytestmark = pytest.mark.ui
THEIRS = Abilities(
    {
        Action.REPLY: YES,
        Action.LIKE: YES,
        Action.REACT: YES,
        Action.HIDE: YES,
        Action.REPORT: YES,
        Action.UNHIDE: YES,
        Action.DELETE: Ability(False, "Only its author can delete it."),
    }
)
OURS = Abilities({Action.EDIT: YES})


def edited(seen: MessageSeen, text: str) -> MessageSeen:
    return replace(seen, message=replace(seen.message, text=text, edited_at=at(30)))


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    """A comment that was edited, our answer, and a comment that needs one, on screen."""
    comment = said("a", 1, text="We meet at nine", abilities=THEIRS)
    await core.tell(comment, ours("b", 2, parent="a", text="See you then", abilities=OURS))
    await core.tell(said("c", 3, parent="a", by="zoe", abilities=THEIRS))
    await core.tell(edited(comment, "We meet at ten"))
    await core.store.write(
        lambda tx: ingest(tx, core.account, [ReactionsSeen("a", (("👍", 2), ("🎉", 1)), frozenset({"🎉"}))])
    )
    window = keep(AppWindow(tasks, theme))
    made = Workplace(core, tasks, theme)
    window.put_in(made)
    window.show()
    window.activateWindow()
    await until(window.isActiveWindow, "the window in front")
    await until(lambda: len(made.bridge.ids) == 1, "the list")
    made.open(made.bridge.ids[0])
    await until(lambda: made.is_settled and buttons(made, "More"), "the conversation")
    made.thread_view.column.setFocus()
    yield made
    await made.close_down()


def buttons(place: Workplace, name: str) -> list[QAbstractButton]:
    found = [one for one in place.thread_view.findChildren(QAbstractButton) if one.accessibleName() == name]
    return sorted(found, key=lambda one: one.mapTo(place, one.rect().topLeft()).y())


async def open_menu(place: Workplace, message: int) -> QMenu:
    buttons(place, "More")[message].click()
    return await shown_menu(place)


async def shown_menu(place: Workplace) -> QMenu:
    def menus() -> list[QMenu]:
        return [one for one in place.findChildren(QMenu) if one.isVisible()]

    await until(menus, "the menu")
    return menus()[0]


def line(menu: QMenu, name: str) -> QAction:
    return next(one for one in menu.actions() if one.text() == name)


def choose(menu: QMenu, name: str) -> None:
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(line(menu, name)).center())


async def only_act(core: StoreCore) -> tuple[Action | None, OutboxState]:
    (row,) = await questions.outbox(core.store)
    return row.action, row.state


async def test_a_message_is_taken_out_by_its_menu_and_undo_puts_it_back(
    place: Workplace, core: StoreCore, tasks: Tasks
) -> None:
    menu = await open_menu(place, 2)
    choose(menu, "Take it out into a conversation of its own")
    await until(lambda: place.toast.words.text() == "A conversation of its own now.", "what was done")
    assert len(await inbox.conversation_ids(core.store, core.me)) == 2
    place.toast.undo.click()
    await until(lambda: "Taken back: Taken apart" in place.toast.words.text() and tasks.are_done, "it back")
    assert len(await inbox.conversation_ids(core.store, core.me)) == 1


async def test_the_menu_offers_what_can_be_done_and_greys_the_rest_with_its_reason(place: Workplace) -> None:
    menu = await open_menu(place, 0)
    names = [one.text() for one in menu.actions() if one.text()]
    assert names[:4] == ["Like", "React", "Hide", "Delete – Only its author can delete it."]
    assert "Show again" not in names
    assert not line(menu, "Delete – Only its author can delete it.").isEnabled()
    QTest.keyClick(menu, Qt.Key.Key_Escape)


async def test_a_comment_is_hidden_by_keys_and_z_takes_that_back(place: Workplace, core: StoreCore) -> None:
    QTest.keyClick(place.thread_view.column, Qt.Key.Key_Period)
    choose(await shown_menu(place), "Hide")
    await until(place.leaving.isVisible, "the countdown")
    assert "Hide" in place.leaving.words.text()
    assert await only_act(core) == (Action.HIDE, OutboxState.QUEUED)
    place.thread_view.column.setFocus()
    QTest.keyClick(place.thread_view.column, Qt.Key.Key_Z)
    await until(lambda: place.leaving.last is None, "nothing to leave")
    assert await only_act(core) == (Action.HIDE, OutboxState.UNDONE)
    assert place.composer.text == ""


async def test_a_reaction_is_joined_and_one_of_ours_taken_back(place: Workplace, core: StoreCore) -> None:
    (joined,), (ours_,) = buttons(place, "👍 2"), buttons(place, "🎉 1")
    joined.click()
    await until(place.leaving.isVisible, "the countdown")
    ours_.click()
    await until(lambda: len(place.leaving.waiting) == 2, "both acts")
    acts = await questions.outbox(core.store)
    assert [row.action for row in acts] == [Action.REACT, Action.REACT]


@pytest.mark.parametrize(
    ("channel", "offered"),
    [
        ("mastodon", ["⭐  Favourite", "🔁  Boost", "Take 🎉 back", "👍"]),
        ("bluesky", ["❤  Like", "🔁  Repost", "Take 🎉 back", "👍"]),
        ("matrix", ["👍", "❤️", "Take 🎉 back", "😄", "🙏", "👀"]),
    ],
)
async def test_the_reactions_of_the_channel_are_offered(
    place: Workplace, core: StoreCore, channel: str, offered: list[str]
) -> None:
    assert place.bridge.on_screen is not None
    core.catalogue = {place.bridge.on_screen.row.channel: CATALOGUE[channel]}
    menu = await open_menu(place, 0)
    submenu = line(menu, "React").menu()
    assert isinstance(submenu, QMenu)
    assert [one.text() for one in submenu.actions()] == offered
    QTest.keyClick(menu, Qt.Key.Key_Escape)


async def test_where_a_like_is_the_only_reaction_it_is_offered_once(place: Workplace, core: StoreCore) -> None:
    assert place.bridge.on_screen is not None
    core.catalogue = {place.bridge.on_screen.row.channel: CATALOGUE["discourse"]}
    menu = await open_menu(place, 2)
    names = [one.text() for one in menu.actions()]
    assert ("Like" in names, "React" in names) == (True, False)
    QTest.keyClick(menu, Qt.Key.Key_Escape)


async def test_an_answer_of_ours_is_edited(place: Workplace, core: StoreCore) -> None:
    choose(await open_menu(place, 1), "Edit…")
    dialog = await dialog_of(place, EditDialog)
    assert dialog.text == "See you then"
    assert not dialog.keep.isEnabled()
    QTest.keyClicks(dialog.field, "!")
    QTest.keyClick(dialog.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(place.leaving.isVisible, "the countdown")
    (row,) = await questions.outbox(core.store)
    assert (row.action, row.text) == (Action.EDIT, "See you then!")


async def test_why_something_is_reported_is_said_and_may_be_left_out(place: Workplace, core: StoreCore) -> None:
    assert place.bridge.on_screen is not None
    core.catalogue = {place.bridge.on_screen.row.channel: CATALOGUE["mastodon"]}
    for typed in ("Sells what is not theirs", ""):
        choose(await open_menu(place, 0), "Report to the moderators")
        dialog = await dialog_of(place, LineDialog)
        QTest.keyClicks(dialog.field, typed)
        QTest.keyClick(dialog.field, Qt.Key.Key_Return)
        await until(place.leaving.isVisible, "the countdown")
        (row,) = await questions.outbox(core.store, settled=False)
        act = (await core.store.read(partial(outbox.get, wanted=row.id))).act
        assert (row.action, act["value"]) == (Action.REPORT, typed)
        place.give(Does.UNDO)
        await until(lambda: place.is_settled and not place.leaving.isVisible(), "it is taken back")
    choose(await open_menu(place, 0), "Report to the moderators")
    (await dialog_of(place, LineDialog)).reject()
    await until(lambda: place.is_settled and not place.findChildren(LineDialog), "nothing is asked any more")
    assert await questions.outbox(core.store, settled=False) == ()


async def test_what_became_of_a_message_tells_each_text_and_what_changed(place: Workplace) -> None:
    choose(await open_menu(place, 0), "What became of it…")
    dialog = await dialog_of(place, HistoryDialog)
    texts = [one.text() for one in dialog.findChildren(QLabel)]
    assert any("<s>nine</s>" in one and "<u>ten</u>" in one for one in texts)
    assert any(one == "We meet at nine" for one in texts)
    dialog.reject()


async def test_a_copied_link_pasted_into_the_search_opens_the_message(place: Workplace) -> None:
    choose(await open_menu(place, 1), "Copy a link to this message")
    await until(place.toast.isVisible, "the sentence")
    link = QGuiApplication.clipboard().text()
    assert link.startswith("portavoce:message/")
    before = place.bridge.opened
    place.list.search.setText(link)
    QTest.keyClick(place.list.search, Qt.Key.Key_Return)
    await until(lambda: place.is_settled, "the message")
    assert (place.bridge.opened, place.list.states.isVisible()) == (before, True)
    place.list.search.setText("portavoce:message/1?workspace=another")
    QTest.keyClick(place.list.search, Qt.Key.Key_Return)
    await until(lambda: "another" in place.toast.words.text(), "why it cannot be opened")
    assert QApplication.activePopupWidget() is None
