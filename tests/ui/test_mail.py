"""A mail in the window: read with its quotes folded and its pictures in place, answered to whom one wants."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QMimeData, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter
from PySide6.QtWidgets import QAbstractButton, QLabel, QMessageBox, QWidget
from shiboken6 import isValid

from connectors import CATALOGUE
from inbox_app.actions.attachments import Fetched
from inbox_app.content.html import clean
from inbox_app.contract.manifest import Manifest
from inbox_app.contract.remote import MessageSeen, RemoteAttachment, RemoteRecipient
from inbox_app.domain.abilities import YES, Abilities
from inbox_app.domain.marks import STAR, Delivery, Fate, Marks, Meeting, Seal
from inbox_app.domain.words import Action, Kind
from inbox_app.queries import inbox, writing
from inbox_app.storage import accounts, outbox
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import dialog_of, until
from tests.unit.ingest.tales import ours, said
from ui.app_window import AppWindow
from ui.commands import Does
from ui.composer.letter_dialog import LetterDialog
from ui.composer.letters import Letters
from ui.composer.thumbnail import Thumbnail
from ui.conversation.message_part import MessagePart
from ui.conversation.pictures import decode
from ui.conversation.safe_document import SafeBrowser
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.theme.widgets import Chip
from ui.workplace import Workplace

pytestmark = pytest.mark.ui

QUESTION = clean(
    '<p>Is it <b>open</b>?</p><img src="cid:leaf@x"><div class="gmail_signature">Maya<br>Roastery</div>'
    '<div class="gmail_quote">On Monday the Brand wrote:<blockquote>We open on Friday.</blockquote></div>'
)
FAILED = Delivery("eva@example.net", Fate.FAILED, "5.1.1", "no such user")
GREEN = QColor("green")
CALL = Meeting("Call", "2026-11-27T11:00", "", "UTC")


def picture(colour: str = "green", side: int = 40) -> bytes:
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(buffer.data().data())


def mail(told: MessageSeen, **changed: object) -> MessageSeen:
    return MessageSeen(replace(told.message, kind=Kind.MAIL, **changed))  # type: ignore[arg-type]


ASKED = mail(
    said("a", 1),
    title="Friday",
    text=QUESTION.text,
    html=QUESTION.html,
    recipients=(RemoteRecipient("to", "brand@example.org"), RemoteRecipient("cc", "ben@example.net", "Ben")),
    attachments=(
        RemoteAttachment("1", "leaf.png", "image/png", 100, content_id="leaf@x", inline=True, data=picture()),
        RemoteAttachment("2", "prices.pdf", "application/pdf", 100),
    ),
    marks=Marks(signed=Seal.PGP, mailing_list="Tea", meetings=(CALL,)),
)
ANSWERED = mail(ours("b", 2, parent="a"), text="Yes.")
BOUNCED = mail(
    said("c", 3, by="daemon", parent="b"), needs_work=True, marks=Marks(automatic=True, deliveries=(FAILED,))
)


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    """A window with the mail on screen."""
    we = await core.store.read(lambda conn: accounts.get(conn, core.account))
    able = Abilities({Action.REPLY: YES, Action.WRITE: YES}).to_json()
    known = accounts.OurselvesThere(we.remote_id, we.handle, we.name, we.handles, {**able})
    await core.store.write(lambda tx: accounts.remember_identity(tx, core.account, known))
    await core.tell(ASKED, ANSWERED, BOUNCED)
    (conversation,) = await inbox.conversation_ids(core.store, core.me)
    thread = await inbox.thread(core.store, core.me, conversation)
    leaf = next(one for one in thread.messages[0].attachments if one.name == "leaf.png")
    core.files[leaf.id] = Fetched("leaf.png", "image/png", picture())
    window = keep(AppWindow(tasks, theme))
    made = Workplace(core, tasks, theme)
    window.put_in(made)
    window.resize(1366, 768)
    window.show()
    await until(lambda: len(made.bridge.ids) == 1, "the conversation")
    made.open(made.bridge.ids[0])
    await until(lambda: made.is_settled and made.bridge.on_screen is not None, "the mail")
    yield made
    await made.close_down()


def part(place: Workplace, number: int) -> MessagePart:
    key = f"message:{place.bridge.on_screen.messages[number].id}"  # type: ignore[union-attr]
    place.thread_view.reveal(place.bridge.on_screen.messages[number].id)  # type: ignore[union-attr]
    found = [one for one in place.thread_view.column.widgets() if isinstance(one, MessagePart)]
    return next(one for one in found if one.item.key == key)


def texts(of: MessagePart) -> str:
    return "\n".join(one.toPlainText() for one in of.findChildren(SafeBrowser))


def button(of: QWidget, name: str) -> QAbstractButton:
    return next(one for one in of.findChildren(QAbstractButton) if one.accessibleName() == name)


def sentences(of: MessagePart) -> list[str]:
    return [one.accessibleName() for one in of.findChildren(QLabel) if one.accessibleName()]


async def test_quotes_and_signatures_are_shown_on_demand(place: Workplace) -> None:
    asked = part(place, 0)
    assert "Is it open?" in texts(asked)
    assert "Roastery" not in texts(asked)
    assert "We open on Friday." not in texts(asked)
    button(asked, "Show quoted text").click()
    button(asked, "Show signature").click()
    bodies = [one.toPlainText().replace("\ufffc", "").strip() for one in asked.bodies]
    assert [body.split("\n")[0] for body in bodies] == ["Is it open?", "On Monday the Brand wrote:", "Maya"]
    order = [asked.column.indexOf(body) for body in asked.bodies]
    assert order[0] < order[2] < order[1], "the signature stands above the quote, as in the mail"


async def test_what_is_known_of_a_mail_is_said(place: Workplace) -> None:
    said_of = sentences(part(place, 0))
    assert "Call, 2026-11-27 11:00 (UTC)" in said_of
    assert "Signed with OpenPGP; the signature is not checked here." in said_of
    assert "Sent to the mailing list Tea." in said_of


async def test_a_failed_delivery_is_seen_at_the_mail_that_failed(place: Workplace) -> None:
    answered = part(place, 1)
    assert "Not delivered" in {chip.said for chip in answered.findChildren(Chip)}
    assert any(
        one.startswith("Not delivered to eva@example.net: there is no such mailbox.") for one in sentences(answered)
    )
    assert "not delivered" in answered.accessibleName()
    assert place.composer.addresses.recipients == (("to", "maya@example.net", "Maya"),), "the daemon is not answered"


def starred(place: Workplace) -> list[MessagePart]:
    shown = [one for one in place.thread_view.column.widgets() if isinstance(one, MessagePart)]
    return [one for one in shown if "Starred" in {chip.said for chip in one.findChildren(Chip)}]


async def test_what_is_made_important_bears_a_star_and_z_takes_it_off(place: Workplace) -> None:
    place.give(Does.PRIORITY)
    await until(lambda: [one.item.row.remote_id for one in starred(place)] == ["c"], "the star on the last mail to us")
    (mail,) = starred(place)
    assert "starred" in mail.accessibleName()
    assert not [one for one in mail.findChildren(QLabel) if one.text().startswith(STAR)], "said once"
    row = place.bridge.on_screen
    assert row is not None
    assert row.row.is_important
    await until(lambda: place.is_settled, "the offer to undo")
    place.give(Does.UNDO)
    await until(lambda: not starred(place) and part(place, 2).item.row.reacted == frozenset(), "no star")


async def test_pictures_stand_in_the_text_and_not_among_the_files(place: Workplace) -> None:
    await until(lambda: place.pictures.is_idle, "the picture")
    asked = part(place, 0)
    image = asked.bodies[0].grab().toImage()
    assert any(
        image.pixelColor(x, y) == QColor("green")
        for x in range(0, image.width(), 8)
        for y in range(0, image.height(), 8)
    )
    names = {one.accessibleName().split(",")[0] for one in asked.findChildren(QAbstractButton)}
    assert "Attachment prices.pdf" in names
    assert "Attachment leaf.png" not in names


def test_only_pictures_are_decoded_and_none_too_large() -> None:
    good = decode(picture(side=900), "image/png")
    assert good is not None
    assert good.width() == 720
    assert decode(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml") is None
    assert decode(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png") is None
    assert decode(picture()[:60], "image/png") is None
    giant = bytearray(picture())
    giant[16:24] = (60_000).to_bytes(4, "big") * 2
    assert decode(bytes(giant), "image/png") is None


async def test_an_encrypted_mail_is_not_said_to_be_empty(place: Workplace, core: StoreCore) -> None:
    sealed = mail(said("d", 4, parent="a"), title="Sealed", text="", marks=Marks(encrypted=Seal.PGP))
    await core.tell(sealed)
    await until(lambda: len(place.bridge.on_screen.messages) == 4 and place.is_settled, "the mail")  # type: ignore[union-attr]
    shown = part(place, 3)
    assert any("encrypted with OpenPGP" in one for one in sentences(shown))
    assert "(no text)" not in texts(shown)
    button(shown, "Reply").click()
    await until(lambda: place.composer._to.text().endswith(": Sealed"), "what is answered")


async def test_everybody_is_answered_and_recipients_are_changed_by_keys(place: Workplace, core: StoreCore) -> None:
    place.give(Does.REPLY_ALL)
    addresses = place.composer.addresses
    assert addresses.recipients == (("to", "maya@example.net", "Maya"), ("cc", "ben@example.net", "Ben"))
    button(addresses, "Change the recipients").click()
    to, copies, _hidden = addresses._fields
    assert to.isVisible()
    copies.setText("eva@example.net, nobody")
    assert not place.composer.is_ready
    copies.setText("eva@example.net")
    place.composer.field.insertPlainText("Come, all of you.")
    button(place.composer, "Quote the original").click()
    await until(lambda: place.answering.writing.is_idle, "the pause")
    draft = await writing.draft(core.store, core.me, place.bridge.ids[0])
    assert draft is not None
    assert draft.letter.recipients == (("to", "maya@example.net", "Maya"), ("cc", "eva@example.net", ""))
    assert draft.letter.quotes is False
    place.answering.writing.send()
    await until(lambda: place.composer.text == "" and place.is_settled, "the commit")
    (row, *_others) = await writing.outbox(core.store)
    act = (await core.store.read(lambda conn: outbox.get(conn, row.id))).act
    assert act["recipients"] == [["to", "maya@example.net", "Maya"], ["cc", "eva@example.net", ""]]
    assert act["text"] == "Come, all of you."
    place.answering.take_back(row)
    await until(lambda: place.composer.text == "Come, all of you.", "the draft")
    await until(lambda: place.composer.addresses.chosen is not None, "the recipients")
    assert ("cc", "eva@example.net", "") in place.composer.addresses.recipients


async def test_typed_beginnings_are_completed_from_people(place: Workplace) -> None:
    addresses = place.composer.addresses
    addresses.begin_changing()
    field = addresses._fields[1]
    field.setFocus()
    await until(field.hasFocus, "the focus")
    field.setText("ben@example.net, ma")
    field.textEdited.emit(field.text())
    await until(lambda: field._known.rowCount() > 0, "the completions")
    field._take(field._known.stringList()[0])
    assert field.text() == "ben@example.net, Maya <maya@example.net>, "


async def test_a_pasted_picture_stands_in_the_text(place: Workplace, core: StoreCore) -> None:
    pasted = QMimeData()
    pasted.setImageData(QImage.fromData(QByteArray(picture())))
    place.composer.field.insertPlainText("Like this: ")
    place.composer.field.insertFromMimeData(pasted)
    await until(lambda: place.composer.text == "Like this: ![](picture-1.png)", "the picture")
    place.answering.writing.send()
    await until(lambda: place.composer.text == "" and place.is_settled, "the commit")
    (row, *_others) = await writing.outbox(core.store)
    act = (await core.store.read(lambda conn: outbox.get(conn, row.id))).act
    files = act["files"]
    assert isinstance(files, list)
    (file,) = [one for one in files if isinstance(one, dict)]
    assert f'<img src="cid:{file["content_id"]}" alt="picture-1.png">' in str(act["html"])
    assert "Like this: [picture-1.png]" in str(act["text"])


async def opened_letter(place: Workplace) -> LetterDialog:
    await until(
        lambda: place.answering.letters.dialog is not None and place.answering.letters.dialog.isVisible(), "the dialog"
    )
    assert place.answering.letters.dialog is not None
    return place.answering.letters.dialog


async def test_a_mail_is_passed_on_and_taken_back(place: Workplace, core: StoreCore) -> None:
    files = place.bridge.on_screen.messages[0].attachments  # type: ignore[union-attr]
    core.files[next(one.id for one in files if one.name == "prices.pdf")] = Fetched(
        "prices.pdf", "application/pdf", b"x"
    )
    place.give(Does.FORWARD)
    dialog = await opened_letter(place)
    assert dialog.subject.text() == "Fwd: Friday"
    assert not dialog.send.isEnabled()
    dialog.addresses._fields[0].setText("ben@example.net")
    dialog.field.insertPlainText("Can you?")
    assert dialog.send.isEnabled()
    dialog.send.click()
    await until(lambda: place.answering.letters.dialog is None, "the commit")
    (row,) = await writing.outbox(core.store)
    act = (await core.store.read(lambda conn: outbox.get(conn, row.id))).act
    assert str(act["text"]).startswith("Can you?\n\n---------- Forwarded message")
    assert [one["name"] for one in act["files"]] == ["leaf.png", "prices.pdf"]  # type: ignore[union-attr,index,call-overload]
    place.answering.take_back(row)
    again = await opened_letter(place)
    assert again.field.toPlainText() == "Can you?"
    assert again.addresses.recipients == (("to", "ben@example.net", ""),)
    again.discard.click()
    sure = await dialog_of(again, QMessageBox)
    sure.button(QMessageBox.StandardButton.Cancel).click()
    await until(lambda: again.is_idle and not (isValid(sure) and sure.isVisible()), "staying")
    assert again.field.toPlainText() == "Can you?"
    again.discard.click()
    sure = await dialog_of(again, QMessageBox)
    next(one for one in sure.buttons() if sure.buttonRole(one) is QMessageBox.ButtonRole.AcceptRole).click()
    await until(lambda: place.answering.letters.dialog is None and place.is_settled, "the end")
    assert await writing.beginning(core.store, core.me) == ()


async def test_a_file_taken_off_a_forwarded_mail_stays_off_after_a_kill(
    place: Workplace, core: StoreCore, tasks: Tasks, theme: Theme
) -> None:
    place.give(Does.FORWARD)
    dialog = await opened_letter(place)
    assert [one.name for one in dialog.files.all] == ["leaf.png", "prices.pdf"]
    (leaf,) = dialog.files.findChildren(Thumbnail)
    await until(lambda: leaf.grab().toImage().pixelColor(16, 16) == GREEN, "the picture of the leaf")
    (forget,) = [one for one in dialog.findChildren(QAbstractButton) if one.accessibleName() == "Remove leaf.png"]
    forget.click()
    await dialog.keep()
    thread = place.bridge.on_screen
    assert thread is not None
    later = Letters(core, tasks, theme, place)
    later.forward(thread, thread.messages[0])
    await until(lambda: later.dialog is not None and later.dialog.isVisible(), "the mail that was begun")
    assert later.dialog is not None
    assert [one.name for one in later.dialog.files.all] == ["prices.pdf"]
    later.dialog.reject()
    dialog.reject()
    await until(lambda: later.dialog is None and place.answering.letters.dialog is None, "the end")


async def test_a_new_mail_is_kept_when_it_is_closed(place: Workplace, core: StoreCore) -> None:
    place.give(Does.NEW_MAIL)
    dialog = await opened_letter(place)
    dialog.subject.setText("The list")
    dialog.field.insertPlainText("Dear Ben")
    dialog.reject()
    await until(lambda: place.answering.letters.dialog is None, "the end")
    place.give(Does.NEW_MAIL)
    again = await opened_letter(place)
    assert (again.subject.text(), again.field.toPlainText()) == ("The list", "Dear Ben")
    reached = [
        one
        for one in again.findChildren(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisible() and not one.accessibleName()
    ]
    assert [type(one).__name__ for one in reached] == []
    again.reject()
    await until(lambda: place.answering.letters.dialog is None, "the end")


async def test_the_practice_room_says_what_its_mailbox_cannot_do(
    core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep, troubles: list[str]
) -> None:
    there = await core.store.read(partial(accounts.get, wanted=core.account))
    letters = Letters(core, tasks, theme, keep(QWidget()))
    rooms: Sequence[dict[str, Manifest]] = ({}, {there.channel: CATALOGUE["practice"]})
    for core.catalogue, why in zip(rooms, ("No account here can", "The practice room's mailbox"), strict=True):
        letters.write()
        await until(lambda: troubles, "why not")
        assert troubles.pop().startswith(why)


def test_bytes_of_a_picture_are_what_they_are() -> None:
    assert QImage.fromData(QByteArray(picture())).width() == 40
