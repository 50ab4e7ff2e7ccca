"""Whether anything is missing, seen from the window: opens the ledger's page and keeps it true while it is open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtWidgets import QWidget

from inbox_app.domain.ids import AccountId
from inbox_app.queries import accounts
from ui import dialogs
from ui.accounts.connecting import Connecting
from ui.accounts.ledger_page import LedgerPage
from ui.bridge import Bridge
from ui.commands import Does
from ui.core import Core
from ui.inbox.sidebar import Sidebar
from ui.tasks import Tasks
from ui.theme.theme import Theme

_AGAIN_MS = 5_000
"""Between two looks: a pull that brought nothing tells nobody, and the page says when it was."""


@dataclass(frozen=True, slots=True)
class Books:
    """What the ledger needs of the window around it."""

    bridge: Bridge
    sidebar: Sidebar
    connecting: Connecting


class Bookkeeping(QObject):
    """One page at a time."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, window: QWidget, books: Books) -> None:
        super().__init__(window)
        self._core, self._tasks, self._theme, self._window = core, tasks, theme, window
        self._connecting = books.connecting
        self._asked = 0
        self.page: LedgerPage | None = None
        self.deeds: dict[Does, Callable[[], None]] = {Does.LEDGER: self.show_page}
        self._clock = QTimer(self, interval=_AGAIN_MS)
        self._clock.timeout.connect(self._look)
        books.sidebar.ledger_asked.connect(self.show_page)
        books.bridge.accounts_changed.connect(lambda _rows: self._look())

    @property
    def is_idle(self) -> bool:
        """Whether what was asked for is shown."""
        return not self._asked

    def show_page(self) -> None:
        """Show every account with what it holds, lacks and says."""
        if self.page is None:
            self.page = LedgerPage(self._theme, self._window.window())
            self.page.menu_asked.connect(self._offer_menu)
            self.page.sign_in_asked.connect(self._sign_in)
            self.page.delete_asked.connect(self._delete)
            self.page.add_asked.connect(self._connecting.add)
            self._tasks.start(self._show(self.page), "ledger")

    async def _show(self, page: LedgerPage) -> None:
        await self._fill(page)
        self._clock.start()
        try:
            await dialogs.ask(page)
        finally:
            self._clock.stop()
            self.page = None

    def _look(self) -> None:
        if self.page is not None and self.page.isVisible() and not self._asked:
            self._tasks.start(self._fill(self.page), "ledger")

    async def _fill(self, page: LedgerPage) -> None:
        self._asked += 1
        try:
            rows = await accounts.every(self._core.store)
            lines = await accounts.ledger(self._core.store)
            removed = await accounts.removed(self._core.store)
        finally:
            self._asked -= 1
        if page is self.page:
            page.show_ledger(rows, lines, removed)

    def _offer_menu(self, wanted: str, place: QPoint) -> None:
        if self.page is not None:
            self._connecting.offer_menu(AccountId(wanted), place, self.page)

    def _delete(self, wanted: str) -> None:
        if self.page is not None:
            self._connecting.remove(AccountId(wanted), self.page)

    def _sign_in(self, wanted: str) -> None:
        async def ask() -> None:
            await self._connecting.sign_in_again(AccountId(wanted), self.page)

        self._tasks.start(ask(), "sign in again")
