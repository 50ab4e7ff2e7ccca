"""The dialog that hands over all that is kept of a member: how much, whose words, what is left out, where it lies."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from inbox_app.domain.people import Card
from inbox_app.domain.selection import Selection
from inbox_app.exchange.access.pack import pack_format, preview, usual_reason
from inbox_app.exchange.access.subject import Decisions, chosen_for
from inbox_app.exchange.access.words import shares_sentence
from inbox_app.exchange.exporting import Format
from inbox_app.i18n import _
from ui.core import Core
from ui.export_dialog import Choice, ExportDialog
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.theme.widgets import CheckBox


class PackDialog(ExportDialog):
    """Asks what is to be decided about words that are not the member's own."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, card: Card, parent: QWidget | None = None) -> None:
        super().__init__(core, tasks, theme, [Choice(card.name, chosen_for(card.id, Decisions()))], parent)
        self._card = card
        self.setWindowTitle(_("Everything about {name}").format(name=card.name))
        about = _("One file: pages to read, a document for programs, and the files. Make sure who asks for it.")
        self.about.setText(about)
        self.go_on.setText(_("Save…"))
        self.go_on.setAccessibleName(self.go_on.text())

    @property
    def decided(self) -> Decisions:
        """What was decided."""
        return Decisions(self.notes.isChecked(), self.reason.text(), self.redact.isChecked())

    def form_chosen(self) -> Format:
        return pack_format(self._card, self.decided)

    def chosen(self) -> Selection:
        return chosen_for(self._card.id, self.decided)

    def name_proposed(self) -> str:
        return self._card.name

    async def count(self) -> str:
        return shares_sentence(self._card.name, await preview(self._core.store, self._core.me, self._card))

    def _fill_questions(self) -> None:
        self.redact = CheckBox(_("Leave out other people's words, names and files"))
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(usual_reason())
        self.reason.setAccessibleName(_("Why the notes are withheld"))
        self.notes.say(_("With the team's notes and reminders about this person"))
        self.notes.setAccessibleName(self.notes.text())
        self.notes.toggled.connect(self.reason.setDisabled)
        rows = QFormLayout(self._questions)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        rows.addRow(self.redact)
        rows.addRow(self.notes)
        rows.addRow(_("If not, the pack says why"), self.reason)
