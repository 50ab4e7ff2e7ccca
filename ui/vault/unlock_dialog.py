"""Asking for the recovery phrase of an encrypted workspace whose key is not in the keyring."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from inbox_app.actions.unlocking import WrongPhrase, understand
from inbox_app.i18n import _
from ui import dialogs
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.titled import foot, show_all_text, titled_column
from ui.theme.widgets import Label, PushButton


class UnlockDialog(QDialog):
    """Says why it is asked, and takes the phrase."""

    def __init__(self, theme: Theme, parent: QWidget | None, name: str, why: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Unlock {name}").format(name=name))
        self.setMinimumWidth(540)
        self.why = Label(theme, why, tone="second").wrapping()
        self.typed = QLineEdit()
        self.typed.setAccessibleName(_("Recovery phrase"))
        self.typed.setPlaceholderText(_("Recovery phrase: fourteen groups of four signs"))
        self.go = PushButton(theme, _("Unlock"), "primary")
        self.go.setEnabled(False)
        self.problem = Label(theme, "", tone="second").wrapping()
        column = titled_column(theme, self)
        column.addWidget(self.why)
        column.addWidget(self.typed)
        column.addWidget(self.problem)
        hint = _("Capitals, blanks and hyphens do not matter. The key is then kept in the keyring, if there is one.")
        column.addWidget(Label(theme, hint, size=fonts.META, tone="meta").wrapping())
        column.addStretch(1)
        column.addLayout(foot(theme, self, self.go))
        self.typed.textChanged.connect(self._judge)
        self.go.clicked.connect(self.accept)
        self.typed.setFocus()
        show_all_text(self)

    def _judge(self, text: str) -> None:
        """One wrong sign is said here, where it can be mended: nobody types fourteen groups twice."""
        wrong = ""
        try:
            understand(text)
        except WrongPhrase as problem:
            wrong = problem.message
        self.problem.setText(wrong if text.strip() else "")
        self.go.setEnabled(not wrong)


async def ask_phrase(theme: Theme, parent: QWidget | None, name: str, why: str) -> str | None:
    """The phrase as it was typed, or None when the person gave up."""
    dialog = UnlockDialog(theme, parent, name, why)
    return dialog.typed.text() if await dialogs.ask(dialog) else None
