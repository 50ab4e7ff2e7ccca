"""The channels one can connect, to choose from."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from inbox_app.contract.manifest import Manifest
from inbox_app.i18n import _
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.widgets import Badge, Label, PushButton


class ChannelList(QWidget):
    """A button for each channel that is offered."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, channels: Iterable[Manifest]) -> None:
        super().__init__()
        self.buttons: dict[str, QPushButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Label(theme, _("Which channel?"), size=fonts.MESSAGE, weight=fonts.BOLD))
        for manifest in channels:
            line = QHBoxLayout()
            button = PushButton(theme, manifest.name, "choice")
            button.clicked.connect(lambda _on=False, key=manifest.key: self.chosen.emit(key))
            self.buttons[manifest.key] = button
            line.addWidget(Badge(manifest.key, 22))
            line.addWidget(button, 1)
            column.addLayout(line)
        column.addStretch()

    def focus(self) -> None:
        """Begin at the first channel."""
        for button in list(self.buttons.values())[:1]:
            button.setFocus()
