"""Ask your community: one question in several places, each in its own form, by counted keys; answers gather below."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from inbox_app.actions import templating
from inbox_app.actions.templating import Wording
from inbox_app.domain.ids import ConversationId
from inbox_app.domain.inbox import ConversationRow, OutboxRow
from inbox_app.domain.words import ActKind, OutboxState
from inbox_app.queries.writing import outbox
from tests.e2e.counting import Hands
from tests.e2e.person import Person
from tests.ui.patience import dialog_of, until
from ui.conversation.post_card import PostCard
from ui.core import Core
from ui.publish_dialog import PublishDialog

pytestmark = [pytest.mark.ui, pytest.mark.e2e]
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
QUESTION = "Which mug do you drink from today?"


def core(person: Person) -> Core:
    assert person.session.core is not None
    return person.session.core


async def dialog(person: Person) -> PublishDialog:
    return await dialog_of(person.window, PublishDialog)


async def posts(person: Person) -> list[OutboxRow]:
    return [row for row in await outbox(core(person).store) if row.kind == ActKind.POST]


async def go_in(person: Person) -> None:
    await person.move_in()
    person.window.activateWindow()
    await until(person.window.isActiveWindow, "the window in front")


@pytest.mark.timeout(300)
async def test_a_question_from_a_template_goes_to_every_place_and_one_undo_brings_all_back(
    person: Person, hands: Hands
) -> None:
    await go_in(person)
    store, me = core(person).store, core(person).me
    await templating.add(store, me, Wording("Mug of the day", QUESTION, question=True))
    person.place.list.view.setFocus()
    hands.begin()
    person.press(Qt.Key.Key_C, CONTROL | SHIFT)
    asking = await dialog(person)
    assert len(asking.places) == 2, "the two places of the practice room that have posts"
    asking.template.setFocus()
    QTest.keyClick(asking.template, Qt.Key.Key_Down)
    await until(lambda: asking.wordings.shared.text == QUESTION, "the template's text")
    QTest.keyClick(asking.field, Qt.Key.Key_Return, CONTROL)
    await until(person.place.leaving.isVisible, "the countdown")
    hands.did("26 ask your community")
    assert {row.text for row in await posts(person)} == {QUESTION}
    assert len({row.account for row in await posts(person)}) == 2
    person.place.leaving.undo()
    again = await dialog(person)
    assert (again.wordings.shared.text, len(again.places)) == (QUESTION, 2)
    assert {row.state for row in await posts(person)} == {OutboxState.UNDONE}
    assert person.place.toast.words.text() == "Nothing was published."
    again.reject()
    assert person.told == []


@pytest.mark.timeout(300)
async def test_each_place_has_its_own_form_and_length(person: Person) -> None:
    await go_in(person)
    person.press(Qt.Key.Key_C, CONTROL | SHIFT)
    asking = await dialog(person)
    short, long = sorted(asking.places, key=lambda one: core_limit(asking, one))
    asking.field.setPlainText("x" * (core_limit(asking, short) + 3))
    assert not asking.go.isEnabled()
    assert "3" in asking.problem_of(short)
    assert not asking.problem_of(long)
    asking.which.setCurrentIndex(asking.which.findData(short))
    asking.which.activated.emit(asking.which.currentIndex())
    asking.field.setPlainText("Short here.")
    assert asking.go.isEnabled()
    asking.go.click()
    await until(person.place.leaving.isVisible, "the countdown")
    assert {row.account: len(row.text) for row in await posts(person)} == {
        short: len("Short here."),
        long: core_limit(asking, short) + 3,
    }
    person.place.leaving.undo()
    (await dialog(person)).reject()


def core_limit(asking: PublishDialog, place: object) -> int:
    limits = {one: said for one, said in asking._limits.items() if one == place}
    (found,) = limits.values()
    return found.text or 10_000


@pytest.mark.timeout(300)
async def test_answers_gather_under_what_was_asked_and_are_listed_together(person: Person) -> None:
    await go_in(person)

    def under_posts() -> list[ConversationId]:
        rows = {one: person.place.list.row(one) for one in person.place.bridge.ids}
        return [one for one, row in rows.items() if row is not None and row.post_title]

    await until(under_posts, "a comment under a post", 60)
    shown = under_posts()[0]
    await person.open(shown)
    (card,) = person.window.findChildren(PostCard)
    button = next(one for one in card.findChildren(QAbstractButton) if one.accessibleName() == "All its conversations")
    person.click(button)
    assert person.place.list.shown_view.key.startswith("post:")

    def listed() -> list[ConversationRow | None]:
        return [person.place.list.row(one) for one in person.place.bridge.ids[:3]]

    await until(lambda: person.place.is_settled and None not in listed(), "those under the post")
    assert len({row.post_title for row in listed() if row is not None}) == 1
    assert shown in person.place.bridge.ids
