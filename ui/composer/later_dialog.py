"""When a reply shall leave: a moment in words, in English or Italian, with the date it means shown while one types."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from PySide6.QtWidgets import QDialog, QWidget

from inbox_app.domain.when import moments
from inbox_app.i18n import _
from ui.choices import Choice, Choices
from ui.theme import fonts
from ui.theme.moments import at, in_full
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import Label

_PRESETS: Final = ("in 1 hour", "tonight", "tomorrow 9", "monday 9")


class LaterDialog(QDialog):
    """`chosen` is the moment; None when the person gave up."""

    def __init__(self, theme: Theme, parent: QWidget, now: datetime) -> None:
        super().__init__(parent)
        self._now = now
        self.chosen: datetime | None = None
        self.setWindowTitle(_("Send later"))
        self.resize(460, 340)
        self.choices = Choices(
            theme,
            _("When to send"),
            _("“in 3 days”, “fri 9”, “domani alle 9”…"),
            _("That is no moment to come. Write “in 3 days”, “fri 9” or “domani alle 9”."),
        )
        about = _("It leaves then while Portavoce is open, else at its next start. Until then it can be taken back.")
        column = titled_column(theme, self)
        column.addWidget(self.choices, 1)
        column.addWidget(Label(theme, about, size=fonts.META, tone="meta").wrapping())
        self.choices.typed.connect(self._understand)
        self.choices.chosen.connect(self._choose)
        self._understand("")
        self.choices.setFocus()

    def _understand(self, words: str) -> None:
        wanted = [words] if words.strip() else list(_PRESETS)
        self.choices.offer(
            Choice(moment, at(moment, self._now), in_full(moment), "clock")
            for one in wanted
            for moment in moments(one, self._now)
            if moment > self._now
        )

    def _choose(self, moment: object) -> None:
        if isinstance(moment, datetime):
            self.chosen = moment
            self.accept()
