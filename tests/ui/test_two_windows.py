"""One draft in two windows: what is written in one is shown in the other, and what was written in both is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from connectors import CATALOGUE
from inbox_app.domain.ids import ConversationId
from inbox_app.queries import accounts, inbox
from inbox_app.queries import writing as queries
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import dialog_of, until
from tests.ui.test_attached_files import Desk
from tests.unit.actions.test_letters import can_write
from tests.unit.ingest.tales import said
from ui import publishing
from ui.commands import Does
from ui.composer.letter_dialog import Begun, LetterDialog, draft_for
from ui.composer.writing import Written
from ui.publish_dialog import PublishDialog
from ui.publishing import Publishing
from ui.tasks import Tasks
from ui.theme.theme import Theme

pytestmark = pytest.mark.ui


@pytest.fixture
async def both(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[tuple[Desk, Desk]]:
    """Two windows on one conversation; the second hears nothing of the first."""
    await core.tell(said("a", 1))
    (asked,) = await inbox.conversation_ids(core.store, core.me)
    one, deaf = Desk(core, tasks, theme, keep), Desk(core, tasks, theme, keep, hears=False)
    for desk in (one, deaf):
        desk.composer.resize(900, 300)
        desk.composer.show()
        await desk.turn(asked)
    yield one, deaf
    await one.close()
    await deaf.close()


def of(desk: Desk) -> ConversationId:
    assert desk.writing.conversation is not None
    return desk.writing.conversation


async def shows(desk: Desk, text: str) -> None:
    await until(lambda: desk.composer.text == text and desk.writing.is_idle, f"“{text}”")


async def test_what_was_written_elsewhere_is_shown_where_nothing_was_written(both: tuple[Desk, Desk]) -> None:
    one, deaf = both
    deaf.composer.field.insertPlainText("Dear Maya")
    await deaf.writing.save()
    await shows(one, "Dear Maya")
    assert one.composer.beside.isHidden()
    one.composer.field.undo()
    assert one.composer.text == "", "Ctrl+Z takes it back, as it does what is typed"
    one.composer.field.redo()
    one.composer.field.moveCursor(one.composer.field.textCursor().MoveOperation.End)
    one.composer.field.insertPlainText(", good morning")
    await one.writing.save()
    deaf.writing.look_again()
    await shows(deaf, "Dear Maya, good morning")
    assert deaf.composer.beside.isHidden(), "who wrote on knew what was there"


async def test_what_was_written_in_both_is_kept_and_chosen_from(
    core: StoreCore, both: tuple[Desk, Desk], troubles: list[str]
) -> None:
    one, deaf = both
    one.composer.field.insertPlainText("From here")
    deaf.composer.field.insertPlainText("From there")
    await deaf.writing.save()
    one.writing.look_again()
    await one.writing.save()
    await until(one.composer.beside.isVisible, "the other text")
    assert one.composer.text == "From here", "what is typed stays"
    assert one.composer.beside.words.text() == "Another window wrote here meanwhile: From there"
    one.writing.send()
    await until(lambda: troubles, "a word that both cannot be sent")
    assert troubles.pop().startswith("Another window wrote something else here")
    assert await queries.outbox(core.store) == ()
    await until(lambda: one.writing.is_idle, "the refusal")
    QTest.mouseClick(one.composer.beside.take, Qt.MouseButton.LeftButton)
    await shows(one, "From there")
    await until(lambda: "From here" in one.composer.beside.words.text(), "what was written here")
    QTest.mouseClick(one.composer.beside.drop, Qt.MouseButton.LeftButton)
    await until(one.composer.beside.isHidden, "one text")
    one.writing.send()
    await shows(one, "")
    (row,) = await queries.outbox(core.store)
    assert row.text == "From there"


async def test_what_is_written_elsewhere_while_it_is_asked_about_a_send_is_not_lost(
    core: StoreCore, both: tuple[Desk, Desk], troubles: list[str]
) -> None:
    one, deaf = both

    async def ask(_wanted: ConversationId, _written: Written) -> bool:
        deaf.composer.field.insertPlainText(" and from there")
        await deaf.writing.save()
        one.writing.look_again()
        await until(lambda: one.writing._looking.is_idle, "the news")
        return True

    one.composer.field.insertPlainText("From here")
    await one.writing.save()
    deaf.writing.look_again()
    await shows(deaf, "From here")
    one.writing.consent = ask
    one.writing.send()
    await until(lambda: troubles, "a word that something else was written")
    assert troubles.pop().startswith("Another window wrote something else here")
    await until(one.composer.beside.isVisible, "the other text")
    assert one.composer.beside.words.text().endswith(": From here and from there")
    assert await queries.outbox(core.store) == ()


async def test_what_one_window_sent_the_other_does_not_send_again(
    core: StoreCore, both: tuple[Desk, Desk], troubles: list[str]
) -> None:
    one, deaf = both
    one.composer.field.insertPlainText("Once")
    await one.writing.save()
    deaf.writing.look_again()
    await shows(deaf, "Once")
    one.writing.send()
    await shows(one, "")
    deaf.writing.send()
    await until(lambda: troubles, "a word that it was sent")
    assert troubles.pop().startswith("Another window sent this")
    await shows(deaf, "")
    assert len(await queries.outbox(core.store)) == 1
    assert await queries.draft(core.store, core.me, of(deaf)) is None


@pytest.fixture
async def mails(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> tuple[LetterDialog, LetterDialog]:
    """One mail in two windows."""
    await can_write(core.store, core.account)
    (account,) = await accounts.every(core.store)
    first = LetterDialog(core, tasks, theme, [account], Begun(), keep(QWidget()))
    first.addresses.show_recipients((), (("to", "ben@example.net", "Ben"),))
    first.subject.setText("The list")
    first.field.insertPlainText("Dear Ben")
    await first.keep()
    begun = await draft_for(core, None)
    assert begun is not None
    other = LetterDialog(core, tasks, theme, [account], begun, keep(QWidget()))
    first.show()
    other.show()
    return first, other


async def test_a_mail_is_followed_and_not_sent_twice(
    core: StoreCore, mails: tuple[LetterDialog, LetterDialog], troubles: list[str]
) -> None:
    first, other = mails
    other.subject.setText("The lists")
    other.field.insertPlainText("Hello. ")
    await other.keep()
    first.look_again()
    await until(lambda: first.subject.text() == "The lists" and first.is_idle, "what the other window wrote")
    assert first.field.toPlainText() == "Hello. Dear Ben"
    other.send.click()
    await until(lambda: not other.isVisible(), "the commit")
    first.send.click()
    await until(lambda: not first.isVisible(), "it closed")
    assert {one.startswith("Another window sent this") for one in troubles} == {True}
    troubles.clear()
    assert len(await queries.outbox(core.store)) == 1


async def test_what_was_written_in_both_of_a_mail_is_kept_and_chosen_from(
    core: StoreCore, mails: tuple[LetterDialog, LetterDialog], troubles: list[str]
) -> None:
    first, other = mails
    first.field.insertPlainText(", good morning")
    other.subject.setText("The lists")
    await first.keep()
    await other.keep()
    other.look_again()
    await until(other.beside.isVisible, "the other text")
    other.send.click()
    await until(lambda: troubles, "a word that both cannot be sent")
    assert troubles.pop().startswith("Another window wrote something else here")
    await until(lambda: other.is_idle, "the refusal")
    other.beside.take.click()
    await until(lambda: other.subject.text() == "The list" and other.is_idle, "the other text")
    assert other.field.toPlainText() == "Dear Ben, good morning"
    other.beside.drop.click()
    await until(lambda: other.beside.isHidden() and other.is_idle, "one text")
    kept = await draft_for(core, None)
    assert kept is not None
    assert (kept.text, kept.letter.subject, kept.beside) == ("Dear Ben, good morning", "The list", ())


async def test_a_post_is_followed_kept_beside_and_not_published_twice(
    core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep, troubles: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "_PAUSE_MS", 20)
    core.catalogue = CATALOGUE
    rooms, told = [keep(QWidget()), keep(QWidget())], list[str]()
    both = [Publishing(core, tasks, theme, room, told.append) for room in rooms]
    shown: list[PublishDialog] = []
    for room, one in zip(rooms, both, strict=True):
        room.show()
        one.deeds[Does.PUBLISH]()
        shown.append(await dialog_of(room, PublishDialog))
    first, other = shown
    first.field.setPlainText("Which mug?")
    await until(lambda: both[0].is_idle, "the pause")
    both[1].look_again()
    await until(lambda: other.field.toPlainText() == "Which mug?" and both[1].is_idle, "the other window's text")
    first.field.setPlainText("Which mug do you like?")
    await until(lambda: both[0].is_idle, "the pause")
    other.field.setPlainText("Which plate?")
    await until(lambda: both[1].is_idle, "the pause")
    both[1].look_again()
    await until(other.beside.isVisible, "the other text")
    assert other.beside.words.text().endswith(": Which mug do you like?")
    other.beside.take.click()
    await until(lambda: other.field.toPlainText() == "Which mug do you like?" and both[1].is_idle, "the other text")
    other.beside.drop.click()
    await until(lambda: other.beside.isHidden() and both[1].is_idle, "one text")
    both[0].look_again()
    await until(lambda: both[0].is_idle, "the same here")
    other.accept()
    await until(lambda: told, "the commit")
    first.accept()
    await until(lambda: troubles, "a word that it was published")
    assert troubles.pop().startswith("Another window published this")
    assert len(await queries.outbox(core.store)) == 1
