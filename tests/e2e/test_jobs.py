"""Jobs of the desk that no other test does whole: morning triage and finding; and that the table of all is true."""

from __future__ import annotations

import asyncio
import re
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from sqlalchemy import select

from inbox_app.domain.ids import ConversationId, MemberId
from inbox_app.domain.search_query import FoundBy, fold
from inbox_app.domain.words import State
from inbox_app.queries import community, inbox
from inbox_app.queries.writing import outbox
from inbox_app.storage.schema import message_text
from tests.e2e.counting import JOBS, Hands
from tests.e2e.person import Person
from tests.ui.keeping import Keep
from tests.ui.patience import dialog_of, until
from ui.community.welcome_page import WelcomePage
from ui.conversation.message_part import MessagePart
from ui.core import Core

pytestmark = [pytest.mark.ui, pytest.mark.e2e]
ITEMS, NEWCOMERS = 40, 20
CONTROL = Qt.KeyboardModifier.ControlModifier


async def begin(person: Person) -> Core:
    """The practice room, as it is on the first morning."""
    await person.move_in(ITEMS)
    core = person.session.core
    assert core is not None
    await person.open(person.place.bridge.ids[0])
    person.place.list.view.setFocus()
    return core


async def in_front(person: Person) -> None:
    """Offscreen a window may lose the front to nobody."""
    person.window.activateWindow()
    await until(person.window.isActiveWindow, "the window in front")


def opened_other(person: Person, than: ConversationId) -> bool:
    return person.place.bridge.opened != than


@pytest.mark.timeout(300)
async def test_forty_are_triaged_by_a_key_each(person: Person, hands: Hands) -> None:
    core = await begin(person)
    hands.begin()
    dealt_with = []
    for _item in range(ITEMS):
        here = person.place.bridge.opened
        assert here is not None
        dealt_with.append(here)
        await in_front(person)
        person.press(Qt.Key.Key_E)
        await until(partial(opened_other, person, here), "the next one")
    hands.did("3 morning triage of 40")
    async with asyncio.timeout(60):
        while await done_of(core, dealt_with) < ITEMS:
            await asyncio.sleep(0.05)
    assert person.told == []


@pytest.mark.timeout(300)
async def test_twenty_newcomers_are_welcomed_by_a_key_each(person: Person, hands: Hands) -> None:
    core = await begin(person)
    await until(lambda: person.place.is_settled, "all that the community tells", 90)
    before = [one.newcomer.member.id for one in await community.offered(core.store)]
    assert len(before) >= NEWCOMERS
    await in_front(person)
    hands.begin()
    person.press(Qt.Key.Key_G)
    person.press(Qt.Key.Key_N)
    page = await dialog_of(person.window, WelcomePage)
    welcomed = []
    for _newcomer in range(NEWCOMERS):
        await until(lambda: page.is_settled and page.welcome.isEnabled(), "the next newcomer")
        page.activateWindow()
        await until(page.isActiveWindow, "the desk in front")
        assert page.current is not None
        welcomed.append(page.current.member.id)
        QTest.keyClick(page, Qt.Key.Key_W)
        await until(partial(_is_welcomed, page, welcomed[-1]), "the welcome")
    hands.did("18 welcome 20 newcomers")
    assert len(set(welcomed)) == NEWCOMERS, "nobody is offered twice"
    left = {one.newcomer.member.id for one in await community.offered(core.store)}
    assert left < set(before), "an answer in a room welcomes everybody who had spoken there"
    assert left.isdisjoint(welcomed)
    assert len(await outbox(core.store)) == NEWCOMERS
    page.reject()
    assert person.told == []


def _is_welcomed(page: WelcomePage, member: MemberId) -> bool:
    return page.is_settled and (page.current is None or page.current.member.id != member)


async def done_of(core: Core, wanted: list[ConversationId]) -> int:
    rows = await inbox.conversation_rows(core.store, core.me, wanted)
    return len({row.id for row in rows if row.state is State.DONE})


@pytest.mark.timeout(300)
async def test_a_message_is_found_by_two_keys_with_the_right_count(person: Person, hands: Hands) -> None:
    core = await begin(person)
    place = person.place
    hands.begin()
    await in_front(person)
    person.press(Qt.Key.Key_F, CONTROL)
    QTest.keyClicks(place.list.search, "SMALTO")
    QTest.keyClick(place.list.search, Qt.Key.Key_Return)
    await until(lambda: bool(place._search.hits) and place.is_settled, "the answer")
    await until(lambda: place.bridge.opened == place.bridge.ids[0], "the first hit")
    hands.did("14 find it")

    kept = await core.store.read(lambda conn: conn.execute(select(message_text.c.body, message_text.c.people)).all())
    held = sum(re.search(r"\bsmalto", fold(f"{row.body} {row.people}")) is not None for row in kept)
    found = place.list._found
    assert found is not None
    by_notes = sum(hit.by is FoundBy.NOTE for hit in found.hits)
    assert by_notes, "a note in the practice room speaks of it too"
    assert found.total == held + by_notes
    assert any(one.text().startswith(f"{found.total} messages in ") for one in place.list.findChildren(QLabel))
    first = next(hit for hit in found.hits if hit.by is FoundBy.MESSAGE)
    await person.open(first.conversation)
    wanted = place._search.hits[first.conversation]
    await until(lambda: marked(person, str(wanted)) != [], "the words marked at the message")
    assert {fold(one) for one in marked(person, str(wanted))} == {"smalto"}
    await person.open(place.bridge.ids[-1])
    assert place.list.search.text() == "SMALTO", "the search stays"
    assert person.told == []


def marked(person: Person, message: str) -> list[str]:
    parts = [one for one in person.place.thread_view.column.widgets() if isinstance(one, MessagePart)]
    bodies = [body for one in parts if str(one.item.row.id) == message for body in one.bodies]
    return [one.cursor.selectedText() for body in bodies for one in body.extraSelections()]


def test_each_job_names_a_test_that_holds_itself_against_it() -> None:
    for name, job in JOBS.items():
        module, _, test = job.test.partition("::")
        source = Path(__file__).with_name(module).read_text(encoding="utf-8")
        assert f"async def {test}(" in source, name
        assert f'hands.did("{name}")' in source.partition(f"async def {test}(")[2].partition("\nasync def ")[0], name


def test_hands_count_presses_and_not_letters(hands: Hands, keep: Keep) -> None:
    window = keep(QWidget())
    row, field, button = QVBoxLayout(window), QLineEdit(), QPushButton("Press")
    row.addWidget(field)
    row.addWidget(button)
    window.show()
    hands.begin()
    QTest.keyClicks(field, "Some words.")
    assert (hands.keys, hands.clicks) == (0, 0)
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClick(field, Qt.Key.Key_A, CONTROL)
    QTest.keyClick(button, Qt.Key.Key_Down)
    QTest.keyClick(window, Qt.Key.Key_J)
    assert (hands.keys, hands.clicks) == (4, 0)
    shortcut = QShortcut(QKeySequence("G, P"), window)
    QTest.keyClick(button, Qt.Key.Key_G)
    QTest.keyClick(button, Qt.Key.Key_P)
    assert (hands.keys, hands.clicks) == (6, 0), "of several presses each"
    shortcut.deleteLater()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(window, Qt.MouseButton.RightButton)
    assert (hands.keys, hands.clicks) == (6, 2)
