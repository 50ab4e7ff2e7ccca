"""The scrolling part of the conversation list: fixed heights, so that 150,000 rows cost no more than 50."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from inbox_app.domain.ids import ConversationId
from inbox_app.i18n import _
from inbox_app.settings import Density
from ui.inbox.model import ConversationModel, Index
from ui.inbox.row_painter import RowPainter
from ui.theme.theme import Theme

_SELECT = QItemSelectionModel.SelectionFlag
_MINUTE_MS = 30_000
_ROOM_FOR_TWO = 700
"""Of height: in less, rows have one line of what was said, so that enough of them are in sight."""


class ConversationView(QTableView):
    """Selects by id: current row, selected rows and scroll position survive whatever happens to the order."""

    opened = Signal(str)
    selection_changed = Signal(object)
    menu_asked = Signal(QPoint)
    """A menu of what can be done with the selected ones, at this place on the screen."""

    def __init__(self, theme: Theme, model: ConversationModel) -> None:
        super().__init__()
        self._conversations = model
        self._theme = theme
        self._painter = RowPainter(theme, self)
        self._settling = False
        self._picking = False
        self._picked_from: ConversationId | None = None
        self._fallen_from: int | None = None
        self._appear()
        self.setModel(model)
        self.setItemDelegate(self._painter)
        theme.changed.connect(self._fit_lines)
        theme.changed.connect(self._size_rows)
        theme.gallery.arrived.connect(self._see)
        self._size_rows()
        clock = QTimer(self, interval=_MINUTE_MS)
        clock.timeout.connect(self.viewport().update)
        clock.start()

    def _appear(self) -> None:
        self.setAccessibleName(_("Conversations"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.horizontalHeader().hide()
        self.horizontalHeader().setMinimumSectionSize(1)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.activated.connect(self._open)

    def show_ids(self, ids: Sequence[ConversationId]) -> None:
        """Show these ids; what is selected and in sight stays so."""
        self._exchange(ids)

    def _exchange(self, ids: Sequence[ConversationId], *, measured: bool = True) -> None:
        current, selected = self.current_id(), self.selected_ids()
        place = self.currentIndex().row()
        anchor = self._anchor()
        self._settling = True
        try:
            if not measured:
                # While there is no row: a header gives each of them its height anew, and of many that takes minutes.
                self._conversations.replace(())
                self._measure()
            self._conversations.replace(ids)
            self.executeDelayedItemsLayout()
            self._restore(current, selected, place)
            self._scroll_back(anchor)
        finally:
            self._settling = False
        self._end_picking_of_nothing()
        if self.selected_ids() != selected:
            self.selection_changed.emit(self.selected_ids())

    def current_id(self) -> ConversationId | None:
        """The conversation that keys act on."""
        place = self.currentIndex().row()
        return self._conversations.ids[place] if 0 <= place < len(self._conversations.ids) else None

    def selected_ids(self) -> tuple[ConversationId, ...]:
        """All selected conversations, in the order shown."""
        ids = self._conversations.ids
        ranges = self.selectionModel().selection().toList()
        places = sorted({place for one in ranges for place in range(one.top(), one.bottom() + 1)})
        return tuple(ids[place] for place in places if place < len(ids))

    @property
    def is_picking(self) -> bool:
        """Whether several are being picked: going on by keys and opening leaves what is picked alone."""
        return self._picking and bool(self.selected_ids())

    def pick(self) -> None:
        """Pick the current conversation, or leave it out again; the others that are picked stay so."""
        index = self.currentIndex()
        if not index.isValid():
            return
        if not self._picking:
            self._begin_picking()
        self.selectionModel().select(index, _SELECT.Toggle | _SELECT.Rows)
        self._picked_from = self.current_id()
        self._painter.picking = self.is_picking

    def pick_to(self) -> None:
        """Pick all from the one that was picked last to the current one."""
        index = self.currentIndex()
        start = self._conversations.place_of(self._picked_from) if self._picked_from else None
        if not index.isValid():
            return
        if not self._picking:
            self._begin_picking()
        first, last = sorted((index.row() if start is None else start, index.row()))
        stretch = QItemSelection(self._conversations.index(first, 0), self._conversations.index(last, 0))
        self.selectionModel().select(stretch, _SELECT.Select | _SELECT.Rows)
        self._picked_from = self.current_id()
        self._painter.picking = True

    def pick_all(self) -> None:
        """Pick everything that the list holds."""
        if self._conversations.ids:
            self._picking = self._painter.picking = True
            self.selectAll()

    def stop_picking(self) -> None:
        """Nothing is picked any more; the current one alone is selected, as ever."""
        self._picking = self._painter.picking = False
        self._picked_from = None
        index = self.currentIndex()
        if index.isValid():
            self.selectionModel().select(index, _SELECT.ClearAndSelect | _SELECT.Rows)
        else:
            self.selectionModel().clearSelection()

    def _end_picking_of_nothing(self) -> None:
        """What was picked left the list or was left out: what is selected next is selected, and not picked."""
        if not self.selected_ids():
            self._picking = self._painter.picking = False

    def _begin_picking(self) -> None:
        """The current one is selected only because it is current: it counts once it is picked."""
        if len(self.selected_ids()) < 2:
            self.selectionModel().clearSelection()
        self._picking = True

    def select(self, wanted: ConversationId) -> bool:
        """Make a conversation the current and only selected one; False where it is not in the list."""
        place = self._conversations.place_of(wanted)
        if place is not None:
            self.setCurrentIndex(self._conversations.index(place, 0))
        return place is not None

    def follow(self, shown: ConversationId) -> None:
        """Mark the conversation that is shown, telling nobody; none where the list does not hold it."""
        selected = self.selected_ids()
        if self.current_id() == shown and shown in selected:
            return
        place = self._conversations.place_of(shown)
        self._settling = True
        try:
            if place is None:
                self._let_go()
            else:
                stays = shown in selected or self.is_picking
                how = _SELECT.NoUpdate if stays else _SELECT.ClearAndSelect | _SELECT.Rows
                self.selectionModel().setCurrentIndex(self._conversations.index(place, 0), how)
        finally:
            self._settling = False
        if self.selected_ids() != selected:
            self.selection_changed.emit(self.selected_ids())

    def step(self, by: int) -> None:
        """Go on by so many rows; from a conversation that left the list, to the one that took its place."""
        count = len(self._conversations.ids)
        if not count:
            return
        place = self.currentIndex().row()
        if place >= 0:
            place += by
        elif self._fallen_from is not None:
            place = self._fallen_from + (by if by < 0 else by - 1)
        else:
            place = 0 if by > 0 else count - 1
        index = self._conversations.index(min(max(place, 0), count - 1), 0)
        how = _SELECT.NoUpdate if self.is_picking else _SELECT.ClearAndSelect | _SELECT.Rows
        self.selectionModel().setCurrentIndex(index, how)

    def step_over(self, leaving: Collection[ConversationId]) -> None:
        """Go on to the next that is none of these, which leave the list; to the one before where none follows."""
        ids, gone = self._conversations.ids, set(leaving)
        here = self.currentIndex().row()
        after, before = range(here + 1, len(ids)), range(min(here, len(ids)) - 1, -1, -1)
        place = next((one for one in chain(after, before) if ids[one] not in gone), None)
        self.step(1 if here < 0 or place is None else place - here)

    def begin_anew(self) -> None:
        """Another list comes: stepping begins at its top, wherever one was in the one before."""
        self._fallen_from = None

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if not self._settling and current.isValid():
            self._fallen_from = None
            self.opened.emit(self._conversations.ids[current.row()])

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt makes the first row current where none is; a conversation is opened by a person alone."""
        if self.currentIndex().isValid():
            super().focusInEvent(event)
            return
        self._settling = True
        try:
            super().focusInEvent(event)
            self.selectionModel().clearCurrentIndex()
        finally:
            self._settling = False

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu is about what is selected; a row that is not becomes it."""
        index = self.indexAt(event.pos()) if event.reason() is QContextMenuEvent.Reason.Mouse else self.currentIndex()
        if not index.isValid():
            return
        if not self.selectionModel().isSelected(index):
            self.setCurrentIndex(index)
        self.menu_asked.emit(self.viewport().mapToGlobal(self.visualRect(index).center()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A plain click is about one conversation, and ends the picking."""
        if event.button() is Qt.MouseButton.LeftButton and not event.modifiers():
            self._picking = self._painter.picking = False
        super().mousePressEvent(event)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        if not self._settling:
            self._end_picking_of_nothing()
            self.selection_changed.emit(self.selected_ids())

    def paintEvent(self, event: QPaintEvent) -> None:
        first = self.rowAt(0)
        last = self.rowAt(self.viewport().height() - 1)
        if first >= 0:
            self._conversations.want(first, last if last >= 0 else len(self._conversations.ids) - 1)
        super().paintEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setColumnWidth(0, self.viewport().width())
        self._fit_lines()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() and not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier and event.text().isprintable():
            event.ignore()
            return
        super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(self._conversations.ids[index.row()])

    def _see(self, _picture: str) -> None:
        self.viewport().update()

    def _fit_lines(self) -> None:
        """Two lines of what was said where there is room for them, and nobody wants them close."""
        roomy = self._theme.density is Density.COMFORTABLE and self.height() >= self._theme.scaled(_ROOM_FOR_TWO)
        if self._painter.show_lines(2 if roomy else 1):
            self._size_rows()

    def _size_rows(self) -> None:
        self._exchange(self._conversations.ids, measured=False)

    def _measure(self) -> None:
        header = self.verticalHeader()
        header.setMinimumSectionSize(self._painter.height)
        header.setDefaultSectionSize(self._painter.height)
        self.verticalScrollBar().setSingleStep(self._painter.height // 3)
        self.viewport().update()

    def _anchor(self) -> tuple[ConversationId, int] | None:
        """The first conversation in sight and how far it is scrolled; None at the top, where news shall be seen."""
        first = self.rowAt(0)
        if self.verticalScrollBar().value() <= 0 or not 0 <= first < len(self._conversations.ids):
            return None
        return self._conversations.ids[first], self.rowViewportPosition(first)

    def _scroll_back(self, anchor: tuple[ConversationId, int] | None) -> None:
        place = self._conversations.place_of(anchor[0]) if anchor else None
        if anchor and place is not None:
            self.verticalScrollBar().setValue(place * self._painter.height - anchor[1])

    def _let_go(self) -> None:
        """Nothing is current; stepping goes on from where it was."""
        place = self.currentIndex().row()
        self._fallen_from = place if place >= 0 else self._fallen_from
        self.selectionModel().clear()

    def _restore(self, current: ConversationId | None, selected: tuple[ConversationId, ...], place_before: int) -> None:
        place = self._conversations.place_of(current) if current else None
        if place is None:
            self._fallen_from = place_before if current else self._fallen_from
        else:
            self.selectionModel().setCurrentIndex(self._conversations.index(place, 0), _SELECT.NoUpdate)
        again = QItemSelection()
        for one in selected:
            if (at := self._conversations.place_of(one)) is not None:
                index = self._conversations.index(at, 0)
                again.select(index, index)
        self.selectionModel().select(again, _SELECT.ClearAndSelect | _SELECT.Rows)
