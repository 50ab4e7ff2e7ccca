"""Answer a nested comment: one key to reply, one to send and go to the next; it lands under the right parent."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt

from inbox_app.domain.ids import ConversationId
from inbox_app.queries import inbox
from inbox_app.queries.writing import outbox
from tests.e2e.counting import Hands
from tests.e2e.person import Person
from tests.ui.patience import until

pytestmark = [pytest.mark.ui, pytest.mark.e2e]
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.mark.timeout(300)
async def test_a_nested_comment_is_answered_by_two_keys_with_its_parents_in_sight(person: Person, hands: Hands) -> None:
    await person.move_in()
    core = person.session.core
    assert core is not None
    store, me = core.store, core.me
    thread = await person.open(await nested(person))
    target = thread.to_answer
    assert target is not None
    assert target.parent is not None, "it nests"
    assert person.message(target.parent) is not None, "its parent is in sight"
    assert thread.post is not None
    person.place.list.view.setFocus()
    hands.begin()
    person.press(Qt.Key.Key_R)
    assert person.place.composer.named == target.id
    person.type_text("Thank you, we look into it!")
    person.press(Qt.Key.Key_Return, CONTROL | SHIFT)
    await until(lambda: person.place.bridge.opened != thread.row.id, "the next conversation")
    hands.did("4 answer a nested comment")
    (sent,) = await outbox(store)
    assert sent.message is not None
    said = await inbox.thread(store, me, thread.row.id)
    (answer,) = (one for one in said.messages if one.id == sent.message)
    assert answer.parent == target.id
    person.place.leaving.undo()
    await until(lambda: person.place.leaving.last is None, "nothing to leave")
    assert person.told == []


async def nested(person: Person) -> ConversationId:
    """The first open conversation in which an answer is asked for below another comment."""
    core = person.session.core
    assert core is not None
    async with asyncio.timeout(60):
        while True:
            for one in person.place.bridge.ids:
                thread = await inbox.thread(core.store, core.me, one)
                if thread.post is not None and thread.to_answer is not None and thread.to_answer.parent is not None:
                    return one
            await asyncio.sleep(0.1)
