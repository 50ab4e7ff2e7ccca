"""The field one writes in: plain text, as tall as what it holds, and files can be dropped on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from PySide6.QtCore import QEvent, QMimeData, QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QTextEdit

from inbox_app.domain.placeholders import holes
from inbox_app.i18n import _
from ui.theme import fonts
from ui.theme.dressed import Dressed
from ui.theme.theme import Theme

_FEWEST_LINES, _LOW_LINES, _MOST_LINES = 3, 2, 10


class TextField(Dressed, QPlainTextEdit):
    """Tab leaves it, so that the keyboard can; it stops at values that are missing."""

    files_dropped = Signal(list)
    picture_pasted = Signal(QImage)
    entered_or_left = Signal()
    """The keyboard came here, or went."""
    slash_typed = Signal()
    """A slash was typed where a word begins; it stands in the text."""
    rewritten = Signal()
    """Nothing is left of what stood here: it was deleted, or written over."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._low, self._length = False, 0
        self._invitations: tuple[str, ...] = ()
        self.setAccessibleName(_("Your reply"))
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.textChanged.connect(self.updateGeometry)
        self.document().contentsChange.connect(self._see_what_is_left)
        self._toned: list[QTextEdit.ExtraSelection] = []
        self._misspelt: tuple[tuple[int, int], ...] = ()
        self.offers_here: Callable[[int, QPoint], bool] = lambda _position, _place: False
        """Shows a menu of its own for a place of the text, and where on the screen; False where it has none."""
        self._holes = HoleMarks(theme, self.document())
        self.dress()

    def sizeHint(self) -> QSize:
        """Three lines at least (in a low window two, and one unless it is written in), ten at most; then it scrolls."""
        fewest = _FEWEST_LINES if not self._low else _LOW_LINES if self.hasFocus() else 1
        lines = max(fewest, min(_MOST_LINES, int(self.document().size().height())))
        height = QFontMetricsF(self.font()).lineSpacing() * lines + 2 * self.document().documentMargin() + 2
        return QSize(super().sizeHint().width(), int(height) + 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def invite(self, *words: str) -> None:
        """While nothing is written, say the first of these that fits into a line."""
        self._invitations = words
        room = self.viewport().width() - 2 * self.document().documentMargin()
        fitting = (one for one in words if fonts.metrics(self.font()).horizontalAdvance(one) <= room)
        self.setPlaceholderText(next(fitting, words[-1] if words else ""))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.invite(*self._invitations)

    def fill_room(self) -> None:
        """Be as tall as there is room for, instead of as tall as the text."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def be_low(self, low: bool) -> None:
        """Whether the window is so low that messages would not stay in sight above a tall field."""
        self._low = low
        self.updateGeometry()

    def event(self, event: QEvent) -> bool:
        """Ctrl+Z is text undo as long as there is text or anything to undo; then it is the window's."""
        if _claims_undo(event) and not self.toPlainText() and not self.document().isUndoAvailable():
            event.ignore()
            return True
        return super().event(event)

    def become(self, text: str) -> None:
        """Change to another text as if it were typed: only what differs is replaced, and Ctrl+Z brings it back."""
        now = self.toPlainText()
        start = _common(now, text)
        kept = _common(now[start:][::-1], text[start:][::-1])
        cursor = self.textCursor()
        cursor.setPosition(units(now, start))
        cursor.setPosition(units(now, len(now) - kept), QTextCursor.MoveMode.KeepAnchor)
        self._length = 0  # it is the same text still, however much of it differs
        cursor.insertText(text[start : len(text) - kept])
        self.setTextCursor(cursor)

    def mark(self, places: Sequence[tuple[int, int]]) -> None:
        """Underline these places of the text with a wave."""
        text = self.toPlainText()
        self._toned = [self._marked(units(text, start), units(text, end), "warn") for start, end in places]
        self._show_marks()

    def mark_misspelt(self, places: Sequence[tuple[int, int]]) -> None:
        """Underline these too, in the colour of what is wrong; places as Qt counts."""
        if self._misspelt != tuple(places):
            self._misspelt = tuple(places)
            self._show_marks()

    @property
    def misspelt(self) -> tuple[str, ...]:
        """The words that are underlined as such."""
        return tuple(self._span(start, end).selectedText() for start, end in self._misspelt)

    def _show_marks(self) -> None:
        wrong = [self._marked(start, end, "red") for start, end in self._misspelt]
        self.setExtraSelections([*self._toned, *wrong])

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """At what is misspelt the menu offers what was meant; anywhere else it is the usual one."""
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        position = self.textCursor().position() if by_key else self.cursorForPosition(event.pos()).position()
        at = self.viewport().mapToGlobal(self.cursorRect().bottomLeft()) if by_key else event.globalPos()
        if not self.offers_here(position, at):
            super().contextMenuEvent(event)

    def _see_what_is_left(self, position: int, removed: int, _added: int) -> None:
        before, self._length = self._length, self.document().characterCount() - 1
        if position == 0 and 0 < before <= removed:
            self.rewritten.emit()

    def _marked(self, start: int, end: int, colour: str) -> QTextEdit.ExtraSelection:
        made = QTextEdit.ExtraSelection()
        wave = QTextCharFormat()
        wave.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        wave.setUnderlineColor(self._theme.colour(colour))
        # Both are plain attributes of a C++ structure, which Qt's own type hints do not know.
        made.cursor = self._span(start, end)
        made.format = wave
        return made

    def _span(self, start: int, end: int) -> QTextCursor:
        cursor = self.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def insert_filled(self, text: str) -> None:
        """Put a template's text where the cursor is, and select the first value that is missing in it."""
        cursor = self.textCursor()
        begin = cursor.selectionStart()
        cursor.insertText(text)
        end = cursor.position()
        cursor.setPosition(begin)
        self.setTextCursor(cursor)
        self.setFocus()
        if not self.go_to_hole():
            cursor.setPosition(end)
            self.setTextCursor(cursor)

    def go_to_hole(self) -> bool:
        """Select the next variable that has no value, so that typing takes its place; False where there is none."""
        found, text = holes(self.toPlainText()), self.toPlainText()
        if not found:
            return False
        here = self.textCursor().selectionEnd()
        places = [(units(text, one.start), units(text, one.end)) for one in found]
        start, end = next((place for place in places if place[0] >= here), places[0])
        cursor = self.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.setFocus()
        return True

    def focusNextPrevChild(self, following: bool) -> bool:
        """Tab goes from one missing value to the next, and leaves the field when there is none."""
        if following and self.go_to_hole():
            return True
        return super().focusNextPrevChild(following)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.text() == "/" and self._begins_word():
            self.slash_typed.emit()

    def _begins_word(self) -> bool:
        """Whether the character before the cursor stands where a word begins."""
        before = self.document().characterAt(self.textCursor().position() - 2)
        return not self.isReadOnly() and (before in ("", "\0") or before.isspace())

    def dress(self) -> None:
        self.setFont(self._theme.font(fonts.MESSAGE))
        self._holes.rehighlight()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._resize()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._resize()

    def _resize(self) -> None:
        self.updateGeometry()
        self.entered_or_left.emit()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return bool(_files(source)) or source.hasImage() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Files and pictures become attachments, everything else plain text."""
        files = _files(source)
        if files:
            self.files_dropped.emit(files)
        elif source.hasImage() and not source.hasText():
            self.picture_pasted.emit(QImage(source.imageData()))
        elif source.hasText():
            self.insertPlainText(source.text())


class HoleMarks(QSyntaxHighlighter):
    """Marks the variables of a text that have no value."""

    def __init__(self, theme: Theme, document: QTextDocument) -> None:
        super().__init__(document)
        self._theme = theme

    def highlightBlock(self, text: str) -> None:
        marked = QTextCharFormat()
        marked.setForeground(self._theme.colour("warn"))
        marked.setBackground(self._theme.colour("warn_soft"))
        marked.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
        for one in holes(text):
            start = units(text, one.start)
            self.setFormat(start, units(text, one.end) - start, marked)


def _common(one: str, other: str) -> int:
    """How many letters two texts begin with alike."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def units(text: str, place: int) -> int:
    """Where a place in a text is as Qt counts, which takes two for an emoji."""
    return len(text[:place].encode("utf-16-le", "surrogatepass")) // 2


def _claims_undo(event: QEvent) -> bool:
    asks = event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
    return asks and cast(QKeyEvent, event).matches(QKeySequence.StandardKey.Undo)


def _files(source: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]
