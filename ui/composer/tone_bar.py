"""What of the text departs from the tone sheet: each line a reason, and a button that mends it where one can."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inbox_app.domain.tone import Finding
from inbox_app.i18n import _, ngettext
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.widgets import Label, PushButton

_MOST: Final = 3


class ToneBar(QWidget):
    """Signals:
    fix_asked: a `Finding` that has a fix.
    """

    fix_asked = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._low = False
        self.found: tuple[Finding, ...] = ()
        self.setAccessibleName(_("Tone"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 2, 0, 2)
        self._column.setSpacing(2)
        self.hide()

    def be_low(self, low: bool) -> None:
        """In a low window the first finding stands for all of them."""
        if low != self._low:
            self._low = low
            self._fill()

    def show_findings(self, found: Sequence[Finding]) -> None:
        """Show these instead of what was shown."""
        if tuple(found) != self.found:
            self.found = tuple(found)
            self._fill()

    def _fill(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        shown = self.found[: 1 if self._low else _MOST]
        first = next((one for one in self.found if one.fixed is not None), None)
        for one in shown:
            self._column.addWidget(self._line(one, is_first=one is first))
        if more := len(self.found) - len(shown):
            said = ngettext("and {count} more", "and {count} more", more).format(count=more)
            label = Label(self._theme, said, size=fonts.META, tone="meta")
            label.setToolTip("\n".join(one.reason for one in self.found[len(shown) :]))
            self._column.addWidget(label)
        self.setVisible(bool(self.found))

    def _line(self, one: Finding, *, is_first: bool) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        reason = Label(self._theme, one.reason, size=fonts.META, tone="warn").wrapping()
        reason.setAccessibleName(one.reason)
        row.addWidget(reason, 1)
        if one.fixed is not None:
            button = PushButton(self._theme, one.fix)
            button.setToolTip(_("{fix} (Alt+Enter)").format(fix=one.fix) if is_first else one.fix)
            button.clicked.connect(partial(self._ask, one))
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return line

    def _ask(self, one: Finding) -> None:
        self.fix_asked.emit(one)
