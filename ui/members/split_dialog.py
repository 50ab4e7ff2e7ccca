"""Two people had one handle: from which day on it is the other's, with what that divides shown while typing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from inbox_app.domain.days_gone import day_gone
from inbox_app.domain.people import HandleLine
from inbox_app.i18n import _, ngettext
from inbox_app.settings import local_zone
from ui.asking import Asking
from ui.tasks import Tasks
from ui.theme import fonts
from ui.theme.moments import short_date
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import Label, PushButton

Count = Callable[[datetime], Awaitable[tuple[int, int]]]
"""How many messages are from before a moment, and how many from then on."""


class SplitDialog(QDialog):
    """`moment` and `name` are what was decided."""

    def __init__(self, tasks: Tasks, theme: Theme, parent: QWidget, one: HandleLine, count: Count) -> None:
        super().__init__(parent)
        self._count, self._handle = count, one.handle
        self._asking = Asking(tasks, "split")
        self.moment: datetime | None = None
        self.setWindowTitle(_("Two people had {handle}").format(handle=one.handle))
        self.resize(460, 280)
        self.day, self.person = QLineEdit(), QLineEdit()
        for field, name, hint in (
            (self.day, _("From which day on it is somebody else’s"), _("From which day on: “3 may”, 2026-05-03…")),
            (self.person, _("Who had it before"), _("Who had it before: a name")),
        ):
            field.setAccessibleName(name)
            field.setPlaceholderText(hint)
        self.person.setText(_("{name}, before").format(name=one.name or one.handle))
        self.told = Label(theme, size=fonts.META, tone="second").wrapping()
        self.divide = PushButton(theme, _("Divide"), "primary")
        self.divide.setEnabled(False)
        self.divide.clicked.connect(self.accept)
        hint = _(
            "What was said before that day goes to another member; notes, tags and fields stay here. Z takes it back."
        )
        column = titled_column(theme, self)
        column.addWidget(Label(theme, hint, tone="second").wrapping())
        for widget in (self.day, self.person, self.told):
            column.addWidget(widget)
        column.addStretch(1)
        column.addWidget(self.divide, 0, Qt.AlignmentFlag.AlignRight)
        self.day.textChanged.connect(lambda _text: self._ask())
        self.person.textChanged.connect(lambda _text: self._allow())

    @property
    def name(self) -> str:
        """What the one who had it before is called."""
        return " ".join(self.person.text().split())

    def accept(self) -> None:
        """Only what divides something."""
        if self.divide.isEnabled():
            super().accept()

    def done(self, result: int) -> None:
        """Closed, it asks nothing more."""
        self._asking.forget()
        super().done(result)

    def _ask(self) -> None:
        self.moment = None
        self._allow()
        self._asking.ask(self._look)

    async def _look(self) -> None:
        moment = _read(self.day.text())
        if moment is None:
            self.told.setText(
                _("That is no day. Write “3 may”, 3/5/2026 or 2026-05-03.") if self.day.text().strip() else ""
            )
            return
        before, since = await self._count(moment)
        said = ngettext(
            "{day}: {before} message before, {since} from then on.",
            "{day}: {before} messages before, {since} from then on.",
            before,
        )
        self.told.setText(said.format(day=short_date(moment), before=before, since=since))
        self.moment = moment if before and since else None
        self._allow()

    def _allow(self) -> None:
        self.divide.setEnabled(self.moment is not None and bool(self.name))


def _read(words: str) -> datetime | None:
    day = day_gone(words, datetime.now(local_zone()).date())
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=local_zone())
