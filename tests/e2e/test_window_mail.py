"""The main job on real servers: a mailbox is connected, a mail arrives by IDLE, its answer arrives."""

from __future__ import annotations

import asyncio
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QWidget

from inbox_app.contract.login import CheckState
from inbox_app.domain.words import AccountState
from inbox_app.queries import accounts
from tests.e2e.counting import Hands
from tests.e2e.person import Person
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import MailUser
from tests.servers.smtp import SmtpServer
from tests.servers.waiting import eventually
from tests.ui.patience import until
from ui.accounts.add_account import AddAccountDialog
from ui.accounts.form import FormFields

pytestmark = [pytest.mark.ui, pytest.mark.e2e, pytest.mark.server]

NEWEST = 50
ASKED = "do-you-ship@example.net"
BY_IDLE = 30.0
"""Seconds; half of the minute after which the mailbox would be looked at anyway."""


@pytest.fixture
def trusted(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the tests' own authority, as a person does with SSL_CERT_FILE."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))


async def test_from_first_start_to_an_answer_in_the_other_mailbox(
    person: Person, dovecot: Dovecot, smtp_server: SmtpServer, trusted: None
) -> None:
    brand, maya = dovecot.new_user("brand"), dovecot.new_user("maya")
    await connect_mailbox(person, brand, dovecot, smtp_server)
    await until_synced(person)

    await asyncio.to_thread(dovecot.deliver, brand, question(maya, brand))
    await person.see_list(1, BY_IDLE)
    (conversation,) = person.place.bridge.ids
    thread = await person.open(conversation)
    assert [one.text.strip() for one in thread.messages] == ["Do you ship to Austria?"]

    person.press(Qt.Key.Key_R)
    person.type_text("Yes, from Monday on.")
    person.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: person.place.composer.text == "", "the commit")

    async def arrived() -> list[EmailMessage]:
        return await in_folder(dovecot, maya, "INBOX")

    (answer,) = await eventually(arrived, "the answer in the other mailbox", 90)
    assert answer["In-Reply-To"] == f"<{ASKED}>"
    assert answer["References"].split() == [f"<{ASKED}>"]
    assert answer["From"].addresses[0].addr_spec == brand.address
    body = answer.get_body(("plain",))
    assert body is not None
    assert "Yes, from Monday on." in body.get_content()

    async def copied() -> list[EmailMessage]:
        return await in_folder(dovecot, brand, "Sent")

    (copy,) = await eventually(copied, "the copy in Sent", 60)
    assert copy["Message-ID"] == answer["Message-ID"]
    await until(lambda: len(person.thread.messages) == 2 and person.thread.messages[1].outbox is None, "the delivery")
    assert [len(await in_folder(dovecot, brand, "Sent")), len(smtp_server.accepted)] == [1, 1]
    assert person.told == []


async def test_a_mailbox_is_connected_by_five_clicks_with_its_newest_mails(
    person: Person, hands: Hands, home: Path, dovecot: Dovecot, smtp_server: SmtpServer, trusted: None
) -> None:
    brand, maya = dovecot.new_user("brand"), dovecot.new_user("maya")
    for number in range(NEWEST):
        await asyncio.to_thread(dovecot.deliver, brand, question(maya, brand, f"<{number}@example.net>"))
    hands.begin()
    dialog = await begin_to_connect(person)
    type_into(dialog, "address", brand.address)
    type_into(dialog, "name", "The Brand")
    person.click(dialog.go_on)
    await until(lambda: "password" in form(dialog).answers() and dialog.go_on.isEnabled(), "the second form", 30)
    type_into(dialog, "password", brand.password)
    # A provider's servers are found; those of the tests are on this computer.
    more = next(one for one in form(dialog).findChildren(QAbstractButton) if one.isCheckable())
    person.click(more)
    type_into(dialog, "imap_host", "localhost")
    type_into(dialog, "imap_port", str(dovecot.imaps_port))
    type_into(dialog, "smtp_host", "localhost")
    type_into(dialog, "smtp_port", str(smtp_server.port))
    security = type_into(dialog, "smtp_security", "")
    QTest.keyClick(security, Qt.Key.Key_Down)
    assert form(dialog).answers()["smtp_security"] == "starttls"
    steps = dialog.checks.steps
    person.click(dialog.go_on)
    await until(lambda: person.window.workplace is not None, "the workspace")
    hands.did("2 connect a mailbox")
    assert len(steps) > 3, "each step of the test is shown"
    assert {step.state for step in steps if step.state is not CheckState.RUNNING} == {CheckState.PASSED}
    person.click(person.buttons("Done")[0])
    await until(lambda: len(person.place.bridge.ids) == NEWEST, "the newest mails, which ask for nothing")
    await person.session.close()
    kept = [one for one in home.rglob("*") if one.is_file()]
    assert any(one.name == "workspace.db" for one in kept)
    assert not [one for one in kept if brand.password.encode() in one.read_bytes()], "the secret is in the keyring"
    assert person.told == []


def type_into(dialog: AddAccountDialog, name: str, value: str) -> QWidget:
    """Go to a field by Tab, as hands do that stay on the keyboard, and type over what stands there."""
    wanted = form(dialog).field(name)
    for _press in range(30):
        focused = dialog.focusWidget()
        if focused is wanted:
            break
        QTest.keyClick(dialog if focused is None else focused, Qt.Key.Key_Tab)
    assert dialog.focusWidget() is wanted, name
    QTest.keyClicks(wanted, value)
    return wanted


async def connect_mailbox(person: Person, brand: MailUser, dovecot: Dovecot, smtp: SmtpServer) -> None:
    """Through the dialog: first with a wrong password, whose refusal is said in place, then with the right one."""
    dialog = await begin_to_connect(person)
    await answer_the_form(person, dialog, brand, dovecot, smtp)

    person.fill(form(dialog), password="not the password")
    person.click(dialog.go_on)
    await until(lambda: dialog.problem.text() and dialog.go_on.isEnabled(), "the refusal")
    assert "password" in dialog.problem.text().lower()
    assert CheckState.FAILED in {step.state for step in dialog.checks.steps}
    assert form(dialog).answers()["address"] == brand.address

    steps = dialog.checks.steps
    person.fill(form(dialog), password=brand.password)
    person.click(dialog.go_on)
    await until(lambda: person.window.workplace is not None, "the workspace")
    assert {step.state for step in steps if step.state is not CheckState.RUNNING} == {CheckState.PASSED}


async def begin_to_connect(person: Person) -> AddAccountDialog:
    person.click(person.window.first_start.connect_channel)
    await until(lambda: person.window.findChild(AddAccountDialog) is not None, "the dialog")
    dialog = person.window.findChild(AddAccountDialog)
    assert isinstance(dialog, AddAccountDialog)
    person.click(dialog.channels.buttons["email"])
    await until(lambda: dialog.form is not None and dialog.go_on.isEnabled(), "the form")
    return dialog


async def answer_the_form(
    person: Person, dialog: AddAccountDialog, user: MailUser, dovecot: Dovecot, smtp: SmtpServer
) -> None:
    person.fill(form(dialog), address=user.address, name="The Brand")
    person.click(dialog.go_on)
    await until(lambda: "password" in form(dialog).answers() and dialog.go_on.isEnabled(), "the second form", 30)
    fields = form(dialog)
    fields.show_all()
    person.fill(fields, imap_host="localhost", imap_port=str(dovecot.imaps_port))
    person.fill(fields, smtp_host="localhost", smtp_port=str(smtp.port))
    security = fields.field("smtp_security")
    assert isinstance(security, QComboBox)
    QTest.keyClicks(security, security.itemText(security.findData("starttls")))
    assert security.currentData() == "starttls"


def form(dialog: AddAccountDialog) -> FormFields:
    assert dialog.form is not None
    return dialog.form


async def until_synced(person: Person) -> None:
    async def synced() -> bool:
        core = person.session.core
        assert core is not None
        (account,) = await accounts.every(core.store)
        return account.state is AccountState.ACTIVE and account.last_success is not None

    await eventually(synced, "the first pull", 60)


def question(sender: MailUser, to: MailUser, message_id: str = f"<{ASKED}>") -> bytes:
    asked = EmailMessage(policy=SMTP)
    asked["From"] = f"Maya <{sender.address}>"
    asked["To"] = to.address
    asked["Subject"] = "Shipping"
    asked["Message-ID"] = message_id
    asked["Date"] = "Sun, 22 Nov 2026 09:00:00 +0000"
    asked.set_content("Do you ship to Austria?")
    return asked.as_bytes()


async def in_folder(dovecot: Dovecot, user: MailUser, folder: str) -> list[EmailMessage]:
    # Each look is a whole session at the server, so no more of them than a person's mail program makes.
    await asyncio.sleep(0.5)
    found = await asyncio.to_thread(dovecot.mailbox(user).messages, folder)
    return [message_from_bytes(one.raw, policy=SMTP) for one in found]
