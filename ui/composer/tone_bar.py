"""What of the text departs from the tone sheet: each line a reason, and a button that mends it where one can."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from inbox_app.domain.tone import Finding
from inbox_app.i18n import _, ngettext
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.widgets import Label, PushButton

_MOST: Final = 3
_STAYS_MS: Final = 6_000
"""How long a sentence about a key stays."""


class ToneBar(QWidget):
    """Signals:
    fix_asked: a `Finding` that has a fix.
    """

    fix_asked = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._low, self._said = False, ""
        self._leave = QTimer(self, singleShot=True, interval=_STAYS_MS)
        self._leave.timeout.connect(lambda: self.say(""))
        self.found: tuple[Finding, ...] = ()
        self.setAccessibleName(_("Tone"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 2, 0, 2)
        self._column.setSpacing(2)
        self.hide()

    def be_low(self, low: bool) -> None:
        """In a low window one line stands for all: what a key said, else the first finding."""
        if low != self._low:
            self._low = low
            self._fill()

    def show_findings(self, found: Sequence[Finding]) -> None:
        """Show these instead of what was shown."""
        if tuple(found) != self.found:
            self.found = tuple(found)
            self._fill()

    def say(self, sentence: str) -> None:
        """Tell for a while why a key did nothing."""
        self._leave.start()
        if sentence != self._said:
            self._said = sentence
            self._fill()

    def _fill(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        if self._said:
            said = Label(self._theme, self._said, size=fonts.META, tone="meta").wrapping()
            said.fold(self._low)
            self._column.addWidget(said)
        if not (self._said and self._low):
            self._fill_in_found()
        self.setVisible(bool(self.found or self._said))
        if self.found or self._said:
            QTimer.singleShot(0, self, self._come_in_sight)

    def _fill_in_found(self) -> None:
        shown = self.found[: 1 if self._low else _MOST]
        first = next((one for one in self.found if one.fixed is not None), None)
        for one in shown:
            self._column.addWidget(self._line(one, is_first=one is first))
        if more := self.found[len(shown) :]:
            self._say_more(more)

    def _say_more(self, more: Sequence[Finding]) -> None:
        """How many more there are: below them, in a low window beside the only one."""
        said = ngettext("and {count} more", "and {count} more", len(more)).format(count=len(more))
        label = Label(self._theme, said, size=fonts.META, tone="meta")
        label.setToolTip("\n".join(one.reason for one in more))
        last = self._column.itemAt(self._column.count() - 1) if self._low else None
        line = None if last is None else last.widget()
        row = None if line is None else line.layout()
        if isinstance(row, QHBoxLayout):
            row.insertWidget(1, label)
        else:
            self._column.addWidget(label)

    def _come_in_sight(self) -> None:
        """Where a dialog is too tall for the screen, what is found while one writes is scrolled to."""
        around = self.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        if around is not None:
            around.ensureWidgetVisible(self, 0, 0)

    def _line(self, one: Finding, *, is_first: bool) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        reason = Label(self._theme, one.reason, size=fonts.META, tone="warn").wrapping()
        reason.setAccessibleName(one.reason)
        reason.fold(self._low)
        row.addWidget(reason, 1)
        if one.fixed is not None:
            button = PushButton(self._theme, one.fix)
            button.setToolTip(_("{fix} (Alt+Enter)").format(fix=one.fix) if is_first else one.fix)
            button.clicked.connect(partial(self._ask, one))
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return line

    def _ask(self, one: Finding) -> None:
        self.fix_asked.emit(one)
