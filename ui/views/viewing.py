"""Saved views in the window: counted in the sidebar, built in a dialog, changed and removed from their line's menu."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from inbox_app.actions import views
from inbox_app.domain.changes import Changes
from inbox_app.domain.filters import Filter
from inbox_app.domain.ids import ViewId
from inbox_app.domain.views import SavedView
from inbox_app.i18n import _
from inbox_app.queries import accounts, colleagues, inbox
from inbox_app.queries import views as questions
from ui import dialogs
from ui.asking import Asking
from ui.bridge import GATHER
from ui.commands import Does, key_text
from ui.core import Core
from ui.inbox.entries import view_key
from ui.inbox.sidebar import Sidebar
from ui.inbox.views import View
from ui.rules.page import RulesPage
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.toast import Toast
from ui.views.builder import ViewBuilder
from ui.views.offers import Surroundings


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where views stand, where is said what was done, and how what they show is exported."""

    sidebar: Sidebar
    toast: Toast
    export: Callable[[Filter], None]


class Viewing(QObject):
    """Hears of views by the bus, whoever saved them.

    Signals:
        views_changed: the views in the sidebar, as a tuple.
    """

    views_changed = Signal(tuple)

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, window: QWidget, shelf: Shelf) -> None:
        super().__init__(window)
        self._core, self._tasks, self._theme, self._window, self._shelf = core, tasks, theme, window, shelf
        self._saved: dict[str, SavedView] = {}
        self._wanted = ""
        self._fetched: set[str] = set()
        """Views that have no line in the sidebar, but one for as long as they were opened here."""
        self._asking = Asking(tasks, "views")
        self.deeds: dict[Does, Callable[[], object]] = {
            Does.NEW_VIEW: lambda: self._begin(None),
            Does.RULES: lambda: self._tasks.start(self._show_rules(), "rules"),
        }
        shelf.sidebar.new_view_asked.connect(self.deeds[Does.NEW_VIEW])
        shelf.sidebar.view_menu_asked.connect(lambda view: tasks.start(self._offer(view), "view menu"))
        shelf.sidebar.view_move_asked.connect(self._move)
        self._unsubscribe = core.bus.subscribe(self._hear, loop=asyncio.get_running_loop(), gather=GATHER)

    def start(self) -> None:
        """Fill the sidebar."""
        self._asking.ask(self._read)

    def close(self) -> None:
        """Hear and ask nothing more."""
        self._unsubscribe()
        self._asking.forget()

    @property
    def is_idle(self) -> bool:
        """Whether all views are counted."""
        return self._asking.is_idle

    def _hear(self, changes: Changes) -> None:
        if changes.everything or changes.conversations or changes.reminders or {"views", "tags"} & changes.topics:
            self._asking.ask_again()

    async def _read(self) -> None:
        known = await questions.counted(self._core.store, self._core.me)
        self._saved = {view_key(one.view.id): one.view for one in known}
        pinned = tuple(one for one in known if one.view.pinned or view_key(one.view.id) in self._fetched)
        self._shelf.sidebar.show_views(pinned)
        self.views_changed.emit(pinned)
        if self._wanted and self._shelf.sidebar.choose(self._wanted):
            self._wanted = ""

    def open(self, key: str) -> None:
        """Show a view that has no line in the sidebar; it gets one, from which it can be changed and removed."""
        self._fetched.add(key)
        self._wanted = key
        self._asking.ask(self._read)

    async def _offer(self, view: View) -> None:
        menu = QMenu(self._window)
        menu.setAccessibleName(view.title)
        saved = self._saved.get(view.key)
        deeds: dict[QAction, Callable[[], object]] = {}
        if saved is not None:
            deeds[menu.addAction(_("Change the view…"))] = partial(self._begin, saved)
            deeds[menu.addAction(_("Remove the view"))] = partial(self._remove, saved)
            for way, key, by in ((_("Move up"), "Alt+↑", -1), (_("Move down"), "Alt+↓", 1)):
                deeds[menu.addAction(f"{way}\t{key}")] = partial(self._move, view, by)
            menu.addSeparator()
        name = _("Export…")
        deeds[menu.addAction(f"{name}\t{key_text(Does.EXPORT)}")] = partial(self._shelf.export, view.filter)
        chosen = await dialogs.choose_from(menu, self._shelf.sidebar.menu_place())
        if chosen in deeds:
            deeds[chosen]()

    def _move(self, view: View, by: int) -> None:
        saved = self._saved.get(view.key)
        if saved is not None:
            self._tasks.start(self._put(saved, by), "move a view")

    async def _put(self, saved: SavedView, by: int) -> None:
        if await views.move(self._core.store, self._core.me, saved.id, by):
            self._asking.ask_again()

    def _begin(self, of: SavedView | None) -> None:
        self._tasks.start(self._build(of), "view")

    async def _build(self, of: SavedView | None) -> None:
        builder = ViewBuilder(
            self._core, self._tasks, self._theme, self._window.window(), await self._surroundings(), of
        )
        await dialogs.kept(builder, builder.problem, partial(self._save, builder, of))

    async def _save(self, builder: ViewBuilder, of: SavedView | None) -> None:
        made = await self._keep(builder, of)
        self._wanted = view_key(made) if builder.pinned.isChecked() else ""
        self._asking.ask(self._read)
        beside = _("View “{name}” saved. The search finds it by its name.")
        said = _("View “{name}” saved.") if builder.pinned.isChecked() else beside
        self._shelf.toast.say(said.format(name=builder.name))

    async def _keep(self, builder: ViewBuilder, of: SavedView | None) -> ViewId:
        shared, pinned = builder.shared.isChecked(), builder.pinned.isChecked()
        if of is None:
            return await views.add(
                self._core.store, self._core.me, builder.name, builder.filter, shared=shared, pinned=pinned
            )
        owner = None if shared else self._core.me
        changed = replace(of, name=builder.name, filter=builder.filter, colleague=owner, pinned=pinned)
        await views.change(self._core.store, changed)
        return of.id

    async def _show_rules(self) -> None:
        page = RulesPage(self._core, self._tasks, self._theme, self._window.window(), await self._surroundings())
        await page.load()
        await dialogs.ask(page)

    def _remove(self, saved: SavedView) -> None:
        self._tasks.start(self._forget(saved), "remove a view")

    async def _forget(self, saved: SavedView) -> None:
        place = [*self._saved].index(view_key(saved.id))
        gone = await views.remove(self._core.store, self._core.me, saved.id)
        self._shelf.toast.say(
            _("View “{name}” removed.").format(name=gone.name),
            lambda: self._tasks.start(self._restore(gone, place), "view"),
        )

    async def _restore(self, gone: SavedView, place: int) -> None:
        shared, store, me = gone.colleague is None, self._core.store, self._core.me
        made = await views.add(store, me, gone.name, gone.filter, shared=shared, pinned=gone.pinned)
        await views.move(store, me, made, place - len(await questions.every(store, me)) + 1)

    async def _surroundings(self) -> Surroundings:
        rows = await accounts.every(self._core.store)
        catalogue = self._core.catalogue
        names = {one.channel: str(catalogue[one.channel].name) for one in rows if one.channel in catalogue}
        return Surroundings(rows, await inbox.tags(self._core.store), await colleagues.present(self._core.store), names)
