"""The number on the program's icon: how many conversations are unread, where the desktop draws one.

Qt tells the docks that read Unity's launcher entries (Plasma, Dash to Dock, Plank), and those of other systems.
https://wiki.ubuntu.com/Unity/LauncherAPI
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from inbox_app.domain.inbox import SidebarCounts
from inbox_app.settings import SettingsFile
from ui.bridge import Bridge


class Badge(QObject):
    """Follows one workspace, and the person's wish to see no number at all."""

    _preferred = Signal()
    """Preferences are changed on whatever thread writes them."""

    def __init__(self, settings: SettingsFile, draw: Callable[[int], None], parent: QObject) -> None:
        super().__init__(parent)
        self._settings, self._draw = settings, draw
        self._unread = self._drawn = 0
        self._bridge: Bridge | None = None
        self._preferred.connect(self._show)
        self.destroyed.connect(settings.subscribe(lambda _now: self._preferred.emit()))

    def follow(self, bridge: Bridge) -> None:
        """Count this workspace from now on, until it is left."""
        self._bridge = bridge
        bridge.counts_changed.connect(self._count)
        bridge.destroyed.connect(lambda: self._leave(bridge))

    def _count(self, counts: SidebarCounts) -> None:
        self._unread = counts.unread
        self._show()

    def _leave(self, bridge: Bridge) -> None:
        # A new language makes the bridge anew, and the old one goes later.
        if self._bridge is bridge:
            self._bridge, self._unread = None, 0
            self._show()

    def _show(self) -> None:
        number = self._unread if self._settings.current.badge else 0
        if number != self._drawn:
            self._drawn = number
            self._draw(number)
