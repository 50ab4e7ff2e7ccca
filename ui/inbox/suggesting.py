"""What fits while one types a search, below its field: the field keeps the focus, and Enter searches as ever.

Down and Up go through the lines, Enter or Tab takes one, Esc closes them. What was looked for last is taken away by
Delete, or all of it by the last line.
"""

from __future__ import annotations

from typing import Final, cast

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QWidget

from inbox_app.domain.search_offers import Offer, Offered, Offers
from inbox_app.domain.search_pieces import put
from inbox_app.i18n import _
from ui.inbox.search_field import SearchField
from ui.inbox.search_words import offer_words
from ui.theme import fonts
from ui.theme.theme import Theme

_OFFER = Qt.ItemDataRole.UserRole
_GAP = 4
_TAKES: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_STEPS: Final = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
_KEYS: Final = (*_TAKES, *_STEPS, Qt.Key.Key_Escape, Qt.Key.Key_Delete)


class Suggesting(QObject):
    """Signals:
    wanted: a text and the place of the cursor in it, for which offers are asked.
    view_asked: the id of a view that was picked.
    forget_asked: a recent search that is to be forgotten, or empty for all of them.
    """

    wanted = Signal(str, int)
    view_asked = Signal(str)
    forget_asked = Signal(str)

    def __init__(self, theme: Theme, field: SearchField, chips: QWidget) -> None:
        super().__init__(field)
        self._theme, self._field, self._chips = theme, field, chips
        self._offers: Offers | None = None
        self.list = QListWidget(field)
        self.list.setAccessibleName(_("Suggestions for the search"))
        self.list.setFrameShape(QFrame.Shape.StyledPanel)
        self.list.setProperty("popup", True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.itemClicked.connect(self._take)
        self.list.hide()
        field.installEventFilter(self)
        field.textEdited.connect(self._ask)
        field.returnPressed.connect(self.list.hide)

    def show_offers(self, offers: Offers) -> None:
        """Show what fits; an answer to what no longer stands there is passed over."""
        field = self._field
        if offers.typed != field.text() or field.window().focusWidget() is not field or not field.isVisible():
            return
        self._offers = offers
        self.list.setVisible(bool(offers.offers))
        if offers.offers:
            self._fill(offers)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """These keys are the lines' while they are shown."""
        if event.type() is QEvent.Type.FocusIn and not self._field.text():
            self.wanted.emit("", 0)
        if event.type() in (QEvent.Type.FocusOut, QEvent.Type.Hide):
            self.list.hide()
        if event.type() not in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride) or not self.list.isVisible():
            return False
        key = Qt.Key(cast(QKeyEvent, event).key())
        if key not in _KEYS or cast(QKeyEvent, event).modifiers() or not self._means_a_line(key):
            return False
        event.accept()
        if event.type() is QEvent.Type.KeyPress:
            self._press(key)
        return True

    def _means_a_line(self, key: Qt.Key) -> bool:
        """Enter searches and Delete deletes while no line is chosen; Up from the first one leaves the lines."""
        chosen = self.list.currentRow() >= 0
        if key is Qt.Key.Key_Delete:
            return chosen and self._is_recent(self.list.currentItem())
        return chosen or key in (Qt.Key.Key_Down, Qt.Key.Key_Tab, Qt.Key.Key_Escape)

    def _press(self, key: Qt.Key) -> None:
        if key in _TAKES:
            self._take(self.list.item(max(self.list.currentRow(), 0)))
        elif key in _STEPS:
            self._step(_STEPS[key])
        elif key is Qt.Key.Key_Delete:
            self.forget_asked.emit(self.list.currentItem().data(_OFFER).put)
        else:
            self.list.hide()

    def _step(self, by: int) -> None:
        place = self.list.currentRow() + by
        self.list.setCurrentRow(max(-1, min(place, self.list.count() - 1)))

    def _ask(self, typed: str) -> None:
        self.wanted.emit(typed, self._field.cursorPosition())

    def _is_recent(self, item: QListWidgetItem) -> bool:
        offer = item.data(_OFFER)
        return isinstance(offer, Offer) and offer.kind is Offered.RECENT

    def _fill(self, offers: Offers) -> None:
        if self.list.parentWidget() is not self._field.window():
            self.list.setParent(self._field.window())
        self.list.setFont(self._theme.font(fonts.BODY))
        self.list.clear()
        for offer in offers.offers:
            self._add(offer_words(offer), offer)
        if not offers.typed:
            self._add(_("Forget recent searches"), None)
        height = self.list.sizeHintForRow(0) * self.list.count() + 2 * self.list.frameWidth() + 6
        above = self._chips if self._chips.isVisible() else self._field
        at = above.mapTo(self._field.window(), QPoint(0, above.height() + _GAP))
        self.list.setGeometry(at.x(), at.y(), self._field.width(), height)
        self.list.show()
        self.list.raise_()

    def _add(self, words: str, offer: Offer | None) -> None:
        item = QListWidgetItem(words)
        item.setData(_OFFER, offer)
        item.setToolTip(words)
        self.list.addItem(item)

    def _take(self, item: QListWidgetItem) -> None:
        offers, self._offers = self._offers, None
        self.list.hide()
        if offers is None:
            return
        offer: Offer | None = item.data(_OFFER)
        if offer is None:
            self.forget_asked.emit("")
        elif offer.view is not None:
            self.view_asked.emit(offer.view)
        else:
            self._write(offers, offer)

    def _write(self, offers: Offers, offer: Offer) -> None:
        if offer.kind is Offered.RECENT:
            self._field.write(offer.put)
            return
        text, cursor = put(offers.typed, offers.piece, offer.put)
        self._field.write(text, cursor)
        if offer.kind is Offered.OPERATOR:
            self._ask(text)
