"""Knowing the people of a conversation: their card, notes, tags, fields and links; said, and taken back by Z."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from inbox_app.actions import members as act
from inbox_app.actions import reminders
from inbox_app.domain.errors import NotFound, WrongUse
from inbox_app.domain.ids import FieldId, MemberId
from inbox_app.domain.inbox import Thread
from inbox_app.domain.people import Card, Fact, HandleLine
from inbox_app.domain.reminders import About
from inbox_app.i18n import _
from inbox_app.queries import inbox
from inbox_app.queries import members as ask
from inbox_app.settings import local_zone
from ui import dialogs
from ui.asking import Asking
from ui.commands import Does
from ui.conversation.thread_view import ThreadView
from ui.core import Core
from ui.foremost import hear_undo
from ui.inbox.snooze_dialog import SnoozeDialog
from ui.inbox.tag_dialog import TagDialog
from ui.members.field_dialog import FieldDialog
from ui.members.link_dialog import LinkDialog
from ui.members.member_panel import MemberPanel, members_of
from ui.members.noting import Noting
from ui.members.pack_dialog import PackDialog
from ui.members.split_dialog import SplitDialog
from ui.members.timeline_page import TimelinePage
from ui.reminders.words import said_of
from ui.tasks import Tasks, Work
from ui.theme.theme import Theme
from ui.toast import Toast, Undoing


@dataclass(frozen=True, slots=True)
class Around:
    """What the people are shown in, and how something said is taken back."""

    panel: MemberPanel
    thread_view: ThreadView | None
    """None where a card is shown without a conversation."""
    toast: Toast
    undo: Callable[[], None]
    undoing: Undoing


class People(QObject):
    """Asks what has to be asked, does it, and says what was done."""

    message_asked = Signal(object)
    """The `TimelineLine` of the message to open, or the `DeedLine` of a conversation."""
    card_shown = Signal(str)
    """The `MemberId` whose card is in the panel now."""
    panel_asked = Signal()
    """Somebody's card is to be seen."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, window: QWidget, around: Around) -> None:
        super().__init__(window)
        self._core, self._tasks, self._theme, self._window, self._around = core, tasks, theme, window, around
        self._thread: Thread | None = None
        self._wanted: MemberId | None = None
        self._alone: MemberId | None = None
        self._asking = Asking(tasks, "member card")
        self.deeds: dict[Does, Callable[[], None]] = {
            Does.NOTE: lambda: self._begin(self._note(on_member=True)),
            Does.NOTE_HERE: lambda: self._begin(self._note(on_member=False)),
            Does.MET: lambda: self._begin(self._meet()),
            Does.TAG_MEMBER: lambda: self._begin(self._tag()),
            Does.LINK: lambda: self._begin(self._link()),
            Does.TIMELINE: lambda: self._begin(self._show_timeline()),
            Does.REMIND_MEMBER: lambda: self._begin(self._remind()),
            Does.PACK: lambda: self._begin(self._pack()),
            Does.OURS: lambda: self._begin(self._count()),
        }
        self._noting = Noting(core, theme, window, around.toast, around.undoing)
        panel = around.panel
        panel.member_chosen.connect(self.choose)
        panel.note_asked.connect(self.deeds[Does.NOTE])
        panel.tag_asked.connect(self.deeds[Does.TAG_MEMBER])
        panel.remind_asked.connect(self.deeds[Does.REMIND_MEMBER])
        panel.link_asked.connect(self.deeds[Does.LINK])
        panel.timeline_asked.connect(self.deeds[Does.TIMELINE])
        panel.pack_asked.connect(self.deeds[Does.PACK])
        panel.ours_asked.connect(self.deeds[Does.OURS])
        panel.field_asked.connect(lambda: self._begin(self._add_field()))
        panel.note_menu_asked.connect(lambda note, place: self._begin(self._noting.offer(note, place)))
        panel.handle_menu_asked.connect(lambda handle, place: self._begin(self._offer_handle(handle, place)))
        panel.line_asked.connect(self.message_asked)
        panel.fact_said.connect(lambda whose, fact, value: self._begin(self._say(whose, {Fact(fact): value}, {})))
        panel.field_said.connect(lambda whose, field, value: self._begin(self._say(whose, {}, {FieldId(field): value})))
        if around.thread_view is not None:
            around.thread_view.member_asked.connect(self._ask_for)
            around.thread_view.note_menu_asked.connect(lambda note, place: self._begin(self._noting.offer(note, place)))

    @property
    def is_idle(self) -> bool:
        """Whether the card shows what is known."""
        return self._asking.is_idle

    def close(self) -> None:
        """Ask nothing more."""
        self._asking.forget()

    def show_thread(self, thread: Thread) -> None:
        """The conversation on screen, or it once more: the card of one of its people is shown as it is now."""
        if self._thread is None or self._thread.row.id != thread.row.id:
            self._wanted = None
        self._thread = thread
        people = [one.member for one in members_of(thread)]
        whom = self._wanted if self._wanted in people else next(iter(people), None)
        if whom is None:
            self._asking.forget()
            self._around.panel.show_nobody()
        else:
            self._asking.ask(partial(self._read, whom))

    def show_member(self, wanted: MemberId) -> None:
        """The card of somebody, without a conversation; or it once more."""
        self._alone = wanted
        self._asking.ask(partial(self._read, wanted))

    def choose(self, wanted: str) -> None:
        """Show the card of another one in the conversation."""
        self._wanted = MemberId(wanted)
        if self._thread is not None:
            self.show_thread(self._thread)

    def _ask_for(self, wanted: str) -> None:
        self.choose(wanted)
        self.panel_asked.emit()

    async def _read(self, whom: MemberId) -> None:
        thread = self._thread
        try:
            card = await ask.card(self._core.store, self._core.me, whom)
        except NotFound:
            self._around.panel.show_nobody()
            return
        if thread is not None or self._alone is not None:
            row, people = (thread.row, members_of(thread)) if thread is not None else (None, [])
            self._around.panel.show_card(card, row, people)
            self.card_shown.emit(card.id)

    def _begin(self, work: Work) -> None:
        self._tasks.start(work, "member")

    async def _do(self, deed: Awaitable[object], said: str) -> None:
        with self._core.store.recording() as decided:
            await deed
        self._around.toast.say(said, self._around.undoing(decided))

    async def card(self) -> Card | None:
        """The member that a command is about: whose card is shown, read afresh, also where the panel is hidden."""
        shown = self._around.panel.shown
        people = [one.member for one in members_of(self._thread)] if self._thread else []
        whom = shown.id if shown is not None and shown.id in people else next(iter(people), self._alone)
        return None if whom is None else await ask.card(self._core.store, self._core.me, whom)

    async def _somebody(self) -> Card | None:
        """The same, for what can be about nobody else; says so where there is none."""
        card = await self.card()
        if card is None:
            self._around.toast.say(_("There is no member here whom this could be about."))
        return card

    async def _note(self, *, on_member: bool) -> None:
        thread, card = self._thread, await self.card()
        if thread is not None or card is not None:
            await self._noting.note(thread.row.id if thread else None, card, on_member=on_member)

    async def _meet(self) -> None:
        card = await self._somebody()
        if card is not None:
            await self._noting.meet(card)

    async def _tag(self) -> None:
        card = await self._somebody()
        if card is None:
            return
        has = {tag.name for tag in card.tags}
        dialog = TagDialog(self._theme, self._window, await inbox.tags(self._core.store), has)
        await dialogs.ask(dialog)
        name, store, me = dialog.chosen, self._core.store, self._core.me
        if name in has:
            said = _("“{tag}” taken off {name}.").format(tag=name, name=card.name)
            await self._do(act.retag(store, me, [card.id], take=(name,)), said)
        elif name:
            said = _("{name} tagged “{tag}”.").format(tag=name, name=card.name)
            await self._do(act.retag(store, me, [card.id], put=(name,)), said)

    async def _say(self, whose: str, facts: dict[Fact, str], own: dict[FieldId, str]) -> None:
        try:
            with self._core.store.recording() as decided:
                await act.say(self._core.store, self._core.me, MemberId(whose), facts, own)
        except WrongUse as wrong:
            self._around.toast.say(wrong.message)
            self._around.panel.show_again()
            return
        card = await ask.card(self._core.store, self._core.me, MemberId(whose))
        self._around.toast.say(_("Written down about {name}.").format(name=card.name), self._around.undoing(decided))

    async def _add_field(self) -> None:
        dialog = FieldDialog(self._theme, self._window)

        def keep() -> Awaitable[object]:
            return act.define_field(self._core.store, dialog.name, dialog.type, key=dialog.key)

        if await dialogs.kept(dialog, dialog.problem, keep):
            self._around.toast.say(_("Every member has the field “{name}” now.").format(name=dialog.name))

    async def _link(self) -> None:
        card = await self._somebody()
        if card is None:
            return
        dialog = LinkDialog(self._core, self._tasks, self._theme, self._window, card)
        dialog.apart.connect(lambda other: self._begin(self._keep_apart(card, MemberId(other), dialog)))
        if await dialogs.ask(dialog) and dialog.chosen is not None:
            linked = act.link(self._core.store, self._core.me, card.id, dialog.chosen, dialog.reason)
            self._wanted = card.id
            await self._do(linked, _("Linked: all of this is {name}.").format(name=card.name))

    async def _keep_apart(self, card: Card, other: MemberId, dialog: LinkDialog) -> None:
        await act.keep_apart(self._core.store, self._core.me, card.id, other)
        dialog.look_again()

    async def _offer_handle(self, handle: HandleLine, place: QPoint) -> None:
        menu = QMenu(self._window)
        menu.setAccessibleName(_("What can be done with this handle"))
        store, me = self._core.store, self._core.me
        deeds: dict[QAction, Callable[[], Awaitable[object]]] = {}
        if handle.linked:
            alone = menu.addAction(_("Unlink {handle}: it is somebody else").format(handle=handle.handle))
            whole = menu.addAction(_("Take back the whole link by which it came"))
            deeds[alone] = partial(act.unlink, store, me, handle.id)
            deeds[whole] = partial(act.take_link_back, store, handle.id)
        split = menu.addAction(_("Two people had it: divide at a day…"))
        chosen = await dialogs.choose_from(menu, place)
        if chosen is split:
            await self._split(handle)
        elif chosen is not None and chosen in deeds:
            await self._do(deeds[chosen](), _("Unlinked: both are what they were before."))

    async def _split(self, handle: HandleLine) -> None:
        count = partial(ask.said_before, self._core.store, handle.id)
        self._wanted = await ask.of_handle(self._core.store, handle.id)
        dialog = SplitDialog(self._tasks, self._theme, self._window, handle, count)
        if await dialogs.ask(dialog) and dialog.moment is not None:
            divided = act.split(self._core.store, self._core.me, handle.id, dialog.moment, dialog.name)
            await self._do(divided, _("Divided: what was said before is {name}.").format(name=dialog.name))

    async def _pack(self) -> None:
        card = await self._somebody()
        if card is not None:
            await dialogs.ask(PackDialog(self._core, self._tasks, self._theme, card, self._window))

    async def _count(self) -> None:
        card = await self._somebody()
        if card is None:
            return
        told = _("{name} is a member again.") if card.is_ours else _("{name} is one of us, and no member any more.")
        counted = act.count_as_ours(self._core.store, self._core.me, card.id, ours=not card.is_ours)
        await self._do(counted, told.format(name=card.name))

    async def _remind(self) -> None:
        card = await self._somebody()
        if card is None:
            return
        now = datetime.now(local_zone()).replace(microsecond=0)
        dialog = SnoozeDialog(self._theme, self._window, now, about=card.name)
        await dialogs.ask(dialog)
        if dialog.plan is not None:
            set_one = reminders.remind(self._core.store, self._core.me, [About(member=card.id)], dialog.plan)
            await self._do(set_one, said_of(dialog.plan))

    def show_history(self, wanted: str) -> None:
        """All that a member said, whoever is on screen."""
        self._begin(self._show_timeline(MemberId(wanted)))

    async def _show_timeline(self, wanted: MemberId | None = None) -> None:
        card = await self._somebody() if wanted is None else await ask.card(self._core.store, self._core.me, wanted)
        if card is None:
            return
        page = TimelinePage(self._core, self._tasks, self._theme, self._window, card)
        noting = Noting(self._core, self._theme, page, self._around.toast, self._around.undoing)
        hear_undo(page, self._around.undo)
        page.met_asked.connect(lambda: self._begin(noting.meet(card)))
        page.note_asked.connect(lambda note, place: self._begin(page.after(noting.offer(note, place))))
        if await dialogs.ask(page) and page.chosen is not None:
            self.message_asked.emit(page.chosen)
