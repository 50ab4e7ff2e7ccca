"""The conditions of a search as chips below its field: what each one is, and a key or a click that takes it out."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QPushButton

from inbox_app.domain.search_pieces import Piece, conditions, without
from inbox_app.i18n import _
from ui.inbox.search_field import SearchField
from ui.inbox.search_words import condition_words
from ui.theme import fonts, icons
from ui.theme.theme import Theme
from ui.views.flow import Flow

_TAKE_OUT = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class SearchChips(QFrame):
    """Follows the field; without a condition there it takes no room."""

    def __init__(self, theme: Theme, field: SearchField) -> None:
        super().__init__()
        self._theme, self._field = theme, field
        self._pieces: tuple[Piece, ...] = ()
        self.chips: list[QPushButton] = []
        self._row = Flow(self)
        self.setAccessibleName(_("Conditions of the search"))
        self.hide()
        field.textChanged.connect(self._follow)
        theme.changed.connect(self._refill)

    def _follow(self, typed: str) -> None:
        found = conditions(typed, datetime.now().astimezone())
        if found != self._pieces:
            self._pieces = found
            self._refill()

    def _refill(self) -> None:
        for chip in self.chips:
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = [self._chip(place) for place in range(len(self._pieces))]
        for chip in self.chips:
            self._row.addWidget(chip)
            chip.show()
        self.setVisible(bool(self.chips))
        self.updateGeometry()

    def _chip(self, place: int) -> QPushButton:
        piece = self._pieces[place]
        words = condition_words(piece.operator, piece.value)
        made = _Chip(words, self)
        made.setProperty("kind", "chip")
        made.setFont(self._theme.font(fonts.META, fonts.MEDIUM))
        side = self._theme.scaled(12)
        made.setIconSize(QSize(side, side))
        made.setIcon(icons.icon(self._theme, "x", "text2", side))
        made.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        made.setAccessibleName(_("Take out “{condition}”").format(condition=words))
        made.setToolTip(made.accessibleName())
        made.clicked.connect(lambda: self._take_out(place))
        made.stepped.connect(lambda by: self._step(place + by))
        return made

    def _take_out(self, place: int) -> None:
        """The next one has the focus then, so that a key takes out all of them; without any the field."""
        self._field.write(without(self._field.text(), self._pieces[place]))
        self._step(min(place, len(self.chips) - 1))

    def _step(self, place: int) -> None:
        if 0 <= place < len(self.chips):
            self.chips[place].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._field.setFocus()


class _Chip(QPushButton):
    """Delete and Backspace press it too; Left and Right go to its neighbours."""

    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _TAKE_OUT:
            self.click()
        elif key in _STEPS:
            self.stepped.emit(_STEPS[key])
        else:
            super().keyPressEvent(event)
