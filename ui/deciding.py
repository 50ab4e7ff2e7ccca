"""What a person decides about conversations: done, snoozed, tagged, worn, assigned; said, and taken back by Z."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QAction, QCursor
from PySide6.QtWidgets import QMenu, QWidget

from inbox_app.actions import reminders, triage
from inbox_app.actions.lots import Naming, Report
from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.filters import By, Is
from inbox_app.domain.ids import ColleagueId, ConversationId, OperationId
from inbox_app.domain.inbox import ConversationRow
from inbox_app.domain.words import Hat, State
from inbox_app.i18n import _, ngettext
from inbox_app.queries import colleagues, history, inbox
from inbox_app.settings import local_zone
from ui import dialogs
from ui.bridge import Bridge
from ui.commands import Does, key_text
from ui.core import Core
from ui.inbox.conversation_list import ConversationList
from ui.inbox.snooze_dialog import Deed, SnoozeDialog
from ui.inbox.tag_dialog import TagDialog
from ui.progress import Counting, TakingBack, taken_back
from ui.reminders.words import said_of
from ui.tasks import Tasks, Work
from ui.theme.moments import at
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.toast import Toast

Chosen = tuple[ConversationId, ...]


class _Undo(Protocol):
    """Takes back a decision or several."""

    def __call__(self, report: Report, /, *, naming: Naming) -> Awaitable[Chosen]: ...


class Matter(Protocol):
    """What decisions are about, and where is said what was done: the desk's list, or a window's one conversation."""

    @property
    def bridge(self) -> Bridge: ...

    @property
    def toast(self) -> Toast: ...

    def chosen(self) -> Chosen:
        """What a decision is about."""

    def rows(self) -> tuple[ConversationRow, ...]:
        """What is known of them."""

    def go_on(self, leaving: Chosen = ()) -> None:
        """These leave, or are dealt with: what comes next is shown."""

    def settle(self) -> None:
        """What was chosen is decided."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies before the person: what is open, what is selected, and where is said what was done."""

    bridge: Bridge
    list: ConversationList
    toast: Toast

    def chosen(self) -> Chosen:
        """What a decision is about: the selection, or the conversation on screen where that is not part of it."""
        opened, selected = self.bridge.opened, self.list.selected_ids()
        if self.list.picked_ids:
            return self.list.picked_ids
        return selected if opened is None or opened in selected else (opened,)

    def rows(self) -> tuple[ConversationRow, ...]:
        """What is known of them: the list's rows, and of the one on screen what the screen shows."""
        shown = self.bridge.on_screen
        known = {shown.row.id: shown.row} if shown is not None else {}
        rows = (self.list.row(one) or known.get(one) for one in self.chosen())
        return tuple(row for row in rows if row is not None)

    def go_on(self, leaving: Chosen = ()) -> None:
        """Show the next one that stays, or the one before where none follows."""
        if leaving:
            self.list.view.step_over(leaving)
        else:
            self.list.step(1)

    def settle(self) -> None:
        """Nothing is picked any more."""
        if self.list.picked_ids:
            self.list.view.stop_picking()


class Deciding(QObject):
    """Asks what has to be asked, does it, and says what was done."""

    undone = Signal(tuple)
    """The conversations that came back by an undo."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, window: QWidget, desk: Matter) -> None:
        super().__init__(window)
        self._core, self._tasks, self._theme, self._window, self._desk = core, tasks, theme, window, desk
        self.deeds: dict[Does, Callable[[], None]] = {
            Does.DONE: self._finish,
            Does.REOPEN: lambda: self._begin(triage.reopen, self._desk.chosen(), _("Open again.")),
            Does.SNOOZE: lambda: self._ask(self._snooze(self._desk.chosen())),
            Does.TAG: lambda: self._ask(self._tag(self._desk.chosen())),
            Does.HAT: lambda: self._ask(self._change_hat(self._desk.chosen())),
            Does.ASSIGN: lambda: self._ask(self._assign(self._desk.chosen(), QCursor.pos())),
            Does.UNREAD: self._mark_unread,
            Does.PRIORITY: lambda: self._ask(self._rank(self._desk.chosen())),
        }

    def undo(self) -> None:
        """Take back the last decision, whichever window or process it was made in."""
        self._ask(self._undo(partial(triage.undo, self._core.store, self._core.me)))

    def undoing(self, decided: Iterable[OperationId]) -> Callable[[], None] | None:
        """What takes back these decisions and no newer one; None where there are none."""
        names = tuple(decided)
        return (lambda: self._ask(self._undo(partial(triage.undo_each, self._core.store, names)))) if names else None

    async def offer(self, place: QPoint, *, in_team: bool, shows_hidden: bool) -> Does | None:
        """A menu of what can be done, each with its key; what was chosen."""
        done = all(row.state is State.DONE for row in self._desk.rows())
        important = all(row.is_important for row in self._desk.rows())
        names = [
            (Does.REOPEN, _("Open again")) if done else (Does.DONE, _("Done")),
            (Does.SNOOZE, _("Snooze or remind…")),
            (Does.TAG, _("Tag…")),
            (Does.HAT, _("Change the hat")),
            *([(Does.ASSIGN, _("Assign…"))] if in_team else []),
            (Does.UNREAD, _("Mark as unread")),
            (Does.PRIORITY, _("No longer important") if important else _("Mark as important")),
            *([(Does.MERGE, _("Join into one conversation"))] if len(self._desk.chosen()) > 1 else []),
            *_about_hiding(shows_hidden=shows_hidden),
            (Does.EXPORT, _("Export…")),
        ]
        menu = QMenu(self._window)
        menu.setAccessibleName(_("What can be done with the conversation"))
        deeds: dict[QAction, Does] = {menu.addAction(f"{name}\t{key_text(does)}"): does for does, name in names}
        chosen = await dialogs.choose_from(menu, place)
        return None if chosen is None else deeds.get(chosen)

    def _finish(self) -> None:
        done = self._desk.chosen()
        self._desk.go_on(done)
        several = ngettext("{count} conversation done.", "{count} conversations done.", len(done))
        self._begin(triage.finish, done, _("Done.") if len(done) == 1 else several.format(count=number(len(done))))

    def leave_answered(self) -> None:
        """What is on screen was answered and is done: the next one is shown. Z takes back both, with the answer."""
        if self._desk.bridge.opened is not None:
            self._desk.go_on((self._desk.bridge.opened,))
        self._desk.toast.say(_("Done."))

    def _mark_unread(self) -> None:
        chosen = self._desk.chosen()
        for one in chosen:
            self._desk.bridge.keep_unread(one)
        said = _("Marked as unread.")
        # What is seen only now is unread still: that it stays so is what was asked for.
        self._tasks.start(self._do(triage.mark_unread, chosen, said, already=said), "decide")

    async def _change_hat(self, chosen: Chosen) -> None:
        social = await inbox.is_any_under(self._core.store, chosen, Hat.COMMUNITY)
        hat = Hat.SOCIAL if social else Hat.COMMUNITY
        said = _("Under the social hat now.") if social else _("Under the community hat now.")
        await self._do(partial(triage.wear, hat=hat), chosen, said)

    def _ask(self, work: Work) -> None:
        self._tasks.start(work, "decide")

    def _begin(self, deed: Callable[..., Awaitable[object]], chosen: Chosen, said: str) -> None:
        self._tasks.start(self._do(deed, chosen, said), "decide")

    async def _do(
        self, deed: Callable[..., Awaitable[object]], chosen: Chosen, said: str, *, already: str = ""
    ) -> None:
        """`already` is said where nothing was left to do, which nobody can take back."""
        counting = Counting(self._desk.toast, len(chosen))
        with self._core.store.recording() as decided:
            await deed(self._core.store, self._core.me, chosen, report=counting)
        self._desk.settle()
        if chosen and not decided:
            said = already or _("It is so already, so nothing was changed.")
        self._desk.toast.say(counting.told or said, self.undoing(decided))

    async def _snooze(self, chosen: Chosen) -> None:
        dialog = SnoozeDialog(self._theme, self._window, datetime.now(local_zone()).replace(microsecond=0))
        await dialogs.ask(dialog)
        if dialog.plan is None:
            return
        if dialog.deed is Deed.SNOOZE:
            self._desk.go_on(chosen)
            put_off = partial(triage.snooze, until=dialog.plan.due, regardless=dialog.regardless.isChecked())
            await self._do(put_off, chosen, _("Snoozed until {when}.").format(when=at(dialog.plan.due, inside=True)))
        else:
            await self._do(partial(reminders.remind_each, plan=dialog.plan), chosen, said_of(dialog.plan))

    async def _tag(self, chosen: Chosen) -> None:
        if not chosen:
            self._desk.toast.say(_("Choose a conversation first: a tag is put on it."))
            return
        has = await inbox.common_tags(self._core.store, chosen)
        dialog = TagDialog(self._theme, self._window, await inbox.tags(self._core.store), has)
        await dialogs.ask(dialog)
        name = dialog.chosen
        if name in has:
            said = _("“{tag}” taken off.").format(tag=name)
            await self._do(partial(triage.retag, take=(name,)), chosen, said)
        elif name:
            await self._do(partial(triage.retag, put=(name,)), chosen, _("Tagged “{tag}”.").format(tag=name))

    async def _assign(self, chosen: Chosen, place: QPoint) -> None:
        menu = QMenu(self._window)
        menu.setAccessibleName(_("Assign to"))
        people: dict[QAction, tuple[ColleagueId | None, str]] = {
            menu.addAction(one.name): (one.id, _("Assigned to {name}.").format(name=one.name))
            for one in await colleagues.present(self._core.store)
        }
        menu.addSeparator()
        people[menu.addAction(_("Nobody"))] = (None, _("Assigned to nobody."))
        action = await dialogs.choose_from(menu, place)
        if action in people:
            to, said = people[action]
            await self._do(partial(triage.assign, to=to), chosen, said)

    async def _rank(self, chosen: Chosen) -> None:
        important = set(await inbox.conversation_ids(self._core.store, self._core.me, Is(By.PRIORITY)))
        on = not set(chosen) <= important
        said = _("Important now.") if on else _("No longer important.")
        await self._do(partial(triage.rank, important=on), chosen, said)

    async def _undo(self, take_back: _Undo) -> None:
        counting, which = TakingBack(self._desk.toast), list[OperationId]()
        try:
            with self._core.store.recording() as rest:
                changed = await take_back(counting, naming=which.append)
        except UserFacingError as no:
            self._desk.toast.say(no.message)
            return
        said = counting.told or taken_back(await history.these(self._core.store, which))
        # Gone through, the rest is one decision with the beginning again, and nothing is left to take back.
        left = await history.these(self._core.store, [*rest][-1:])
        self._desk.toast.say(said, self.undoing([one.id for one in left]))
        self.undone.emit(changed)


def _about_hiding(*, shows_hidden: bool) -> list[tuple[Does, str]]:
    if shows_hidden:
        return [(Does.SHOW_AGAIN, _("Show again on the service"))]
    return [(Does.HIDE, _("Hide on the service")), (Does.SPAM, _("Mark as spam on the service"))]
