"""When the tour is given: at the first look at the practice room, until it was closed once; and whenever asked for."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, QSettings, QTimer
from PySide6.QtWidgets import QWidget

from ui.inbox.conversation_list import ConversationList
from ui.theme.theme import Theme
from ui.tour import Sights, Tour, hints
from ui.workplace import Workplace

_CLOSED = "tour/closed"


class Touring(QObject):
    """Of one window; it remembers that the tour was closed."""

    def __init__(self, theme: Theme, kept: QSettings | None, parent: QObject) -> None:
        super().__init__(parent)
        self._theme, self._kept = theme, kept
        self._waits: Workplace | None = None
        self.tour: Tour | None = None

    def offer(self, workplace: Workplace) -> None:
        """Begin as soon as there is something to see, unless it was closed before."""
        if self._kept is not None and not self._kept.value(_CLOSED, False, bool):
            self._waits = workplace
            workplace.painted.connect(self._begin_if_filled)

    def begin(self, workplace: Workplace) -> None:
        """Begin, or begin anew."""
        if self.tour is not None:
            self.tour.end()
        self.tour = Tour(self._theme, workplace, hints(_sights(workplace)))
        self.tour.ended.connect(self._end)
        # The messages give room to the composer as soon as the conversation is there.
        workplace.thread_view.installEventFilter(self.tour)
        self.tour.go_on()

    def leave(self) -> None:
        """The workspace is left, and the tour with it."""
        self._waits = self.tour = None

    def _begin_if_filled(self) -> None:
        workplace = self._waits
        if workplace is not None and workplace.bridge.ids:
            self._waits = None
            # Once the rows have their places.
            QTimer.singleShot(0, workplace, lambda: self.begin(workplace))

    def _end(self) -> None:
        tour, self.tour = self.tour, None
        if tour is not None:
            if tour.was_seen and self._kept is not None:
                self._kept.setValue(_CLOSED, True)
            tour.deleteLater()


def _sights(workplace: Workplace) -> Sights:
    view = workplace.thread_view

    def open_one() -> None:
        if workplace.bridge.opened is None and workplace.list.view.isVisibleTo(workplace):
            workplace.list.step(1)

    return Sights(
        over=workplace,
        sidebar=workplace.sidebar.lines,
        first_row=lambda: first_row(workplace.list, workplace),
        header=view.header,
        messages=view,
        composer=workplace.composer,
        undo_seconds=workplace.undo_seconds,
        open_one=open_one,
    )


def first_row(listing: ConversationList, over: QWidget) -> QRect | None:
    """The first conversation in sight."""
    view = listing.view
    if not view.isVisibleTo(over) or not view.model().rowCount():
        return None
    row = view.visualRect(view.model().index(max(view.rowAt(0), 0), 0)) & view.viewport().rect()
    return QRect(view.viewport().mapTo(over, row.topLeft()), row.size()) if not row.isEmpty() else None
