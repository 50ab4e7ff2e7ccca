"""Notes and encounters: written, worded anew, pinned, thrown away; said, and taken back by Z."""

from __future__ import annotations

from collections.abc import Awaitable

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from inbox_app.actions import members as act
from inbox_app.domain.ids import ConversationId
from inbox_app.domain.inbox import NoteRow
from inbox_app.domain.people import Card
from inbox_app.i18n import _
from inbox_app.queries import members as ask
from ui import dialogs
from ui.core import Core
from ui.members.met_dialog import MetDialog
from ui.members.note_dialog import NoteDialog
from ui.theme.theme import Theme
from ui.toast import Toast, Undoing


class Noting:
    """Asks what is to be noted, keeps it, and says so where `toast` is."""

    def __init__(self, core: Core, theme: Theme, window: QWidget, toast: Toast, undoing: Undoing) -> None:
        self._core, self._theme, self._window, self._toast, self._undoing = core, theme, window, toast, undoing

    async def note(self, conversation: ConversationId | None, card: Card | None, *, on_member: bool) -> None:
        """Note something about the member of this card, or on the conversation."""
        name, here = card.name if card else "", _("On this conversation") if conversation else ""
        dialog = NoteDialog(self._theme, self._window, member=name, conversation=here, on_member=on_member)
        store, me = self._core.store, self._core.me

        async def keep() -> None:
            if dialog.about_member and card is not None:
                noted = act.note_member(store, me, card.id, dialog.text, pinned=dialog.pinned)
                await self._do(noted, _("Noted about {name}.").format(name=name))
            elif conversation is not None:
                noted = act.note_conversation(store, me, conversation, dialog.text, pinned=dialog.pinned)
                await self._do(noted, _("Noted on this conversation."))

        await dialogs.kept(dialog, dialog.problem, keep)

    async def meet(self, card: Card) -> None:
        """Write down an encounter with the member of this card."""
        dialog = MetDialog(self._theme, self._window, card.name)

        async def keep() -> None:
            noted = act.note_member(self._core.store, self._core.me, card.id, dialog.text, met=dialog.met)
            await self._do(noted, _("Written into the timeline of {name}.").format(name=card.name))

        await dialogs.kept(dialog, dialog.problem, keep)

    async def offer(self, note: NoteRow, place: QPoint) -> None:
        """The menu of a note."""
        menu = QMenu(self._window)
        menu.setAccessibleName(_("What can be done with this note"))
        edit = menu.addAction(_("Change…"))
        pin = menu.addAction(_("Unpin") if note.pinned else _("Pin it first"))
        gone = menu.addAction(_("Throw away"))
        chosen = await dialogs.choose_from(menu, place)
        store, me = self._core.store, self._core.me
        if chosen is edit:
            await self._change(note)
        elif chosen is pin:
            said = _("Unpinned.") if note.pinned else _("Pinned.")
            await self._do(act.change_note(store, me, note.id, pinned=not note.pinned), said)
        elif chosen is gone:
            await self._do(act.remove_note(store, me, note.id), _("The note is gone."))

    async def _change(self, note: NoteRow) -> None:
        store, me = self._core.store, self._core.me
        earlier = await ask.earlier_notes(store, note.id)
        if note.met is not None:
            await self._change_encounter(note, MetDialog(self._theme, self._window, "", note=note, earlier=earlier))
            return
        dialog = NoteDialog(self._theme, self._window, note=note, earlier=earlier)

        async def keep() -> None:
            changed = act.change_note(store, me, note.id, text=dialog.text, pinned=dialog.pinned)
            await self._do(changed, _("The note was changed."))

        await dialogs.kept(dialog, dialog.problem, keep)

    async def _change_encounter(self, note: NoteRow, dialog: MetDialog) -> None:
        async def keep() -> None:
            if (met := dialog.met) is not None:
                store, me = self._core.store, self._core.me
                changed = act.change_note(store, me, note.id, text=dialog.text, how=met.how, met_at=met.at)
                await self._do(changed, _("The encounter was changed."))

        await dialogs.kept(dialog, dialog.problem, keep)

    async def _do(self, deed: Awaitable[object], said: str) -> None:
        with self._core.store.recording() as decided:
            await deed
        self._toast.say(said, self._undoing(decided))
