"""First light: from the first start to an answered comment in the practice room, by mouse and keyboard alone."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt

from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.domain.words import Kind, MessageState, OutboxState
from inbox_app.queries import inbox
from inbox_app.queries.writing import outbox
from tests.e2e.counting import Hands
from tests.e2e.person import Person
from tests.ui.patience import until
from ui.closing import ClosingDialog

pytestmark = [pytest.mark.ui, pytest.mark.e2e]


async def test_from_first_start_to_an_answered_comment(person: Person) -> None:
    person.click(person.window.first_start.practice)
    await person.see_list(10)

    thread = await person.open(await a_conversation_of_comments(person))
    assert thread.post is not None, "a comment stands under its post"
    reply = person.buttons("Reply")[-1]
    person.click(reply)
    await until(lambda: person.place.composer.target is not None, "whom the reply answers")
    target = person.place.composer.target
    assert target is not None
    assert person.window.focusWidget() is person.place.composer.field

    person.type_text("Grazie! We will look into it.")
    person.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: person.answer_to(target) is not None, "the answer under the comment")
    await until(lambda: person.place.composer.text == "", "an empty composer")
    await until(person.place.leaving.isVisible, "the countdown")
    waiting = person.answer_to(target)
    assert waiting is not None
    assert waiting.state is MessageState.QUEUED
    assert waiting.outbox is not None

    await until(lambda: is_delivered(person, target), "the delivery, once the undo window is over", 40)
    sent = person.answer_to(target)
    assert sent is not None
    assert (sent.text, sent.remote_id is not None) == ("Grazie! We will look into it.", True)
    answered = person.message(target)
    assert answered is not None
    assert not answered.needs_reply
    await until(lambda: not person.place.leaving.isVisible(), "the end of the countdown")
    assert person.told == []


async def test_oops_the_reply_is_taken_back_with_one_key(person: Person, hands: Hands) -> None:
    await person.move_in()
    await person.open(await a_conversation_of_comments(person))
    before = len(person.thread.messages)

    person.press(Qt.Key.Key_R)
    person.type_text("Too early")
    person.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: len(person.thread.messages) == before + 1, "the answer")
    await until(person.place.leaving.isVisible, "the countdown")
    person.place.list.view.setFocus()
    hands.begin()
    person.press(Qt.Key.Key_Z)
    await until(lambda: person.place.composer.text == "Too early", "the text back")
    hands.did("6 oops")
    await until(lambda: len(person.thread.messages) == before, "no answer any more")
    await until(lambda: person.place.leaving.last is None, "nothing about to leave")
    assert person.told == []


async def test_what_has_not_left_is_asked_about_and_sent_before_the_window_closes(person: Person) -> None:
    await person.move_in()
    await person.open(await a_conversation_of_comments(person))
    person.press(Qt.Key.Key_R)
    person.type_text("Just in time")
    person.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(person.place.leaving.isVisible, "the countdown")
    (row,) = person.place.leaving.waiting
    person.press(Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: closing_dialog(person), "the question")
    assert person.window.isVisible()
    person.click(closing_dialog(person)[0].buttons["now"])
    await until(lambda: not person.window.isVisible(), "the window closed", 30)
    core = person.session.core
    assert core is not None
    (sent,) = [one for one in await outbox(core.store) if one.id == row.id]
    assert sent.state is OutboxState.DELIVERED


def closing_dialog(person: Person) -> list[ClosingDialog]:
    return [one for one in person.window.findChildren(ClosingDialog) if one.isVisible()]


async def a_conversation_of_comments(person: Person) -> ConversationId:
    """One of the listed conversations in which people answer each other; the community may still be moving in."""
    core = person.session.core
    assert core is not None
    async with asyncio.timeout(30):
        while True:
            rows = await inbox.conversation_rows(core.store, core.me, person.place.bridge.ids)
            for row in rows:
                if row.kind is Kind.COMMENTS and row.messages > 2:
                    return row.id


def is_delivered(person: Person, target: MessageId) -> bool:
    sent = person.answer_to(target)
    return sent is not None and sent.state is MessageState.DELIVERED
