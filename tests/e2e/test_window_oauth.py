"""A mailbox connected through the browser in the real window, withdrawn elsewhere, and signed in to again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from inbox_app.domain.words import AccountState
from inbox_app.queries import accounts
from tests.e2e.person import Person
from tests.servers.authorization import CLIENT, CLIENT_SECRET, browse
from tests.servers.certificates import Certificates
from tests.servers.oauth_place import OAuthPlace, open_place
from tests.servers.waiting import eventually
from tests.ui.patience import until
from ui.accounts.add_account import AddAccountDialog
from ui.accounts.form import FormFields

pytestmark = [pytest.mark.ui, pytest.mark.e2e, pytest.mark.server, pytest.mark.timeout(300)]


@pytest.fixture
def place(certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OAuthPlace]:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    with open_place(certificates, tmp_path) as place:
        yield place


@pytest.fixture
def visits(monkeypatch: pytest.MonkeyPatch) -> list[asyncio.Task[object]]:
    """What the system's browser was asked to open: the person says yes to each page."""
    visits: list[asyncio.Task[object]] = []

    def visit(url: QUrl) -> bool:
        address = url.toString(QUrl.ComponentFormattingOption.FullyEncoded)
        visits.append(asyncio.ensure_future(asyncio.to_thread(browse, address)))
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", visit)
    return visits


async def test_connected_withdrawn_and_signed_in_to_again(
    person: Person, place: OAuthPlace, visits: list[asyncio.Task[object]]
) -> None:
    dialog = await begin_to_connect(person)
    await answer_the_forms(person, dialog, place)
    person.click(dialog.go_on)
    await until(lambda: person.window.workplace is not None, "the workspace", 60)
    assert len(visits) == 1
    await until_state(person, AccountState.ACTIVE)

    place.oauth.revoke()
    # A line that was let in stays open; the next one is not.
    await asyncio.to_thread(place.dovecot.restart)
    core = person.session.core
    assert core is not None
    await until_state(person, AccountState.SIGN_IN_NEEDED)
    (account,) = await accounts.every(core.store)
    assert "Sign in again" in account.error

    asking = asyncio.ensure_future(person.place.connecting.sign_in_again(account.id))
    await until(lambda: person.window.findChild(AddAccountDialog) is not None, "the dialog")
    again = person.window.findChild(AddAccountDialog)
    assert isinstance(again, AddAccountDialog)
    await until(lambda: again.form is not None and again.go_on.isEnabled(), "its form")
    person.click(again.go_on)
    assert await asking
    assert len(visits) == 2
    await until_state(person, AccountState.ACTIVE)
    (same,) = await accounts.every(core.store)
    assert same.id == account.id
    await asyncio.gather(*visits)


async def begin_to_connect(person: Person) -> AddAccountDialog:
    person.click(person.window.first_start.connect_channel)
    await until(lambda: person.window.findChild(AddAccountDialog) is not None, "the dialog")
    dialog = person.window.findChild(AddAccountDialog)
    assert isinstance(dialog, AddAccountDialog)
    person.click(dialog.channels.buttons["email"])
    await until(lambda: dialog.form is not None and dialog.go_on.isEnabled(), "the address form")
    return dialog


async def answer_the_forms(person: Person, dialog: AddAccountDialog, place: OAuthPlace) -> None:
    person.fill(form(dialog), address=place.user.address, name="The Brand")
    person.click(dialog.go_on)
    await until(lambda: "auth" in form(dialog).answers() and dialog.go_on.isEnabled(), "the second form", 30)
    fields = form(dialog)
    fields.show_all()
    pick(fields, "auth", "oauth")
    pick(fields, "smtp_security", "starttls")
    named = {name: value for name, value in place.settings.items() if name not in ("address", "auth", "smtp_security")}
    person.fill(fields, **{**named, "oauth_client_id": CLIENT, "oauth_client_secret": CLIENT_SECRET})


def pick(fields: FormFields, name: str, choice: str) -> None:
    box = fields.field(name)
    assert isinstance(box, QComboBox)
    QTest.keyClicks(box, box.itemText(box.findData(choice)), Qt.KeyboardModifier.NoModifier)
    assert box.currentData() == choice


def form(dialog: AddAccountDialog) -> FormFields:
    assert dialog.form is not None
    return dialog.form


async def until_state(person: Person, wanted: AccountState) -> None:
    async def there() -> bool:
        core = person.session.core
        assert core is not None
        await core.sync()
        (account,) = await accounts.every(core.store)
        return account.state is wanted and account.last_success is not None

    await eventually(there, f"the account to be {wanted}", 60)
