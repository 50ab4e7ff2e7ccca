"""Who is this, the same person, take a note: the practice room's people known by counted clicks and keys."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from inbox_app.actions import members as act
from inbox_app.domain.ids import ConversationId, MemberId
from inbox_app.domain.people import Activity, Card, Timeline, TimelineLine
from inbox_app.queries import inbox
from inbox_app.queries import members as ask
from inbox_app.queries.writing import outbox
from tests.e2e.counting import Hands
from tests.e2e.person import Person
from tests.ui.patience import dialog_of, until
from ui.conversation.message_part import MessagePart
from ui.core import Core
from ui.members.link_dialog import LinkDialog
from ui.members.note_dialog import NoteDialog
from ui.members.timeline_page import TimelinePage
from ui.theme.widgets import NameButton

pytestmark = [pytest.mark.ui, pytest.mark.e2e]
NAME = "Tomás Ferreiro"


def core(person: Person) -> Core:
    assert person.session.core is not None
    return person.session.core


async def customer(person: Person) -> list[Card]:
    """The three records of one person, once all that they ever said has come."""
    wanted: list[Card] = []
    async with asyncio.timeout(90):
        while sum(card.messages for card in wanted) < 9 or len(wanted) < 3:
            page = await ask.page(core(person).store, words=NAME)
            wanted = [await ask.card(core(person).store, core(person).me, line.id) for line in page.lines]
            await asyncio.sleep(0.05)
    return sorted(wanted, key=lambda card: card.handles[0].handle)


async def go_in(person: Person) -> list[Card]:
    await person.move_in()
    return await customer(person)


async def open_conversation(person: Person, wanted: ConversationId) -> None:
    place = person.place
    place.open(wanted)
    await until(lambda: place.bridge.on_screen is not None and place.bridge.on_screen.row.id == wanted, "it")
    await until(lambda: place.is_settled, "all of it", 30)


async def in_front(person: Person) -> None:
    """Offscreen nobody gives the window its focus back when a dialog has closed."""
    person.window.activateWindow()
    await until(person.window.isActiveWindow, "the window in front")


def shown(person: Person) -> Card:
    card = person.place.members.shown
    assert card is not None
    return card


def button(room: QWidget, name: str) -> QAbstractButton:
    named = [one for one in room.findChildren(QAbstractButton) if one.accessibleName() == name and one.isVisible()]
    assert named, name
    return named[0]


async def history(person: Person, of: MemberId) -> Timeline:
    """What they said, of all that their timeline tells."""
    found = await ask.timeline(core(person).store, core(person).me, of, only=Activity.SAID, limit=500)
    return Timeline(tuple(line for line in found.lines if isinstance(line, TimelineLine)), found.older_than)


def name_of(person: Person, member: MemberId) -> NameButton:
    parts = [one for one in person.place.thread_view.column.widgets() if isinstance(one, MessagePart)]
    theirs = next(one for one in parts if one.item.row.author.member == member)
    found = theirs.findChild(NameButton)
    assert isinstance(found, NameButton)
    return found


@pytest.mark.timeout(300)
async def test_who_is_this_card_in_one_click_timeline_in_two_over_three_channels(person: Person, hands: Hands) -> None:
    cards = await go_in(person)
    store, me = core(person).store, core(person).me
    first = cards[0]
    for other in cards[1:]:
        await act.link(store, me, first.id, other.id)
    said = await history(person, first.id)
    person.window.resize(1366, 768)
    await open_conversation(person, said.lines[0].conversation)
    assert person.place.members.isHidden(), "too narrow for the card"
    hands.begin()
    person.click(name_of(person, first.id))
    await until(lambda: person.place.members.isVisible() and shown(person).id == first.id, "the card")
    hands.did("9 who is this: the card")
    assert {line.account for line in shown(person).recent.lines} == {line.account for line in said.lines}
    person.click(button(person.place.members, "Whole timeline"))
    page = await dialog_of(person.place, TimelinePage)
    whole = await ask.timeline(store, core(person).me, first.id, limit=500)
    await until(lambda: page.is_settled and page.list.count() == len(whole.lines), "every line")
    hands.did("9 who is this: the timeline")
    assert len({line.account for line in said.lines}) == 3
    oldest = said.lines[-1]
    assert whole.lines[-1] == oldest
    page.list.setCurrentRow(page.list.count() - 1)
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    await until(lambda: person.place.bridge.opened == oldest.conversation, "its conversation")
    await until(lambda: person.place.is_settled and person.message(oldest.message) is not None, "its message")
    assert person.told == []


@pytest.mark.timeout(300)
async def test_same_person_linked_in_two_clicks_and_unlinked_in_two_after_a_restart(
    person: Person, hands: Hands
) -> None:
    cards = await go_in(person)
    one = cards[0]
    before = {card.id: await history(person, card.id) for card in cards}
    person.window.resize(1640, 960)
    await open_conversation(person, before[one.id].lines[0].conversation)
    person.place.people.choose(one.id)
    await until(lambda: person.place.is_settled and shown(person).id == one.id, "the card")
    hands.begin()
    await link(person)
    hands.did("10 same person: linked")
    (linked,) = (handle for handle in shown(person).handles if handle.linked)

    address = core(person).address
    await person.session.close()
    assert await person.session.begin(address)
    await person.see_list(10)
    await core(person).sync()
    await open_conversation(person, before[one.id].lines[0].conversation)
    person.place.people.choose(one.id)
    await until(lambda: person.place.is_settled and len(shown(person).handles) == 2, "both are there still")
    hands.begin()
    await unlink(person, linked.handle)
    hands.did("10 same person: unlinked")
    for whose, was in before.items():
        now = await history(person, whose)
        assert now.lines[-len(was.lines) :] == was.lines
    assert person.told == []


async def link(person: Person) -> None:
    person.click(button(person.place.members, "Link with another member"))
    linking = await dialog_of(person.place, LinkDialog)
    await until(lambda: linking.is_settled and linking.findChildren(QAbstractButton), "who it may be")
    assert any("the same handle" in one.accessibleName() for one in linking.findChildren(QWidget))
    person.click(button(linking, f"Link {NAME}"))
    await until(lambda: len(shown(person).handles) == 2, "both handles on the card")


async def unlink(person: Person, handle: str) -> None:
    person.click(button(person.place.members, f"Unlink {handle}…"))
    await until(lambda: [menu for menu in person.place.findChildren(QMenu) if menu.isVisible()], "the menu")
    (menu,) = (menu for menu in person.place.findChildren(QMenu) if menu.isVisible())
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(menu.actions()[0]).center())
    await until(lambda: len(shown(person).handles) == 1, "one handle again")


@pytest.mark.timeout(300)
async def test_a_note_takes_two_keys_is_seen_at_the_name_everywhere_and_never_leaves(
    person: Person, hands: Hands
) -> None:
    cards = await go_in(person)
    said = await history(person, cards[0].id)
    person.window.resize(1366, 768)
    await in_front(person)
    await open_conversation(person, said.lines[0].conversation)
    person.place.people.choose(cards[0].id)
    await until(lambda: person.place.is_settled, "the card")
    person.place.list.view.setFocus()
    hands.begin()
    person.press(Qt.Key.Key_N)
    taking = await dialog_of(person.place, NoteDialog)
    QTest.keyClicks(taking.field, "Parcel went astray twice")
    QTest.keyClick(taking.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: shown(person).notes, "the note")
    hands.did("11 take a note")
    for line in {line.conversation: line for line in said.lines}.values():
        await open_conversation(person, line.conversation)
        await until(lambda: sign_of(person, cards[0].id), "the sign beside the name")
        (row,) = await inbox.conversation_rows(core(person).store, core(person).me, [line.conversation])
        assert row.has_notes
    await open_conversation(person, said.lines[0].conversation)
    await in_front(person)
    person.place.list.view.setFocus()
    person.press(Qt.Key.Key_R)
    person.type_text("On its way!")
    person.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(person.place.leaving.isVisible, "the countdown")
    assert all("astray" not in row.text for row in await outbox(core(person).store))
    person.place.list.view.setFocus()
    person.place.leaving.undo()
    await until(lambda: person.place.leaving.last is None, "nothing about to leave")
    assert person.told == []


def sign_of(person: Person, member: MemberId) -> list[QAbstractButton]:
    parts = [one for one in person.place.thread_view.column.widgets() if isinstance(one, MessagePart)]
    theirs = [one for one in parts if one.item.row.author.member == member]
    return [
        child
        for part in theirs
        for child in part.findChildren(QAbstractButton)
        if child.accessibleName() == "Noted: Parcel went astray twice"
    ]
