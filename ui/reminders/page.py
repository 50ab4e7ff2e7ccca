"""All reminders of a person: those that are due, and the others with the time that is left."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QWidget

from inbox_app.domain.reminders import ReminderRow
from inbox_app.i18n import _
from ui.foremost import hear_undo
from ui.inbox.list_state import ListState, Mood
from ui.inbox.state_pane import StatePane
from ui.reminders.cards import ReminderCards
from ui.theme.scrolling import scrolling
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import ToolButton

_MINUTE_MS = 60_000


class RemindersPage(QDialog):
    """Follows the reminders while it is open.

    `calendar_asked` asks to write them to a calendar file, `undo_asked` to take back what was decided last.
    """

    calendar_asked = Signal()
    undo_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Reminders"))
        self.resize(640, 520)
        self.cards = ReminderCards(theme)
        self._rows: Sequence[ReminderRow] = ()
        self._nothing, self._stack = StatePane(theme), QStackedWidget()
        nothing = _("You have no reminders. Press S on a conversation to set one.")
        self._nothing.show_state(ListState(Mood.EMPTY, nothing))
        for one in (scrolling(self.cards, _("Reminders"), sideways=True), self._nothing):
            self._stack.addWidget(one)
        self.export = ToolButton(theme, "calendar-blank", _("Write a calendar file…"), "link")
        self.export.clicked.connect(self.calendar_asked)
        foot = QHBoxLayout()
        foot.addWidget(self.export)
        foot.addStretch(1)
        column = titled_column(theme, self)
        column.addWidget(self._stack, 1)
        column.addLayout(foot)
        self._clock = QTimer(self, interval=_MINUTE_MS)
        self._clock.timeout.connect(lambda: self.show_rows(self._rows))
        self._clock.start()
        hear_undo(self, self.undo_asked.emit)
        self.cards.conversation_asked.connect(lambda _wanted: self.accept())
        self.cards.member_asked.connect(lambda _wanted: self.accept())

    def show_rows(self, rows: Sequence[ReminderRow]) -> None:
        """List these."""
        self._rows = rows
        self.export.setEnabled(bool(rows))
        self._stack.setCurrentIndex(0 if rows else 1)
        self.cards.show_rows(rows)
