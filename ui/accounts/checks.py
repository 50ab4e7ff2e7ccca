"""The steps of a connection's test, each appearing as it happens."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from inbox_app.contract.login import CheckState, CheckStep
from inbox_app.i18n import _
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.widgets import Label

_MARKS = {CheckState.RUNNING: "…", CheckState.PASSED: "✓", CheckState.FAILED: "✗"}
_TONES = {CheckState.RUNNING: "second", CheckState.PASSED: "green", CheckState.FAILED: "red"}


class Checks(QWidget):
    """One line a step; told by a mark and a word, never by colour alone."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._lines: dict[str, Label] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self.steps: list[CheckStep] = []

    def start_over(self) -> None:
        """Forget the last test."""
        self.steps.clear()
        for line in self._lines.values():
            line.deleteLater()
        self._lines.clear()

    def show_step(self, step: CheckStep) -> None:
        """A step runs, passed or failed."""
        self.steps.append(step)
        line = self._lines.get(step.name)
        if line is None:
            line = self._lines[step.name] = Label(self._theme, size=fonts.META).wrapping()
            self._column.addWidget(line)
        line.setProperty("tone", _TONES[step.state])
        line.style().polish(line)
        # What went wrong is said below, once and in full.
        detail = f": {step.detail}" if step.detail and step.state is not CheckState.FAILED else ""
        line.setText(f"{_MARKS[step.state]} {step.name}{detail}")
        line.setAccessibleName(f"{step.name}, {_word(step.state)}{detail}")


def _word(state: CheckState) -> str:
    return {
        CheckState.RUNNING: _("being tried"),
        CheckState.PASSED: _("passed"),
        CheckState.FAILED: _("failed"),
    }[state]
