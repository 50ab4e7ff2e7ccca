"""The life of the window from first start to quitting: which workspace is open in it, and what opening one takes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from inbox_app.domain.errors import UserFacingError
from inbox_app.i18n import _
from inbox_app.paths import WorkspaceAddress, is_missing, resolve_workspace
from inbox_app.settings import Settings, SettingsFile
from inbox_app.settings import Theme as Wanted
from ui import workspaces
from ui.app_window import AppWindow
from ui.commands import Does, wear_keys
from ui.single_instance import SingleInstance
from ui.tasks import Tasks
from ui.theme.theme import Theme

if TYPE_CHECKING:
    from ui.core import Core
    from ui.desktop.notes import Note
    from ui.encrypting import AskPassphrase
    from ui.first_start import FirstStart
    from ui.settings.adjusting import Adjusting
    from ui.settings.following import Following

# What a workspace takes is imported where one is opened: the window is painted before all that is loaded.

OWN = "inbox"
"""The name of the workspace that the first start makes for one's own channels."""
_SEED = 1
_A_FRAME = 0.02
"""Seconds in which a window that was just shown is painted, before what comes next keeps it busy."""


Appear = Callable[[], object]
"""How a window comes up without coming to the front."""


class OpenCore(Protocol):
    """Opens a workspace; with `create` it is made when missing."""

    async def __call__(self, address: WorkspaceAddress, *, create: bool) -> Core: ...


class Session(QObject):
    """One window and, once chosen, one workspace in it."""

    opened = Signal(object)
    """A workspace is open and on screen: its `Core`."""

    def __init__(
        self,
        window: AppWindow,
        tasks: Tasks,
        theme: Theme,
        open_core: OpenCore,
        ask: AskPassphrase | None = None,
        settings: SettingsFile | None = None,
    ) -> None:
        super().__init__(window)
        self._settings = settings
        self._ask = ask
        self._window, self._tasks, self._theme, self._open_core = window, tasks, theme, open_core
        self._instance = SingleInstance(self)
        self._wanted: WorkspaceAddress | None = None
        self.core: Core | None = None
        self._adjusting: Adjusting | None = None
        self._following: Following | None = None
        self._link = ""
        """Leads to a message that is opened as soon as a workspace is."""
        self._instance.called.connect(self._hear_call)
        self._follow(window.first_start)
        window.workspaces_asked.connect(lambda: self._tasks.start(self._offer_workspaces(), "workspaces"))
        window.new_workspace_asked.connect(lambda: self._tasks.start(self._make_new(), "new workspace"))
        window.encryption_asked.connect(lambda: self._tasks.start(self._encrypt(), "encryption"))
        window.practice_asked.connect(lambda: self._tasks.start(self._go_practising(), "practice room"))
        window.theme_asked.connect(lambda: self._tasks.start(self._change_theme(), "theme"))
        window.settings_asked.connect(lambda: self._tasks.start(self._adjust(), "settings"))
        window.key_chosen.connect(lambda does, key: self._tasks.start(self._change_key(does, key), "keys"))
        window.restore_asked.connect(lambda source: self._tasks.start(self._restore_over(source), "restore"))
        window.refresh_asked.connect(lambda: self._tasks.start(self._refresh(), "refresh"))

    def _follow(self, first_start: FirstStart) -> None:
        """Do what its ways in ask for."""
        first_start.practice_asked.connect(lambda: self._begin(self._practise, _("The community moves in…")))
        first_start.connect_asked.connect(lambda: self._begin(self._connect, _("Making your workspace…")))
        first_start.archive_asked.connect(lambda: self._begin(self._import, _("Making your workspace…")))
        first_start.settings_asked.connect(self._window.settings_asked)
        first_start.workspaces_asked.connect(self._window.workspaces_asked)
        self._offer_others()

    def _offer_others(self) -> None:
        recent = () if self._settings is None else self._settings.current.recent_workspaces
        wanted = "" if self._wanted is None else self._wanted.reference
        self._window.first_start.offer_others(any(one != wanted for one in recent))

    async def begin(self, address: WorkspaceAddress | None, link: str = "", *, quietly: Appear | None = None) -> bool:
        """Show the window with this workspace, or the first start; False when another window has it already.

        A link is followed once the workspace is open, by whichever window has it. What starts `quietly` appears so
        while there is nothing to ask the person.
        """
        self._wanted, self._link = address, link
        self._offer_others()
        if address is None or is_missing(address):
            self._window.show()
            return True
        if not self._instance.claim(address, link):
            return False
        (quietly or self._window.show)()
        await asyncio.sleep(_A_FRAME)
        await self._enter(address)
        if self.core is None:
            self._window.come_to_front()
        return True

    async def _enter(self, address: WorkspaceAddress) -> None:
        """Open a workspace and show it; one that holds nothing yet is left for the welcome and its ways in."""
        with self._busy_with(address) as say:
            say(_("One moment…"))
            try:
                core = await self._open(address, create=False)
            except UserFacingError as refused:
                self._tasks.take(refused)
                return
            if await _is_empty(core):
                await core.close()
            else:
                self.show(core)

    async def _open(self, address: WorkspaceAddress, *, create: bool) -> Core:
        """Open a workspace, which is the one that opens by itself from now on."""
        core = await self._open_core(address, create=create)
        if core.settings.current.last_workspace != address.reference:
            try:
                await asyncio.to_thread(core.settings.change, lambda current: current.opened(address.reference))
            except UserFacingError as unsaved:
                self._tasks.take(unsaved)
        return core

    @contextmanager
    def _busy_with(self, address: WorkspaceAddress) -> Iterator[Callable[[str], None]]:
        """While a workspace is closed or opened no other can be chosen; what is said stands below its name."""
        try:
            yield lambda sentence: self._window.first_start.work(sentence, workspaces.shown_name(address))
        finally:
            self._window.first_start.work("")

    def show(self, core: Core) -> None:
        """Put an opened workspace into the window, and sync it."""
        self.core = core
        self._put_in(core)
        core.start(self._tasks.take)
        if core.address == resolve_workspace(workspaces.PRACTICE):
            self._window.offer_tour()

    def _put_in(self, core: Core) -> None:
        from ui.settings.following import Following
        from ui.workplace import Workplace

        self._following = self._following or Following(core.settings, self._window, self._tasks, self._theme)
        self._settings = core.settings
        wear_keys(core.settings.current.keys)
        self._window.name_workspace(workspaces.shown_name(core.address))
        self._window.put_in(Workplace(core, self._tasks, self._theme, self._window.pages))
        self.opened.emit(core)
        self._follow_link()

    def _hear_call(self, words: str) -> None:
        self._window.come_to_front()
        self._link = words or self._link
        self._follow_link()

    def _follow_link(self) -> None:
        if self._link and self._window.workplace is not None:
            link, self._link = self._link, ""
            self._window.workplace.linking.follow(link)

    async def close(self) -> None:
        """Keep what is written and let go of the workspace."""
        core, self.core = self.core, None
        if self._window.workplace is not None:
            await self._window.workplace.close_down()
        await self._tasks.close()
        if core is not None:
            await core.close()
        self._instance.release()

    # --- from one workspace to another ------------------------------------------------------------------------------

    async def _offer_workspaces(self) -> None:
        if self._settings is None:
            return
        workplace = self._window.workplace
        place = (self._window.first_start if workplace is None else workplace.sidebar).workspace_place()
        recent = self._settings.current.recent_workspaces
        shown, deeds = self._wanted, [Does.NEW_WORKSPACE]
        if self.core is not None:
            shown, deeds = self.core.address, [*deeds, Does.ENCRYPTION]
        chosen = await workspaces.choose(self._window, self._theme, place, recent, shown, deeds)
        if isinstance(chosen, Does):
            self._window.give(chosen)
        elif chosen == resolve_workspace(workspaces.PRACTICE):
            await self._go_practising()
        elif chosen is not None and await self._may_leave() and self._instance.claim(chosen):
            await self._leave()
            self._wanted = chosen
            self._offer_others()
            await self._enter(chosen)

    async def _go_practising(self) -> None:
        address = resolve_workspace(workspaces.PRACTICE)
        if self.core is not None and self.core.address != address:
            if not await self._may_leave() or not self._instance.claim(address):
                return
            await self._leave()
            self._wanted = address
        if self.core is None:
            self._window.first_start.practice.click()

    async def _make_new(self) -> None:
        """A workspace of its own for another brand; its ways in are those of the first start."""
        from ui.encrypting import new_workspace

        address = await new_workspace(self._theme, self._window, self._ask)
        if address is None or not await self._may_leave() or not self._instance.claim(address):
            return
        await self._leave()
        self._wanted = address
        with self._busy_with(address) as say:
            say(_("Making your workspace…"))
            await (await self._open(address, create=True)).close()
        self._offer_others()
        self._window.name_workspace(workspaces.shown_name(address))

    async def _encrypt(self) -> None:
        """Encrypt the workspace that is open, or make it readable again: closed meanwhile, and opened again."""
        from ui.encrypting import prepare_change

        core = self.core
        change = None if core is None else await prepare_change(self._theme, self._window, core)
        if core is None or change is None or not await self._may_leave():
            return
        address = core.address
        await self._leave()
        try:
            with self._busy_with(address) as say:
                say(_("One moment…"))
                address = await change(say)
        finally:
            self._wanted = address
            await self._enter(address)

    async def _may_leave(self) -> bool:
        """A closed workspace sends nothing: what can still be taken back is decided first."""
        workplace = self._window.workplace
        if workplace is None or not workplace.leaving.waiting:
            return True
        from ui import closing

        return await closing.settle(workplace, self._theme, self._window, goes_on=True)

    async def _adjust(self) -> None:
        if self._settings is not None:
            from ui.settings.adjusting import Adjusting

            self._adjusting = self._adjusting or Adjusting(self._window, self._tasks, self._theme, self._renew)
            await self._adjusting.show(self._settings)

    async def _change_key(self, does: Does, key: str) -> None:
        if self._settings is None:
            return
        name = does.name.lower()

        def edit(current: Settings) -> Settings:
            others = {one: known for one, known in current.keys.items() if one != name}
            return replace(current, keys={**others, name: key} if key else others)

        wear_keys((await asyncio.to_thread(self._settings.change, edit)).keys)
        self._window.hear_keys()

    async def _renew(self) -> None:
        """Everything that is shown once more; the workspace stays open, and syncing goes on."""
        before = self._window.workplace
        apart = {} if before is None else before.detaching.apart
        if before is not None:
            await before.close_down()
        self._window.take_out()
        self._follow(self._window.renew_first_start())
        if self.core is not None:
            self._put_in(self.core)
        if self._window.workplace is not None:
            self._window.workplace.detaching.come_back(apart)

    async def _leave(self) -> None:
        """Keep what is written, and be as at the first start."""
        core, self.core = self.core, None
        if self._window.workplace is not None:
            await self._window.workplace.close_down()
        if core is not None:
            with self._busy_with(core.address) as say:
                say(_("One moment…"))
                self._window.take_out()
                await core.close()

    async def _restore_over(self, source: Path) -> None:
        """Close the workspace, put the backup in its place, and open what is there then."""
        core = self.core
        if core is None or not await self._may_leave():
            return
        from inbox_app.actions import backing_up
        from ui.vault.unlock_dialog import ask_phrase

        await self._leave()
        aside = None
        try:
            with self._busy_with(core.address) as say:
                say(_("Restoring…"))
                ask = partial(ask_phrase, self._theme, self._window)
                done = await backing_up.restore(source, core.address, over=True, settings=core.settings, ask_phrase=ask)
                aside = done.aside
        except UserFacingError as refused:
            self._tasks.take(refused)
        await self._enter(core.address)
        if aside is not None and self._window.workplace is not None:
            told = _("The backup is in place. What was there before is kept beside the backups as {name}.")
            self._window.workplace.toast.say(told.format(name=aside.name))

    def show_noted(self, note: Note | None) -> None:
        """Come to the front with what a notification is about; without one, just come."""
        self._window.come_to_front()
        workplace = self._window.workplace
        if note is None or workplace is None:
            return
        if note.conversation is not None:
            workplace.open(note.conversation)
        elif note.member is not None:
            workplace.people.show_history(note.member)
        elif note.several:
            workplace.give(Does.REMINDERS)

    # --- the ways in ------------------------------------------------------------------------------------------------

    def _begin(self, way: Callable[[], Awaitable[None]], sentence: str) -> None:
        async def go() -> None:
            self._window.first_start.work(sentence)
            try:
                await way()
            finally:
                self._window.first_start.work("")

        self._tasks.start(go(), "first start")

    async def _practise(self) -> None:
        if self._wanted is not None and not is_missing(self._wanted):
            # It is there and empty: made for one's own channels, which a community of nobody must not mix with.
            self._wanted = resolve_workspace(workspaces.PRACTICE)
        core = await self._make(workspaces.PRACTICE)
        if core is None:
            return
        try:
            await core.move_in(size="small", seed=_SEED)
        except UserFacingError:
            await core.close()
            raise
        self.show(core)

    async def _connect(self) -> None:
        core = await self._make(OWN)
        if core is None:
            return
        from ui import dialogs
        from ui.accounts.add_account import AddAccountDialog

        if await dialogs.ask(AddAccountDialog(core, self._tasks, self._theme, self._window)):
            self.show(core)
        else:
            await core.close()

    async def _import(self) -> None:
        core = await self._make(OWN)
        if core is None:
            return
        from ui import dialogs
        from ui.accounts.import_archive import ImportDialog

        dialog = ImportDialog(core, self._tasks, self._theme, self._window)
        if await dialogs.ask(dialog):
            self.show(core)
            if dialog.imported is not None and self._window.workplace is not None:
                self._window.workplace.connecting.go_to(dialog.imported.account)
        else:
            await core.close()

    async def _make(self, name: str) -> Core | None:
        """Open or make the workspace that was asked for, else the one of this name; None when a window has it."""
        address = self._wanted or resolve_workspace(name)
        if self._instance.claim(address):
            return await self._open(address, create=True)
        self._window.close()
        return None

    async def _change_theme(self) -> None:
        """To the other one, whatever the desktop says; kept for the next start."""
        wanted = Wanted.LIGHT if self._theme.tokens.dark else Wanted.DARK
        self._theme.wear(wanted)
        if self._settings is not None:
            await asyncio.to_thread(self._settings.change, lambda current: replace(current, theme=wanted))

    # --- syncing ----------------------------------------------------------------------------------------------------

    async def _refresh(self) -> None:
        if self.core is not None:
            await self.core.sync()


async def _is_empty(core: Core) -> bool:
    """Whether no account was ever connected there, or none is and nothing is left of it."""
    from inbox_app.domain.filters import EVERYTHING
    from inbox_app.queries import accounts, inbox

    return not await accounts.every(core.store) and not await inbox.count(core.store, core.me, EVERYTHING)
