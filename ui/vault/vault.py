"""Keeping the workspace safe, and letting people go from it, seen from the window."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from inbox_app.actions import backing_up, erasing
from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.people import Card
from inbox_app.i18n import _
from inbox_app.paths import find_places, resolve_workspace
from ui import dialogs
from ui.commands import Does
from ui.core import Core
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.vault.backups_page import BackupsPage
from ui.vault.erase_dialog import EraseDialog
from ui.vault.restore_dialog import RestoreDialog
from ui.vault.unlock_dialog import ask_phrase


class Vault(QObject):
    """Asks what has to be asked, and does it."""

    said = Signal(str)
    """A sentence about what was done."""
    over_asked = Signal(Path)
    """This whole backup is to take the place of the workspace, which has to be closed for it."""
    erased = Signal()
    """Somebody is gone: what is on screen may be about them."""

    def __init__(
        self,
        core: Core,
        tasks: Tasks,
        theme: Theme,
        window: QWidget,
        card: Callable[[], Awaitable[Card | None]],
    ) -> None:
        super().__init__(window)
        self._core, self._tasks, self._theme, self._window, self._card = core, tasks, theme, window, card
        self.deeds: dict[Does, Callable[[], None]] = {
            Does.ERASE: lambda: tasks.start(self._erase(), "erase"),
            Does.BACKUPS: lambda: tasks.start(self._show_backups(), "backups"),
        }

    # --- erasing ----------------------------------------------------------------------------------------------------

    async def _erase(self) -> None:
        card = await self._card()
        if card is None:
            self.said.emit(_("Nobody from outside has written here, so there is nobody to erase."))
            return
        core = self._core
        dialog = EraseDialog(self._theme, await erasing.preview(core.store, card.id), self._window.window())
        if not await dialogs.ask(dialog):
            return
        logs = find_places().logs
        await erasing.erase(core.store, core.address, logs, card.id, dialog.how, dialog.typed.text())
        self.erased.emit()
        self.said.emit(_("The person is gone for good. When that was stays on record, without a name."))

    # --- backups ----------------------------------------------------------------------------------------------------

    async def _show_backups(self) -> None:
        page = BackupsPage(self._theme, self._core.address.name, self._window.window())
        page.make_asked.connect(lambda: self._begin(page, self._make(page)))
        page.copy_asked.connect(lambda: self._begin(page, self._copy(page)))
        page.other_asked.connect(lambda: self._begin(page, self._choose(page)))
        page.restore_asked.connect(lambda path: self._begin(page, self._restore(page, path)))
        page.show_backups(await backing_up.kept(self._core.address))
        await dialogs.ask(page)
        if page.wanted_instead is not None:
            self.over_asked.emit(page.wanted_instead)

    def _begin(self, page: BackupsPage, work: Awaitable[None]) -> None:
        self._tasks.start(self._told(page, work), "backup")

    async def _told(self, page: BackupsPage, work: Awaitable[None]) -> None:
        """Do it; what goes wrong is said where it was asked for."""
        page.problem.setText("")
        try:
            await work
        except UserFacingError as problem:
            if not page.is_over:
                page.problem.setText(problem.message)
        finally:
            there = await backing_up.kept(self._core.address)
            if not page.is_over:
                page.be_busy("")
                page.show_backups(there)

    async def _make(self, page: BackupsPage, out: Path | None = None) -> None:
        page.be_busy(_("Backing up, and reading it back…"))
        made = await backing_up.make(self._core.store, self._core.address, out)
        if out is not None:
            self.said.emit(_("The copy lies in {path}.").format(path=made.path))

    async def _copy(self, page: BackupsPage) -> None:
        name = f"{self._core.address.name}-{datetime.now().astimezone():%Y-%m-%d}"
        out = await dialogs.choose_place(page, _("Save a copy"), name)
        if out is not None:
            await self._make(page, out)

    async def _choose(self, page: BackupsPage) -> None:
        source = await dialogs.choose_one(page, _("Which backup?"), folder=True)
        if source is not None:
            await self._restore(page, source)

    async def _restore(self, page: BackupsPage, source: Path) -> None:
        """Beside this workspace, or in its place: that is for whoever can close it."""
        name = f"{self._core.address.name}-{datetime.now().astimezone():%Y-%m-%d-%H%M%S}"
        dialog = RestoreDialog(self._theme, self._core.address.name, name, page)
        if not await dialogs.ask(dialog):
            return
        if dialog.is_over:
            page.be_busy(_("Looking whether the backup is whole…"))
            await backing_up.check(source, self._core.address.key)
            page.close_for(source)
            return
        page.be_busy(_("Restoring…"))
        settings, address = self._core.settings, resolve_workspace(name)
        ask, key = partial(ask_phrase, self._theme, page), self._core.address.key
        await backing_up.restore(source, address, over=False, settings=settings, ask_phrase=ask, key=key)
        here = self._core.address.reference
        await asyncio.to_thread(settings.change, lambda now: now.opened(address.reference).opened(here))
        self.said.emit(_("{name} is restored: open it in the menu of workspaces.").format(name=name))
