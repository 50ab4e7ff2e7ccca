"""The saved lists of members: a button that says which one the page shows, and its menu with how many are on each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from inbox_app.actions import saved_lists as act
from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.saved_lists import Choice, SavedList
from inbox_app.i18n import _
from inbox_app.queries import community
from ui import dialogs
from ui.core import Core
from ui.line_dialog import LineDialog, Wanted
from ui.tasks import Tasks
from ui.theme import fonts
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.widgets import PushButton

_WIDEST = 120
Deed = Callable[[], Awaitable[None]]


class SavedLists(PushButton):
    """`load` before it is seen. `chosen` brings a list's choice; `done` says what was done, with the decision."""

    chosen = Signal(object)
    done = Signal(str, object)
    refused = Signal(str)
    """Why nothing was done."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, page: QWidget) -> None:
        super().__init__(theme, _("Lists"), "plain", "list-bullets")
        self._core, self._tasks, self._page = core, tasks, page
        self.known: tuple[SavedList, ...] = ()
        self._choice = Choice()
        self._last = ""
        """The name of the list that was shown last, which is offered where what was chosen on from it is saved."""
        self.clicked.connect(lambda: tasks.start(self._offer(), "lists of members"))

    async def load(self) -> None:
        """Read which there are."""
        self.known = await community.lists(self._core.store)
        self.show_choice(self._choice)

    @property
    def shown(self) -> SavedList | None:
        """The list that the page shows; None where it shows something else."""
        return next((one for one in self.known if one.choice == self._choice), None)

    def show_choice(self, choice: Choice) -> None:
        """Say which list this is, where it is one."""
        self._choice = choice
        shown = self.shown
        if shown is None:
            self.setText(_("Lists"))
            return
        self._last = shown.name
        self.setText(fonts.elide(shown.name, self.font(), self._theme.scaled(_WIDEST)).replace("&", "&&"))
        self.setAccessibleName(_("List: {name}").format(name=shown.name))

    async def _offer(self) -> None:
        await self.load()
        menu = QMenu(self._page)
        menu.setAccessibleName(_("Lists"))
        offered: dict[QAction, Deed] = {self._add(menu, one): partial(self._choose, one) for one in self.known}
        menu.addSeparator()
        save = menu.addAction(_("Save this as a list…"))
        save.setEnabled(self._choice != Choice() and self.shown is None)
        offered[save] = self._save
        if (shown := self.shown) is not None:
            name = shown.name.replace("&", "&&")
            offered[menu.addAction(_("Rename “{name}”…").format(name=name))] = partial(self._rename, shown)
            offered[menu.addAction(_("Remove “{name}”").format(name=name))] = partial(self._remove, shown)
        lines = [*offered][: len(self.known)]
        self._tasks.start(self._count(lines), "count lists of members")
        picked = await dialogs.choose_from(menu, self.mapToGlobal(self.rect().bottomLeft()))
        lines.clear()
        if picked is not None and picked in offered:
            await offered[picked]()

    def _add(self, menu: QMenu, one: SavedList) -> QAction:
        name = one.name.replace("&", "&&")
        if one.choice is None:
            action = menu.addAction(_("{name} (kept by a newer Portavoce)").format(name=name))
            action.setEnabled(False)
            return action
        action = menu.addAction(name)
        action.setCheckable(True)
        action.setChecked(one == self.shown)
        return action

    async def _count(self, lines: list[QAction]) -> None:
        """Say how many are on each list, unless the menu is gone before it is known."""
        counts = await community.counts(self._core.store, self.known)
        for action, count in zip(lines, counts, strict=False):
            if count is not None:
                action.setText(f"{action.text()}\t{number(count)}")

    async def _choose(self, one: SavedList) -> None:
        self.chosen.emit(one.choice)

    async def _save(self) -> None:
        told = _("It holds whoever fits on the day one looks. All colleagues see it; a list of that name is replaced.")

        async def save(name: str) -> None:
            known = {one.name.casefold() for one in self.known}
            said = _("List “{name}” replaced.") if name.casefold() in known else _("List “{name}” saved.")
            saved = act.save(self._core.store, self._core.me, name, self._choice, known=self.known)
            await self._do(saved, said, name)

        await self._ask(Wanted(_("Save this as a list"), told, _("Save")), self._last, save)

    async def _rename(self, one: SavedList) -> None:
        told = _("All colleagues see it by its new name.")

        async def rename(name: str) -> None:
            renamed = act.rename(self._core.store, self._core.me, one.id, name)
            await self._do(renamed, _("List “{name}” renamed."), name)

        await self._ask(Wanted(_("Rename the list"), told, _("Rename")), one.name, rename)

    async def _remove(self, one: SavedList) -> None:
        removed = act.remove(self._core.store, self._core.me, one.id)
        try:
            await self._do(removed, _("List “{name}” removed."), one.name)
        except UserFacingError as refused:
            self.refused.emit(refused.message)

    async def _do(self, deed: Awaitable[object], said: str, name: str) -> None:
        """Do it and say so; where it is refused, what the page shows stays."""
        try:
            with self._core.store.recording() as decided:
                await deed
            self.done.emit(said.format(name=name), decided)
        finally:
            await self.load()

    async def _ask(self, wanted: Wanted, name: str, take: Callable[[str], Awaitable[None]]) -> None:
        """Ask for a name until it is taken; what is refused is said beside it."""
        dialog = LineDialog(self._theme, self._page, wanted)
        dialog.field.setText(name)
        dialog.field.selectAll()
        await dialogs.kept(dialog, dialog.problem, lambda: take(" ".join(dialog.words.split())))
