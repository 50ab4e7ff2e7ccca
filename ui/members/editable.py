"""Values that are changed where they stand: Enter or leaving keeps what was typed, Esc brings back what was there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from inbox_app.domain.people import Known
from inbox_app.i18n import _
from ui.theme import fonts
from ui.theme.mirroring import at_start
from ui.theme.theme import Theme
from ui.theme.widgets import ChoiceBox, Label

_NAME_SHARE, _VALUE_SHARE = 5, 6
_HEIGHT = 26


class EditableLine(QWidget):
    """A name and its value; `said` tells another value. What linked records say otherwise stands below it.

    It follows what is known, but what is being typed stands, and so does what was said and is not kept yet.
    """

    said = Signal(str)

    def __init__(self, theme: Theme, name: str, known: Known, choices: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__()
        self._known = self._value = known.value
        """What is known, and what is known or was said here since."""
        self._words = dict(choices)
        self.editor: _Typed | _Chosen = (
            _Chosen(theme, name, choices, known.value) if choices else _Typed(theme, known.value)
        )
        self.editor.setAccessibleName(name)
        self.editor.setObjectName(f"value:{name}")
        self.editor.setFixedHeight(theme.scaled(_HEIGHT))
        self.editor.changed.connect(self._take)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Label(theme, name, tone="meta").eliding(), _NAME_SHARE)
        row.addWidget(self.editor, _VALUE_SHARE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        self._also = Label(theme, size=fonts.META, tone="meta").wrapping()
        column.addWidget(self._also)
        self._tell_also(known)

    @property
    def is_being_changed(self) -> bool:
        """Whether something typed would be lost."""
        return self.editor.hasFocus() and self.editor.value != self._value

    @property
    def is_behind(self) -> bool:
        """Whether it shows something else than what is known."""
        return self.editor.value != self._known

    def follow(self, known: Known) -> None:
        """This is known now."""
        self._tell_also(known)
        if known.value == self._known:
            return
        is_typed = self.editor.value != self._value
        self._known = self._value = known.value
        self.editor.follow(known.value, show=not is_typed)

    def go_on_from(self, other: EditableLine) -> None:
        """Be in the place of one in which something is being typed, which says nothing any more."""
        other.editor.blockSignals(True)
        if isinstance(self.editor, _Typed) and isinstance(other.editor, _Typed):
            self.editor.setText(other.editor.text())
            self.editor.setCursorPosition(other.editor.cursorPosition())

    def _tell_also(self, known: Known) -> None:
        values = ", ".join(self._words.get(one, one) for one in known.also)
        self._also.setText(_("also: {values}").format(values=values) if values else "")
        self._also.setVisible(bool(values))

    def _take(self, value: str) -> None:
        if value.strip() != self._value:
            self._value = value.strip()
            self.said.emit(self._value)


class _Typed(QLineEdit):
    changed = Signal(str)

    def __init__(self, theme: Theme, value: str) -> None:
        super().__init__(value)
        self._before = value
        self.setProperty("kind", "bare")
        self.setPlaceholderText("—")
        self.setFont(theme.font(fonts.BODY, fonts.MEDIUM))
        self.setAlignment(at_start())
        self.setCursorPosition(0)
        self.editingFinished.connect(lambda: self.changed.emit(self.text()))

    @property
    def value(self) -> str:
        return self.text().strip()

    def follow(self, value: str, *, show: bool) -> None:
        """It is known now, and what Esc brings back; where it stands already, the cursor stays."""
        self._before = value
        if show and value != self.value:
            at = self.cursorPosition() if self.hasFocus() else 0
            self.setText(value)
            self.setCursorPosition(at)

    def event(self, event: QEvent) -> bool:
        """Esc is a command of the window, but first it is the way back here."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._gives_up(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._gives_up(event):
            self.setText(self._before)
            return
        super().keyPressEvent(event)

    def _gives_up(self, event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_Escape and self.text() != self._before


class _Chosen(ChoiceBox):
    changed = Signal(str)

    def __init__(self, theme: Theme, name: str, choices: Sequence[tuple[str, str]], value: str) -> None:
        super().__init__(theme)
        self.setProperty("kind", "bare")
        self.setFont(theme.font(fonts.BODY, fonts.MEDIUM))
        self.addItem("—", "")
        for one, words in choices:
            self.addItem(words, one)
        self.view().setAccessibleName(name)
        self.setPlaceholderText("—")
        self._choose(self.findData(value))
        self.activated.connect(self._choose)
        self.activated.connect(lambda _place: self.changed.emit(self.value))

    @property
    def value(self) -> str:
        return str(self.currentData() or "")

    def follow(self, value: str, *, show: bool) -> None:
        """It is known now."""
        if show:
            self._choose(self.findData(value))

    def _choose(self, place: int) -> None:
        """Nothing is said as faintly as in the fields where one types."""
        self.setCurrentIndex(place if self.itemData(place) else -1)
