"""An icon that only shows something, drawn anew when the theme changes."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLabel

from ui.theme import icons
from ui.theme.theme import Theme


class Sign(QLabel):
    """An icon of the theme's, in one of its colours."""

    def __init__(self, theme: Theme, name: str, ink: str, side: int = 16) -> None:
        super().__init__()
        self._theme, self._name, self._ink, self._side = theme, name, ink, side
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._draw()

    def _draw(self) -> None:
        side = self._theme.scaled(self._side)
        self.setPixmap(icons.icon(self._theme, self._name, self._ink, side).pixmap(side, side))
