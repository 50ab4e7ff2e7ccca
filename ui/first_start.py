"""The first start: three ways in, each a sentence and one press."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from inbox_app.i18n import _
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.widgets import Label, PushButton


class FirstStart(QWidget):
    """Shown while no workspace is open."""

    practice_asked = Signal()
    connect_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("pane", "thread")
        self.practice = self._button(_("Open the practice room"))
        self.connect_channel = self._button(_("Connect a channel"))
        self.archive = self._button(_("Import an archive"))
        self.archive.setEnabled(False)
        self._progress = Label(theme, tone="second").wrapping()
        self._progress.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._lay_out()
        self.practice.clicked.connect(self.practice_asked)
        self.connect_channel.clicked.connect(self.connect_asked)

    def work(self, sentence: str) -> None:
        """Something is under way; an empty sentence when it is over."""
        self._progress.setText(sentence)
        self.practice.setEnabled(not sentence)
        self.connect_channel.setEnabled(not sentence)

    def _button(self, text: str) -> PushButton:
        return PushButton(self._theme, text, "primary")

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(12)
        title = Label(self._theme, _("Welcome to Portavoce"), size=fonts.PANE_TITLE, weight=fonts.HEAVY)
        column.addWidget(title)
        hello = _("Every conversation of your community, threaded, remembered and yours. How do you want to begin?")
        column.addWidget(Label(self._theme, hello, tone="second").wrapping())
        ways = (
            (self.practice, _("A living, simulated community to look around in. It needs no account and no network.")),
            (self.connect_channel, _("Your own mailbox or network. Passwords stay in this computer's keyring.")),
            (self.archive, _("History from another program. Until it can be chosen here, use “portavoce import”.")),
        )
        for button, text in ways:
            column.addWidget(self._card(button, text))
        column.addWidget(self._progress)
        middle = QWidget()
        middle.setMaximumWidth(520)
        middle.setLayout(column)
        outer = QVBoxLayout(self)
        outer.addStretch()
        outer.addWidget(middle, alignment=Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch()

    def _card(self, button: QWidget, text: str) -> QFrame:
        card = QFrame()
        card.setProperty("card", "plain")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(16, 12, 16, 12)
        inside.addWidget(Label(self._theme, text, tone="second").wrapping())
        inside.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)
        return card
