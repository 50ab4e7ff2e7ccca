"""An icon that only shows something, drawn anew when the theme changes."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from ui.theme import icons
from ui.theme.dressed import Dressed
from ui.theme.theme import Theme


class Sign(Dressed, QLabel):
    """An icon of the theme's, in one of its colours."""

    def __init__(self, theme: Theme, name: str, ink: str, side: int = 16) -> None:
        super().__init__()
        self._theme, self._name, self._ink, self._side = theme, name, ink, side
        self.dress()

    def dress(self) -> None:
        side = self._theme.scaled(self._side)
        self.setPixmap(icons.icon(self._theme, self._name, self._ink, side).pixmap(side, side))
