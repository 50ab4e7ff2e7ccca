"""One opened workspace in the window: the panes, what connects them, and what each command does here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inbox_app.actions import attachments
from inbox_app.actions import writing as decisions
from inbox_app.actions.lettering import last_said
from inbox_app.domain.ids import AccountId, ConversationId, OutboxId
from inbox_app.domain.inbox import AccountRow, MessageRow, OutboxRow, Thread
from inbox_app.domain.words import ActKind, State
from inbox_app.i18n import _
from inbox_app.queries import writing as questions
from inbox_app.queries.colleagues import Colleague
from inbox_app.queries.search import Found
from ui import dialogs, links
from ui.accounts import menu
from ui.accounts.add_account import AddAccountDialog
from ui.accounts.import_archive import ImportDialog
from ui.bars import Leaving
from ui.bridge import Bridge, Shown
from ui.commands import Does, When
from ui.composer.composer import Composer
from ui.composer.letters import Letters
from ui.composer.pasted import Pasted
from ui.composer.writing import Writing
from ui.conversation.attached_mail import MEDIA_TYPE, AttachedMail
from ui.conversation.pictures import Pictures
from ui.conversation.reading_pane import ReadingPane
from ui.conversation.thread_view import ThreadView
from ui.core import Core
from ui.deciding import Deciding, Desk
from ui.header_actions import HeaderActions
from ui.inbox.conversation_list import ConversationList
from ui.inbox.filling import what_fills
from ui.inbox.found import Search
from ui.inbox.list_state import ListState, Mood
from ui.inbox.sidebar import Sidebar
from ui.inbox.views import View, everything
from ui.members.member_panel import MemberPanel
from ui.outbox_page import OutboxPage
from ui.panes import Pane, Panes
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.theme.tokens import LOW_WINDOW
from ui.toast import Toast


class Workplace(QWidget):
    """Made when a workspace is opened, closed with it."""

    painted = Signal()
    """The list or the thread shows something new."""
    told = Signal(str)
    """A sentence about what was asked for."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme) -> None:
        super().__init__()
        self._core, self._tasks, self._theme = core, tasks, theme
        self._view: View = everything()
        self._search = Search()
        self._sought = ""
        self._filling = _("Loading conversations…")
        self.sidebar = Sidebar(theme)
        self.list = ConversationList(theme)
        self.thread_view = ThreadView(theme)
        self.members = MemberPanel(theme)
        self.composer = Composer(theme)
        self.composer.hide()
        self.leaving = Leaving(theme)
        middle = ReadingPane(self.thread_view, self.leaving, self.composer)
        self.panes = Panes(theme, self.sidebar, self.list, middle, self.members)
        self.bridge = Bridge(core, tasks, self)
        self.writing = Writing(core, tasks, self.composer)
        self.letters = Letters(core, tasks, theme, self)
        self.pictures = Pictures(core, tasks, self)
        self._pasted = Pasted()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.panes)
        self.toast = Toast(theme, self, self.composer)
        self.deciding = Deciding(core, tasks, theme, self, Desk(self.bridge, self.list, self.toast))
        self._header = HeaderActions(theme, self.give, self)
        self.thread_view.set_actions(self._header.all)
        self._wire_reading()
        self._wire_writing()
        self._wire_deciding()
        self.deeds = self._name_deeds()

    def start(self) -> None:
        """Fill the panes."""
        self.sidebar.show_workspace(self._core.address.name)
        self.bridge.start()
        self.show_view(self._view)
        self.list.take_focus()

    async def close_down(self) -> None:
        """Keep what is written, and hear nothing more."""
        self.bridge.close()
        await self.writing.save()
        await self.letters.keep()
        self._pasted.forget()

    @property
    def is_settled(self) -> bool:
        """Whether all that was asked for is on screen."""
        return self.bridge.is_idle and self.writing.is_idle and self.pictures.is_idle

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        low = self.height() < LOW_WINDOW
        self.thread_view.be_low(low)
        self.composer.be_low(low)

    async def release(self) -> None:
        """Let what can still be taken back leave at once."""
        await decisions.release(self._core.store, [row.id for row in self.leaving.waiting])

    async def take_all_back(self) -> None:
        """Make drafts again of all that has not left."""
        await self.writing.save()
        for row in self.leaving.waiting:
            await decisions.undo(self._core.store, row.id)

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

    def open(self, wanted: ConversationId) -> None:
        """Show a conversation, and what was begun as its answer."""
        if wanted != self.bridge.opened:
            self._show(wanted)
        self._agree()
        self.panes.show_pane(Pane.THREAD)

    def _show(self, wanted: str) -> None:
        conversation = ConversationId(wanted)
        hit = self._search.hits.get(conversation)
        self.thread_view.look_for(hit, self._search.marked)
        self.composer.show()
        self.bridge.open(conversation, hit)
        self.writing.turn_to(conversation)

    def _agree(self) -> None:
        """What is shown is what the list marks and what keys act on: called whenever one of the two has changed."""
        if self.bridge.opened is not None:
            self.list.follow(self.bridge.opened)

    def _heed_selection(self) -> None:
        """When a gesture took the conversation shown out of the selection, the first of those left is shown."""
        selected = self.list.selected_ids()
        if selected and self.bridge.opened not in selected:
            self._show(selected[0])
        self._agree()

    def _open_from_list(self, wanted: str) -> None:
        self._show(wanted)
        self.panes.show_pane(Pane.THREAD)

    def _look_for(self, words: str) -> None:
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

    def _ask(self, _state: object = None) -> None:
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
        self._seek()
        filling = what_fills(rows, self._core.catalogue)
        if filling != self._filling:
            self._filling = filling
            if not self.bridge.ids:
                # What came with the first sync may not be in the last answer.
                self._ask()

    def _why_empty(self) -> ListState:
        if self._filling and not self._search.words:
            return ListState(Mood.LOADING, self._filling)
        return ListState(Mood.EMPTY, self._nothing_here())

    def _nothing_here(self) -> str:
        if self._search.words:
            return _("Nothing was found for “{words}”.").format(words=self._search.words)
        if self.list.chosen_state is State.OPEN:
            return _("Nobody is waiting for an answer here.")
        return _("There is no conversation here.")

    def _show_thread(self, thread: Thread) -> None:
        self._header.follow(thread.row)
        self.thread_view.show_thread(thread)
        self.members.show_thread(thread)
        self.writing.take_note(thread)
        self.pictures.bring(thread)
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
        listing.state_chosen.connect(self._ask)
        listing.step_asked.connect(self._ask)
        self.sidebar.view_chosen.connect(self.show_view)
        self.sidebar.add_account_asked.connect(self.add_account)
        self.thread_view.earlier_wanted.connect(bridge.load_earlier)
        self.thread_view.attachment_asked.connect(
            lambda wanted: self._tasks.start(self._save_attachment(wanted), "attachment")
        )
        self.thread_view.link_asked.connect(links.open_link)
        self.thread_view.link_doubted.connect(
            lambda url, warning: self._tasks.start(links.open_doubted(self.window(), url, warning), "link")
        )
        self.thread_view.step_asked.connect(bridge.open_again)
        self.sidebar.outbox_asked.connect(lambda: self._tasks.start(self._show_outbox(), "outbox page"))
        self.sidebar.account_menu_asked.connect(
            lambda account: self._tasks.start(self._offer_account(AccountId(account)), "account menu")
        )

    def _wire_writing(self) -> None:
        self.thread_view.reply_to_asked.connect(self._answer)
        self.thread_view.reply_all_asked.connect(partial(self._answer, everybody=True))
        self.thread_view.forward_asked.connect(self._forward)
        self.pictures.ready.connect(self.thread_view.show_pictures)
        self.composer.addresses.completion_wanted.connect(self._complete_address)
        self.letters.sent.connect(self._leave_composer)
        self.thread_view.undo_asked.connect(self._undo_of_thread)
        self.thread_view.resolve_asked.connect(self._resolve)
        self.composer.send_asked.connect(self.writing.send)
        self.composer.picture_pasted.connect(lambda picture: self._tasks.start(self._paste(picture), "paste"))
        self.composer.files_wanted.connect(lambda: self._tasks.start(self._attach(), "attach"))
        self.leaving.undo_asked.connect(self._take_back)
        self.composer.target_dropped.connect(self._greet)
        self.writing.queued.connect(self._leave_composer)
        self.writing.queued.connect(self._greet)
        self.writing.brought.connect(self._greet)

    def _wire_deciding(self) -> None:
        self.deciding.undone.connect(lambda changed: self.open(changed[0]))
        self.list.view.menu_asked.connect(lambda place: self._tasks.start(self._offer_deeds(place), "menu"))
        self.bridge.colleagues_changed.connect(self._take_colleagues)

    async def _offer_deeds(self, place: QPoint) -> None:
        chosen = await self.deciding.offer(place, in_team=self.allows(When.TEAM))
        if chosen is not None:
            self.give(chosen)

    def _take_colleagues(self, present: tuple[Colleague, ...]) -> None:
        self._header.colleagues = {one.id: one.name for one in present}
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
            Does.REPLY_ALL: self._reply_to_all,
            Does.FORWARD: self._forward,
            Does.NEW_MAIL: self.letters.write,
            **self.deciding.deeds,
            Does.UNDO: self._undo,
            Does.SEND: self.writing.send,
            Does.SEND_AND_NEXT: partial(self.writing.send, partial(self.list.step, 1)),
            Does.SEARCH: self._focus_search,
            Does.BACK: self._back,
            Does.PANEL: self.panes.toggle_panel,
            Does.ATTACH: self.composer.files_wanted.emit,
            Does.ADD_ACCOUNT: self.add_account,
            Does.IMPORT: self.import_archive,
            Does.GO_INBOX: partial(self._go_to, State.OPEN),
            Does.GO_WAITING: partial(self._go_to, State.WAITING),
        }

    def _reply(self) -> None:
        self.panes.show_pane(Pane.THREAD)
        if self.composer.named is not None:
            self.thread_view.bring_in(self.composer.named)
        self.composer.field.setFocus()

    def _reply_to_all(self) -> None:
        """Answer everybody who got the last mail from outside."""
        last = last_said(self._messages())
        if last is not None:
            self._answer(last.id, everybody=True)
            self.panes.show_pane(Pane.THREAD)

    def _forward(self, wanted: object = None) -> None:
        """Pass a message on: the one named, else the last from outside."""
        thread = self.bridge.on_screen
        named = next((one for one in self._messages() if one.id == wanted), None)
        message = named or last_said(self._messages())
        if thread is not None and message is not None:
            self.letters.forward(thread, message)

    def _undo(self) -> None:
        last = self.leaving.last
        if self.toast.offers_undo(last.decided_at if last else None) or not self.leaving.undo():
            self.deciding.undo()

    def _back(self) -> None:
        if self.panes.back():
            return
        if self._search.words and self.list.view.hasFocus():
            self.list.search.finish()
        self.list.view.setFocus()

    def _focus_search(self) -> None:
        self.panes.show_pane(Pane.LIST)
        self.list.search.setFocus()
        self.list.search.selectAll()

    def _go_to(self, state: State) -> None:
        view = everything().worn(self.sidebar.hat)
        self.sidebar.mark(view.key)
        self.show_view(view, state)

    def add_account(self) -> None:
        """Connect an account."""
        self._tasks.start(self._connect(), "add account")

    async def _connect(self) -> None:
        dialog = AddAccountDialog(self._core, self._tasks, self._theme, self.window())
        await dialogs.ask(dialog)

    def import_archive(self) -> None:
        """Bring in what another program kept."""
        self._tasks.start(self._import(), "import an archive")

    async def _import(self) -> None:
        dialog = ImportDialog(self._core, self._tasks, self._theme, self.window())
        await dialogs.ask(dialog)
        if dialog.imported is not None:
            self.go_to_account(dialog.imported.account)

    def go_to_account(self, wanted: AccountId) -> None:
        """Show what an account holds, as soon as the sidebar lists it."""
        self._sought = f"account:{wanted}"
        self._seek()

    def _seek(self) -> None:
        if self._sought and self.sidebar.choose(self._sought):
            self._sought = ""

    async def _offer_account(self, wanted: AccountId) -> None:
        place = self.sidebar.menu_place()
        said = await menu.offer(self._core, self._theme, self.window(), wanted, place, self._sign_in_again)
        if said:
            self.told.emit(said)

    async def _sign_in_again(self, wanted: AccountId) -> bool:
        return await dialogs.ask(AddAccountDialog(self._core, self._tasks, self._theme, self.window(), wanted))

    async def _show_outbox(self) -> None:
        page = OutboxPage(self._theme, self.window())
        page.show_outbox(await questions.outbox(self._core.store, settled=False))
        page.undo_asked.connect(self._take_back)
        page.resolve_asked.connect(self._resolve)
        page.conversation_asked.connect(lambda wanted: self.open(ConversationId(wanted)))
        self.bridge.outbox_changed.connect(page.show_outbox)
        await dialogs.ask(page)

    async def _save_attachment(self, wanted: str) -> None:
        """Save a file; a mail is shown first, and saved from there."""
        if self._is_mail(wanted):
            page = AttachedMail(self._theme, await self._core.read_attached(wanted), self.window())
            page.body.link_asked.connect(links.open_link)
            if not await dialogs.ask(page):
                return
        fetched = await self._core.fetch_attachment(wanted)
        place = await dialogs.choose_place(self.window(), _("Save the attachment as"), fetched.name)
        if place is not None:
            await attachments.save(fetched, place, replace=True)

    def _is_mail(self, wanted: str) -> bool:
        files = (one for message in self._messages() for one in message.attachments)
        return any(one.id == wanted and one.media_type == MEDIA_TYPE for one in files)

    # --- writing ----------------------------------------------------------------------------------------------------

    def _complete_address(self, typed: str) -> None:
        if self.bridge.on_screen is not None:
            self.writing.complete(typed, self.bridge.on_screen.account.channel)

    def _answer(self, wanted: object, *, everybody: bool = False) -> None:
        thread = self.bridge.on_screen
        if thread is not None:
            for message in thread.messages:
                if message.id == wanted:
                    self.writing.answer(message, thread, everybody=everybody)

    def _greet(self, _about: object = None) -> None:
        if self.bridge.on_screen is not None:
            self.writing.take_note(self.bridge.on_screen)

    def _leave_composer(self, sent: OutboxRow) -> None:
        """What follows a send is a command: Z takes it back instead of being typed into the next reply."""
        if sent.conversation == self.bridge.opened:
            self.thread_view.column.setFocus()

    def _take_back(self, sent: OutboxRow) -> None:
        if sent.kind == ActKind.NEW:
            self.letters.take_back(sent)
            return
        self.writing.take_back(sent, partial(self._come_back, sent.conversation))

    def _come_back(self, conversation: ConversationId | None) -> None:
        if conversation is not None:
            self.open(conversation)
            self.composer.field.setFocus()

    def _undo_of_thread(self, wanted: str) -> None:
        for message in self._messages():
            if message.outbox is not None and message.outbox.id == wanted:
                self._take_back(message.outbox)

    def _messages(self) -> tuple[MessageRow, ...]:
        return () if self.bridge.on_screen is None else self.bridge.on_screen.messages

    def _resolve(self, wanted: str, word: str) -> None:
        self._tasks.start(self._settle(OutboxId(wanted), word), "resolve")

    async def _settle(self, wanted: OutboxId, word: str) -> None:
        await decisions.resolve(self._core.store, wanted, decisions.Resolution(word))

    async def _paste(self, picture: QImage) -> None:
        self.composer.paste_picture(await self._pasted.keep(picture))

    async def _attach(self) -> None:
        self.composer.add_files(await dialogs.choose_files(self.window(), _("Attach files")))
