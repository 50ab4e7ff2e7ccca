"""Messages in a list, each leading to its conversation: what a figure counts, or what was asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from inbox_app.domain.people import TimelineLine
from inbox_app.i18n import _
from ui.theme import fonts
from ui.theme.channels import channel_name, draw_badge
from ui.theme.mirroring import placed, write
from ui.theme.moments import at
from ui.theme.painting import draw_ground, draw_person
from ui.theme.theme import Theme
from ui.theme.titled import titled_column

_LINE = Qt.ItemDataRole.UserRole
_LOW, _TALL = 50, 62
_BADGE, _FACE = 20, 38
_NARROW = 190
"""A line that is narrower than that keeps its room for the name, and shows no face."""
_LEAST = 90
"""Narrower than that a text is not cut for what stands at its end."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of text with what stands below it and at its end; `leads_to` is None where it leads nowhere.

    `face` is the name and picture of who it is about; without one the badge of the channel stands alone.
    """

    text: str
    below: str
    end: str
    leads_to: TimelineLine | None = None
    face: tuple[str, str] | None = None


def entry_of(line: TimelineLine) -> Entry:
    """A message as an entry: what, by whom, where and when."""
    # A direct chat is titled by whom it is with.
    where = line.title if line.title not in ("", line.who) else channel_name(line.channel)
    below = " · ".join(filter(None, (line.who, where)))
    return Entry(line.text or _("(no text)"), below, at(line.said_at), line, (line.who, line.picture))


class Lines(QListWidget):
    """`line_asked` brings the message of what was chosen."""

    line_asked = Signal(object)

    def __init__(self, theme: Theme, name: str, nothing: str) -> None:
        super().__init__()
        self._nothing = nothing
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_Painter(theme, self))
        theme.gallery.arrived.connect(self._see)
        self.itemActivated.connect(self._choose)

    def show_entries(self, entries: Iterable[Entry]) -> None:
        """List these; a sentence where there are none."""
        self.clear()
        for one in [*entries] or [Entry(self._nothing, "", "")]:
            item = QListWidgetItem(", ".join(filter(None, (one.end, one.text, one.below))))
            item.setData(_LINE, one)
            self.addItem(item)
        self.setCurrentRow(0)

    @property
    def current_line(self) -> TimelineLine | None:
        """The message of the line that is marked; None where it leads nowhere."""
        item = self.currentItem()
        one: Entry | None = item.data(_LINE) if item is not None else None
        return None if one is None else one.leads_to

    def _see(self, _arrived: str) -> None:
        """Somebody's picture is there."""
        self.viewport().update()

    def _choose(self, item: QListWidgetItem) -> None:
        one: Entry = item.data(_LINE)
        if one.leads_to is not None:
            self.line_asked.emit(one.leads_to)


class LinesPage(QDialog):
    """`chosen` is the message to open; None when the list was only read."""

    def __init__(self, theme: Theme, parent: QWidget, title: str, lines: Iterable[TimelineLine]) -> None:
        super().__init__(parent)
        self.chosen: TimelineLine | None = None
        self.setWindowTitle(title)
        self.resize(720, 560)
        self.list = Lines(theme, title, _("No message counts here."))
        self.list.show_entries(map(entry_of, lines))
        self.list.line_asked.connect(self._choose)
        column = titled_column(theme, self)
        column.addWidget(self.list)

    def _choose(self, line: TimelineLine) -> None:
        self.chosen = line
        self.accept()


class _Painter(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        one: Entry = index.data(_LINE)
        return QSize(100, self._theme.scaled(_TALL if one.face else _LOW))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        one: Entry = index.data(_LINE)
        where = QRectF(option.rect).adjusted(0, 1, -4, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # What leads nowhere looks like nothing that can be chosen; where the keyboard is shows all the same.
        chosen = QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver
        state = option.state & ~chosen if one.leads_to is None else option.state
        draw_ground(painter, where, self._theme, state)
        inside = where.adjusted(12, 4, -12, -4)
        if one.leads_to is not None and not (one.face and where.width() < self._theme.scaled(_NARROW)):
            side = float(self._theme.scaled(_FACE if one.face else _BADGE))
            square = QRectF(inside.left(), inside.center().y() - side / 2, side, side)
            self._draw_mark(painter, placed(square, where), one)
            inside.setLeft(inside.left() + side + 12)
        inside.adjust(0, 3 if one.face else 0, 0, -3 if one.face else 0)
        self._draw_texts(painter, where, inside, one)
        painter.restore()

    def _draw_mark(self, painter: QPainter, square: QRectF, one: Entry) -> None:
        """Whose it is and where it was said."""
        line = one.leads_to
        if line is None:
            return
        if one.face is None:
            draw_badge(painter, square, line.channel, None, line.kind)
        else:
            draw_person(painter, square, self._theme, one.face, line.channel, self._theme.colour("bg"), line.kind)

    def _draw_texts(self, painter: QPainter, where: QRectF, inside: QRectF, one: Entry) -> None:
        meta, body = self._theme.font(fonts.META), self._theme.font(fonts.BODY, fonts.MEDIUM)
        room, end = inside.width() - fonts.metrics(meta).horizontalAdvance(one.end) - 16, one.end
        if room < self._theme.scaled(_LEAST):
            room, end = inside.width(), ""
        upper = QRectF(inside.left(), inside.top(), inside.width(), inside.height() / 2) if one.below else inside
        painter.setFont(body)
        painter.setPen(self._theme.colour("text" if one.leads_to is not None else "text2"))
        write(painter, upper, fonts.elide(one.text, body, room), where)
        painter.setFont(meta)
        painter.setPen(self._theme.colour("text3"))
        write(painter, upper, end, where, at_end=True)
        if one.below:
            lower = upper.translated(0, inside.height() / 2)
            write(painter, lower, fonts.elide(one.below, meta, inside.width()), where)
