"""What is painted by hand, for those who read from the right: the same measures, counted from the other side.

Layouts of widgets are mirrored by Qt itself; a painter gets rectangles, and those are turned here. Text keeps the
direction of its own first letter, wherever it stands. https://doc.qt.io/qt-6/qstyle.html#visualRect
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter

_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
_LEFT = _MIDDLE | Qt.AlignmentFlag.AlignLeft
_RIGHT = _MIDDLE | Qt.AlignmentFlag.AlignRight


def is_mirrored() -> bool:
    """Whether the interface is read from the right."""
    return QGuiApplication.layoutDirection() is Qt.LayoutDirection.RightToLeft


def at_end() -> Qt.AlignmentFlag:
    """Text at the end of its line, whatever script it is in: Qt itself would go by the text's own direction."""
    return _LEFT if is_mirrored() else _RIGHT


def at_start() -> Qt.AlignmentFlag:
    """Text where the interface's lines begin, whatever script it is in."""
    return _RIGHT if is_mirrored() else _LEFT


def turned(where: QRectF, room: QRectF) -> QRectF:
    """A rectangle as far from the right of its room as it was from the left."""
    return QRectF(room.left() + room.right() - where.right(), where.top(), where.width(), where.height())


def placed(where: QRectF, room: QRectF) -> QRectF:
    """Where a rectangle of the design stands in its room: turned if the interface is."""
    return turned(where, room) if is_mirrored() else where


def placed_point(where: QPointF, room: QRectF) -> QPointF:
    """The same of a point."""
    return QPointF(room.left() + room.right() - where.x(), where.y()) if is_mirrored() else where


def write(painter: QPainter, where: QRectF, text: str, room: QRectF, *, at_end: bool = False) -> None:
    """Write a line at the beginning, or at the end, of a rectangle of the design."""
    write_at(painter, placed(where, room), text, right=at_end != is_mirrored())


def write_at(painter: QPainter, where: QRectF, text: str, *, right: bool) -> None:
    """Write a line at one side of a rectangle of the screen."""
    painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    painter.drawText(where, _RIGHT if right else _LEFT, text)
