"""A mail that two accounts got, in the window: one row, both named, answered as whom one wants; and an archive."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from PySide6.QtWidgets import QLabel

from inbox_app.contract.remote import MessageSeen, RemoteRecipient
from inbox_app.domain.abilities import YES, Abilities, Ability
from inbox_app.domain.ids import AccountId
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import AccountState, Action, Kind
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import writing
from inbox_app.storage import accounts
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import said
from ui.app_window import AppWindow
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

pytestmark = pytest.mark.ui

BOTH = (RemoteRecipient("to", "help@two.example"), RemoteRecipient("cc", "brand@example.org"))
ABLE: JsonObject = {**Abilities({Action.REPLY: YES, Action.WRITE: YES}).to_json()}
SILENT: JsonObject = {**Abilities({Action.REPLY: Ability(False, "Nothing can be sent from it.")}).to_json()}


@dataclass
class Desk:
    """The window, and a way to tell it things."""

    place: Workplace
    core: StoreCore

    async def tell(self, account: AccountId, name: str) -> None:
        told = said(name, 1, by="maya").message
        mail = replace(told, kind=Kind.MAIL, title=f"About {name}", copy_key=name, raw=name.encode(), recipients=BOTH)
        await self.core.store.write(
            lambda tx: ingest(tx, account, [MessageSeen(mail)], keep=lambda content: content.decode())
        )

    async def connect(self, name: str, able: JsonObject, state: AccountState = AccountState.ACTIVE) -> AccountId:
        address = f"{name}@two.example"
        we = accounts.OurselvesThere(address, address, name.title(), frozenset({address, "help@two.example"}), able)
        return await self.core.store.write(lambda tx: accounts.add(tx, "practice", we, {}, state=state))

    async def open(self) -> None:
        await until(lambda: len(self.place.bridge.ids) == 1, "the conversation")
        self.place.open(self.place.bridge.ids[0])
        await until(lambda: self.place.is_settled and self.place.bridge.on_screen is not None, "the mail")


@pytest.fixture
async def desk(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Desk]:
    we = await core.store.read(lambda conn: accounts.get(conn, core.account))
    known = accounts.OurselvesThere(we.remote_id, we.handle, we.name, we.handles, ABLE)
    await core.store.write(lambda tx: accounts.remember_identity(tx, core.account, known))
    window = keep(AppWindow(tasks, theme))
    place = Workplace(core, tasks, theme)
    window.put_in(place)
    window.resize(1366, 768)
    window.show()
    yield Desk(place, core)
    await place.close_down()


def words(desk: Desk) -> str:
    labels = desk.place.composer.findChildren(QLabel)
    return "\n".join(one.text() for one in labels if one.isVisibleTo(desk.place.composer))


async def test_both_accounts_are_named_and_either_can_answer(desk: Desk) -> None:
    other = await desk.connect("shop", ABLE)
    await desk.tell(desk.core.account, "m")
    await desk.tell(other, "m")
    await desk.open()
    thread = desk.place.bridge.on_screen
    assert thread is not None
    titles = [one.accessibleName() for one in desk.place.thread_view.findChildren(QLabel)]
    assert any("brand@example.org" in one and "shop@two.example" in one for one in titles)
    addresses = desk.place.composer.addresses
    assert addresses.chosen_sender == ""
    chooser = addresses.senders
    assert [chooser.itemText(place) for place in range(chooser.count())] == [
        "help@two.example",
        "brand@example.org",
        "shop@two.example",
    ]
    addresses.begin_changing()
    chooser.setCurrentIndex(1)
    chooser.activated.emit(1)
    desk.place.composer.field.setPlainText("Yes.")
    desk.place.answering.writing.send()
    await until(lambda: desk.place.answering.writing.is_idle, "the commit")
    (row,) = await writing.outbox(desk.core.store)
    assert row.account == desk.core.account


async def test_an_archive_shows_one_quiet_line(desk: Desk) -> None:
    archive = await desk.connect("old", SILENT, AccountState.ARCHIVE)
    await desk.tell(archive, "m")
    desk.place.show_view(desk.place._view, None)
    await desk.open()
    assert words(desk) == "An archive: read and search only."
    assert not desk.place.composer.field.isVisibleTo(desk.place)
    assert not desk.place.composer.is_ready
