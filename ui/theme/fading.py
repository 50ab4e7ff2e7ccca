"""The edge of what scrolls: lines fade out where they go on beneath the head or the foot of a pane."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from ui.theme.theme import Theme

_HEIGHT = 14
_WHOLE = 40
"""Where less than so many pixels are hidden it is weaker: at its end a line must be read."""


class Edge(Enum):
    """Which one."""

    TOP = "top"
    BOTTOM = "bottom"


class Fading(QWidget):
    """Lies over an area's edge, lets everything through, and is there only while there is more in that direction."""

    def __init__(self, theme: Theme, area: QAbstractScrollArea, edge: Edge, ground: str = "bg") -> None:
        super().__init__(area)
        self._theme, self._area, self._edge, self._ground = theme, area, edge, ground
        self._hidden = 0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.viewport().installEventFilter(self)
        bar = area.verticalScrollBar()
        bar.valueChanged.connect(self._follow)
        bar.rangeChanged.connect(self._follow)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        solid = self._theme.colour(self._ground)
        solid.setAlphaF(min(1.0, self._hidden / _WHOLE))
        clear = QColor(solid)
        clear.setAlpha(0)
        run = QLinearGradient(0, 0, 0, self.height())
        run.setColorAt(0, solid if self._edge is Edge.TOP else clear)
        run.setColorAt(1, clear if self._edge is Edge.TOP else solid)
        QPainter(self).fillRect(self.rect(), run)

    def _place(self) -> None:
        sight = self._area.viewport().geometry()
        top = sight.top() if self._edge is Edge.TOP else sight.bottom() + 1 - _HEIGHT
        self.setGeometry(sight.left(), top, sight.width(), _HEIGHT)
        self._follow()

    def _follow(self) -> None:
        bar = self._area.verticalScrollBar()
        hidden = bar.value() - bar.minimum() if self._edge is Edge.TOP else bar.maximum() - bar.value()
        if hidden != self._hidden:
            self._hidden = hidden
            self.update()
        self.setVisible(hidden > 0)
        if hidden > 0:
            self.raise_()
