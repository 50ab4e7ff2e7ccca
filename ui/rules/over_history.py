"""A rule over everything that is there already: how many messages it meets, then doing it, stopped where one likes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QWidget

from inbox_app.actions import rules, rules_over_history
from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.rules import OverHistory, Rule
from inbox_app.i18n import _, ngettext
from ui.asking import Asking
from ui.core import Core
from ui.tasks import Tasks, Work
from ui.theme import fonts
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import Label, PushButton

_WIDTH = 460


class OverHistoryDialog(QDialog):
    """Counts when it is opened; only `apply` changes anything. Closed in the middle it stops."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, parent: QWidget, of: Rule) -> None:
        super().__init__(parent)
        self._core, self._of = core, of
        self._work = Asking(tasks, "a rule over history")
        self._stopping = False
        self.setWindowTitle(_("Apply to what is there"))
        title = _("“{name}” over all messages that are there").format(name=of.name)
        self._title = Label(theme, title, size=fonts.BODY, weight=fonts.BOLD).wrapping()
        self.said = Label(theme).wrapping()
        self.progress = QProgressBar()
        self.progress.setAccessibleName(_("Progress"))
        self.progress.setTextVisible(False)
        self.apply = PushButton(theme, _("Apply"), "primary")
        self.stop = PushButton(theme, _("Stop"), "plain")
        self.take_back = PushButton(theme, _("Take back all it did"), "plain")
        self.leave = PushButton(theme, _("Close"), "plain")
        self._lay_out(theme)
        self.apply.clicked.connect(lambda: self._begin(self._apply))
        self.take_back.clicked.connect(lambda: self._begin(self._revoke))
        self.stop.clicked.connect(self._stop)
        self.leave.clicked.connect(self.accept)
        self._begin(self._count)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is under way."""
        return self._work.is_idle

    def done(self, result: int) -> None:
        """Closed, it goes no further; what was done stands."""
        self._stopping = True
        super().done(result)

    def _lay_out(self, theme: Theme) -> None:
        foot = QHBoxLayout()
        foot.addWidget(self.take_back)
        foot.addStretch(1)
        for button in (self.leave, self.stop, self.apply):
            foot.addWidget(button)
        column = titled_column(theme, self)
        for part in (self._title, self.said, self.progress):
            column.addWidget(part)
        column.addLayout(foot)
        self.setMinimumWidth(_WIDTH)

    def _begin(self, deed: Callable[[], Work]) -> None:
        self._stopping = False
        for button in (self.apply, self.take_back, self.leave):
            button.setVisible(False)
        self.stop.show()
        self.stop.setFocus()
        self.progress.setRange(0, 0)
        self.progress.show()
        self._work.ask(partial(self._run, deed))

    async def _run(self, deed: Callable[[], Work]) -> None:
        try:
            await deed()
        except UserFacingError as problem:
            self._end(problem.message)

    async def _count(self) -> None:
        found = await rules_over_history.count(self._core.store, self._of, self._report)
        met = ngettext("It would meet {count} message", "It would meet {count} messages", found.met)
        self._end(f"{met.format(count=number(found.met))} {self._of_all(found)}", can_apply=found.met > 0)

    async def _apply(self) -> None:
        found = await rules_over_history.apply(self._core.store, self._of.id, self._report)
        met = ngettext("It met {count} message", "It met {count} messages", found.met)
        self._end(f"{met.format(count=number(found.met))} {self._of_all(found)}", did=True)

    async def _revoke(self) -> None:
        count = await rules.revoke(self._core.store, self._of.id)
        self._end(ngettext("Taken back {count} time.", "Taken back {count} times.", count).format(count=number(count)))

    def _report(self, far: OverHistory) -> bool:
        self.progress.setRange(0, max(far.all, 1))
        self.progress.setValue(far.looked_at)
        said = ngettext(
            "{count} of {all} message looked at, {met} of them met.",
            "{count} of {all} messages looked at, {met} of them met.",
            far.all,
        )
        self.said.setText(said.format(count=number(far.looked_at), all=number(far.all), met=number(far.met)))
        return not self._stopping

    def _of_all(self, found: OverHistory) -> str:
        if self._stopping:
            return _("among the newest {count}; it was stopped there.").format(count=number(found.looked_at))
        return _("among all {count}.").format(count=number(found.looked_at))

    def _stop(self) -> None:
        self._stopping = True
        self.said.setText(_("Stopping…"))

    def _end(self, sentence: str, *, can_apply: bool = False, did: bool = False) -> None:
        self.said.setText(sentence)
        self.progress.hide()
        self.stop.hide()
        self.leave.show()
        self.apply.setVisible(can_apply)
        self.take_back.setVisible(did)
        (self.apply if can_apply else self.leave).setFocus()
