"""One opened workspace in the window: the panes, what connects them, and what each command does here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inbox_app.domain.filters import By, Is
from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.domain.inbox import AccountRow, OutboxRow, PostRow, Thread
from inbox_app.domain.people import Leading
from inbox_app.domain.words import State
from inbox_app.i18n import _
from inbox_app.queries.colleagues import Colleague
from inbox_app.queries.search import Found
from ui import links
from ui.accounts.bookkeeping import Bookkeeping, Books
from ui.accounts.connecting import Connecting
from ui.acting import Acting, Scene
from ui.answering import Answering, Table
from ui.bars import Leaving
from ui.bridge import Bridge, Shown
from ui.clearing import Clearing
from ui.commands import Does, When
from ui.community.community import Community
from ui.composer.composer import Composer
from ui.conversation.elsewhere_pictures import ElsewherePictures
from ui.conversation.pictures import Pictures
from ui.conversation.reading_pane import ReadingPane
from ui.conversation.saving import Saving
from ui.conversation.thread_view import ThreadView
from ui.core import Core
from ui.deciding import Deciding, Desk
from ui.detaching import Detaching, Elsewhere, MainPane
from ui.exporting import Exporting
from ui.foreseeing import Foreseeing
from ui.header_actions import HeaderActions
from ui.inbox.conversation_list import ConversationList
from ui.inbox.filling import what_fills, what_is_away
from ui.inbox.found import Search
from ui.inbox.list_state import ListState, Mood
from ui.inbox.nothing import nothing_here, why_empty
from ui.inbox.sidebar import Sidebar
from ui.inbox.views import HIDDEN, View, everything
from ui.linking import Linking
from ui.members.member_panel import MemberPanel
from ui.members.people import Around, People
from ui.panes import Pane, Panes
from ui.portraits import Portraits
from ui.publishing import Publishing
from ui.regrouping import Regrouping
from ui.remembered import Remembered
from ui.reminders.reminding import Reminding
from ui.searching import Ground, Searching
from ui.tasks import Tasks
from ui.templates.templating import Shelf, Templating
from ui.theme.theme import Theme
from ui.theme.tokens import LOW_WINDOW
from ui.toast import Toast
from ui.vault.vault import Vault
from ui.views.viewing import Shelf as Views
from ui.views.viewing import Viewing
from ui.workspaces import shown_name

_POST_TITLE = 40


class Workplace(QWidget):
    """Made when a workspace is opened, closed with it."""

    painted = Signal()
    """The list or the thread shows something new."""
    told = Signal(str)
    """A sentence about what was asked for."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._core, self._tasks, self._theme = core, tasks, theme
        self._view: View = everything()
        self._search = Search()
        self._filling, self._has_accounts = _("Loading conversations…"), False
        self.sidebar = Sidebar(theme)
        self.list = ConversationList(theme)
        self.thread_view = ThreadView(theme)
        self.members = MemberPanel(theme)
        self.composer = Composer(theme)
        self.composer.hide()
        self.leaving = Leaving(theme)
        self.toast = Toast(theme, self, self.sidebar, self.composer)
        self._elsewhere = Elsewhere(theme)
        self.bridge = Bridge(core, tasks, self)
        desk = Desk(self.bridge, self.list, self.toast)
        self.deciding = Deciding(core, tasks, theme, self, desk)
        self.reminding = Reminding(core, tasks, theme, self, desk, self.deciding.undo, self.deciding.undoing)
        middle = ReadingPane(self.thread_view, self.reminding.bars, self.leaving, self._elsewhere, self.composer)
        self.panes = Panes(theme, self.sidebar, self.list, middle, self.members, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.panes)
        self._open_rooms(desk)
        self._header = HeaderActions(theme, self.give, self)
        self.thread_view.set_actions(self._header.all)
        self._wire_reading()
        self._wire_deciding()
        self._wire_reminding()
        theme.changed.connect(self._fit_height)
        self.deeds = self._name_deeds()

    def _open_rooms(self, desk: Desk) -> None:
        """What can be done here, each in a room of its own."""
        core, tasks, theme = self._core, self._tasks, self._theme
        self.answering = Answering(
            core, tasks, theme, self, Table(self.bridge, self.thread_view, self.composer, self.leaving, self.toast.say)
        )
        pane = MainPane(self.bridge, self.thread_view, self.answering, self.composer, self._elsewhere)
        self.detaching = Detaching(core, tasks, theme, self, pane)
        self.connecting = Connecting(core, tasks, theme, self, self.sidebar)
        self.bookkeeping = Bookkeeping(core, tasks, theme, self, Books(self.bridge, self.sidebar, self.connecting))
        self.searching = Searching(core, tasks, theme, self, Ground(
            self.list, self._show, self._open_view, self.thread_view.hits.show_place,
            lambda: self._search, lambda: self.bridge.opened,
        ))  # fmt: skip
        self.foreseeing = Foreseeing(core, tasks, self.bridge, self.thread_view, lambda: self._search)
        self.remembered = Remembered(core.address.reference, self.sidebar, self.list, self.bridge, self)
        self.saving = Saving(core, tasks, theme, self, self.bridge)
        self.pictures = Pictures(core, tasks, self)
        self.elsewhere = ElsewherePictures(core, tasks, self.thread_view)
        self.portraits = Portraits(core, tasks, theme, self)
        shelf = Shelf(self.answering.writing, desk, partial(self.panes.show_pane, Pane.THREAD), self.deciding.undoing)
        self.templating = Templating(core, tasks, theme, self, shelf)
        around = Around(self.members, self.thread_view, self.toast, self.deciding.undo, self.deciding.undoing)
        self.people = People(core, tasks, theme, self, around)
        self.acting = Acting(core, tasks, theme, self, Scene(self.thread_view, self.bridge, self.toast.say))
        self.linking = Linking(core, tasks, self.open_at_message, self.toast.say)
        self.exporting = Exporting(core, tasks, theme, self, desk)
        self.viewing = Viewing(core, tasks, theme, self, Views(self.sidebar, self.toast, self.exporting.begin))
        self.clearing = Clearing(core, tasks, theme, self, desk)
        self.regrouping = Regrouping(core, tasks, theme, self, desk, self.deciding.undoing)
        self.regrouping.made.connect(lambda made: self.open(ConversationId(made)))
        self.acting.regroup_asked.connect(self.regrouping.part)
        self.viewing.views_changed.connect(self.remembered.seek_view, Qt.ConnectionType.QueuedConnection)
        self.publishing = Publishing(core, tasks, theme, self, self.toast.say)
        self.vault = Vault(core, tasks, theme, self, self.people.card)
        self.community = Community(core, tasks, theme, self, self.toast, self.deciding.undo, self.deciding.undoing)

    def start(self) -> None:
        """Fill the panes."""
        self.sidebar.show_workspace(shown_name(self._core.address))
        self.bridge.start()
        self.viewing.start()
        self.show_view(self._view)
        self.list.take_focus()

    async def close_down(self) -> None:
        """Keep what is written, and hear nothing more."""
        seen = (self.bridge, self.foreseeing, self.portraits, self.people)
        for room in (*seen, self.reminding, self.viewing, self.searching, self.publishing):
            room.close()
        await self.detaching.close_down()
        await self.answering.close_down()

    @property
    def is_settled(self) -> bool:
        """Whether all that was asked for is on screen."""
        rooms = (
            self.bridge,
            self.answering.writing,
            self.answering.toning,
            self.pictures,
            self.elsewhere,
            self.portraits,
            self.people,
            self.reminding,
            self.viewing,
            self.bookkeeping,
            self.searching,
        )
        return all(room.is_idle for room in rooms)

    @property
    def undo_seconds(self) -> int:
        """How long what is sent can be taken back."""
        return self._core.settings.current.undo_seconds

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_height()

    def _fit_height(self) -> None:
        low = self.height() < self._theme.scaled(LOW_WINDOW)
        self.thread_view.be_low(low)
        self.composer.be_low(low)

    # --- showing ----------------------------------------------------------------------------------------------------

    def show_view(self, view: View, state: State | None = None) -> None:
        """Fill the list with a view, at the tab it opens on or at another."""
        self._view, self._search = view, Search()
        self.list.show_view(view)
        if state is not None:
            self.list.states.choose(state)
        self.list.show_state(ListState(Mood.LOADING, _("Loading conversations…")))
        self._ask()
        self.panes.show_pane(Pane.LIST)

    def _open_view(self, key: str) -> None:
        if view := self.sidebar.view_of(key):
            self.sidebar.mark(view.key)
            self.show_view(view)
        else:
            self.viewing.open(key)

    def _show_post_page(self, post: PostRow) -> None:
        """Every conversation under a post, in whatever state."""
        title = _("Under “{post}”").format(post=" ".join((post.title or post.text).split())[:_POST_TITLE])
        self.show_view(View(title, Is(By.POST, (post.id,)), f"post:{post.id}", None))

    def open(self, wanted: ConversationId) -> None:
        """Show a conversation, and what was begun as its answer."""
        if wanted != self.bridge.opened:
            self._show(wanted)
        self._agree()
        self.panes.show_pane(Pane.THREAD)

    def open_at(self, line: Leading) -> None:
        """Show a conversation at one of its messages."""
        if line.conversation is not None:
            self.open_at_message(line.conversation, line.message)

    def open_at_message(self, conversation: ConversationId, message: MessageId | None) -> None:
        """The same by their ids."""
        self._show(conversation, message)
        self._agree()
        self.panes.show_pane(Pane.THREAD)

    def _show(self, wanted: str, at: MessageId | None = None) -> None:
        conversation = ConversationId(wanted)
        hit = at or self._search.hits.get(conversation)
        self.thread_view.look_for(hit, self._search.marked)
        self.bridge.open(conversation, hit)
        self.searching.stand_at(conversation, hit)
        self.detaching.turn_to(conversation)

    def _agree(self) -> None:
        """What is shown is what the list marks and what keys act on: called whenever one of the two has changed."""
        if self.bridge.opened is not None:
            self.list.follow(self.bridge.opened)

    def _heed_selection(self) -> None:
        """When a gesture took the conversation shown out of the selection, the first of those left is shown."""
        selected = self.list.selected_ids()
        if selected and not self.list.picked_ids and self.bridge.opened not in selected:
            self._show(selected[0])
        self._agree()

    def _open_from_list(self, wanted: str) -> None:
        self._show(wanted)
        self.panes.show_pane(Pane.THREAD)

    def _look_for(self, words: str) -> None:
        if self.linking.follow(words):
            return
        before = self._search.before
        if words and not self._search.words:
            before = (self.bridge.opened, self.list.view.verticalScrollBar().value())
        ended = bool(self._search.words) and not words
        self._search = Search(words, before)
        self._ask()
        if ended and before is not None and before[0] is not None:
            self._show(before[0])

    def _take_found(self, found: Found | None) -> None:
        self.list.show_found(self._search.words, found)
        self._search = self._search.finding(found)
        self.searching.found()

    def _ask(self, _state: object = None) -> None:
        self.exporting.view, self.exporting.words = self._view, self._search.words
        chosen = self._view.narrowed(self.list.chosen_state)
        self.bridge.show(Shown(chosen, self._search.words))

    def _show_ids(self, ids: list[ConversationId]) -> None:
        self.list.show_ids(ids)
        self._agree()
        if not self._search.words and self._search.before is not None:
            self.list.view.verticalScrollBar().setValue(self._search.before[1])
            self._search = Search()
        if not ids:
            self.list.show_state(self._why_empty())
        self.painted.emit()

    def _take_accounts(self, rows: tuple[AccountRow, ...]) -> None:
        self.sidebar.show_accounts(rows)
        self.connecting.seek()
        self.list.say_offline(what_is_away(rows))
        before = self._filling, self._has_accounts
        self._filling, self._has_accounts = what_fills(rows, self._core.catalogue), bool(rows)
        if (self._filling, self._has_accounts) != before and not self.bridge.ids:
            # What came with the first sync may not be in the last answer.
            self._ask()

    def _why_empty(self) -> ListState:
        if self._filling and not self._search.words:
            return ListState(Mood.LOADING, self._filling)
        words, state = self._search.words, self.list.chosen_state
        nothing = nothing_here(words, state, self._search.misread, self._view.key)
        return why_empty(nothing, searching=bool(words), earlier=self._hides_earlier, accounts=self._has_accounts)

    @property
    def _hides_earlier(self) -> bool:
        """Whether the list holds nothing because what came with the history is done."""
        is_full = self._search.words or self.bridge.ids or not self._has_accounts
        return not is_full and self.list.chosen_state is State.OPEN

    def _go_on(self) -> None:
        """Go the step that the list offers."""
        if self._search.words:
            self.list.search.finish()
            self.list.take_focus()
        elif not self._has_accounts:
            self.give(Does.ADD_ACCOUNT)
        else:
            if self._hides_earlier:
                self.list.states.choose(State.DONE)
            self._ask()

    def _show_thread(self, thread: Thread) -> None:
        self._header.follow(thread.row)
        self.thread_view.show_thread(thread)
        self.people.show_thread(thread)
        self.answering.writing.take_note(thread)
        self.pictures.bring(thread)
        self.elsewhere.bring(thread)
        self.painted.emit()

    def _show_outbox_rows(self, rows: tuple[OutboxRow, ...]) -> None:
        self.leaving.show_outbox(rows)
        self.thread_view.leave_undo_to_bar(self.leaving.last.id if self.leaving.last else "")

    def _show_no_thread(self, sentence: str) -> None:
        self.thread_view.show_state(ListState(Mood.ERROR, sentence, _("Try again")))
        self.painted.emit()

    # --- wiring -----------------------------------------------------------------------------------------------------

    def _wire_reading(self) -> None:
        bridge, listing = self.bridge, self.list
        bridge.counts_changed.connect(self.sidebar.show_counts)
        bridge.accounts_changed.connect(self._take_accounts)
        bridge.found_changed.connect(self._take_found)
        bridge.ids_changed.connect(self._show_ids)
        bridge.rows_changed.connect(listing.show_rows)
        bridge.rows_outdated.connect(listing.refresh)
        bridge.thread_changed.connect(self._show_thread)
        bridge.thread_failed.connect(self._show_no_thread)
        bridge.tags_changed.connect(self.sidebar.show_tags)
        bridge.outbox_changed.connect(self._show_outbox_rows)
        listing.rows_wanted.connect(bridge.want_rows)
        listing.opened.connect(self._open_from_list)
        listing.selection_changed.connect(self._heed_selection, Qt.ConnectionType.QueuedConnection)
        listing.searched.connect(self._look_for)
        self.thread_view.hits.stepped.connect(self.searching.step)
        listing.state_chosen.connect(self._ask)
        listing.step_asked.connect(self._go_on)
        self.sidebar.view_chosen.connect(self.show_view)
        self.panes.alone.connect(self.sidebar.lines.wait_for_enter)
        self.thread_view.earlier_wanted.connect(bridge.load_earlier)
        self.thread_view.attachment_asked.connect(self.saving.begin)
        links.follow_from(self.thread_view, self._tasks)
        self.thread_view.step_asked.connect(bridge.open_again)
        self.sidebar.outbox_asked.connect(self.answering.show_outbox)
        self.connecting.told.connect(self.told)
        self.connecting.export_asked.connect(self.exporting.begin)
        self.pictures.ready.connect(self.thread_view.add_pictures)
        self.answering.open_asked.connect(lambda wanted: self.open(ConversationId(wanted)))
        self.answering.post_undone.connect(self.publishing.take_back)
        self.bridge.drafts_changed.connect(self.publishing.look_again)
        self.thread_view.post_asked.connect(self._show_post_page)
        for asked in (self.thread_view.aside_asked, self.detaching.aside_asked):
            asked.connect(lambda one: self.open_at_message(one.conversation, one.message))
        self.answering.begun.connect(partial(self.panes.show_pane, Pane.THREAD))

    def _wire_deciding(self) -> None:
        self.deciding.undone.connect(lambda changed: self.open(changed[0]) if changed else None)
        self.deciding.undone.connect(lambda _changed: self.community.undone.emit())
        self.list.view.menu_asked.connect(lambda place: self._tasks.start(self._offer_deeds(place), "menu"))
        self.bridge.colleagues_changed.connect(self._take_colleagues)
        self.people.message_asked.connect(self.open_at)
        self.community.message_asked.connect(self.open_at)
        self.people.panel_asked.connect(self.panes.show_panel)
        self.members.erase_asked.connect(self.vault.deeds[Does.ERASE])
        self.vault.said.connect(self.toast.say)
        self.vault.erased.connect(lambda: self.show_view(self._view))

    def _wire_reminding(self) -> None:
        self.reminding.settle_in(self.members)
        self.sidebar.reminders_asked.connect(self.reminding.show_page)
        self.answering.writing.queued.connect(self.reminding.look_for_promise)
        self.leaving.undo_asked.connect(self.reminding.promise_bar.forget)
        self.people.card_shown.connect(self.reminding.show_member)
        self.reminding.member_asked.connect(self.people.show_history)
        self.reminding.conversation_asked.connect(lambda wanted: self.open(ConversationId(wanted)))

    async def _offer_deeds(self, place: QPoint) -> None:
        hidden = self.list.shown_view.key == HIDDEN
        chosen = await self.deciding.offer(place, in_team=self.allows(When.TEAM), shows_hidden=hidden)
        if chosen is not None:
            self.give(chosen)

    def _take_colleagues(self, present: tuple[Colleague, ...]) -> None:
        self._header.colleagues = {one.id: one.name for one in present}
        self.sidebar.be_in_team(len(present) > 1)
        if self.bridge.on_screen is not None:
            self._header.follow(self.bridge.on_screen.row)

    # --- commands ---------------------------------------------------------------------------------------------------

    def give(self, does: Does) -> None:
        """Do what a command asks for."""
        self.deeds[does]()

    def allows(self, when: When) -> bool:
        """Whether a command makes sense now."""
        if when is When.TEAM and len(self._header.colleagues) < 2:
            return False
        return when not in (When.CONVERSATION, When.TEAM) or self.bridge.opened is not None

    def _name_deeds(self) -> dict[Does, Callable[[], object]]:
        return {
            Does.NEXT: partial(self.list.step, 1),
            Does.PREVIOUS: partial(self.list.step, -1),
            Does.REPLY: self._reply,
            **self.answering.deeds,
            **self.deciding.deeds,
            **self.templating.deeds,
            **self.people.deeds,
            **self.community.deeds,
            **self.reminding.deeds,
            **self.connecting.deeds,
            **self.detaching.deeds,
            **self.exporting.deeds,
            **self.viewing.deeds,
            **self.clearing.deeds,
            **self.acting.deeds,
            **self.bookkeeping.deeds,
            **self.regrouping.deeds,
            **self.publishing.deeds,
            **self.vault.deeds,
            **self.searching.deeds,
            Does.UNDO: self._undo,
            Does.SEND_AND_NEXT: partial(self.answering.writing.send, partial(self.list.step, 1)),
            Does.SEND_AND_DONE: partial(self.answering.writing.send, self.deciding.leave_answered, finishes=True),
            Does.SEARCH: self._focus_search,
            Does.BACK: self._back,
            Does.PANEL: self.panes.toggle_panel,
            Does.OTHER_HAT: self.sidebar.change_hats,
            Does.BOTH_HATS: partial(self.sidebar.go_to_hat, None),
            Does.GO_INBOX: partial(self._go_to, State.OPEN),
            Does.GO_WAITING: partial(self._go_to, State.WAITING),
        }

    def _reply(self) -> None:
        if self.detaching.is_away(self.bridge.opened):
            self.detaching.detach()
            return
        self.panes.show_pane(Pane.THREAD)
        if self.composer.named is not None:
            self.thread_view.bring_in(self.composer.named)
        self.composer.field.setFocus()

    def _undo(self) -> None:
        if not self.leaving.undo_last(self.toast):
            self.deciding.undo()

    def _back(self) -> None:
        if not self.list.has_keys and self.panes.back():
            return
        if self.list.picked_ids:
            self.list.view.stop_picking()
        elif self._search.words and self.list.has_keys:
            self.list.search.finish()
        elif not self.panes.back() and not self.panes.is_narrow:
            self.list.take_focus()

    def _focus_search(self) -> None:
        self.panes.show_pane(Pane.LIST)
        self.list.search.setFocus()
        self.list.search.selectAll()

    def _go_to(self, state: State) -> None:
        self.remembered.forget()
        view = everything().worn(self.sidebar.hat)
        self.sidebar.mark(view.key)
        self.show_view(view, state)
