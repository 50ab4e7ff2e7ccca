"""A quiet bar with a sentence, and the one that says what went wrong; both are there before any workspace is."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from inbox_app.i18n import _
from ui.theme.announcing import announce
from ui.theme.signs import Sign
from ui.theme.theme import Theme
from ui.theme.widgets import Label, ToolButton


class Bar(QFrame):
    """A sentence, and something to press."""

    def __init__(self, theme: Theme, *buttons: QWidget) -> None:
        super().__init__()
        self.setProperty("bar", True)
        self.words = Label(theme).eliding()
        row = self.row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 12, 6)
        row.setSpacing(10)
        row.addWidget(self.words, 1)
        for button in buttons:
            row.addWidget(button)
        self.hide()


class Trouble(Bar):
    """What went wrong, until it is put away."""

    def __init__(self, theme: Theme) -> None:
        away = ToolButton(theme, "x", _("Put this away"))
        super().__init__(theme, away)
        self.row.insertWidget(0, Sign(theme, "warning-circle", "red", 18))
        away.clicked.connect(self.hide)
        self.setAccessibleName(_("What went wrong"))

    def say(self, sentence: str) -> None:
        """Show a sentence."""
        self.words.say(sentence)
        self.show()
        announce(self, sentence, urgent=True)
