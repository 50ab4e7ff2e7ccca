"""The tone sheet in a new mail and in a post: checked by where it will be read, mended by the composer's keys."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from connectors import CATALOGUE
from inbox_app.actions import toning
from inbox_app.domain.abilities import YES, Abilities
from inbox_app.domain.tone import Rule
from inbox_app.domain.words import Action, Hat
from inbox_app.storage import accounts
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import dialog_of, until
from tests.unit.ingest.tales import said
from ui.app_window import AppWindow
from ui.commands import Does
from ui.composer.letter_dialog import LetterDialog
from ui.publish_dialog import PublishDialog
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.theme.widgets import Label
from ui.workplace import Workplace

pytestmark = pytest.mark.ui
Dialog = LetterDialog | PublishDialog


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    """Two accounts: nobody says synergy, nobody calls out on Mastodon, and under the social hat nobody uses emoji."""
    core.catalogue = CATALOGUE
    we = await core.store.read(lambda conn: accounts.get(conn, core.account))
    able = Abilities({Action.REPLY: YES, Action.WRITE: YES}).to_json()
    writes = accounts.OurselvesThere(we.remote_id, we.handle, we.name, we.handles, {**able})
    shop = accounts.OurselvesThere("shop", "@shop", "Shop", frozenset({"@shop"}))
    await core.store.write(lambda tx: accounts.remember_identity(tx, core.account, writes))
    await core.store.write(lambda tx: accounts.wear(tx, core.account, Hat.SOCIAL))
    await core.store.write(lambda tx: accounts.add(tx, "mastodon", shop, {}))
    await core.tell(said("a", 1))
    await toning.lay_down(core.store, "", {Rule.NEVER: ["synergy"]})
    await toning.lay_down(core.store, "mastodon", {Rule.EXCLAMATION: ["0"]})
    await toning.lay_down(core.store, Hat.SOCIAL.value, {Rule.EMOJI: ["0"]})
    window = keep(AppWindow(tasks, theme))
    made = Workplace(core, tasks, theme)
    window.put_in(made)
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    await until(lambda: made.bridge.ids, "the list")
    yield made
    await made.close_down()


async def reasons(dialog: Dialog, *wanted: str) -> None:
    def are_told() -> bool:
        found = [one.reason for one in dialog.tone.found]
        return len(found) == len(wanted) and all(one in told for one, told in zip(wanted, found, strict=True))

    await until(are_told, f"the reasons {wanted}, not {[one.reason for one in dialog.tone.found]}")


def told(dialog: Dialog) -> str:
    return " ".join(one.text() for one in dialog.tone.findChildren(Label) if one.isVisible())


def mend(dialog: Dialog) -> str:
    QTest.keyClick(dialog.field, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    return dialog.field.toPlainText()


async def test_a_new_mail_is_checked_and_mended_under_its_accounts_hat(place: Workplace) -> None:
    place.give(Does.NEW_MAIL)
    dialog = await dialog_of(place, LetterDialog)
    dialog.field.setFocus()
    QTest.keyClicks(dialog.field, "Synergy! ")
    dialog.field.insertPlainText("🎉")
    await reasons(dialog, "“Synergy” is a word", "1 emoji; here 0")
    assert dialog.tone.isVisible()
    assert [one.cursor.selectedText() for one in dialog.field.extraSelections()] == ["Synergy", "🎉"]
    assert mend(dialog) == "Synergy!"
    assert mend(dialog) == "Synergy!"
    await until(lambda: "only you can mend" in told(dialog), "why the key does no more")
    dialog.field.undo()
    assert dialog.field.toPlainText() == "Synergy! 🎉"
    dialog.field.setPlainText("Fine.")
    await reasons(dialog)
    assert not dialog.tone.isVisible(), "what the key said is about the last text"
    mend(dialog)
    await until(lambda: told(dialog) == "Nothing here departs from the tone sheet.", "why the key does nothing")
    QTest.keyClick(dialog.field, Qt.Key.Key_F7)
    await until(lambda: "there is no dictionary" in told(dialog), "why no word is looked for")
    dialog.reject()


async def test_a_subject_and_a_title_are_checked_too_but_for_what_no_heading_needs(
    place: Workplace, core: StoreCore
) -> None:
    await toning.lay_down(core.store, "", {Rule.NEVER: ["synergy"], Rule.GREETING: ["Hi"], Rule.QUESTION: ["yes"]})
    place.give(Does.NEW_MAIL)
    mail = await dialog_of(place, LetterDialog)
    mail.subject.setText("Synergy 🎉")
    await reasons(mail, "Subject: “Synergy” is a word", "Subject: 1 emoji; here 0")
    mend(mail)
    assert mail.subject.text() == "Synergy"
    mail.subject.undo()
    assert mail.subject.text() == "Synergy 🎉", "Ctrl+Z takes it back"
    mail.subject.setText("Our mugs")
    await reasons(mail)
    mail.reject()
    place.give(Does.PUBLISH)
    post = await dialog_of(place, PublishDialog)
    _practice, shop = post.boxes
    QTest.keyClicks(post.title, "Wow!")
    await reasons(post, "Title of the post: Mastodon: 1 exclamation mark")
    mend(post)
    assert (post.title.text(), post.wordings.shared.title) == ("Wow.", "Wow.")
    post.which.setCurrentIndex(post.which.findData(shop))
    post.which.activated.emit(post.which.currentIndex())
    QTest.keyClicks(post.title, "!")
    post.which.setCurrentIndex(0)
    post.which.activated.emit(0)
    await until(lambda: "departs from the tone sheet" in post._said[shop].text(), "a word about the title there")
    post.reject()


async def test_a_post_is_checked_by_where_its_wording_will_be_read(place: Workplace) -> None:
    place.give(Does.PUBLISH)
    dialog = await dialog_of(place, PublishDialog)
    practice, shop = dialog.boxes
    dialog.field.setPlainText("New mugs! 🎉")
    await reasons(dialog, "Mastodon: 1 exclamation mark", "Practice room: 1 emoji")
    dialog.boxes[practice].click()
    await reasons(dialog, "1 exclamation mark")
    assert mend(dialog) == "New mugs. 🎉"
    assert dialog.wordings.shared.text == "New mugs. 🎉"
    dialog.boxes[practice].click()
    dialog.which.setCurrentIndex(dialog.which.findData(practice))
    dialog.which.activated.emit(dialog.which.currentIndex())
    await reasons(dialog, "1 emoji")
    assert mend(dialog) == "New mugs."
    assert dialog.wordings.of(shop).text == "New mugs. 🎉"
    await reasons(dialog)
    dialog.field.setPlainText("Synergy")
    await reasons(dialog, "“Synergy” is a word")
    dialog.which.setCurrentIndex(0)
    dialog.which.activated.emit(0)
    await reasons(dialog)
    assert "its own wording · departs from the tone sheet" in dialog._said[practice].text()
    dialog.reject()
