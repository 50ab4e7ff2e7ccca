"""A draft is sacred: saved at each pause, sent once, taken back whole, touched by nothing from outside."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit
from shiboken6 import delete

from inbox_app.contract.limits import Counting, Limits
from inbox_app.contract.remote import MessageSeen
from inbox_app.domain.changes import Changes
from inbox_app.domain.ids import ConversationId, TemplateId
from inbox_app.domain.words import OutboxState
from inbox_app.queries import inbox
from inbox_app.queries import writing as queries
from inbox_app.storage import drafts
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import ours, said
from ui.composer.composer import Composer
from ui.composer.files_row import Attached
from ui.composer.writing import Writing
from ui.tasks import Tasks
from ui.theme.theme import Theme

pytestmark = pytest.mark.ui

SOON = timedelta(milliseconds=20)


@pytest.fixture
def composer(theme: Theme, keep: Keep) -> Composer:
    made = keep(Composer(theme))
    made.show()
    return made


@pytest.fixture
async def writing(core: StoreCore, tasks: Tasks, composer: Composer) -> AsyncIterator[Writing]:
    await core.tell(said("a", 1), said("b", 2))
    made = Writing(core, tasks, composer, pause=SOON)
    yield made
    await made.save()


async def conversations(core: StoreCore) -> tuple[ConversationId, ConversationId]:
    first, second = await inbox.conversation_ids(core.store, core.me)
    return first, second


async def turn(writing: Writing, wanted: ConversationId) -> None:
    writing.turn_to(wanted)
    await until(lambda: writing.conversation == wanted, "the draft")


async def text_kept(core: StoreCore, wanted: ConversationId) -> str | None:
    kept = await queries.draft(core.store, core.me, wanted)
    return None if kept is None else kept.text


async def test_a_draft_is_saved_at_a_pause_and_comes_back(
    core: StoreCore, writing: Writing, composer: Composer
) -> None:
    first, second = await conversations(core)
    await turn(writing, first)
    composer.field.insertPlainText("Dear Maya")
    await until(lambda: writing.is_idle, "the pause")
    assert await text_kept(core, first) == "Dear Maya"
    await turn(writing, second)
    assert composer.text == ""
    composer.field.insertPlainText("unsaved so far")
    await turn(writing, first)
    assert composer.text == "Dear Maya"
    await turn(writing, second)
    assert composer.text == "unsaved so far"


async def test_turning_there_and_back_at_once_loses_nothing(
    core: StoreCore, writing: Writing, composer: Composer
) -> None:
    first, second = await conversations(core)
    await turn(writing, first)
    composer.field.insertPlainText("one")
    writing.turn_to(second)
    writing.turn_to(first)
    await until(lambda: writing.conversation == first, "the draft")
    assert composer.text == "one"


async def test_closed_it_keeps_what_is_written_and_shows_nothing_more(
    core: StoreCore, tasks: Tasks, theme: Theme, writing: Writing
) -> None:
    first, second = await conversations(core)
    composer = Composer(theme)
    closing = Writing(core, tasks, composer)
    await turn(closing, first)
    composer.field.insertPlainText("one")
    closing.look_again()
    await closing.close_down()
    closing.turn_to(second)
    closing.look_again()
    delete(composer)
    for _question in range(9):  # what was under way is answered before these
        assert await text_kept(core, first) == "one"


async def test_what_is_cleared_leaves_no_draft(core: StoreCore, writing: Writing, composer: Composer) -> None:
    first, _second = await conversations(core)
    await turn(writing, first)
    composer.field.insertPlainText("never mind")
    await writing.save()
    composer.field.setPlainText("")
    await writing.save()
    assert await text_kept(core, first) is None


async def test_the_target_belongs_to_the_draft(core: StoreCore, writing: Writing, composer: Composer) -> None:
    first, second = await conversations(core)
    thread = await inbox.thread(core.store, core.me, first)
    await turn(writing, first)
    writing.answer(thread.messages[0], thread)
    composer.field.insertPlainText("to you")
    await turn(writing, second)
    assert composer.target is None
    await turn(writing, first)
    assert composer.target == thread.messages[0].id


async def test_sending_empties_the_composer_after_the_commit(
    core: StoreCore, writing: Writing, composer: Composer
) -> None:
    first, _second = await conversations(core)
    await turn(writing, first)
    composer.field.insertPlainText("Fine, thanks")
    composer.send_asked.connect(writing.send)
    composer.send_asked.emit()
    assert composer.text == "Fine, thanks"
    assert composer.field.isReadOnly()
    await until(lambda: composer.text == "", "the commit")
    (row,) = await queries.outbox(core.store)
    assert (row.text, row.state, row.conversation) == ("Fine, thanks", OutboxState.QUEUED, first)
    assert row.not_before - row.decided_at >= timedelta(seconds=10)
    assert await text_kept(core, first) is None


async def test_a_second_press_sends_nothing_more(core: StoreCore, writing: Writing, composer: Composer) -> None:
    first, _second = await conversations(core)
    await turn(writing, first)
    composer.field.insertPlainText("once")
    for _press in range(3):
        writing.send()
    await until(lambda: composer.text == "" and writing.is_idle, "the commit")
    writing.send()
    assert len(await queries.outbox(core.store)) == 1


async def test_undo_brings_the_text_back_in_front_of_what_was_begun(
    core: StoreCore, writing: Writing, composer: Composer
) -> None:
    first, _second = await conversations(core)
    await turn(writing, first)
    composer.field.insertPlainText("sent too early")
    writing.send()
    await until(lambda: composer.text == "", "the commit")
    composer.field.insertPlainText("and begun since")
    (row,) = await queries.outbox(core.store)
    writing.take_back(row)
    await until(lambda: writing.conversation == first and writing.is_idle, "the draft")
    assert composer.text == "sent too early\n\nand begun since"
    assert not composer.field.isReadOnly()
    (row,) = await queries.outbox(core.store)
    assert row.state is OutboxState.UNDONE


async def test_undo_while_its_conversation_is_on_its_way_in_brings_the_text_back(
    core: StoreCore, writing: Writing, composer: Composer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The draft was read before it was there again: typed over, it would be lost."""
    first, second = await conversations(core)
    await turn(writing, first)
    composer.field.insertPlainText("sent too early")
    writing.send()
    await until(lambda: composer.text == "", "the commit")
    (row,) = await queries.outbox(core.store)
    await turn(writing, second)
    asked, gate = asyncio.Event(), asyncio.Event()

    async def slow(_wanted: ConversationId, **_how: bool) -> Limits:
        asked.set()
        await gate.wait()
        return core.allowed

    monkeypatch.setattr(core, "limits", slow)
    writing.turn_to(first)
    await asked.wait()
    writing.take_back(row)
    await until(lambda: not writing._returning, "it undone")
    gate.set()
    await until(lambda: writing.conversation == first and writing.is_idle, "the draft")
    assert composer.text == "sent too early"


@pytest.mark.parametrize("keys", [[Qt.Key.Key_Delete, Qt.Key.Key_X], [Qt.Key.Key_X]])
def test_what_is_written_instead_of_a_template_is_no_template(composer: Composer, keys: list[Qt.Key]) -> None:
    """Else its steps would be done with a text that has nothing to do with it."""
    of = TemplateId("thanks")
    composer.insert("Thank you!", of)
    QTest.keyClicks(composer.field, " Maya")
    composer.field.become("Many thanks, Maya.")
    changed = composer.letter
    assert changed.template == of, "it is still the template's text"
    composer.field.selectAll()
    for key in keys:
        QTest.keyClick(composer.field, key)
    assert composer.text == "x"
    assert composer.letter.template is None
    composer.fill("Many thanks, Maya.", None, letter=changed)
    assert composer.letter == changed, "a draft brings its own"


async def test_undo_brings_the_file_back_and_it_is_sent_again(
    core: StoreCore, writing: Writing, composer: Composer, tmp_path: Path
) -> None:
    leaf = tmp_path / "leaf.txt"
    leaf.write_bytes(b"a leaf")
    first, _second = await conversations(core)
    await turn(writing, first)
    for _time in range(2):
        if composer.files.is_empty:
            composer.add_files([leaf])
        writing.send()
        await until(lambda: writing.is_idle and composer.files.is_empty, "an empty composer")
        (row,) = await queries.outbox(core.store, settled=False)
        (answer,) = (one for one in (await inbox.thread(core.store, core.me, first)).messages if one.outbox)
        assert [(one.name, one.size) for one in answer.attachments] == [("leaf.txt", 6)]
        writing.take_back(row)
        leaf.unlink(missing_ok=True)
        await until(lambda: writing.conversation == first and writing.is_idle, "the draft")
        assert composer.is_ready, "the file alone can be sent"
    forget = composer.files.findChildren(QAbstractButton)
    forget[-1].click()
    await until(lambda: writing.is_idle, "the pause")
    assert await queries.draft(core.store, core.me, first) is None


async def test_what_is_to_be_seen_goes_with_the_picture(
    core: StoreCore, writing: Writing, composer: Composer, tmp_path: Path
) -> None:
    vase, note = tmp_path / "vase.png", tmp_path / "note.txt"
    vase.write_bytes(b"a vase")
    note.write_bytes(b"a note")
    core.allowed = Limits(files=4, descriptions=True)
    first, second = await conversations(core)
    await turn(writing, first)
    composer.add_files([vase, note])
    (field,) = composer.files.findChildren(QLineEdit)
    assert field.accessibleName() == "Description of vase.png"
    QTest.keyClicks(field, "A vase with a crack")
    await turn(writing, second)
    await turn(writing, first)
    assert [one.text() for one in composer.files.findChildren(QLineEdit)] == ["A vase with a crack"]
    writing.send()
    await until(lambda: writing.is_idle and composer.files.is_empty, "an empty composer")
    (answer,) = (one for one in (await inbox.thread(core.store, core.me, first)).messages if one.outbox)
    said = {one.name: one.description for one in answer.attachments}
    assert said == {"vase.png": "A vase with a crack", "note.txt": ""}


async def test_nothing_is_asked_of_a_picture_where_nobody_would_read_it(
    core: StoreCore, writing: Writing, composer: Composer, tmp_path: Path
) -> None:
    (tmp_path / "vase.png").write_bytes(b"a vase")
    core.allowed = Limits(files=4)
    first, _second = await conversations(core)
    await turn(writing, first)
    composer.add_files([tmp_path / "vase.png"])
    assert composer.files.findChildren(QLineEdit) == []


async def test_a_failed_send_leaves_the_text(
    core: StoreCore, writing: Writing, composer: Composer, troubles: list[str]
) -> None:
    first, _second = await conversations(core)
    await turn(writing, first)
    composer.add_files([Path(__file__)])
    composer.field.insertPlainText("with a file that goes away")
    gone = replace_files(composer, Path("/nonexistent/gone.txt"))
    writing.send()
    await until(lambda: not composer.field.isReadOnly(), "the refusal")
    assert composer.text == "with a file that goes away"
    assert composer.files.paths == gone
    assert await queries.outbox(core.store) == ()
    assert len(troubles) == 1
    assert "Traceback" not in troubles.pop()


def replace_files(composer: Composer, *paths: Path) -> tuple[Path, ...]:
    composer.files.show_files([Attached(path.name, path.name, "text/plain", 0, path=path) for path in paths])
    return paths


@pytest.mark.parametrize(("text", "fits"), [("é" * 9, True), ("é" * 10, True), ("é" * 11, False)])
async def test_too_long_a_text_is_not_sent(
    core: StoreCore, writing: Writing, composer: Composer, text: str, fits: bool
) -> None:
    core.allowed = Limits(text=10, counting=Counting.GRAPHEMES)
    first, _second = await conversations(core)
    await turn(writing, first)
    composer.field.insertPlainText(text)
    assert composer.is_ready is fits
    writing.send()
    await until(lambda: writing.is_idle, "whatever comes")
    assert len(await queries.outbox(core.store)) == int(fits)
    assert bool(composer.problem) is not fits


async def test_no_outside_event_touches_the_text(core: StoreCore, writing: Writing, composer: Composer) -> None:
    """Whatever happens in any order while one types, exactly what was typed is there, and is what is kept."""
    first, second = await conversations(core)
    chance = random.Random(7)
    await turn(writing, first)
    typed = ""
    outside = _outside_events(core, writing, first, second)
    for step in range(60):
        letter = chance.choice("abc é\n")
        composer.field.insertPlainText(letter)
        typed += letter
        await chance.choice(outside)(step)
        assert composer.text == typed
    await writing.save()
    assert await text_kept(core, first) == typed


def _outside_events(
    core: StoreCore, writing: Writing, first: ConversationId, second: ConversationId
) -> list[Callable[[int], Awaitable[None]]]:
    async def arrive(step: int) -> None:
        await core.tell(said(f"new-{step}", 10 + step, parent="a"))

    async def edit(step: int) -> None:
        event = said("a", 1, text=f"edited {step}")
        await core.tell(MessageSeen(replace(event.message, edited_at=event.message.sent_at)))

    async def answer_elsewhere(step: int) -> None:
        await core.tell(ours(f"ours-{step}", 10 + step, parent="a"))

    async def other_draft(step: int) -> None:
        await core.store.write(lambda tx: drafts.save(tx, core.me, second, f"other {step}", None))

    async def same_draft_elsewhere(step: int) -> None:
        await core.store.write(lambda tx: drafts.save(tx, core.me, first, f"from another process {step}", None))

    async def everything(step: int) -> None:
        core.bus.publish(Changes(everything=True, topics=frozenset({"drafts"})))

    async def shown_again(step: int) -> None:
        writing.take_note(await inbox.thread(core.store, core.me, first))
        writing.turn_to(first)

    return [arrive, edit, answer_elsewhere, other_draft, same_draft_elsewhere, everything, shown_again]
