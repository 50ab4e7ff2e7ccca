"""All that happened with one member, on every channel in one line of time; each line leads to its message."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QListWidget, QListWidgetItem, QWidget

from inbox_app.domain.changes import Changes
from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.domain.inbox import NoteRow
from inbox_app.domain.people import Activities, Activity, AnyLine, Card, Leading
from inbox_app.domain.people_words import activity_name
from inbox_app.i18n import _
from inbox_app.queries import members as ask
from ui.asking import Asking
from ui.bridge import GATHER
from ui.core import Core
from ui.members.said import words_of
from ui.members.timeline_line import LINE, LinePainter, title_of, when_of
from ui.tasks import Tasks
from ui.theme.channels import channel_name
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import ChoiceBox, Label, PushButton

_PAGE = 100


class TimelinePage(QDialog):
    """`chosen` is the line to open; None when it was only read. It grows as it is scrolled."""

    met_asked = Signal()
    """An encounter is to be written down."""
    note_asked = Signal(object, QPoint)
    """A `NoteRow` was chosen, and where its menu belongs."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, parent: QWidget, card: Card) -> None:
        super().__init__(parent)
        self._core, self._theme, self._card = core, theme, card
        self.chosen: Leading | None = None
        self._older: MessageId | None = None
        self._channel = ""
        self._only: Activity | None = None
        self._at_note = False
        self._conversations = set[ConversationId]()
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
        """What was noted, decided or taken back is seen, and the place that was read is kept."""
        known = changes.everything or "members" in changes.topics or bool(changes.reminders)
        if known or not self._conversations.isdisjoint(changes.conversations):
            self._asking.ask(self._look_again)

    def _lines(self, theme: Theme) -> QListWidget:
        lines = QListWidget()
        lines.setAccessibleName(_("Timeline of {name}").format(name=self._card.name))
        lines.setFrameShape(QFrame.Shape.NoFrame)
        lines.setMouseTracking(True)
        lines.setUniformItemSizes(True)
        lines.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        lines.setItemDelegate(LinePainter(theme, lines, self._card))
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
        core, whose = self._core, self._card.id
        narrowed = partial(ask.timeline, core.store, core.me, whose, only=self._only, channel=self._channel)
        return await narrowed(older_than=older, limit=limit)

    async def _begin(self) -> None:
        self._older = None
        self._conversations.clear()
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
            item = QListWidgetItem(
                ", ".join(filter(None, (when_of(line), title_of(line), words_of(self._theme, line))))
            )
            item.setData(LINE, line)
            if line.conversation is not None:
                self._conversations.add(line.conversation)
            self.list.addItem(item)

    def _choose(self, item: QListWidgetItem) -> None:
        line: AnyLine = item.data(LINE)
        if not isinstance(line, NoteRow):
            self._open(line)
        elif not self._at_note:
            self._at_note = True
            here = self.list.visualItemRect(item).bottomLeft()
            self.note_asked.emit(line, self.list.viewport().mapToGlobal(here))

    def _open(self, line: Leading) -> None:
        """Only what leads somewhere: a reminder on the member alone does not."""
        if line.conversation is not None:
            self.chosen = line
            self.accept()
