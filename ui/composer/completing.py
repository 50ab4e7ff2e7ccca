"""Completes what is begun while one writes: an emoji after “:”, somebody of the conversation after “@”."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, cast

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem

from inbox_app.domain.emoji_names import find_emoji
from inbox_app.domain.inbox import Thread
from inbox_app.domain.words import Direction, Kind
from inbox_app.i18n import _
from ui.composer.text_field import TextField, units
from ui.theme import fonts
from ui.theme.theme import Theme

_BEGUN: Final = re.compile(r"(?:^|(?<=\s))([:@])([^\s:@]{1,30})$")
_FEWEST: Final = {":": 2, "@": 1}
_MOST, _WIDTH, _GAP = 8, 320, 4
_TAKES: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_STEPS: Final = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class Completing(QObject):
    """Shows what fits above the cursor; Enter or Tab takes it, Esc leaves what was typed."""

    def __init__(self, theme: Theme, field: TextField) -> None:
        super().__init__(field)
        self._theme, self._field = theme, field
        self._people: tuple[tuple[str, str], ...] = ()
        self.list = QListWidget(field)
        self.list.setAccessibleName(_("What fits"))
        self.list.setFrameShape(QFrame.Shape.StyledPanel)
        self.list.setProperty("popup", True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._take)
        self.list.hide()
        field.installEventFilter(self)
        field.textChanged.connect(self._look)
        field.cursorPositionChanged.connect(self._look)

    def follow(self, thread: Thread) -> None:
        """Those who speak in the conversation can be named; a mail names nobody so."""
        said = [] if thread.row.kind is Kind.MAIL else reversed(thread.messages)
        theirs = [one.author for one in said if one.direction is Direction.INCOMING]
        self._people = tuple(dict.fromkeys((one.name or one.handle, one.handle) for one in theirs))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The field keeps the focus; these keys are the list's while it is shown."""
        if event.type() is QEvent.Type.FocusOut:
            self.list.hide()
        if self.list.isHidden() or event.type() not in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            return False
        key = Qt.Key(cast(QKeyEvent, event).key())
        if key not in (*_TAKES, *_STEPS, Qt.Key.Key_Escape) or cast(QKeyEvent, event).modifiers():
            return False
        event.accept()
        if event.type() is QEvent.Type.KeyPress:
            self._press(key)
        return True

    def _press(self, key: Qt.Key) -> None:
        if key in _TAKES:
            self._take(self.list.currentItem())
        elif key in _STEPS:
            self.list.setCurrentRow((self.list.currentRow() + _STEPS[key]) % self.list.count())
        else:
            self.list.hide()

    def _begun(self) -> tuple[str, str] | None:
        cursor = self._field.textCursor()
        begun = _BEGUN.search(cursor.block().text()[: cursor.positionInBlock()])
        if begun is None or cursor.hasSelection() or len(begun[2]) < _FEWEST[begun[1]]:
            return None
        return begun[1], begun[2]

    def _look(self) -> None:
        begun = self._begun() if self._field.hasFocus() and not self._field.isReadOnly() else None
        fitting = [] if begun is None else self._fitting(*begun)
        self.list.setVisible(bool(fitting))
        if fitting:
            self._show(fitting)

    def _fitting(self, sign: str, typed: str) -> Sequence[tuple[str, str]]:
        """What is shown, and what is put in."""
        if sign == ":":
            return [(f"{one.text}  {one.name}", one.text) for one in find_emoji(typed, _MOST)]
        wanted = typed.casefold()
        named = [
            (f"{name}  {handle}", f"@{handle.lstrip('@')}")
            for name, handle in self._people
            if handle.lstrip("@").casefold().startswith(wanted)
            or any(word.startswith(wanted) for word in name.casefold().split())
        ]
        return named[:_MOST]

    def _show(self, fitting: Sequence[tuple[str, str]]) -> None:
        if self.list.parentWidget() is not self._field.window():
            self.list.setParent(self._field.window())
        self.list.setFont(self._theme.font(fonts.BODY))
        self.list.clear()
        for shown, put in fitting:
            item = QListWidgetItem(shown)
            item.setData(Qt.ItemDataRole.UserRole, put)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        height = self.list.sizeHintForRow(0) * len(fitting) + 2 * self.list.frameWidth() + 2
        at = self._field.viewport().mapTo(self._field.window(), self._field.cursorRect().topLeft())
        left = min(at.x(), self._field.window().width() - self._theme.scaled(_WIDTH) - _GAP)
        self.list.setGeometry(max(left, 0), max(at.y() - height - _GAP, 0), self._theme.scaled(_WIDTH), height)
        self.list.show()
        self.list.raise_()

    def _take(self, item: QListWidgetItem | None) -> None:
        begun = self._begun()
        self.list.hide()
        if item is None or begun is None:
            return
        cursor = self._field.textCursor()
        typed = units("".join(begun), len("".join(begun)))
        cursor.setPosition(cursor.position() - typed, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(f"{item.data(Qt.ItemDataRole.UserRole)} ")
        self._field.setTextCursor(cursor)
