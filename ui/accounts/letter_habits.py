"""How the mails of an account are written: its signature, whether answers quote, whether formatting is sent."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from inbox_app.domain.inbox import AccountRow
from inbox_app.domain.words import Formatting, Quoting
from inbox_app.i18n import _
from ui.theme import fonts
from ui.theme.paper import paper
from ui.theme.theme import Theme
from ui.theme.titled import foot, titled_column
from ui.theme.widgets import CheckBox, Label, PushButton

_LEAST = 48
"""Two lines of a signature: the buttons stay in sight on a low screen."""


class LetterHabits(QDialog):
    """Asks; whoever opened it keeps the answers."""

    def __init__(self, theme: Theme, row: AccountRow, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Mails of {handle}").format(handle=row.handle))
        self.resize(520, 320)
        self.signature_field = QPlainTextEdit(row.signature)
        self.signature_field.setAccessibleName(_("Signature"))
        self.signature_field.setTabChangesFocus(True)
        self.signature_field.setMinimumHeight(theme.scaled(_LEAST))
        self.quotes = CheckBox(_("Quote what is answered below the answer"))
        self.quotes.setChecked(row.quoting is Quoting.BELOW)
        self.formats = CheckBox(_("Send formatting such as **bold**, lists and links"))
        self.formats.setToolTip(_("As HTML beside the plain text, where something is formatted"))
        self.formats.setChecked(row.formatting is Formatting.AUTO)
        self.tells_read = CheckBox(_("Tell the mail server what is read here"))
        self.tells_read.setToolTip(_("Then other mail programs show it as read too"))
        self.tells_read.setChecked(row.tells_read)
        self.problem = Label(theme, size=fonts.META, tone="red").wrapping()
        self.problem.hide()
        save = PushButton(theme, _("Save"), "primary")
        save.clicked.connect(self.accept)
        column = titled_column(theme, self)
        column.setSpacing(8)
        column.addWidget(Label(theme, _("Signature"), weight=fonts.MEDIUM))
        column.addWidget(paper(self.signature_field), 1)
        hint = _("It stands below every mail of this account. **bold** and [links](https://example.org) work.")
        column.addWidget(Label(theme, hint, size=fonts.META, tone="meta").wrapping())
        column.addWidget(self.quotes)
        column.addWidget(self.formats)
        column.addWidget(self.tells_read)
        column.addWidget(self.problem)
        column.addLayout(foot(theme, self, save))

    @property
    def signature(self) -> str:
        """What stands below every mail."""
        return self.signature_field.toPlainText()

    @property
    def quoting(self) -> Quoting:
        """Whether answers quote."""
        return Quoting.BELOW if self.quotes.isChecked() else Quoting.NONE

    @property
    def formatting(self) -> Formatting:
        """Whether formatting is sent."""
        return Formatting.AUTO if self.formats.isChecked() else Formatting.PLAIN
