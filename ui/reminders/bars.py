"""Quiet bars about reminders: what is due in the conversation on screen, and a promise that was just made."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from inbox_app.domain.reminders import ReminderRow
from inbox_app.i18n import _
from inbox_app.queries.promises import Promise
from ui.commands import Does, key_text
from ui.reminders.words import left, what
from ui.theme.moments import at
from ui.theme.theme import Theme
from ui.theme.widgets import PushButton, ToolButton
from ui.trouble import Bar

_SNIPPET = 60


class DueBar(Bar):
    """What is due here, until it is dealt with."""

    done_asked = Signal(str)
    change_asked = Signal(ReminderRow)

    def __init__(self, theme: Theme) -> None:
        done, later = PushButton(theme, _("Done")), PushButton(theme, _("Later…"))
        super().__init__(theme, later, done)
        self._row: ReminderRow | None = None
        self.setAccessibleName(_("A reminder that is due"))
        done.setAccessibleName(_("The reminder is dealt with"))
        later.setAccessibleName(_("Move the reminder"))
        done.clicked.connect(self._finish)
        later.clicked.connect(self._change)

    def show_rows(self, rows: Sequence[ReminderRow]) -> None:
        """Take over the reminders of the conversation."""
        due = [row for row in rows if row.is_due]
        self._row = due[0] if due else None
        if self._row is not None:
            told = _("Reminder: {text} ({when})").format(text=what(self._row)[:_SNIPPET], when=left(self._row))
            self.words.say(told)
        self.setVisible(bool(due))

    def _finish(self) -> None:
        if self._row is not None:
            self.done_asked.emit(self._row.id)

    def _change(self) -> None:
        if self._row is not None:
            self.change_asked.emit(self._row)


class PromiseBar(Bar):
    """Offers a reminder of what was just promised; one key takes it."""

    accepted = Signal()

    def __init__(self, theme: Theme) -> None:
        keep = PushButton(theme, _("Remind me ({key})").format(key=key_text(Does.KEEP_PROMISE)))
        away = ToolButton(theme, "x", _("No reminder"))
        super().__init__(theme, keep, away)
        self.setAccessibleName(_("A promise"))
        self.promise: Promise | None = None
        keep.clicked.connect(self.accepted)
        away.clicked.connect(self.forget)

    def offer(self, promise: Promise) -> None:
        """Show it."""
        self.promise = promise
        said = _("You promised: “{text}” Reminder: {when}?")
        self.words.say(said.format(text=promise.sentence[:_SNIPPET], when=at(promise.moment)))
        self.show()

    def forget(self) -> None:
        """Put it away."""
        self.promise = None
        self.hide()
