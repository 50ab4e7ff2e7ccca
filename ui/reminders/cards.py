"""Reminders as cards: what, about whom, how long there is, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from inbox_app.domain.reminders import ReminderRow
from inbox_app.i18n import _
from ui.reminders.words import how, left, what, whom
from ui.theme import fonts
from ui.theme.moments import at
from ui.theme.theme import Theme
from ui.theme.widgets import Label, ToolButton


class ReminderCards(QWidget):
    """A list of reminders.

    Signals:
        done_asked: the id of one that was dealt with.
        change_asked: the `ReminderRow` to move or to edit.
        conversation_asked: the conversation to show.
        member_asked: the member whose history is to be shown.
    """

    done_asked = Signal(str)
    change_asked = Signal(ReminderRow)
    conversation_asked = Signal(str)
    member_asked = Signal(str)

    def __init__(self, theme: Theme, *, with_links: bool = True) -> None:
        super().__init__()
        self.setProperty("plain", True)
        self._theme, self._with_links = theme, with_links
        self._buttons: dict[str, list[QWidget]] = {}
        """Of each reminder, in order."""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)

    def show_rows(self, rows: Sequence[ReminderRow]) -> None:
        """List these. The focus stays, or goes on to what came in its place."""
        focused = self._place_of_focus()
        self._buttons.clear()
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for row in rows:
            self._column.addWidget(self._card(row))
        self._column.addStretch(1)
        if focused is not None:
            self._give_focus(*focused)

    def _place_of_focus(self) -> tuple[str, int, int] | None:
        """Which reminder, at which place, and which of its buttons has the focus."""
        return next(
            (
                (one, place, buttons.index(button))
                for place, (one, buttons) in enumerate(self._buttons.items())
                for button in buttons
                if button.hasFocus()
            ),
            None,
        )

    def _give_focus(self, wanted: str, place: int, which: int) -> None:
        there = self._buttons.get(wanted) or next(iter([*self._buttons.values()][place:]), None)
        if there or (there := next(reversed(self._buttons.values()), None)):
            there[min(which, len(there) - 1)].setFocus()

    def _card(self, row: ReminderRow) -> QWidget:
        card = QFrame()
        card.setProperty("card", "bare")
        card.setAccessibleName(f"{what(row)}, {left(row)}")
        column = QVBoxLayout(card)
        column.setContentsMargins(0, 2, 0, 6)
        column.setSpacing(4)
        column.addWidget(Label(self._theme, what(row), size=fonts.BODY, weight=fonts.MEDIUM).eliding())
        if (about := whom(row)) and self._with_links:
            column.addWidget(Label(self._theme, about, size=fonts.META, tone="meta").eliding())
        tone = "red" if row.late else "warn" if row.is_due else "second"
        told = f"{at(row.due_at)} · {left(row)}" + (f" · {how(row)}" if self._with_links else "")
        column.addWidget(Label(self._theme, told, size=fonts.META, tone=tone).eliding())
        column.addLayout(self._deeds(row))
        return card

    def _deeds(self, row: ReminderRow) -> QHBoxLayout:
        ends = bool(row.rule) and not row.is_due
        done = ToolButton(self._theme, "check", _("Repeat no more") if ends else _("Done"), "link")
        done.clicked.connect(lambda: self.done_asked.emit(row.id))
        change = ToolButton(self._theme, "clock", _("Later or edit…") if self._with_links else _("Later…"), "link")
        change.clicked.connect(lambda: self.change_asked.emit(row))
        line = QHBoxLayout()
        line.setSpacing(12)
        buttons: list[QWidget] = [done, change]
        if row.conversation is not None and self._with_links:
            show = ToolButton(self._theme, "arrow-right", _("Show the conversation"), "link")
            show.clicked.connect(lambda: self.conversation_asked.emit(row.conversation or ""))
            buttons.append(show)
        elif row.member is not None and self._with_links:
            show = ToolButton(self._theme, "arrow-right", _("Show the member’s history"), "link")
            show.clicked.connect(lambda: self.member_asked.emit(row.member or ""))
            buttons.append(show)
        for button in buttons:
            line.addWidget(button)
        self._buttons[row.id] = buttons
        line.addStretch(1)
        return line
