"""A quiet bar with a sentence, and the one that says what went wrong; both are there before any workspace is."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QWidget

from inbox_app.i18n import _
from ui.foremost import page_over
from ui.theme.announcing import announce
from ui.theme.signs import Sign
from ui.theme.theme import Theme
from ui.theme.widgets import Label, ToolButton

_AROUND = 24, 6, 24, 6
"""A bar begins and ends where the messages and the composer do."""


class Bar(QFrame):
    """A sentence, and something to press."""

    def __init__(self, theme: Theme, *buttons: QWidget) -> None:
        super().__init__()
        self.setProperty("bar", True)
        self.words = Label(theme).eliding()
        row = self.row = QHBoxLayout(self)
        row.setContentsMargins(*_AROUND)
        row.setSpacing(10)
        row.addWidget(self.words, 1)
        for button in buttons:
            row.addWidget(button)
        self.hide()


class Trouble(Bar):
    """What went wrong, whole, until it is put away or tried again; also on the page over it, where one is."""

    def __init__(self, theme: Theme) -> None:
        self.away = ToolButton(theme, "x", _("Put this away"))
        super().__init__(theme, self.away)
        self._theme = theme
        # How it ends is what to do.
        self.words.fold(False)
        self.row.setContentsMargins(16, 6, 12, 6)
        self.row.insertWidget(0, Sign(theme, "warning-circle", "red", 18))
        self.away.clicked.connect(self.hide)
        self.setAccessibleName(_("What went wrong"))

    def say(self, sentence: str) -> None:
        """Show a sentence."""
        self.words.say(sentence)
        self.show()
        page = page_over(self)
        column = page.layout() if page is not None else None
        if page is None or not isinstance(column, QBoxLayout):
            announce(self, sentence, urgent=True)
        else:
            self._on_page(page, column).say(sentence)

    def put_away(self) -> None:
        """It is no longer true: the same is being tried again."""
        self.hide()
        for known in self.window().findChildren(Trouble):
            known.hide()

    def _on_page(self, page: QWidget, column: QBoxLayout) -> Trouble:
        """The bar of a page, gone when the page is; what is put away there was read."""
        known = page.findChild(Trouble)
        if known is not None:
            return known
        made = Trouble(self._theme)
        made.away.clicked.connect(self.hide)
        column.insertWidget(0, made)
        return made
