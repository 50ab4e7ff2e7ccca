"""The reminders of the conversation on screen and of who speaks in it, below the member panel."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from inbox_app.domain.reminders import ReminderRow
from inbox_app.i18n import _
from ui.reminders.cards import ReminderCards
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.widgets import Label, rule

_MOST = 3


class RemindersBeside(QWidget):
    """Hidden while there are none."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName(_("Reminders here"))
        self.cards = ReminderCards(theme, with_links=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 0, 16, 16)
        column.setSpacing(8)
        column.addWidget(rule())
        column.addWidget(Label(theme, _("Reminders"), weight=fonts.BOLD))
        column.addWidget(self.cards)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def show_rows(self, rows: Sequence[ReminderRow]) -> None:
        """List the next ones."""
        self.cards.show_rows(rows[:_MOST])
        self.setVisible(bool(rows))
