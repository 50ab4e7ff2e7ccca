"""Everything one member ever said, on every channel in one line of time; each line leads to its message."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from inbox_app.domain.ids import MessageId
from inbox_app.domain.people import Card, TimelineLine
from inbox_app.i18n import _
from inbox_app.queries import members as ask
from ui.asking import Asking
from ui.core import Core
from ui.inbox.row_text import kind_name
from ui.members.said import words_of
from ui.tasks import Tasks
from ui.theme import fonts
from ui.theme.channels import channel_name, draw_badge
from ui.theme.moments import at
from ui.theme.painting import draw_ground
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import ChoiceBox, Label

_PAGE = 100
_LINE = Qt.ItemDataRole.UserRole
_HEIGHT = 50
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class TimelinePage(QDialog):
    """`chosen` is the line to open; None when it was only read. It grows as it is scrolled."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, parent: QWidget, card: Card) -> None:
        super().__init__(parent)
        self._core, self._theme, self._card = core, theme, card
        self.chosen: TimelineLine | None = None
        self._older: MessageId | None = None
        self._channel = ""
        self._asking = Asking(tasks, "timeline")
        self.setWindowTitle(_("What {name} said").format(name=card.name))
        self.resize(720, 600)
        self.list = QListWidget()
        self.list.setAccessibleName(_("Timeline of {name}").format(name=card.name))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_Painter(theme, self.list, card))
        self.list.itemActivated.connect(self._choose)
        self.list.itemClicked.connect(self._choose)
        self.list.verticalScrollBar().valueChanged.connect(self._go_on)
        self._nothing = Label(theme, _("Nothing was said to us yet."), tone="second")
        self._nothing.hide()
        column = titled_column(theme, self)
        channels = list(dict.fromkeys(one.channel for one in card.handles))
        if len(channels) > 1:
            column.addWidget(self._filter(theme, channels))
        column.addWidget(self._nothing)
        column.addWidget(self.list, 1)
        self._asking.ask(self._begin)

    @property
    def is_settled(self) -> bool:
        """Whether all that was asked for is here."""
        return self._asking.is_idle

    def done(self, result: int) -> None:
        """Closed, it asks nothing more."""
        self._asking.forget()
        super().done(result)

    def _filter(self, theme: Theme, channels: list[str]) -> ChoiceBox:
        box = ChoiceBox(theme)
        box.setAccessibleName(_("Channel"))
        box.addItem(_("All channels"), "")
        for channel in channels:
            box.addItem(channel_name(channel), channel)
        box.activated.connect(lambda _place: self._narrow(str(box.currentData())))
        return box

    def _narrow(self, channel: str) -> None:
        self._channel = channel
        self._asking.ask(self._begin)

    async def _begin(self) -> None:
        self._older = None
        found = await ask.timeline(self._core.store, self._card.id, limit=_PAGE, channel=self._channel)
        self.list.clear()
        self._add(found.lines, found.older_than)
        self.list.setCurrentRow(0)
        self._nothing.setVisible(not found.lines)

    def _go_on(self, value: int) -> None:
        bar = self.list.verticalScrollBar()
        near_end = value >= bar.maximum() - bar.pageStep()
        if near_end and self._older is not None and self._asking.is_idle:
            self._asking.ask(self._read_on)

    async def _read_on(self) -> None:
        found = await ask.timeline(
            self._core.store, self._card.id, older_than=self._older, limit=_PAGE, channel=self._channel
        )
        self._add(found.lines, found.older_than)

    def _add(self, lines: tuple[TimelineLine, ...], older: MessageId | None) -> None:
        self._older = older
        for line in lines:
            item = QListWidgetItem(", ".join(filter(None, (at(line.said_at), line.title, words_of(self._theme, line)))))
            item.setData(_LINE, line)
            self.list.addItem(item)

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen = item.data(_LINE)
        self.accept()


class _Painter(QStyledItemDelegate):
    """Where it was said, what, below it under which title, and when at the end."""

    def __init__(self, theme: Theme, parent: QObject, card: Card) -> None:
        super().__init__(parent)
        self._theme = theme
        self._names = {card.name, card.given_name}
        self._handles = {one.id: one.handle for one in card.handles} if len(card.handles) > 1 else {}

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, self._theme.scaled(_HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        line: TimelineLine = index.data(_LINE)
        where = QRectF(option.rect).adjusted(0, 1, -4, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_ground(painter, where, self._theme, option.state)
        side = float(self._theme.scaled(20))
        inside = where.adjusted(12, 4, -12, -4)
        draw_badge(
            painter, QRectF(inside.left(), inside.center().y() - side / 2, side, side), line.channel, None, line.kind
        )
        self._draw_texts(painter, inside.adjusted(side + 12, 0, 0, 0), line)
        painter.restore()

    def _draw_texts(self, painter: QPainter, inside: QRectF, line: TimelineLine) -> None:
        meta, body = self._theme.font(fonts.META), self._theme.font(fonts.BODY, fonts.MEDIUM)
        when = at(line.said_at)
        room = inside.width() - fonts.metrics(meta).horizontalAdvance(when) - 16
        upper = QRectF(inside.left(), inside.top(), inside.width(), inside.height() / 2)
        lower = upper.translated(0, inside.height() / 2)
        painter.setFont(body)
        painter.setPen(self._theme.colour("text3" if line.deleted else "text"))
        painter.drawText(upper, _MIDDLE, fonts.elide(words_of(self._theme, line), body, room))
        painter.setFont(meta)
        painter.setPen(self._theme.colour("text3"))
        painter.drawText(upper, _RIGHT, when)
        painter.drawText(lower, _MIDDLE, fonts.elide(self._about(line), meta, inside.width()))

    def _about(self, line: TimelineLine) -> str:
        """What kind of place, under which title, by which of several handles."""
        title = "" if line.title in self._names else line.title
        gone = _("deleted") if line.deleted else ""
        return " · ".join(filter(None, (kind_name(line.kind), title, self._handles.get(line.handle, ""), gone)))
