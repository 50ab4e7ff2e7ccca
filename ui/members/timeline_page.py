"""All that happened with one member, on every channel in one line of time; each line leads to its message."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from inbox_app.domain.changes import Changes
from inbox_app.domain.encounters import encounter_name
from inbox_app.domain.ids import MessageId
from inbox_app.domain.inbox import NoteRow
from inbox_app.domain.people import Activities, Activity, Card, TimelineLine
from inbox_app.domain.people_words import activity_name
from inbox_app.i18n import _
from inbox_app.queries import members as ask
from ui.asking import Asking
from ui.bridge import GATHER
from ui.conversation.note_part import note_author
from ui.core import Core
from ui.inbox.row_text import kind_name
from ui.members.said import words_of
from ui.tasks import Tasks
from ui.theme import fonts, icons
from ui.theme.channels import channel_name, draw_badge
from ui.theme.moments import at, short_date
from ui.theme.painting import draw_ground
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import ChoiceBox, Label, PushButton

_PAGE = 100
_LINE = Qt.ItemDataRole.UserRole
_HEIGHT = 50
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class TimelinePage(QDialog):
    """`chosen` is the line to open; None when it was only read. It grows as it is scrolled."""

    met_asked = Signal()
    """An encounter is to be written down."""
    note_asked = Signal(object, QPoint)
    """A `NoteRow` was chosen, and where its menu belongs."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, parent: QWidget, card: Card) -> None:
        super().__init__(parent)
        self._core, self._theme, self._card = core, theme, card
        self.chosen: TimelineLine | None = None
        self._older: MessageId | None = None
        self._channel = ""
        self._only: Activity | None = None
        self._at_note = False
        self._asking = Asking(tasks, "timeline")
        self.setWindowTitle(_("Timeline of {name}").format(name=card.name))
        self.resize(720, 600)
        self.list = self._lines(theme)
        self._nothing = Label(theme, tone="second")
        self._nothing.hide()
        self.met = PushButton(theme, _("Write down an encounter…"))
        self.met.setAutoDefault(False)
        self.met.clicked.connect(self.met_asked)
        self.kinds, self.channels = self._kinds(theme), self._channels(theme, card)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.kinds)
        head.addWidget(self.channels)
        head.addStretch(1)
        head.addWidget(self.met)
        column = titled_column(theme, self)
        column.addLayout(head)
        column.addWidget(self._nothing)
        column.addWidget(self.list, 1)
        self.list.setFocus()
        self._asking.ask(self._begin)
        self._unsubscribe = core.bus.subscribe(self._hear, loop=asyncio.get_running_loop(), gather=GATHER)

    @property
    def is_settled(self) -> bool:
        """Whether all that was asked for is here."""
        return self._asking.is_idle

    def done(self, result: int) -> None:
        """Closed, it asks nothing more."""
        self._unsubscribe()
        self._asking.forget()
        super().done(result)

    async def after(self, deed: Awaitable[None]) -> None:
        """Offer a note once: where one click activates, both say so."""
        try:
            await deed
        finally:
            self._at_note = False

    def _hear(self, changes: Changes) -> None:
        """What was noted or taken back is seen, and the place that was read is kept."""
        if changes.everything or "members" in changes.topics:
            self._asking.ask(self._look_again)

    def _lines(self, theme: Theme) -> QListWidget:
        lines = QListWidget()
        lines.setAccessibleName(_("Timeline of {name}").format(name=self._card.name))
        lines.setFrameShape(QFrame.Shape.NoFrame)
        lines.setMouseTracking(True)
        lines.setUniformItemSizes(True)
        lines.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        lines.setItemDelegate(_Painter(theme, lines, self._card))
        lines.itemActivated.connect(self._choose)
        lines.itemClicked.connect(self._choose)
        lines.verticalScrollBar().valueChanged.connect(self._go_on)
        return lines

    def _kinds(self, theme: Theme) -> ChoiceBox:
        box = ChoiceBox(theme)
        box.setAccessibleName(_("What is shown"))
        for only in (None, *Activity):
            box.addItem(activity_name(only), only)
        box.activated.connect(lambda _place: self._narrow())
        return box

    def _channels(self, theme: Theme, card: Card) -> ChoiceBox:
        box = ChoiceBox(theme)
        box.setAccessibleName(_("Channel"))
        box.addItem(_("All channels"), "")
        for channel in dict.fromkeys(one.channel for one in card.handles):
            box.addItem(channel_name(channel), channel)
        box.activated.connect(lambda _place: self._narrow())
        if box.count() == 2:
            box.hide()
        return box

    def _narrow(self) -> None:
        wanted = self.kinds.currentData()
        self._only = None if wanted is None else Activity(wanted)
        self._channel = str(self.channels.currentData())
        # Notes are on no channel.
        self.channels.setEnabled(self._only is not Activity.NOTED)
        self._asking.ask(self._begin)

    async def _page(self, older: MessageId | None, limit: int = _PAGE) -> Activities:
        store, whose = self._core.store, self._card.id
        return await ask.timeline(store, whose, only=self._only, channel=self._channel, older_than=older, limit=limit)

    async def _begin(self) -> None:
        self._older = None
        self._show(await self._page(None), 0, 0)

    async def _look_again(self) -> None:
        found = await self._page(None, max(self.list.count() + 1, _PAGE))
        self._show(found, self.list.currentRow(), self.list.verticalScrollBar().value())

    def _show(self, found: Activities, row: int, place: int) -> None:
        self.list.clear()
        self._add(found)
        self.list.setCurrentRow(min(row, self.list.count() - 1))
        self.list.verticalScrollBar().setValue(place)
        is_whole = self._only is None and not self._channel
        self._nothing.say(_("Nothing was said to us yet.") if is_whole else _("There is nothing of this kind."))
        self._nothing.setVisible(not found.lines)

    def _go_on(self, value: int) -> None:
        bar = self.list.verticalScrollBar()
        near_end = value >= bar.maximum() - bar.pageStep()
        if near_end and self._older is not None and self._asking.is_idle:
            self._asking.ask(self._read_on)

    async def _read_on(self) -> None:
        self._add(await self._page(self._older))

    def _add(self, found: Activities) -> None:
        self._older = found.older_than
        for line in found.lines:
            item = QListWidgetItem(", ".join(filter(None, (_when(line), _title(line), words_of(self._theme, line)))))
            item.setData(_LINE, line)
            self.list.addItem(item)

    def _choose(self, item: QListWidgetItem) -> None:
        line: TimelineLine | NoteRow = item.data(_LINE)
        if isinstance(line, TimelineLine):
            self.chosen = line
            self.accept()
        elif not self._at_note:
            self._at_note = True
            here = self.list.visualItemRect(item).bottomLeft()
            self.note_asked.emit(line, self.list.viewport().mapToGlobal(here))


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
        line: TimelineLine | NoteRow = index.data(_LINE)
        where = QRectF(option.rect).adjusted(0, 1, -4, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_ground(painter, where, self._theme, option.state)
        side = float(self._theme.scaled(20))
        inside = where.adjusted(12, 4, -12, -4)
        mark = QRectF(inside.left(), inside.center().y() - side / 2, side, side)
        if isinstance(line, NoteRow):
            icons.draw(painter, mark, "handshake" if line.met else "note", self._theme.colour("warn"))
        else:
            draw_badge(painter, mark, line.channel, None, line.kind)
        self._draw_texts(painter, inside.adjusted(side + 12, 0, 0, 0), line)
        painter.restore()

    def _draw_texts(self, painter: QPainter, inside: QRectF, line: TimelineLine | NoteRow) -> None:
        meta, body = self._theme.font(fonts.META), self._theme.font(fonts.BODY, fonts.MEDIUM)
        when, is_gone = _when(line), isinstance(line, TimelineLine) and line.deleted
        room = inside.width() - fonts.metrics(meta).horizontalAdvance(when) - 16
        upper = QRectF(inside.left(), inside.top(), inside.width(), inside.height() / 2)
        lower = upper.translated(0, inside.height() / 2)
        painter.setFont(body)
        painter.setPen(self._theme.colour("text3" if is_gone else "text"))
        painter.drawText(upper, _MIDDLE, fonts.elide(words_of(self._theme, line), body, room))
        painter.setFont(meta)
        painter.setPen(self._theme.colour("text3"))
        painter.drawText(upper, _RIGHT, when)
        painter.drawText(lower, _MIDDLE, fonts.elide(self._about(line), meta, inside.width()))

    def _about(self, line: TimelineLine | NoteRow) -> str:
        """What kind of place, under which title, by which of several handles; of a note what it tells and by whom."""
        if isinstance(line, NoteRow):
            return " · ".join((_title(line), note_author(line)))
        title = "" if line.title in self._names else line.title
        gone = _("deleted") if line.deleted else ""
        by = _("Our answer") if line.ours else self._handles.get(line.handle, "")
        return " · ".join(filter(None, (kind_name(line.kind), title, by, gone)))


def _when(line: TimelineLine | NoteRow) -> str:
    """The day and the hour; of an encounter the day alone, which is all that was written down."""
    if isinstance(line, NoteRow):
        return short_date(line.met.at) if line.met else at(line.made_at)
    return at(line.said_at)


def _title(line: TimelineLine | NoteRow) -> str:
    if isinstance(line, NoteRow):
        return encounter_name(line.met.how) if line.met else _("Note")
    return line.title
