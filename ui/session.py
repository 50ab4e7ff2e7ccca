"""The life of the window from first start to quitting: which workspace is open in it, and what opening one takes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal

from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.ids import ConversationId
from inbox_app.i18n import _
from inbox_app.paths import WorkspaceAddress, WorkspaceKind, resolve_workspace
from ui import dialogs
from ui.accounts.add_account import AddAccountDialog
from ui.accounts.import_archive import ImportDialog
from ui.app_window import AppWindow
from ui.core import Core
from ui.single_instance import SingleInstance
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

PRACTICE = "practice"
OWN = "inbox"
"""The names of the workspaces that the first start makes."""
_SEED = 1


class OpenCore(Protocol):
    """Opens a workspace; with `create` it is made when missing."""

    async def __call__(self, address: WorkspaceAddress, *, create: bool) -> Core: ...


class Session(QObject):
    """One window and, once chosen, one workspace in it."""

    opened = Signal(object)
    """A workspace is open and on screen: its `Core`."""

    def __init__(self, window: AppWindow, tasks: Tasks, theme: Theme, open_core: OpenCore) -> None:
        super().__init__(window)
        self._window, self._tasks, self._theme, self._open_core = window, tasks, theme, open_core
        self._instance = SingleInstance(self)
        self._wanted: WorkspaceAddress | None = None
        self.core: Core | None = None
        self._instance.called.connect(self._come_to_front)
        window.first_start.practice_asked.connect(lambda: self._begin(self._practise, _("The community moves in…")))
        window.first_start.connect_asked.connect(lambda: self._begin(self._connect, _("Making your workspace…")))
        window.first_start.archive_asked.connect(lambda: self._begin(self._import, _("Making your workspace…")))
        window.refresh_asked.connect(lambda: self._tasks.start(self._refresh(), "refresh"))

    async def begin(self, address: WorkspaceAddress | None) -> bool:
        """Show the window with this workspace, or the first start; False when another window has it already."""
        self._wanted = address
        if address is None or _is_missing(address):
            self._window.show()
            return True
        if not self._instance.claim(address):
            return False
        self._window.show()
        try:
            self.show(await self._open_core(address, create=False))
        except UserFacingError as refused:
            self._tasks.take(refused)
        return True

    def show(self, core: Core) -> None:
        """Put an opened workspace into the window, and sync it."""
        self.core = core
        self._window.name_workspace(core.address.name)
        self._window.put_in(Workplace(core, self._tasks, self._theme))
        core.start(self._tasks.take)
        self.opened.emit(core)

    async def close(self) -> None:
        """Keep what is written and let go of the workspace."""
        core, self.core = self.core, None
        if self._window.workplace is not None:
            await self._window.workplace.close_down()
        await self._tasks.close()
        if core is not None:
            await core.close()

    def show_conversation(self, wanted: str) -> None:
        """Come to the front with a conversation; with none, just come."""
        self._come_to_front()
        if wanted and self._window.workplace is not None:
            self._window.workplace.open(ConversationId(wanted))

    # --- the ways in ------------------------------------------------------------------------------------------------

    def _begin(self, way: Callable[[], Awaitable[None]], sentence: str) -> None:
        async def go() -> None:
            self._window.first_start.work(sentence)
            try:
                await way()
            finally:
                self._window.first_start.work("")

        self._tasks.start(go(), "first start")

    async def _practise(self) -> None:
        core = await self._make(PRACTICE)
        if core is None:
            return
        try:
            await core.move_in(size="small", seed=_SEED)
        except UserFacingError:
            await core.close()
            raise
        self.show(core)

    async def _connect(self) -> None:
        core = await self._make(OWN)
        if core is None:
            return
        if await dialogs.ask(AddAccountDialog(core, self._tasks, self._theme, self._window)):
            self.show(core)
        else:
            await core.close()

    async def _import(self) -> None:
        core = await self._make(OWN)
        if core is None:
            return
        dialog = ImportDialog(core, self._tasks, self._theme, self._window)
        if await dialogs.ask(dialog):
            self.show(core)
            if dialog.imported is not None and self._window.workplace is not None:
                self._window.workplace.go_to_account(dialog.imported.account)
        else:
            await core.close()

    async def _make(self, name: str) -> Core | None:
        """Open or make the workspace that was asked for, else the one of this name; None when a window has it."""
        address = self._wanted or resolve_workspace(name)
        if self._instance.claim(address):
            return await self._open_core(address, create=True)
        self._window.close()
        return None

    # --- syncing ----------------------------------------------------------------------------------------------------

    async def _refresh(self) -> None:
        if self.core is not None:
            await self.core.sync()

    def _come_to_front(self) -> None:
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()


def _is_missing(address: WorkspaceAddress) -> bool:
    return address.kind is WorkspaceKind.SQLITE and not address.database.exists()
