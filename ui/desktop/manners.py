"""How quiet the notifications are: on or off, quiet hours, and which accounts tell of new messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import time

from PySide6.QtCore import QTime
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QTimeEdit, QVBoxLayout, QWidget

from inbox_app.domain.inbox import AccountRow
from inbox_app.i18n import _
from inbox_app.settings import QuietHours, Settings
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.widgets import CheckButton, Label, PushButton

_EVENING, _MORNING = QTime(20, 0), QTime(8, 0)


class MannersDialog(QDialog):
    """Asks; whoever opened it keeps the answers."""

    def __init__(self, theme: Theme, parent: QWidget | None, now: Settings, accounts: Sequence[AccountRow]) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Notifications"))
        self.resize(480, 420)
        self.speaks = CheckButton(theme, _("Show notifications on the desktop"))
        self.speaks.setChecked(now.notifications)
        self.rests = CheckButton(theme, _("Quiet hours"))
        self.rests.setChecked(now.quiet_hours is not None)
        hours = now.quiet_hours
        self.begin = _clock(_("Quiet from"), QTime(hours.begin.hour, hours.begin.minute) if hours else _EVENING)
        self.end = _clock(_("Quiet until"), QTime(hours.end.hour, hours.end.minute) if hours else _MORNING)
        self.told: dict[str, CheckButton] = {}
        for row in accounts:
            self.told[row.id] = CheckButton(theme, row.name or row.handle)
            self.told[row.id].setChecked(row.id not in now.muted_accounts)
        self._lay_out(theme)
        self.rests.toggled.connect(self._follow)
        self._follow()

    def edit(self) -> Callable[[Settings], Settings]:
        """What turns the preferences into those that were chosen; it holds values alone, and may run anywhere."""
        hours = QuietHours(_time(self.begin), _time(self.end)) if self.rests.isChecked() else None
        speaks, listed = self.speaks.isChecked(), frozenset(self.told)
        muted = [one for one, button in self.told.items() if not button.isChecked()]

        def changed(before: Settings) -> Settings:
            others = [one for one in before.muted_accounts if one not in listed]
            return replace(before, notifications=speaks, quiet_hours=hours, muted_accounts=(*others, *muted))

        return changed

    def _follow(self) -> None:
        for field in (self.begin, self.end):
            field.setEnabled(self.rests.isChecked())

    def _lay_out(self, theme: Theme) -> None:
        between = QHBoxLayout()
        between.addWidget(self.rests)
        between.addStretch(1)
        between.addWidget(self.begin)
        between.addWidget(Label(theme, "–"))
        between.addWidget(self.end)
        save, give_up = PushButton(theme, _("Save"), "primary"), PushButton(theme, _("Cancel"))
        save.clicked.connect(self.accept)
        give_up.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(give_up)
        buttons.addWidget(save)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.addWidget(self.speaks)
        column.addLayout(between)
        told = _("What fell due in quiet hours is told when they end.")
        column.addWidget(Label(theme, told, size=fonts.META, tone="meta").wrapping())
        column.addWidget(Label(theme, _("Tell of new messages that need a reply"), weight=fonts.MEDIUM))
        column.addWidget(self._accounts(), 1)
        column.addLayout(buttons)

    def _accounts(self) -> QWidget:
        room = QWidget()
        room.setProperty("plain", True)
        column = QVBoxLayout(room)
        column.setContentsMargins(0, 0, 0, 0)
        for button in self.told.values():
            column.addWidget(button)
        column.addStretch(1)
        area = QScrollArea()
        area.setAccessibleName(_("Tell of new messages that need a reply"))
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(room)
        return area


def _clock(name: str, shown: QTime) -> QTimeEdit:
    field = QTimeEdit(shown)
    field.setAccessibleName(name)
    return field


def _time(field: QTimeEdit) -> time:
    return time(field.time().hour(), field.time().minute())
