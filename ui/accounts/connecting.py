"""Accounts, seen from the window: connecting one, bringing in an archive, and what its menu offers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget

from inbox_app.domain.ids import AccountId
from inbox_app.queries import accounts
from ui import dialogs
from ui.commands import Does
from ui.core import Core
from ui.inbox.sidebar import Sidebar
from ui.tasks import Tasks
from ui.theme.theme import Theme


class Connecting(QObject):
    """Opens the dialogs and leads to what came of them."""

    told = Signal(str)
    """A sentence about what was asked for."""
    export_asked = Signal(str)
    """The id of an account whose history is to leave."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, window: QWidget, sidebar: Sidebar) -> None:
        super().__init__(window)
        self._core, self._tasks, self._theme, self._window, self._sidebar = core, tasks, theme, window, sidebar
        self._sought = ""
        self.deeds: dict[Does, Callable[[], None]] = {Does.ADD_ACCOUNT: self.add, Does.IMPORT: self.import_archive}
        sidebar.add_account_asked.connect(self.add)
        sidebar.account_menu_asked.connect(
            lambda account: self.offer_menu(AccountId(account), sidebar.menu_place(), window.window())
        )

    def add(self) -> None:
        """Connect an account."""
        self._tasks.start(self._connect(), "add account")

    def import_archive(self) -> None:
        """Bring in what another program kept."""
        self._tasks.start(self._import(), "import an archive")

    def go_to(self, wanted: AccountId) -> None:
        """Show what an account holds, as soon as the sidebar lists it."""
        self._sought = f"account:{wanted}"
        self.seek()

    def seek(self) -> None:
        """The sidebar lists other accounts now: perhaps the one that is to be shown."""
        if self._sought and self._sidebar.choose(self._sought):
            self._sought = ""

    def offer_menu(self, wanted: AccountId, place: QPoint, above: QWidget) -> None:
        """Open an account's menu there; what it asks stands above that window."""
        self._tasks.start(self._offer(wanted, place, above), "account menu")

    def remove(self, wanted: AccountId, above: QWidget) -> None:
        """Ask whether an account goes, or of a removed one its history; what is asked stands above that window."""
        self._tasks.start(self._remove(wanted, above), "remove an account")

    async def sign_in_again(self, wanted: AccountId, above: QWidget | None = None) -> bool:
        """Ask for an account's sign-in anew; whether it came to that."""
        from ui.accounts.add_account import AddAccountDialog

        parent = above or self._window.window()
        return await dialogs.ask(AddAccountDialog(self._core, self._tasks, self._theme, parent, wanted))

    async def _remove(self, wanted: AccountId, above: QWidget) -> None:
        from ui.accounts.removing import remove

        row = await accounts.one(self._core.store, wanted)
        if said := await remove(self._core, self._theme, row, above):
            self.told.emit(said)

    async def _connect(self) -> None:
        from ui.accounts.add_account import AddAccountDialog

        await dialogs.ask(AddAccountDialog(self._core, self._tasks, self._theme, self._window.window()))

    async def _import(self) -> None:
        from ui.accounts.import_archive import ImportDialog

        dialog = ImportDialog(self._core, self._tasks, self._theme, self._window.window())
        await dialogs.ask(dialog)
        if dialog.imported is not None:
            self.go_to(dialog.imported.account)

    async def _offer(self, wanted: AccountId, place: QPoint, above: QWidget) -> None:
        from ui.accounts.menu import offer

        said = await offer(
            self._core,
            self._theme,
            above,
            wanted,
            place,
            partial(self.sign_in_again, above=above),
            self.export_asked.emit,
        )
        if said:
            self.told.emit(said)
