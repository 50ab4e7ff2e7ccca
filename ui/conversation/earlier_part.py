"""The way to earlier messages, at the top of a thread that was not read whole."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inbox_app.i18n import _
from ui.theme.theme import Theme
from ui.theme.widgets import PushButton


class EarlierPart(QWidget):
    """A button that asks for them once."""

    asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName(_("Earlier messages"))
        self._button = PushButton(theme, _("Load earlier messages"))
        self._button.clicked.connect(self._ask)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 12)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignCenter)

    def fit(self, width: int) -> int:
        """Lay out at a width and return the height."""
        return self.sizeHint().height()

    def _ask(self) -> None:
        self._button.setEnabled(False)
        self.asked.emit()
