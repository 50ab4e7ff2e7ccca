"""What is done to a message on its service: it leaves once it can no longer be taken back, and is said in passing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from inbox_app.actions import acting
from inbox_app.actions.acting import Deed
from inbox_app.contract.manifest import reactions_in, takes_reason
from inbox_app.domain.deep_links import DeepLink
from inbox_app.domain.ids import MessageId
from inbox_app.domain.inbox import MessageRow
from inbox_app.domain.words import Action
from inbox_app.i18n import _
from inbox_app.queries import happenings
from ui import dialogs
from ui.bridge import Bridge
from ui.commands import Does
from ui.conversation.deeds import asked_name, said_sentence
from ui.conversation.edit_dialog import EditDialog
from ui.conversation.history_dialog import HistoryDialog
from ui.conversation.message_menu import Chosen, Here, MessageMenu
from ui.conversation.thread_view import ThreadView
from ui.core import Core
from ui.line_dialog import Wanted, ask_words
from ui.tasks import Tasks, Work
from ui.theme.theme import Theme


@dataclass(frozen=True, slots=True)
class Scene:
    """The thread in which something is done, and where it is said."""

    thread: ThreadView
    bridge: Bridge
    say: Callable[[str], object]


class Acting(QObject):
    """Takes what is asked for in the thread to the outbox.

    Signals:
        regroup_asked: the id of a message that leaves its conversation, and whether for another that is there.
    """

    regroup_asked = Signal(object, bool)

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, window: QWidget, scene: Scene) -> None:
        super().__init__(window)
        self._core, self._tasks, self._theme, self._window = core, tasks, theme, window
        self._thread, self._bridge, self._say = scene.thread, scene.bridge, scene.say
        thread = scene.thread
        self.deeds: dict[Does, Callable[[], None]] = {Does.MESSAGE: self._offer_current}
        thread.act_asked.connect(self._begin)
        thread.menu_asked.connect(lambda row, place: self._start(self._offer(row, place)))

    def _start(self, work: Work) -> None:
        self._tasks.start(work, "act")

    def _begin(self, wanted: MessageId, action: Action, value: str = "") -> None:
        row = self._row(wanted)
        if row is not None:
            self._start(self._act(row, action, value))

    def _row(self, wanted: MessageId) -> MessageRow | None:
        shown = self._bridge.on_screen
        return None if shown is None else next((one for one in shown.messages if one.id == wanted), None)

    # --- the menu ---------------------------------------------------------------------------------------------------

    def _offer_current(self) -> None:
        """By key: for the message that has the focus, else what a reply would answer, else the last one."""
        shown = self._bridge.on_screen
        if shown is None or not shown.messages:
            return
        usual = shown.to_answer.id if shown.to_answer is not None else None
        row = self._row(self._thread.focused or usual or shown.messages[-1].id) or shown.messages[-1]
        self._thread.bring_in(row.id)
        self._start(self._offer(row, self._thread.place_of(row.id)))

    async def _offer(self, row: MessageRow, place: QPoint) -> None:
        shown = self._bridge.on_screen
        reactions = () if shown is None else reactions_in(self._core.catalogue, shown.row.channel, shown.row.kind)
        here = () if shown is None else [one for one in shown.messages if one.conversation == shown.row.id]
        parts = len(here) > 1 and row in here
        chosen = await MessageMenu(self._theme, self._window, row, reactions, parts=parts).ask(place)
        if chosen is not None:
            await self._do(row, chosen)

    async def _do(self, row: MessageRow, chosen: Chosen) -> None:
        match chosen.what:
            case Action.EDIT:
                await self._edit(row)
            case Action.REPLY_PRIVATELY:
                self._thread.reply_privately_asked.emit(row.id)
            case Action() if self._takes_reason(row, chosen.what):
                await self._act_for_a_reason(row, chosen.what)
            case Action():
                await self._act(row, chosen.what, chosen.value)
            case Here.SPLIT | Here.MOVE:
                self.regroup_asked.emit(row.id, chosen.what is Here.MOVE)
            case Here.HISTORY:
                happened = await happenings.of_message(self._core.store, row.id)
                await dialogs.ask(HistoryDialog(self._theme, self._window, row, happened))
            case Here.COPY_TEXT:
                self._copy(row.text, _("The text was copied."))
            case Here.COPY_LINK:
                self._copy(DeepLink(row.id, self._core.address.name).text, _("A link to this message was copied."))
            case Here.COPY_ADDRESS:
                self._copy(row.url, _("The address was copied."))

    def _copy(self, text: str, said: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._say(said)

    # --- acting -----------------------------------------------------------------------------------------------------

    async def _edit(self, row: MessageRow) -> None:
        dialog = EditDialog(self._theme, self._window, row.text, await self._core.limits(row.conversation))
        await dialogs.kept(dialog, dialog.problem, lambda: self._act(row, Action.EDIT, dialog.text))

    def _takes_reason(self, row: MessageRow, action: Action) -> bool:
        shown = self._bridge.on_screen
        return shown is not None and takes_reason(self._core.catalogue, shown.row.channel, action)

    async def _act_for_a_reason(self, row: MessageRow, action: Action) -> None:
        """What moderators hear of it; they decide with more ease where somebody says why."""
        title = asked_name(action, row.author.name or row.author.handle).removesuffix("…")
        sentence = _("You may say why, in a few words: those who moderate there read it.")
        reason = await ask_words(self._theme, self._window, Wanted(title, sentence, title, may_be_empty=True))
        if reason is not None:
            await self._act(row, action, reason)

    async def _act(self, row: MessageRow, action: Action, value: str = "") -> None:
        undo = timedelta(seconds=self._core.settings.current.undo_seconds)
        await acting.act(self._core.store, self._core.me, Deed(row.id, action, undo, value))
        # The bar below counts down and takes it back.
        said = said_sentence(action, row.author.name or row.author.handle)
        self._say(_("The reaction will be taken back.") if value.startswith("-") else said)
