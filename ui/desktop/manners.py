"""How quiet the notifications are: on or off, quiet hours, and which accounts and views tell of new messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import time
from enum import Enum, auto

from PySide6.QtCore import Qt, QTime
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QTimeEdit, QVBoxLayout, QWidget

from inbox_app.domain.inbox import AccountRow
from inbox_app.domain.views import SavedView
from inbox_app.i18n import _
from inbox_app.settings import QuietHours, Settings
from ui.theme import fonts
from ui.theme.scrolling import scrolling
from ui.theme.theme import Theme
from ui.theme.titled import foot, titled_column
from ui.theme.widgets import CheckBox, ChoiceBox, Label, PushButton

_EVENING, _MORNING = QTime(20, 0), QTime(8, 0)


class Manner(Enum):
    """What a view has to say about the new messages that it shows."""

    USUAL = auto()
    """Nothing: it goes by their accounts."""
    TELLS = auto()
    SILENT = auto()


class MannersDialog(QDialog):
    """Asks; whoever opened it keeps the answers."""

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None,
        now: Settings,
        accounts: Sequence[AccountRow],
        views: Sequence[SavedView] = (),
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Notifications"))
        self.resize(520, 520)
        self.speaks = CheckBox(_("Show notifications on the desktop"))
        self.speaks.setChecked(now.notifications)
        self.badge = CheckBox(_("Show on the icon how many conversations are unread"))
        self.badge.setChecked(now.badge)
        self.rests = CheckBox(_("Quiet hours"))
        self.rests.setChecked(now.quiet_hours is not None)
        hours = now.quiet_hours
        self.begin = _clock(_("Quiet from"), QTime(hours.begin.hour, hours.begin.minute) if hours else _EVENING)
        self.end = _clock(_("Quiet until"), QTime(hours.end.hour, hours.end.minute) if hours else _MORNING)
        self.rest = Label(theme, "", size=fonts.META, tone="meta").wrapping()
        self.told: dict[str, CheckBox] = {}
        for row in accounts:
            self.told[row.id] = CheckBox(_named(row))
            self.told[row.id].setChecked(row.id not in now.muted_accounts)
        self._names: dict[str, str] = {one.id: one.name for one in views}
        self.views: dict[str, ChoiceBox] = {one.id: _choice(theme, one.name, _manner(one.id, now)) for one in views}
        self._lay_out(theme)
        self.rests.toggled.connect(self._follow)
        for field in (self.begin, self.end):
            field.timeChanged.connect(self._follow)
        self._follow()

    def edit(self) -> Callable[[Settings], Settings]:
        """What turns the preferences into those that were chosen; it holds values alone, and may run anywhere."""
        hours = QuietHours(_time(self.begin), _time(self.end)) if self.rests.isChecked() else None
        speaks, badge = self.speaks.isChecked(), self.badge.isChecked()
        muted = {one: not button.isChecked() for one, button in self.told.items()}
        chosen = {one: box.currentData() for one, box in self.views.items()}
        telling, silent = (
            {one: how is wanted for one, how in chosen.items()} for wanted in (Manner.TELLS, Manner.SILENT)
        )

        def changed(before: Settings) -> Settings:
            return replace(
                before,
                notifications=speaks,
                badge=badge,
                quiet_hours=hours,
                muted_accounts=_after(before.muted_accounts, muted),
                telling_views=_after(before.telling_views, telling),
                silent_views=_after(before.silent_views, silent),
            )

        return changed

    def _follow(self) -> None:
        for field in (self.begin, self.end):
            field.setEnabled(self.rests.isChecked())
        always = self.rests.isChecked() and self.begin.time() == self.end.time()
        usual = _("Nothing is told in quiet hours; what fell due in them is told when they end.")
        self.rest.say(_("Both times are the same: it is quiet all day and night.") if always else usual)

    def _lay_out(self, theme: Theme) -> None:
        between = QHBoxLayout()
        between.addWidget(self.rests)
        between.addStretch(1)
        between.addWidget(self.begin)
        between.addWidget(Label(theme, "–"))
        between.addWidget(self.end)
        save = PushButton(theme, _("Save"), "primary")
        save.clicked.connect(self.accept)
        column = titled_column(theme, self)
        column.addWidget(self.speaks)
        column.addWidget(self.badge)
        column.addLayout(between)
        column.addWidget(self.rest)
        column.addWidget(Label(theme, _("Tell of new messages that need a reply"), weight=fonts.MEDIUM))
        column.addWidget(self._choices(theme), 1)
        column.addLayout(foot(theme, self, save))

    def _choices(self, theme: Theme) -> QWidget:
        room = QWidget()
        room.setProperty("plain", True)
        column = QVBoxLayout(room)
        column.setContentsMargins(0, 0, 8, 0)
        for button in self.told.values():
            column.addWidget(button)
        if self.views:
            column.addSpacing(8)
            column.addWidget(Label(theme, _("In views"), weight=fonts.MEDIUM))
            why = _("A view that always tells comes before one that is silent, and that before the account.")
            column.addWidget(Label(theme, why, size=fonts.META, tone="meta").wrapping())
            column.addLayout(self._lines(theme))
        column.addStretch(1)
        return scrolling(room, _("Tell of new messages that need a reply"), sideways=True)

    def _lines(self, theme: Theme) -> QGridLayout:
        lines = QGridLayout()
        lines.setColumnStretch(0, 1)
        for place, (one, box) in enumerate(self.views.items()):
            lines.addWidget(Label(theme, self._names[one]).wrapping(), place, 0)
            lines.addWidget(box, place, 1)
        return lines


def _named(row: AccountRow) -> str:
    """By its name and its handle: a brand has the same name on many channels."""
    return f"{row.name} · {row.handle}" if row.name not in ("", row.handle) else row.handle


def _manner(view: str, now: Settings) -> Manner:
    if view in now.telling_views:
        return Manner.TELLS
    return Manner.SILENT if view in now.silent_views else Manner.USUAL


def _choice(theme: Theme, name: str, how: Manner) -> ChoiceBox:
    box = ChoiceBox(theme)
    box.setAccessibleName(name)
    words = ((Manner.USUAL, _("As the account")), (Manner.TELLS, _("Always tell")), (Manner.SILENT, _("Silent")))
    for manner, said in words:
        box.addItem(said, manner)
    box.setCurrentIndex([manner for manner, _said in words].index(how))
    return box


def _after(before: Sequence[str], chosen: dict[str, bool]) -> tuple[str, ...]:
    """Those that are chosen, and what other workspaces have."""
    return (*(one for one in before if one not in chosen), *(one for one, holds in chosen.items() if holds))


def _clock(name: str, shown: QTime) -> QTimeEdit:
    field = QTimeEdit(shown)
    field.setAlignment(Qt.AlignmentFlag.AlignCenter)
    field.setAccessibleName(name)
    return field


def _time(field: QTimeEdit) -> time:
    return time(field.time().hour(), field.time().minute())
