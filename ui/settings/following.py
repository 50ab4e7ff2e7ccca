"""Follows what another window of this person changed in the preferences: they are kept once, for all workspaces."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QFileSystemWatcher, QObject

from inbox_app.settings import Settings, SettingsFile
from ui.app_window import AppWindow
from ui.commands import wear_keys
from ui.tasks import Tasks
from ui.theme.theme import Theme


class Following(QObject):
    """Looks again when something in their folder changed. The language waits for the next start, as what is open
    would have to be made anew under somebody's hands.
    """

    def __init__(self, settings: SettingsFile, window: AppWindow, tasks: Tasks, theme: Theme) -> None:
        super().__init__(window)
        self._settings, self._window, self._tasks, self._theme = settings, window, tasks, theme
        # The folder, since each change puts another file in the place of the one before.
        self._watcher = QFileSystemWatcher([str(settings.folder)], self)
        self._watcher.directoryChanged.connect(lambda _folder: tasks.start(self._look(), "settings"))

    async def _look(self) -> None:
        changed = await asyncio.to_thread(self._settings.look_again)
        if changed is not None:
            self._wear(*changed)

    def _wear(self, before: Settings, now: Settings) -> None:
        self._theme.wear(now.theme, now.text_scale)
        self._theme.stand(now.density)
        self._theme.withhold_deleted(now.withhold_deleted)
        self._theme.motion.wanted = now.motion
        if before.keys != now.keys:
            wear_keys(now.keys)
            self._window.hear_keys()
