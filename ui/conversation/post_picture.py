"""A post's picture, small, beside its text: there once it is at hand, and no gap before."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from inbox_app.i18n import _
from ui.theme.theme import Theme
from ui.theme.told import told_as

_SIZE, _RADIUS = QSize(112, 84), 8.0


class PostPicture(QWidget):
    """Cut to its shape from the middle, as it would be on the service's own page."""

    shown = Signal()
    """It is there, or hides: what stands beside it has another width now."""

    def __init__(self, theme: Theme, address: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._address = theme, address
        self._room = True
        self.setFixedSize(_SIZE)
        self.setAccessibleName(_("Picture of the post"))
        told_as(self, QAccessible.Role.Graphic)
        theme.gallery.arrived.connect(self._see)
        self.hide()
        self._settle()

    @property
    def width_taken(self) -> int:
        """Pixels it takes now, with the space beside it."""
        return 0 if self.isHidden() else _SIZE.width() + 16

    def give_room(self, room: bool) -> None:
        """Whether there is room for it."""
        self._room = room
        self._settle()

    def paintEvent(self, event: QPaintEvent) -> None:
        image = self._theme.gallery.image(self._address)
        if image is None:
            return
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        frame = QPainterPath()
        frame.addRoundedRect(QRectF(self.rect()), _RADIUS, _RADIUS)
        painter.setClipPath(frame)
        cut = QRectF(0, 0, *self.size().scaled(image.size(), Qt.AspectRatioMode.KeepAspectRatio).toTuple())
        cut.moveCenter(QRectF(image.rect()).center())
        painter.drawImage(QRectF(self.rect()), image, cut)
        painter.end()

    def _see(self, arrived: str) -> None:
        if arrived == self._address:
            self._settle()
            self.update()

    def _settle(self) -> None:
        there = self._room and self._theme.gallery.image(self._address) is not None
        if there == self.isHidden():
            self.setVisible(there)
            self.shown.emit()
