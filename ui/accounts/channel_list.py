"""The channels one can connect, to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from inbox_app.contract.manifest import Manifest
from inbox_app.i18n import LazyText, _
from inbox_app.i18n import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.widgets import Badge, Label, PushButton

_CALLED: Final[Mapping[str, LazyText]] = {
    "feed": N_("Comment feed"),
    "folder": N_("Folder"),
    "telegram": N_("Telegram bot"),
}
"""Channels whose name is a word of the language."""


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
            button = PushButton(theme, str(_CALLED.get(manifest.key, manifest.name)), "choice")
            button.clicked.connect(lambda _on=False, key=manifest.key: self.chosen.emit(key))
            badge = Badge(theme, manifest.key, 22)
            badge.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            inside = QHBoxLayout(button)
            inside.setContentsMargins(12, 0, 12, 0)
            inside.addWidget(badge)
            inside.addStretch(1)
            self.buttons[manifest.key] = button
            column.addWidget(button)
        column.addStretch()

    def focus(self) -> None:
        """Begin at the first channel."""
        for button in list(self.buttons.values())[:1]:
            button.setFocus()
