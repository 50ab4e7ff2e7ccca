"""How a line of the sidebar is painted."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.inbox.entries import Entry, EntryKind
from ui.inbox.model import Index
from ui.theme import fonts, icons
from ui.theme.channels import draw_badge
from ui.theme.mirroring import placed, write
from ui.theme.numbers import number
from ui.theme.painting import draw_dot
from ui.theme.theme import Theme

_ROOM = 180
"""Logical pixels for a sentence beside the badge; a longer one takes two lines."""
_MARK, _AROUND = 18, 9
"""How large the mark of a line is, and the room before and after it."""
ENTRY_ROLE = Qt.ItemDataRole.UserRole


class SidebarPainter(QStyledItemDelegate):
    """Views with icons, accounts with badges and trouble, tags with dots, headers above them."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        entry: Entry = index.data(ENTRY_ROLE)
        height = 42 if entry.kind is EntryKind.HEADER else 34 + 15 * self._lines_of_trouble(entry)
        return QSize(10, self._theme.scaled(height))

    def _lines_of_trouble(self, entry: Entry) -> int:
        if not entry.trouble:
            return 0
        wide = fonts.metrics(self._theme.font(fonts.CHIP)).horizontalAdvance(entry.trouble)
        return 2 if wide > self._theme.scaled(_ROOM) else 1

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry = index.data(ENTRY_ROLE)
        rect: QRect = option.rect
        where = QRectF(rect).adjusted(8, 1, -8, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if entry.kind is EntryKind.HEADER:
            painter.setFont(self._theme.font(fonts.META, fonts.BOLD))
            painter.setPen(self._theme.colour("text3"))
            write(painter, where.adjusted(10, 10, 0, 0), entry.title, where)
        else:
            self._draw_line(painter, where, entry, option.state)
        painter.restore()

    @property
    def _beside(self) -> int:
        """Where words begin beside a mark."""
        return 2 * _AROUND + self._theme.scaled(_MARK)

    def _draw_line(self, painter: QPainter, where: QRectF, entry: Entry, state: QStyle.StateFlag) -> None:
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("selected_side" if chosen else "hover"))
            painter.drawRoundedRect(where, 7, 7)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(self._theme.colour("accent"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(where.adjusted(1, 1, -1, -1), 7, 7)
        line = QRectF(where.left(), where.top(), where.width(), float(self._theme.scaled(32)))
        ink = self._theme.colour("text" if chosen else "text2")
        self._draw_mark(painter, line, entry, ink)
        right = self._draw_end(painter, line, entry, chosen)
        font = self._theme.font(fonts.BODY, fonts.BOLD if chosen else fonts.MEDIUM)
        painter.setFont(font)
        painter.setPen(ink)
        left = line.left() + self._beside
        write(painter, line.adjusted(self._beside, 0, 0, 0), fonts.elide(entry.title, font, right - left), line)
        if entry.trouble:
            self._draw_trouble(painter, where, entry)

    def _draw_mark(self, painter: QPainter, line: QRectF, entry: Entry, ink: QColor) -> None:
        side = float(self._theme.scaled(_MARK))
        square = placed(QRectF(line.left() + _AROUND, line.center().y() - side / 2, side, side), line)
        if entry.kind is EntryKind.VIEW:
            icons.draw(painter, square, entry.mark, ink)
        elif entry.kind is EntryKind.ACCOUNT:
            draw_badge(painter, square, entry.mark, place=entry.place)
        else:
            draw_dot(painter, QPointF(square.center()), QColor(entry.mark), side / 4)

    def _draw_end(self, painter: QPainter, line: QRectF, entry: Entry, chosen: bool) -> float:
        """The count, or the sign of trouble; where that begins."""
        right = line.right() - 10
        if entry.trouble:
            side = float(self._theme.scaled(16))
            square = QRectF(right - side, line.center().y() - side / 2, side, side)
            colour, sign = entry.tone.value
            icons.draw(painter, placed(square, line), sign, self._theme.colour(colour))
            return right - side - 8
        if not entry.count:
            return right
        font = self._theme.font(fonts.META, fonts.MEDIUM)
        text = f"{number(entry.count)}+" if entry.is_more else number(entry.count)
        width = fonts.metrics(font).horizontalAdvance(text) + 2
        painter.setFont(font)
        painter.setPen(self._theme.colour("text" if chosen else "text3"))
        write(painter, QRectF(right - width, line.top(), width, line.height()), text, line)
        return right - width - 8

    def _draw_trouble(self, painter: QPainter, where: QRectF, entry: Entry) -> None:
        font = self._theme.font(fonts.CHIP)
        room = where.adjusted(self._beside, self._theme.scaled(28), -10, 0)
        room.setHeight(self._theme.scaled(15))
        painter.setFont(font)
        painter.setPen(self._theme.colour(entry.tone.value[0]))
        for text in fonts.two_lines(entry.trouble, font, room.width()):
            write(painter, room, text, where)
            room.translate(0, room.height())
