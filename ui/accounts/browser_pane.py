"""What the dialog shows while the person is in the browser: what to do there, and the way to that page once more."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inbox_app.i18n import _
from ui.theme.theme import Theme
from ui.theme.widgets import Label, PushButton


class BrowserPane(QWidget):
    """A sentence, and two buttons for when the page did not open by itself."""

    def __init__(self, theme: Theme, text: str, url: str) -> None:
        super().__init__()
        self.url = url
        self.text = Label(theme, text).wrapping()
        self.open_again = PushButton(theme, _("Open the page again"), "plain")
        self.copy_address = PushButton(theme, _("Copy its address"), "plain")
        self.open_again.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(url)))
        self.copy_address.clicked.connect(lambda: QGuiApplication.clipboard().setText(url))
        buttons = QHBoxLayout()
        buttons.addWidget(self.open_again)
        buttons.addWidget(self.copy_address)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setAlignment(Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.text)
        column.addLayout(buttons)
