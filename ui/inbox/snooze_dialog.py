"""Until when conversations are put off: a moment in words, with what they mean shown while one types, or a preset."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QCheckBox, QDialog, QVBoxLayout, QWidget

from inbox_app.domain.when import parse_when
from inbox_app.i18n import _
from ui.choices import Choice, Choices
from ui.theme.moments import in_full
from ui.theme.theme import Theme

_PRESETS = ("in 3 hours", "tonight", "tomorrow", "monday", "in 1 week")


class SnoozeDialog(QDialog):
    """`until` is the moment that was chosen; None when the person gave up."""

    def __init__(self, theme: Theme, parent: QWidget, now: datetime) -> None:
        super().__init__(parent)
        self._now = now
        self.until: datetime | None = None
        self.setWindowTitle(_("Snooze until…"))
        self.resize(480, 380)
        self.choices = Choices(
            theme,
            _("Until when"),
            _("“in 3 days”, “fri 9”, “domani alle 9”…"),
            _("That is no moment to come. Write “in 3 days”, “fri 9” or “domani alle 9”."),
        )
        self.regardless = QCheckBox(_("Stay away even when something new arrives"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.choices, 1)
        column.addWidget(self.regardless)
        self.choices.typed.connect(self._understand)
        self.choices.chosen.connect(self._choose)
        self._understand("")
        self.choices.setFocus()

    def _understand(self, words: str) -> None:
        if words.strip():
            moment = parse_when(words, self._now)
            self.choices.offer([] if moment is None or moment <= self._now else [Choice(moment, in_full(moment))])
            return
        names = {
            "in 3 hours": _("In three hours"),
            "tonight": _("This evening"),
            "tomorrow": _("Tomorrow morning"),
            "monday": _("On Monday morning"),
            "in 1 week": _("In a week"),
        }
        moments = [(preset, parse_when(preset, self._now)) for preset in _PRESETS]
        self.choices.offer(
            Choice(moment, names[preset], in_full(moment))
            for preset, moment in moments
            if moment is not None and moment > self._now
        )

    def _choose(self, moment: object) -> None:
        self.until = moment if isinstance(moment, datetime) else None
        self.accept()
