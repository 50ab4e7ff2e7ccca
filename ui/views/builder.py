"""The dialog that builds a view: three rows of conditions or the text they stand for, and how much it selects."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.filter_words import from_words, to_words
from inbox_app.domain.filters import EVERYTHING, Filter
from inbox_app.domain.views import SavedView
from inbox_app.i18n import _, ngettext
from inbox_app.queries import views
from ui.asking import Asking
from ui.core import Core
from ui.tasks import Tasks
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.widgets import CheckButton, Label, PushButton
from ui.views.offers import Surroundings, groups
from ui.views.sections import Sections

_PAUSE_MS = 150


class ViewBuilder(QDialog):
    """`name`, `filter`, `is_shared` and `is_pinned` say what was built, once it is accepted."""

    def __init__(
        self, core: Core, tasks: Tasks, theme: Theme, parent: QWidget, there: Surroundings, of: SavedView | None = None
    ) -> None:
        super().__init__(parent)
        self._core, self._of = core, of
        self._tree: Filter = EVERYTHING
        self.setWindowTitle(_("Change the view") if of else _("New view"))
        self.setMinimumWidth(520)
        self.title = QLineEdit()
        self.sections = Sections(theme, tasks, groups(there))
        self.words = QLineEdit()
        self.deep = Label(theme, _("This filter nests deeper than the rows can show: change it as text."), tone="meta")
        self.count = Label(theme, tone="second", weight=fonts.BOLD)
        self.problem = Label(theme, size=fonts.META, tone="red").wrapping()
        self.pinned, self.shared = CheckButton(theme, _("In the sidebar")), CheckButton(theme, _("For all colleagues"))
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
        return self._tree

    @property
    def is_counting(self) -> bool:
        """Whether the count is about to change."""
        return self._soon.isActive() or not self._counting.is_idle

    def take(self, tree: Filter) -> None:
        """Show this filter in the rows and as text."""
        self._tree = tree
        self.words.setText(to_words(tree))
        self._show_rows()
        self._count()

    def done(self, result: int) -> None:
        """No count is painted after it is closed."""
        self._soon.stop()
        self._counting.forget()
        super().done(result)

    def _lay_out(self, theme: Theme, *, in_team: bool) -> None:
        for field, name in ((self.title, _("Name of the view")), (self.words, _("The filter as text"))):
            field.setAccessibleName(name)
            field.setFont(theme.font(fonts.BODY))
        self.words.setPlaceholderText("state:open (tag:vip or tag:press) not hat:social")
        form = QFormLayout()
        form.addRow(_("Name"), self.title)
        text = QFormLayout()
        text.addRow(_("As text"), self.words)
        choices, foot = QHBoxLayout(), QHBoxLayout()
        choices.addWidget(self.pinned)
        choices.addWidget(self.shared)
        choices.addStretch(1)
        self.shared.setVisible(in_team)
        foot.addWidget(self.count, 1)
        cancel = PushButton(theme, _("Cancel"), "plain")
        cancel.clicked.connect(self.reject)
        cancel.setAutoDefault(False)
        foot.addWidget(cancel)
        foot.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(14)
        column.addLayout(form)
        column.addWidget(self.sections)
        column.addWidget(self.deep)
        column.addLayout(text)
        column.addLayout(choices)
        column.addWidget(self.problem)
        column.addStretch(1)
        column.addLayout(foot)
        self.problem.hide()
        for row in (self.sections.every, self.sections.one, self.sections.none):
            row.add.setAutoDefault(False)

    def _connect(self) -> None:
        self.sections.changed.connect(self._take_rows)
        self.words.textEdited.connect(self._take_words)
        self.title.textChanged.connect(lambda _text: self.say(""))
        self._soon.timeout.connect(lambda: self._counting.ask(partial(self._read_count, self._tree)))
        self.save.clicked.connect(self.accept)

    def _take_rows(self) -> None:
        self._tree = self.sections.filter
        self.words.setText(to_words(self._tree))
        self.say("")
        self._count()

    def _take_words(self, text: str) -> None:
        try:
            self._tree = from_words(text)
        except UserFacingError as problem:
            self.say(problem.message)
            return
        self.say("")
        self._show_rows()
        self._count()

    def _show_rows(self) -> None:
        fits = self.sections.show_filter(self._tree)
        self.sections.setVisible(fits)
        self.deep.setVisible(not fits)

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
            self.count.setText(_("More than {count} conversations").format(count=f"{most:n}"))
            return
        words = ngettext("{count} conversation", "{count} conversations", found)
        self.count.setText(words.format(count=f"{found:n}"))
