"""The line above an answer that says whom it answers and as whom: in it the names stand out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from string import Formatter

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QTextCharFormat, QTextLayout

from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.widgets import Label


class TargetLine(Label):
    """An eliding label of which some words are bold; no markup is read, whatever a name holds."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, size=fonts.META, tone="meta")
        self._names: list[tuple[int, int]] = []
        self.eliding()

    def say_with(self, sentence: str, values: Mapping[str, str], names: Collection[str]) -> None:
        """A sentence with its `{values}`, those called `names` in bold."""
        said, self._names = "", []
        for words, field, _spec, _conversion in Formatter().parse(sentence):
            said += words
            value = values[field] if field else ""
            if field in names:
                self._names.append((_length(said), _length(value)))
            said += value
        self.say(said)
        self._cut()
        self.update()

    def room(self) -> float:
        """Bold words take more of it than those by which the rest is cut."""
        plain, bold = fonts.metrics(self.font()), fonts.metrics(self._bold)
        names = [_part(self.said, *span) for span in self._names]
        return self.width() - sum(bold.horizontalAdvance(name) - plain.horizontalAdvance(name) for name in names)

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.text()
        layout = QTextLayout(shown, self.font())
        layout.setFormats(self.formats())
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(self.width())
        layout.endLayout()
        painter = QPainter(self)
        painter.setPen(self._theme.colour("text3"))
        layout.draw(painter, QPointF(0, (self.height() - line.height()) / 2))
        painter.end()

    def formats(self) -> list[QTextLayout.FormatRange]:
        """Which of the words that are shown stand out."""
        made, end = [], _length(fonts.uncut(self.text()))
        for start, length in self._names:
            one = QTextLayout.FormatRange()
            one.start, one.length = start, min(length, end - start)
            one.format = QTextCharFormat()
            one.format.setFont(self._bold)
            one.format.setForeground(self._theme.colour("text"))
            made += [one] if one.length > 0 else []
        return made

    @property
    def _bold(self) -> QFont:
        return self._theme.font(fonts.META, fonts.BOLD)


def _length(text: str) -> int:
    """As Qt counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _part(text: str, start: int, length: int) -> str:
    return text.encode("utf-16-le", "surrogatepass")[2 * start : 2 * (start + length)].decode("utf-16-le", "replace")
