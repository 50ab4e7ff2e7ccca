"""How much of a message's length is used: a ring that fills, and what is left in figures when it matters."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from inbox_app.contract.limits import Limits
from inbox_app.i18n import ngettext
from ui.theme import fonts
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.told import told_as

_NEAR = 0.9


class CountRing(QWidget):
    """Empty where the channel names no limit."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._used, self._of = 0, 0
        told_as(self, QAccessible.Role.Indicator)

    def count(self, text: str, limits: Limits) -> None:
        """Show how long `text` is by the channel's own counting."""
        self._of = limits.text or 0
        self._used = limits.length(text) if self._of else 0
        self.setVisible(bool(self._of))
        self.setAccessibleName(self._words())
        self.setToolTip(self._words())
        self.updateGeometry()
        self.update()

    @property
    def left(self) -> int:
        """How many units are left; negative when the text is too long."""
        return self._of - self._used

    def sizeHint(self) -> QSize:
        side = self._theme.scaled(22)
        width = fonts.metrics(self._theme.font(fonts.META)).horizontalAdvance(str(self.left)) if self._tells else 0
        return QSize(side + int(width) + (6 if self._tells else 0), side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = self._theme.scaled(22)
        ring = QRectF(self.width() - side, (self.height() - side) / 2, side, side).adjusted(3, 3, -3, -3)
        ink = self._theme.colour("red" if self.left < 0 else "warn" if self._tells else "accent")
        painter.setPen(QPen(self._theme.colour("line2"), 2.5))
        painter.drawEllipse(ring)
        painter.setPen(QPen(ink, 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        share = min(1.0, self._used / self._of) if self._of else 0.0
        painter.drawArc(ring, 90 * 16, -round(share * 360 * 16))
        if self._tells:
            painter.setFont(self._theme.font(fonts.META))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, str(self.left))
        painter.end()

    @property
    def _tells(self) -> bool:
        return bool(self._of) and self._used >= self._of * _NEAR

    def _words(self) -> str:
        if self.left < 0:
            return ngettext("{count} character too many", "{count} characters too many", -self.left).format(
                count=number(-self.left)
            )
        return ngettext("{count} character left", "{count} characters left", self.left).format(count=number(self.left))
