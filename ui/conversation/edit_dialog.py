"""Writes a sent message of ours anew, within what its channel takes. Ctrl+Enter keeps it."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QWidget

from inbox_app.contract.limits import Limits
from inbox_app.i18n import _
from ui.composer.ring import CountRing
from ui.composer.text_field import TextField
from ui.ctrl_enter import CtrlEnter
from ui.theme import fonts
from ui.theme.paper import paper
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import Label, PushButton


class EditDialog(QDialog):
    """`text` is what was decided, once it was accepted."""

    def __init__(self, theme: Theme, parent: QWidget, text: str, limits: Limits) -> None:
        super().__init__(parent)
        self._before, self._limits = text.strip(), limits
        self.setWindowTitle(_("Edit the message"))
        self.resize(520, 280)
        self.field = TextField(theme)
        self.field.fill_room()
        self.field.setAccessibleName(_("New text of the message"))
        self.field.setPlainText(text)
        self.field.moveCursor(self.field.textCursor().MoveOperation.End)
        self.ring = CountRing(theme)
        self.problem = Label(theme, size=fonts.META, tone="red").wrapping()
        self.problem.hide()
        self.keep = PushButton(theme, _("Change it"), "primary")
        self.keep.setToolTip("Ctrl+Enter")
        self.keep.clicked.connect(self.accept)
        about = _("It is changed on the service. What it said before stays here, with the time of the change.")
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(Label(theme, about, size=fonts.META, tone="meta").wrapping(), 1)
        foot.addWidget(self.ring)
        foot.addWidget(self.keep)
        column = titled_column(theme, self)
        column.addWidget(paper(self.field), 1)
        column.addWidget(self.problem)
        column.addLayout(foot)
        self.field.textChanged.connect(self._settle)
        CtrlEnter(self.field, self.accept)
        self._settle()
        self.field.setFocus()

    @property
    def text(self) -> str:
        """What it says."""
        return self.field.toPlainText().strip()

    def accept(self) -> None:
        """What is empty, too long or the same is no edit."""
        if self.keep.isEnabled():
            super().accept()

    def _settle(self) -> None:
        self.ring.count(self.text, self._limits)
        fits = bool(self.text) and self._limits.allows_text(self.text)
        self.keep.setEnabled(fits and self.text != self._before)
