"""Three rows of conditions: those that must all hold, those of which one must, and those of which none may."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from inbox_app.domain.filters import All, Any, By, Filter, Is, Not
from inbox_app.i18n import _
from ui import dialogs
from ui.line_dialog import Wanted, ask_words
from ui.tasks import Tasks
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.widgets import Label, PushButton, ToolButton
from ui.views.flow import Flow
from ui.views.offers import Group, said

WIDEST = 300
"""Of a condition in sight: with all its words it would push what stands below it out of the page."""


class Section(QWidget):
    """One of the rows: chips that a click takes away, and a button that offers more."""

    changed = Signal()

    def __init__(self, theme: Theme, tasks: Tasks, title: str, known: Sequence[Group]) -> None:
        super().__init__()
        self._theme, self._tasks, self._title, self._known = theme, tasks, title, known
        self.conditions: list[Is] = []
        self.add = PushButton(theme, _("Add a condition"))
        self.add.setAccessibleName(_("{row}: add a condition").format(row=title))
        self.add.clicked.connect(lambda: tasks.start(self._offer(), "conditions"))
        self._chips = QWidget()
        self._flow = Flow(self._chips)
        self._flow.addWidget(self.add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(Label(theme, title, size=fonts.META, weight=fonts.BOLD))
        column.addWidget(self._chips)

    def show_conditions(self, conditions: Sequence[Is]) -> None:
        """Hold these, telling nobody."""
        self.conditions = list(conditions)
        self._refill()

    @property
    def chips(self) -> list[ToolButton]:
        """The conditions as buttons, in their order."""
        return [one for one in self._chips.findChildren(ToolButton) if one.isVisibleTo(self)]

    def take(self, condition: Is) -> None:
        """One more condition."""
        if condition not in self.conditions:
            self.conditions.append(condition)
            self._refill()
            self.changed.emit()

    async def _offer(self) -> None:
        menu = QMenu(self.add)
        menu.setAccessibleName(self.add.accessibleName())
        offers: dict[QAction, Is] = {}
        for group in self._known:
            room = menu.addMenu(group.name) if group.name else menu
            for offer in group.offers:
                offers[room.addAction(offer.name.replace("&", "&&"))] = offer.condition
        chosen = await dialogs.choose_from(menu, self.add.mapToGlobal(QPoint(0, self.add.height())))
        if chosen in offers and (condition := await self._finished(offers[chosen])) is not None:
            self.take(condition)
        self.add.setFocus()

    async def _finished(self, offered: Is) -> Is | None:
        """What is offered without its words is asked for them; None when the person gave up."""
        if offered.by is not By.TEXT:
            return offered
        sentence = _("Parts of words count too. With commas between them, one of several is enough: parcel, delivery")
        wanted = Wanted(_("Which words?"), sentence, _("Add"))
        typed = await ask_words(self._theme, self.window(), wanted)
        words = [" ".join(one.split()) for one in (typed or "").split(",") if one.strip()]
        return Is(By.TEXT, tuple(dict.fromkeys(words))) if words else None

    def _drop(self, condition: Is) -> None:
        self.conditions.remove(condition)
        self._refill()
        self.changed.emit()
        self.add.setFocus()

    def _refill(self) -> None:
        for chip in self._chips.findChildren(ToolButton):
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._flow.removeWidget(self.add)
        for condition in self.conditions:
            name = said(condition, self._known)
            chip = ToolButton(self._theme, "x", name, "link").cut(name, WIDEST)
            chip.setAccessibleName(_("Take away: {condition}").format(condition=name))
            chip.clicked.connect(lambda _checked=False, one=condition: self._drop(one))
            self._flow.addWidget(chip)
            chip.show()
        self._flow.addWidget(self.add)
        self._chips.updateGeometry()


class Sections(QWidget):
    """The three rows together, as a filter."""

    changed = Signal()

    def __init__(self, theme: Theme, tasks: Tasks, known: Sequence[Group]) -> None:
        super().__init__()
        self.every = Section(theme, tasks, _("All of these hold"), known)
        self.one = Section(theme, tasks, _("And at least one of these"), known)
        self.none = Section(theme, tasks, _("And none of these"), known)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for row in (self.every, self.one, self.none):
            column.addWidget(row)
            row.changed.connect(self.changed)

    @property
    def filter(self) -> Filter:
        """What the rows say."""
        parts: list[Filter] = [*self.every.conditions]
        if len(self.one.conditions) == 1:
            parts.extend(self.one.conditions)
        elif self.one.conditions:
            parts.append(Any(tuple(self.one.conditions)))
        parts += [Not(one) for one in self.none.conditions]
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def show_filter(self, tree: Filter) -> bool:
        """Show a filter, telling nobody; False where it nests deeper than three rows can say."""
        rows = _rows(tree)
        if rows is not None:
            for section, conditions in zip((self.every, self.one, self.none), rows, strict=True):
                section.show_conditions(conditions)
        return rows is not None


def _rows(tree: Filter) -> tuple[list[Is], list[Is], list[Is]] | None:
    every: list[Is] = []
    one: list[Is] = []
    none: list[Is] = []
    for part in tree.parts if isinstance(tree, All) else (tree,):
        match part:
            case Is():
                every.append(part)
            case Not(Is() as not_this):
                none.append(not_this)
            case Any(parts) if not one and all(isinstance(other, Is) for other in parts):
                one.extend(other for other in parts if isinstance(other, Is))
            case _:
                return None
    return every, one, none
