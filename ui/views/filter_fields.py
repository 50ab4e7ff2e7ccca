"""A filter as a person writes it: three rows of conditions, and below them the text that they stand for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QVBoxLayout, QWidget

from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.filter_words import from_words, to_words
from inbox_app.domain.filters import EVERYTHING, Filter
from inbox_app.i18n import _
from ui.tasks import Tasks
from ui.theme import fonts
from ui.theme.forms import add_field
from ui.theme.theme import Theme
from ui.theme.widgets import Label
from ui.views.filter_line import FilterLine
from ui.views.offers import Group
from ui.views.sections import Sections


class FilterFields(QWidget):
    """`filter` is the last one that was understood; `problem` says why what stands there is not.

    Signals:
        changed: there is another filter, or another problem.
    """

    changed = Signal()

    def __init__(self, theme: Theme, tasks: Tasks, known: Sequence[Group], check: Callable[[Filter], Filter]) -> None:
        super().__init__()
        self._check = check
        self._tree: Filter = EVERYTHING
        self.problem = ""
        self.sections = Sections(theme, tasks, known)
        self.words = FilterLine()
        self.words.setAccessibleName(_("The filter as text"))
        self.words.setFont(theme.font(fonts.BODY))
        self.words.setPlaceholderText("state:open (tag:vip or tag:press) not hat:social")
        deep = _("This filter nests deeper than the rows can show: change it as text.")
        self.deep = Label(theme, deep, tone="meta").wrapping()
        text = QFormLayout()
        add_field(text, _("As text"), self.words)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self.sections)
        column.addWidget(self.deep)
        column.addLayout(text)
        for row in (self.sections.every, self.sections.one, self.sections.none):
            row.add.setAutoDefault(False)
        self.sections.changed.connect(self._take_rows)
        self.words.edited.connect(self._take_words)
        self._show_rows()

    @property
    def filter(self) -> Filter:
        """What it says."""
        return self._tree

    def show_filter(self, tree: Filter) -> None:
        """Show this one, telling nobody."""
        self._tree, self.problem = tree, ""
        self.words.setText(to_words(tree))
        self._show_rows()

    def _take_rows(self) -> None:
        self._tree, self.problem = self.sections.filter, ""
        self.words.setText(to_words(self._tree))
        self.changed.emit()

    def _take_words(self, text: str) -> None:
        try:
            self._tree = self._check(from_words(text))
        except UserFacingError as problem:
            self.problem = problem.message
        else:
            self.problem = ""
            self._show_rows()
        self.changed.emit()

    def _show_rows(self) -> None:
        fits = self.sections.show_filter(self._tree)
        self.sections.setVisible(fits)
        self.deep.setVisible(not fits)
