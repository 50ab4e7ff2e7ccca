"""Asks for a few words in one line: why something is reported, which words a rule looks for. Enter goes on."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from ui import dialogs
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.titled import foot, titled_column
from ui.theme.widgets import Label, PushButton

_WIDTH = 440


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked: the title, a sentence that says what becomes of the words, and what going on is called."""

    title: str
    sentence: str
    deed: str
    may_be_empty: bool = False


class LineDialog(QDialog):
    """`words` is what was typed, once it was accepted."""

    def __init__(self, theme: Theme, parent: QWidget, wanted: Wanted) -> None:
        super().__init__(parent)
        self._may_be_empty = wanted.may_be_empty
        self.setWindowTitle(wanted.title)
        self.setMinimumWidth(theme.scaled(_WIDTH))
        self.field = QLineEdit()
        self.field.setAccessibleName(wanted.title)
        self.field.setFont(theme.font(fonts.BODY))
        self.problem = Label(theme, size=fonts.META, tone="red").wrapping()
        self.problem.hide()
        self.go = PushButton(theme, wanted.deed, "primary")
        self.go.clicked.connect(self.accept)
        column = titled_column(theme, self)
        column.addWidget(Label(theme, wanted.sentence, tone="second").wrapping())
        column.addWidget(self.field)
        column.addWidget(self.problem)
        column.addLayout(foot(theme, self, self.go))
        self.field.textChanged.connect(self._settle)
        self._settle()
        self.field.setFocus()

    @property
    def words(self) -> str:
        """What was typed, without what surrounds it."""
        return self.field.text().strip()

    def _settle(self) -> None:
        self.go.setEnabled(self._may_be_empty or bool(self.words))


async def ask_words(theme: Theme, parent: QWidget, wanted: Wanted) -> str | None:
    """The words; None when the person gave up."""
    dialog = LineDialog(theme, parent, wanted)
    return dialog.words if await dialogs.ask(dialog) else None
