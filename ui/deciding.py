"""What a person decides about conversations: done, snoozed, tagged, worn, assigned; said, and taken back by Z."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QAction, QCursor
from PySide6.QtWidgets import QMenu, QWidget

from inbox_app.actions import triage
from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import ColleagueId, ConversationId
from inbox_app.domain.inbox import ConversationRow
from inbox_app.domain.words import Hat
from inbox_app.i18n import _, ngettext
from inbox_app.queries import colleagues, inbox
from inbox_app.settings import local_zone
from ui import dialogs
from ui.commands import Does, key_text
from ui.core import Core
from ui.inbox.snooze_dialog import SnoozeDialog
from ui.inbox.tag_dialog import TagDialog
from ui.tasks import Tasks
from ui.theme.moments import at
from ui.theme.theme import Theme
from ui.toast import Toast

Chosen = tuple[ConversationId, ...]


class Deciding(QObject):
    """Asks what has to be asked, does it, and says what was done."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, window: QWidget, toast: Toast) -> None:
        super().__init__(window)
        self._core, self._tasks, self._theme, self._window, self._toast = core, tasks, theme, window, toast
        self.undone: Callable[[Chosen], object] = lambda _chosen: None
        """Told which conversations came back by an undo."""

    def finish(self, chosen: Chosen) -> None:
        """Mark done."""
        several = ngettext("{count} conversation done.", "{count} conversations done.", len(chosen))
        self._begin(triage.finish, chosen, _("Done.") if len(chosen) == 1 else several.format(count=len(chosen)))

    def reopen(self, chosen: Chosen) -> None:
        """Open again."""
        self._begin(triage.reopen, chosen, _("Open again."))

    def mark_unread(self, chosen: Chosen) -> None:
        """Mark unread."""
        self._begin(triage.mark_unread, chosen, _("Marked as unread."))

    def change_hat(self, chosen: Chosen, rows: Sequence[ConversationRow]) -> None:
        """To the other hat."""
        social = any(row.hat is Hat.COMMUNITY for row in rows)
        hat = Hat.SOCIAL if social else Hat.COMMUNITY
        said = _("Under the social hat now.") if social else _("Under the community hat now.")
        self._begin(partial(triage.wear, hat=hat), chosen, said)

    def snooze(self, chosen: Chosen) -> None:
        """Ask until when, and put off."""
        self._tasks.start(self._snooze(chosen), "snooze")

    def tag(self, chosen: Chosen, rows: Sequence[ConversationRow]) -> None:
        """Ask for a tag, and put it on; take it off where all have it."""
        self._tasks.start(self._tag(chosen, rows), "tag")

    def assign(self, chosen: Chosen, place: QPoint | None = None) -> None:
        """Ask for a colleague, and assign."""
        self._tasks.start(self._assign(chosen, place or QCursor.pos()), "assign")

    def undo(self) -> None:
        """Take back the last decision."""
        self._tasks.start(self._undo(), "undo")

    async def offer(self, place: QPoint, names: Iterable[tuple[Does, str]]) -> Does | None:
        """A menu of what can be done, each with its key; what was chosen."""
        menu = QMenu(self._window)
        menu.setAccessibleName(_("What can be done with the conversation"))
        deeds: dict[QAction, Does] = {menu.addAction(f"{name}\t{key_text(does)}"): does for does, name in names}
        chosen = await dialogs.choose_from(menu, place)
        return None if chosen is None else deeds.get(chosen)

    def _begin(self, deed: Callable[..., Awaitable[object]], chosen: Chosen, said: str) -> None:
        self._tasks.start(self._do(deed, chosen, said), "decide")

    async def _do(self, deed: Callable[..., Awaitable[object]], chosen: Chosen, said: str) -> None:
        await deed(self._core.store, self._core.me, chosen)
        self._toast.say(said, self.undo)

    async def _snooze(self, chosen: Chosen) -> None:
        dialog = SnoozeDialog(self._theme, self._window, datetime.now(local_zone()).replace(microsecond=0))
        await dialogs.ask(dialog)
        if dialog.until is not None:
            put_off = partial(triage.snooze, until=dialog.until, regardless=dialog.regardless.isChecked())
            await self._do(put_off, chosen, _("Snoozed until {when}.").format(when=at(dialog.until)))

    async def _tag(self, chosen: Chosen, rows: Sequence[ConversationRow]) -> None:
        each = [{tag.name for tag in row.tags} for row in rows]
        has = set.intersection(*each) if each else set()
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

    async def _undo(self) -> None:
        try:
            changed = await triage.undo(self._core.store, self._core.me)
        except Refused as nothing:
            self._toast.say(nothing.message)
            return
        self._toast.hide()
        if changed:
            self.undone(changed)
