"""Everything that was decided in the workspace, newest first; each decision can be taken back, however old."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QDialog, QHBoxLayout, QWidget

from inbox_app.actions import triage
from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.history import PastDecision
from inbox_app.domain.ids import OperationId
from inbox_app.i18n import _, ngettext
from inbox_app.queries import colleagues, history
from ui.asking import Asking
from ui.choices import Choice, Choices, fitting
from ui.core import Core
from ui.tasks import Tasks
from ui.theme import fonts
from ui.theme.moments import at
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import Label, PushButton, ToolButton


class HistoryPage(QDialog):
    """Grows by a page at a time."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._core = core
        self._past: list[PastDecision] = []
        self._alone = True
        self._asking = Asking(tasks, "history")
        self.setWindowTitle(_("Everything that was decided"))
        self.resize(640, 520)
        self.choices = Choices(theme, _("Find a decision"), _("Find a decision"), _("Nothing was decided yet."))
        self.choices.at_once = False
        self.problem = Label(theme, size=fonts.META, tone="red").wrapping()
        self.older = ToolButton(theme, "clock", _("Older ones"), "link")
        self.take_back = PushButton(theme, _("Take back"), "primary")
        foot = QHBoxLayout()
        foot.addWidget(self.older)
        foot.addStretch(1)
        foot.addWidget(self.take_back)
        column = titled_column(theme, self)
        column.addWidget(self.choices, 1)
        column.addWidget(self.problem)
        column.addLayout(foot)
        self.problem.hide()
        self.older.hide()
        self.take_back.setAutoDefault(False)
        self.choices.typed.connect(lambda _words: self._offer())
        self.choices.list.currentRowChanged.connect(lambda _row: self._allow())
        self.older.clicked.connect(lambda: self._asking.ask(self._go_on))
        self.take_back.clicked.connect(self._begin_undo)
        self._asking.ask(self._begin)

    @property
    def is_settled(self) -> bool:
        """Whether all that was asked for is here."""
        return self._asking.is_idle

    def done(self, result: int) -> None:
        """Closed, it asks nothing more."""
        self._asking.forget()
        super().done(result)

    async def _begin(self) -> None:
        self._alone = len(await colleagues.present(self._core.store)) < 2
        self._take(list(await history.decisions(self._core.store)), [])

    async def _go_on(self) -> None:
        more = await history.decisions(self._core.store, before=self._past[-1].id)
        self._take(list(more), self._past)

    def _take(self, page: list[PastDecision], known: list[PastDecision]) -> None:
        self._past = [*known, *page]
        self.older.setVisible(len(page) == history.PAGE)
        self.older.setEnabled(True)
        self._offer()

    def _offer(self) -> None:
        row = self.choices.list.currentRow()
        self.choices.offer(fitting(self.choices.field.text(), [_line(one, alone=self._alone) for one in self._past]))
        if 0 <= row < self.choices.list.count():
            self.choices.list.setCurrentRow(row)
        self._allow()

    def _allow(self) -> None:
        one = self._chosen()
        self.take_back.setEnabled(one is not None and one.undone_at is None)

    def _chosen(self) -> PastDecision | None:
        place, offered = self.choices.list.currentRow(), self.choices.offered
        value = offered[place].value if 0 <= place < len(offered) else None
        return value if isinstance(value, PastDecision) else None

    def _begin_undo(self) -> None:
        one = self._chosen()
        if one is not None:
            # A second press, or older ones, would break it off between two lots.
            self.take_back.setEnabled(False)
            self.older.setEnabled(False)
            self._asking.ask(partial(self._undo, one.id))

    async def _undo(self, wanted: OperationId) -> None:
        try:
            await triage.undo_one(self._core.store, wanted)
        except UserFacingError as no:
            self.problem.setText(no.message)
            self.problem.show()
            self.older.setEnabled(True)
            self._allow()
            return
        self.problem.hide()
        self._take(list(await history.decisions(self._core.store, limit=max(len(self._past), history.PAGE))), [])


def about_what(one: PastDecision) -> str:
    """What a decision was about: the conversation's title or the member's name, of several how many; or nothing."""
    count = len(one.conversations)
    if count > 1:
        return ngettext("{count} conversation", "{count} conversations", count).format(count=number(count))
    if one.members > 1:
        return ngettext("{count} member", "{count} members", one.members).format(count=number(one.members))
    return one.title


def _line(one: PastDecision, *, alone: bool) -> Choice:
    about = about_what(one)
    name = _("{decision}: {about}").format(decision=one.called, about=about) if about else one.called
    aside = at(one.at) if alone or not one.by else _("{name}, {when}").format(name=one.by, when=at(one.at))
    if one.undone_at is not None:
        aside = _("taken back · {when}").format(when=aside)
    return Choice(one, name, aside, "arrow-u-up-left" if one.undone_at is not None else "check")
