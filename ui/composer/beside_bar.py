"""What another window wrote meanwhile: shown beside what is written here, to go on with or to throw away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from inbox_app.domain.beside import Beside
from inbox_app.domain.titles import snippet_of
from inbox_app.i18n import _
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.widgets import Label, PushButton, ToolButton


class BesideBar(QWidget):
    """Of several the first; hidden while there is none.

    Signals:
        taken: the id of a text that is to go on here; what is written here stands beside it then.
        dropped: the id of one that nobody wants.
    """

    taken = Signal(str)
    dropped = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._first = ""
        self.setAccessibleName(_("Written in another window"))
        self.words = Label(theme, size=fonts.META, tone="warn").eliding()
        self.take = PushButton(theme, _("Go on with that"))
        self.take.setToolTip(_("What is written here stands beside it then"))
        self.drop = ToolButton(theme, "x", _("Throw away what the other window wrote"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.take)
        row.addWidget(self.drop)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.take.clicked.connect(lambda: self.taken.emit(self._first))
        self.drop.clicked.connect(lambda: self.dropped.emit(self._first))
        self.hide()

    def show_texts(self, texts: Sequence[Beside]) -> None:
        """These stand beside what is written here."""
        self.setVisible(bool(texts))
        self._first = texts[0].id if texts else ""
        if texts:
            said = snippet_of(" · ".join(texts[0].words))
            self.words.say(_("Another window wrote here meanwhile: {words}").format(words=said))
