"""Opens the settings and does at once what is chosen there; a new language makes the window's content anew."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from PySide6.QtCore import QObject

from inbox_app.domain.errors import UserFacingError
from inbox_app.settings import SettingsFile
from ui import dialogs
from ui.app_window import AppWindow
from ui.commands import Does
from ui.desktop import autostart
from ui.desktop.autostart import AtLogin
from ui.languages import speak
from ui.settings.page import Edit, SettingsPage
from ui.tasks import Tasks
from ui.theme.theme import Theme

Renew = Callable[[], Awaitable[None]]
"""Makes what the window shows anew, in the language that is spoken now."""


class Adjusting(QObject):
    """One page at a time."""

    def __init__(self, window: AppWindow, tasks: Tasks, theme: Theme, renew: Renew) -> None:
        super().__init__(window)
        self._window, self._tasks, self._theme, self._renew = window, tasks, theme, renew
        self.page: SettingsPage | None = None
        self._turns = asyncio.Lock()
        """What was chosen last is kept last: threads would come in any order."""

    async def show(self, settings: SettingsFile) -> None:
        """Show the page until it is closed; after a change of language it comes again, in that language."""
        if self.page is not None:
            return
        again = True
        while again:
            page = self.page = await self._make(settings)
            spoken: list[str | None] = []
            page.language_chosen.connect(spoken.append)
            page.language_chosen.connect(page.reject)
            try:
                await dialogs.ask(page)
            finally:
                self.page = None
            again = bool(spoken)
            if again:
                await self._speak(settings, spoken[-1])

    async def _make(self, settings: SettingsFile) -> SettingsPage:
        at_login = await asyncio.to_thread(autostart.arranged) if autostart.is_possible() else None
        page = SettingsPage(
            self._theme,
            self._window,
            settings.current,
            at_login=at_login,
            in_workspace=self._window.workplace is not None,
        )
        page.changed.connect(lambda edit: self._tasks.start(self._keep(settings, edit), "settings"))
        page.look_changed.connect(self._theme.wear)
        page.density_chosen.connect(self._theme.stand)
        page.withholding_chosen.connect(self._theme.withhold_deleted)
        page.motion_chosen.connect(self._move)
        page.login_chosen.connect(lambda wanted: self._tasks.start(self._arrange(wanted, page), "autostart"))
        page.keys_asked.connect(lambda: self._window.give(Does.KEYS))
        page.manners_asked.connect(lambda: self._window.give(Does.NOTIFICATIONS))
        page.workspaces_asked.connect(lambda: self._window.give(Does.WORKSPACES))
        page.encryption_asked.connect(lambda: self._window.give(Does.ENCRYPTION))
        return page

    def _move(self, moves: bool) -> None:
        self._theme.motion.wanted = moves

    async def _speak(self, settings: SettingsFile, code: str | None) -> None:
        await self._keep(settings, lambda current: replace(current, language=code))
        speak(code)
        await self._renew()

    async def _keep(self, settings: SettingsFile, edit: Edit) -> None:
        async with self._turns:
            await asyncio.to_thread(settings.change, edit)

    async def _arrange(self, wanted: AtLogin, page: SettingsPage) -> None:
        """Tell the desktop; where it could not be told, the page says how things stand."""
        async with self._turns:
            try:
                await asyncio.to_thread(autostart.arrange, wanted)
            except UserFacingError:
                if page is self.page:
                    page.show_login(await asyncio.to_thread(autostart.arranged))
                raise
