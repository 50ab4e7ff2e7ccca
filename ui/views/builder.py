"""The dialog that builds a view: three rows of conditions or the text they stand for, and how much it selects."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLineEdit, QWidget

from inbox_app.domain.filters import EVERYTHING, Filter, for_a_view
from inbox_app.domain.views import SavedView
from inbox_app.i18n import _, ngettext
from inbox_app.queries import views
from ui.asking import Asking
from ui.core import Core
from ui.tasks import Tasks
from ui.theme import fonts
from ui.theme.forms import add_field
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import CheckBox, Label, PushButton
from ui.views.filter_fields import FilterFields
from ui.views.offers import Surroundings, groups

_PAUSE_MS = 150


class ViewBuilder(QDialog):
    """`name`, `filter`, `is_shared` and `is_pinned` say what was built, once it is accepted."""

    def __init__(
        self, core: Core, tasks: Tasks, theme: Theme, parent: QWidget, there: Surroundings, of: SavedView | None = None
    ) -> None:
        super().__init__(parent)
        self._core, self._of = core, of
        self.setWindowTitle(_("Change the view") if of else _("New view"))
        self.setMinimumWidth(520)
        self.title = QLineEdit()
        self.fields = FilterFields(theme, tasks, groups(there), for_a_view)
        self.count = Label(theme, tone="second", weight=fonts.BOLD)
        self.problem = Label(theme, size=fonts.META, tone="red").wrapping()
        self.pinned, self.shared = CheckBox(_("In the sidebar")), CheckBox(_("For all colleagues"))
        self.save = PushButton(theme, _("Save"), "primary")
        self._counting = Asking(tasks, "count of a view")
        self._soon = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._lay_out(theme, in_team=len(there.colleagues) > 1)
        self._connect()
        self.pinned.setChecked(of is None or of.pinned)
        self.shared.setChecked(of is not None and of.colleague is None)
        self.title.setText(of.name if of else "")
        self.take(of.filter if of else EVERYTHING)

    @property
    def name(self) -> str:
        """What the view is called."""
        return self.title.text().strip()

    @property
    def filter(self) -> Filter:
        """What it selects."""
        return self.fields.filter

    @property
    def is_counting(self) -> bool:
        """Whether the count is about to change."""
        return self._soon.isActive() or not self._counting.is_idle

    def take(self, tree: Filter) -> None:
        """Show this filter in the rows and as text."""
        self.fields.show_filter(tree)
        self._count()

    def done(self, result: int) -> None:
        """No count is painted after it is closed."""
        self._soon.stop()
        self._counting.forget()
        super().done(result)

    def _lay_out(self, theme: Theme, *, in_team: bool) -> None:
        self.title.setAccessibleName(_("Name of the view"))
        self.title.setFont(theme.font(fonts.BODY))
        form = QFormLayout()
        add_field(form, _("Name"), self.title)
        choices, foot = QHBoxLayout(), QHBoxLayout()
        choices.addWidget(self.pinned)
        choices.addWidget(self.shared)
        choices.addStretch(1)
        self.shared.setVisible(in_team)
        foot.addWidget(self.count, 1)
        cancel = PushButton(theme, _("Cancel"), "plain")
        cancel.clicked.connect(self.reject)
        self.save.setDefault(True)
        foot.addWidget(cancel)
        foot.addWidget(self.save)
        column = titled_column(theme, self)
        column.addLayout(form)
        column.addWidget(self.fields)
        column.addLayout(choices)
        column.addWidget(self.problem)
        column.addStretch(1)
        column.addLayout(foot)
        self.problem.hide()

    def _connect(self) -> None:
        self.fields.changed.connect(self._take)
        self.title.textChanged.connect(lambda _text: self.say(self.fields.problem))
        self._soon.timeout.connect(lambda: self._counting.ask(partial(self._read_count, self.filter)))
        self.save.clicked.connect(self.accept)

    def _take(self) -> None:
        self.say(self.fields.problem)
        if not self.fields.problem:
            self._count()

    def say(self, problem: str) -> None:
        """What is wrong with it; empty when nothing is."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self._allow()

    def _allow(self) -> None:
        self.save.setEnabled(bool(self.name) and self.problem.isHidden())

    def _count(self) -> None:
        self._allow()
        self._soon.start()

    async def _read_count(self, tree: Filter) -> None:
        found = await views.matches(self._core.store, self._core.me, tree)
        most = views.MOST_COUNTED
        if found > most:
            self.count.setText(_("More than {count} conversations").format(count=number(most)))
            return
        words = ngettext("{count} conversation", "{count} conversations", found)
        self.count.setText(words.format(count=number(found)))
