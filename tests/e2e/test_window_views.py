"""A view is built, counted while it is, kept in the sidebar and there again after a restart: clicks are counted."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from inbox_app.actions import triage
from inbox_app.actions import views as saving
from inbox_app.domain.filter_words import from_words
from inbox_app.domain.ids import ConversationId
from inbox_app.domain.words import Hat
from inbox_app.queries import inbox, views
from inbox_app.settings import Theme as Wanted
from tests.e2e.counting import Hands
from tests.e2e.menus import menu_of, press_line
from tests.e2e.person import Person
from tests.ui.patience import until
from ui.core import Core
from ui.inbox.entries import EntryKind, view_key
from ui.inbox.sidebar_painter import ENTRY_ROLE
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.theme.widgets import ToolButton
from ui.views.builder import ViewBuilder
from ui.views.sections import Section
from ui.workplace import Workplace

pytestmark = [pytest.mark.ui, pytest.mark.e2e]


class Mouse:
    """Counts clicks."""

    def __init__(self, person: Person) -> None:
        self.person, self.clicks = person, 0

    def click(self, button: QAbstractButton) -> None:
        self.clicks += 1
        self.person.click(button)

    async def pick(self, section: Section, group: str, name: str) -> None:
        """A condition: the button, and a line of the menu; the menus between open by themselves under the mouse."""
        self.click(section.add)
        self.clicks += 1
        await press_line(await menu_of(section), name, group)


async def builder_of(person: Person) -> ViewBuilder:
    found: list[ViewBuilder] = []

    def look() -> bool:
        found[:] = [one for one in person.window.findChildren(ViewBuilder) if one.isVisible()]
        return bool(found)

    await until(look, "the dialog")
    return found[0]


def sidebar_line(person: Person, name: str) -> tuple[str, int] | None:
    """A saved view's line: its key and its count."""
    model = person.place.sidebar.lines.model()
    for place in range(model.rowCount()):
        entry = model.index(place, 0).data(ENTRY_ROLE)
        if entry.kind is EntryKind.VIEW and entry.title == name:
            return entry.key, entry.count
    return None


async def begin(person: Person) -> Core:
    """The practice room, with two tags on its first conversations."""
    await person.move_in()
    core = person.session.core
    assert core is not None
    first, second, third = (await inbox.conversation_ids(core.store, core.me, from_words("state:open")))[:3]
    await triage.retag(core.store, core.me, [first], put=["vip"])
    await triage.retag(core.store, core.me, [second, third], put=["regulars"])
    await triage.retag(core.store, core.me, [third], put=["later"])
    return core


def new_view_button(person: Person) -> QAbstractButton:
    lines = person.place.sidebar.lines
    places = [lines.model().index(place, 0) for place in range(lines.model().rowCount())]
    (head,) = [one for one in places if one.data(ENTRY_ROLE).key == "views"]
    (button,) = lines.indexWidget(head).findChildren(ToolButton)
    assert isinstance(button, ToolButton)
    return button


async def test_a_view_with_and_or_not_takes_eight_clicks(person: Person, hands: Hands) -> None:
    core = await begin(person)
    mouse = Mouse(person)
    hands.begin()
    mouse.click(new_view_button(person))
    builder = await builder_of(person)
    QTest.keyClicks(builder.title, "Guests")
    await mouse.pick(builder.fields.sections.one, "Tag", "vip")
    await until(lambda: not builder.is_counting and builder.count.text() == "1 conversation", "the live count")
    await mouse.pick(builder.fields.sections.one, "Tag", "regulars")
    await until(lambda: not builder.is_counting and builder.count.text() == "3 conversations", "the live count")
    await mouse.pick(builder.fields.sections.none, "Tag", "later")
    await until(lambda: not builder.is_counting and builder.count.text() == "2 conversations", "the live count")
    assert builder.fields.words.text() == "(tag:vip or tag:regulars) not tag:later"
    mouse.click(builder.save)
    await until(lambda: sidebar_line(person, "Guests") is not None, "the view in the sidebar")
    hands.did("15 build a view")
    (saved,) = await views.every(core.store, core.me)
    assert saved.filter == from_words("(tag:vip or tag:regulars) not tag:later")
    assert sidebar_line(person, "Guests") == (view_key(saved.id), 2)
    await until(lambda: person.place.list.shown_view.key == view_key(saved.id), "the list shows it")
    await until(lambda: len(person.place.bridge.ids) == 2, "its two conversations")

    await triage.finish(core.store, core.me, person.place.bridge.ids[:1])
    await until(lambda: sidebar_line(person, "Guests") == (view_key(saved.id), 1), "the count follows")
    assert person.told == []

    person.place.remembered.keep(settings := QSettings())
    again = Workplace(core, Tasks(asyncio.get_running_loop(), person.window), Theme(Wanted.LIGHT))
    again.setParent(person.window)
    again.start()
    again.remembered.restore(settings, again.show_view, again.open)
    await until(lambda: again.list.shown_view.key == view_key(saved.id), "the same view after a restart")
    await until(lambda: again.is_settled, "all of it")
    await again.close_down()


def queue_of(person: Person, hat: Hat) -> bool:
    return person.place.sidebar.hat is hat and person.place.is_settled


async def test_one_key_goes_to_the_other_hat_s_queue(person: Person, hands: Hands) -> None:
    core = await begin(person)
    first = (await inbox.conversation_ids(core.store, core.me, from_words("state:open hat:community")))[0]
    await triage.wear(core.store, core.me, [first], Hat.SOCIAL)
    person.window.activateWindow()
    await until(person.window.isActiveWindow, "the window in front")
    person.place.list.take_focus()
    queues: list[set[ConversationId]] = []
    for hat in (Hat.COMMUNITY, Hat.SOCIAL):
        hands.begin()
        person.press(Qt.Key.Key_Q)
        await until(partial(queue_of, person, hat), hat.value)
        hands.did("19 two hats")
        queues.append(set(person.place.bridge.ids))
    assert not queues[0] & queues[1]
    assert first in queues[1]
    assert person.told == []


async def test_a_view_is_moved_by_keys_in_the_sidebar(person: Person) -> None:
    core = await begin(person)
    for name in ("First", "Second"):
        await saving.save(core.store, core.me, name, from_words("unread"))
    lines = person.place.sidebar.lines

    def names() -> list[str]:
        return [entry.title for entry in lines._entries.entries if entry.key.startswith("view:")]

    await until(lambda: names() == ["First", "Second"], "both views")
    saved = {one.name: view_key(one.id) for one in await views.every(core.store, core.me)}
    assert person.place.sidebar.choose(saved["Second"])
    lines.setFocus()
    QTest.keyClick(lines, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    await until(lambda: names() == ["Second", "First"], "the other order")
    await until(lambda: person.place.sidebar.lines._current() is not None, "a line is chosen")
    chosen = lines._current()
    assert chosen is not None
    assert chosen.key == saved["Second"], "it stays the one that is shown"
    QTest.keyClick(lines, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    await until(lambda: names() == ["First", "Second"], "back")
    assert person.told == []
