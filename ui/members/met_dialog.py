"""An encounter away from every channel, written down or told otherwise: how, on which day, and what about in a line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from PySide6.QtWidgets import QDialog, QFormLayout, QLineEdit, QWidget

from inbox_app.domain.days_gone import day_gone
from inbox_app.domain.encounters import Encounter, Met, encounter_name, on_day
from inbox_app.domain.inbox import NoteRow
from inbox_app.domain.people import LONGEST_NOTE
from inbox_app.i18n import _
from inbox_app.queries.members import EarlierNote
from inbox_app.settings import local_zone
from ui.members.note_dialog import said_before
from ui.theme import fonts
from ui.theme.forms import add_field
from ui.theme.theme import Theme
from ui.theme.titled import foot, titled_column
from ui.theme.widgets import ChoiceBox, Label, PushButton


class MetDialog(QDialog):
    """`met` and `text` are what was decided, once it was accepted; with a `note` they are what it tells now."""

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        name: str,
        *,
        note: NoteRow | None = None,
        earlier: Sequence[EarlierNote] = (),
    ) -> None:
        super().__init__(parent)
        self._now = datetime.now(local_zone())
        self._was = note.met if note else None
        self.setWindowTitle(_("Change the encounter") if note else _("An encounter with {name}").format(name=name))
        self.resize(480, 300)
        self.how = ChoiceBox(theme)
        for one in Encounter:
            self.how.addItem(encounter_name(one), one)
        self.how.setCurrentIndex(max(0, self.how.findData(self._was.how if self._was else None)))
        self.day, self.field = QLineEdit(self._first_day().isoformat()), QLineEdit(note.text if note else "")
        self.field.setMaxLength(LONGEST_NOTE)
        self.field.setPlaceholderText(_("For you and your colleagues. It can never be sent."))
        form = QFormLayout()
        for label, widget in ((_("How"), self.how), (_("Day"), self.day), (_("What about"), self.field)):
            widget.setAccessibleName(label)
            widget.setFont(theme.font(fonts.BODY))
            add_field(form, label, widget)
        self.problem = Label(theme, size=fonts.META, tone="red").wrapping()
        self.keep = PushButton(theme, _("Keep the encounter") if note else _("Write it down"), "primary")
        self.keep.clicked.connect(self.accept)
        column = titled_column(theme, self)
        column.addLayout(form)
        for said in said_before(theme, earlier):
            column.addWidget(said)
        column.addWidget(self.problem)
        column.addStretch(1)
        column.addLayout(foot(theme, self, self.keep))
        for line in (self.day, self.field):
            line.textChanged.connect(self._settle)
        self.day.editingFinished.connect(self._write_out)
        self._settle()
        self.field.setFocus()

    @property
    def text(self) -> str:
        """What it was about."""
        return self.field.text().strip()

    @property
    def met(self) -> Met | None:
        """How and when, to the moment where the day is as it was; None where no day is written, or one to come."""
        day = day_gone(self.day.text(), self._now.date())
        if day is None:
            return None
        how = Encounter(self.how.currentData())
        if self._was and day == self._first_day():
            return Met(how, self._was.at)
        return Met(how, on_day(day, self._now)) if day <= self._now.date() else None

    def accept(self) -> None:
        """Only what is complete."""
        if self.keep.isEnabled():
            super().accept()

    def _first_day(self) -> date:
        return (self._was.at.astimezone(self._now.tzinfo) if self._was else self._now).date()

    def _write_out(self) -> None:
        """Which day the words mean stands there once they are written."""
        if (day := day_gone(self.day.text(), self._now.date())) is not None:
            self.day.setText(day.isoformat())

    def _settle(self) -> None:
        told = _("A day is written like {today}, and none is still to come.")
        self.problem.say("" if self.met else told.format(today=self._now.date().isoformat()))
        self.keep.setEnabled(bool(self.text) and self.met is not None)
