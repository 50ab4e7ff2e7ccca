"""Templates in a new mail: picked by the composer's key, filled for whom it goes to, never sent with a hole."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from inbox_app.actions import templating
from inbox_app.actions.writing import OwnFile
from inbox_app.contract.remote import MessageSeen
from inbox_app.domain.abilities import YES, Abilities
from inbox_app.domain.inbox import OutboxRow
from inbox_app.domain.macro import Deed, Step
from inbox_app.domain.wording import Wording
from inbox_app.domain.words import Action, Kind
from inbox_app.queries import inbox
from inbox_app.storage import accounts
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import dialog_of, until
from tests.unit.ingest.tales import said
from ui.app_window import AppWindow
from ui.commands import Does
from ui.composer.letter_dialog import LetterDialog
from ui.tasks import Tasks
from ui.templates.picker import Picker
from ui.theme.theme import Theme
from ui.theme.widgets import Label
from ui.workplace import Workplace

pytestmark = pytest.mark.ui


@pytest.fixture
async def dialog(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[LetterDialog]:
    """A new mail to Maya, who wrote once."""
    we = await core.store.read(lambda conn: accounts.get(conn, core.account))
    able = Abilities({Action.REPLY: YES, Action.WRITE: YES}).to_json()
    known = accounts.OurselvesThere(we.remote_id, we.handle, we.name, we.handles, {**able})
    await core.store.write(lambda tx: accounts.remember_identity(tx, core.account, known))
    await core.tell(MessageSeen(replace(said("a", 1).message, kind=Kind.MAIL)))
    steps = (Step(Deed.TAG, "greeted"),)
    text = "Dear {member.first}, your shoes from {member.city} are here."
    of = [OwnFile("map.png", "image/png", b"png")]
    await templating.add(core.store, core.me, Wording("Parcel", text, title="Your parcel", steps=steps), of)
    window = keep(AppWindow(tasks, theme))
    place = Workplace(core, tasks, theme)
    window.put_in(place)
    window.resize(1366, 768)
    window.show()
    await until(lambda: place.bridge.ids, "the list")
    place.give(Does.NEW_MAIL)
    letters = place.answering.letters
    await until(lambda: letters.dialog is not None and letters.dialog.isVisible(), "the dialog")
    assert letters.dialog is not None
    letters.dialog.addresses._fields[0].setText("maya@example.net")
    yield letters.dialog
    await place.close_down()


def named(dialog: LetterDialog) -> str:
    """The files that stand below the text."""
    return " ".join(one.accessibleName() for one in dialog.files.findChildren(Label))


async def test_a_template_is_picked_by_key_and_nothing_leaves_with_a_hole(
    core: StoreCore, dialog: LetterDialog
) -> None:
    dialog.field.setFocus()
    QTest.keyClick(dialog.field, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    picker = await dialog_of(dialog, Picker)
    await until(lambda: "Dear Maya" in picker.preview.field.toPlainText(), "the preview")
    QTest.keyClick(picker.choices.field, Qt.Key.Key_Return)
    await until(lambda: dialog.field.toPlainText().startswith("Dear Maya, your shoes from"), "the text")
    await until(lambda: "map.png" in named(dialog), "the template's file")
    assert dialog.subject.text() == "Your parcel"
    assert not dialog.send.isEnabled()
    QTest.keyClicks(dialog.field, "Rome")
    assert dialog.field.toPlainText() == "Dear Maya, your shoes from Rome are here."
    await until(dialog.send.isEnabled, "that it can be sent")
    rows: list[OutboxRow] = []
    dialog.sent.connect(rows.append)
    dialog.send.click()
    await until(lambda: rows, "the commit")
    assert rows[0].conversation is not None
    thread = await inbox.thread(core.store, core.me, rows[0].conversation)
    assert [tag.name for tag in thread.row.tags] == ["greeted"]
    assert [one.name for one in thread.messages[0].attachments] == ["map.png"]
