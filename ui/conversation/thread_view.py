"""The pane of one conversation: header, post, messages, notes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QImage, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from inbox_app.content.elsewhere import addresses, content_id
from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.domain.inbox import MessageRow, NoteRow, PostRow, Thread
from inbox_app.domain.words import Direction
from inbox_app.i18n import _
from ui.conversation.column import Column, margin_of
from ui.conversation.earlier_part import EarlierPart
from ui.conversation.elsewhere_line import Waiting
from ui.conversation.hits_bar import HitsBar
from ui.conversation.items import EarlierItem, Item, MessageItem, NoteItem, items_of, message_key
from ui.conversation.message_part import MessagePart
from ui.conversation.note_part import NotePart
from ui.conversation.part import ThreadPart
from ui.conversation.post_card import PostCard
from ui.conversation.sending_row import counts_down
from ui.conversation.titles import chips_of, subtitle_of, title_of, window_of
from ui.inbox.list_state import READY, ListState, Mood
from ui.inbox.state_pane import StatePane
from ui.theme import fonts
from ui.theme.fading import Edge, Fading
from ui.theme.moments import COUNTDOWN_MS
from ui.theme.theme import Theme
from ui.theme.widgets import Chip, Label

_MINUTE_MS = 30_000
_FEW = 3
_LEAST_HEIGHT = 40
"""Of the messages; without it a low window would squeeze what is around them."""


_ROOM_FOR_NAMES = 560
"""Of the header; in less its buttons show their icons alone, so that the title can be read."""


class ThreadView(QFrame):
    """Shows a `Thread`.

    Signals:
        reply_to_asked: the `MessageId` to answer.
        reply_privately_asked: the `MessageId` whose author alone gets the answer.
        reply_all_asked: the `MessageId` whose author and recipients all get the answer.
        forward_asked: the `MessageId` to pass on.
        act_asked: the `MessageId`, the `Action` to do to it on its service, and its value.
        menu_asked: a `MessageRow` and where its menu opens.
        aside_asked: the `Aside` that stands in another conversation.
        post_asked: the `PostRow` whose every conversation is to be listed.
        earlier_wanted: messages before the first shown one.
        attachment_asked: the id of a file.
        link_asked: an address to open in the browser; it was judged at the click.
        link_doubted: an address and the sentence that warns of it; ask before opening.
        undo_asked: the outbox id to take back.
        resolve_asked: an outbox id with `sent`, `again` or `discard`.
        step_asked: the button of an empty or failed pane was pressed.
        member_asked: the `MemberId` whose card is to be seen.
        note_menu_asked: a `NoteRow` and where its menu opens.
        elsewhere_wished: a `MessageId` and the `Wish` about the pictures it would fetch.
    """

    reply_to_asked = Signal(object)
    reply_privately_asked = Signal(object)
    reply_all_asked = Signal(object)
    forward_asked = Signal(object)
    act_asked = Signal(object, object, str)
    menu_asked = Signal(object, QPoint)
    aside_asked = Signal(object)
    post_asked = Signal(PostRow)
    earlier_wanted = Signal()
    attachment_asked = Signal(str)
    link_asked = Signal(str)
    link_doubted = Signal(str, str)
    undo_asked = Signal(str)
    resolve_asked = Signal(str, str)
    step_asked = Signal()
    member_asked = Signal(str)
    note_menu_asked = Signal(NoteRow, QPoint)
    elsewhere_wished = Signal(object, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("pane", "thread")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(_("Conversation"))
        self.setMinimumWidth(320)
        self._theme = theme
        self._thread: Thread | None = None
        self._low = False
        self._pictures: dict[MessageId, dict[str, QImage]] = {}
        self._tried: set[MessageId] = set()
        self._trusted: frozenset[str] = frozenset()
        self._wanted: MessageId | None = None
        self._marked: frozenset[str] = frozenset()
        self._undone_elsewhere = ""
        self.header = ThreadHeader(theme)
        self.hits = HitsBar(theme)
        self.column = Column(self._make, self._renew)
        self.column.setAccessibleName(_("Messages"))
        self.column.setMinimumHeight(_LEAST_HEIGHT)
        Fading(theme, self.column, Edge.TOP)
        Fading(theme, self.column, Edge.BOTTOM)
        self._pane = StatePane(theme)
        self._stack = QStackedWidget()
        self._post: PostCard | None = None
        self._post_room = QVBoxLayout()
        self._lay_out()
        self._pane.step_asked.connect(self.step_asked)
        self._clock = QTimer(self, interval=COUNTDOWN_MS)
        self._clock.timeout.connect(self._tick)
        minute = QTimer(self, interval=_MINUTE_MS)
        minute.timeout.connect(self.keep_time)
        minute.start()
        theme.changed.connect(self._dress)
        self.show_state(ListState(Mood.EMPTY, _("Choose a conversation to read it here.")))

    def show_thread(self, thread: Thread) -> None:
        """Show a conversation; shown again, it keeps what is in sight and what is selected."""
        before, self._thread = self._thread, thread
        same = before is not None and before.row.id == thread.row.id
        self.header.show_thread(thread)
        if not same or before is None or before.post != thread.post:
            self._show_post()
        if not same:
            self._pictures.clear()
            self._tried.clear()
        items = items_of(thread)
        self.show_state(READY)
        self._fit_post()
        self.column.show_items(items, reveal=self._first_to_show(items, same))
        if same and before is not None:
            self._let_appear({row.id for row in thread.messages} - {row.id for row in before.messages})
        self._tick()

    def prepare(self, thread: Thread, at: MessageId | None = None) -> None:
        """This conversation comes next, at this message: it is made while nothing else is to be done."""
        items = items_of(thread)
        self.column.prepare(items, message_key(at) if at is not None else _first_to_read(items))

    def look_for(self, message: MessageId | None, words: Collection[str] = ()) -> None:
        """The next conversation is shown at this message, with these words marked in all of them."""
        self._wanted = message
        if self._marked != frozenset(words):
            self._marked = frozenset(words)
            for part in self.column.widgets():
                if isinstance(part, MessagePart | NotePart):
                    part.mark(self._marked)

    def leave_undo_to_bar(self, act: str) -> None:
        """The bar below offers the undo of this act: one button for it is enough."""
        if act != self._undone_elsewhere:
            self._undone_elsewhere = act
            self._tick()

    def show_state(self, state: ListState) -> None:
        """Say that the thread loads, that none is chosen, that it failed; or show it again."""
        self.header.setVisible(not state.covers)
        if state.covers:
            self._thread = self._thread if state.mood is not Mood.EMPTY else None
            self._pane.show_state(state)
        held = self.hasFocus()
        self._stack.setCurrentIndex(1 if state.covers else 0)
        self.setFocusProxy(self._pane if state.covers else self.column)
        if held:
            self.setFocus()

    def _first_to_show(self, items: Sequence[Item], same: bool) -> str | None:
        wanted, self._wanted = self._wanted, None
        if wanted is not None and any(item.key == message_key(wanted) for item in items):
            return message_key(wanted)
        return None if same else _first_to_read(items)

    def add_pictures(self, message: MessageId, pictures: Mapping[str, QImage]) -> None:
        """More pictures inside a message, by content id, decoded elsewhere; it is painted anew with them."""
        if pictures:
            self._pictures.setdefault(message, {}).update(pictures)
            self.column.forget_widget(message_key(message))

    def pictures_of(self, message: MessageId) -> frozenset[str]:
        """The content ids of those that are there."""
        return frozenset(self._pictures.get(message, ()))

    def note_tried(self, message: MessageId) -> None:
        """What a message would fetch and is not here by now did not come."""
        self._tried.add(message)
        self.column.forget_widget(message_key(message))

    def trust(self, senders: frozenset[str]) -> None:
        """Whose pictures from elsewhere are shown without asking; addresses in lower case."""
        if senders != self._trusted:
            self._trusted = senders
            self.column.forget_spare()
            for part in self.column.widgets():
                if isinstance(part, MessagePart) and addresses(part.item.row.html or ""):
                    self.column.forget_widget(part.item.key)

    def be_low(self, low: bool) -> None:
        """Whether the window is so low that the post must leave the room to the messages."""
        if low != self._low:
            self._low = low
            self._fit_post()

    def set_actions(self, actions: Sequence[QAction]) -> None:
        """What can be done with the whole conversation, as buttons in the header."""
        self.header.set_actions(actions)

    def reveal(self, message: MessageId) -> None:
        """Bring a message into sight."""
        self.column.reveal(message_key(message))

    def bring_in(self, message: MessageId) -> None:
        """Scroll to a message only where it is not in sight already."""
        self.column.bring_in(message_key(message))

    @property
    def focused(self) -> MessageId | None:
        """The message in which the focus is, if any."""
        focus = QApplication.focusWidget()
        parts = (part for part in self.column.widgets() if isinstance(part, MessagePart))
        found = next((part for part in parts if focus is not None and part.isAncestorOf(focus)), None)
        return None if found is None else found.item.row.id

    def place_of(self, message: MessageId) -> QPoint:
        """Where a menu about a message opens: below its head, on the screen."""
        for part in self.column.widgets():
            if isinstance(part, MessagePart) and part.item.row.id == message:
                return part.card.mapToGlobal(part.head.geometry().bottomLeft())
        return self.column.mapToGlobal(self.column.rect().center())

    @property
    def conversation(self) -> ConversationId | None:
        """The conversation that is shown."""
        return self._thread.row.id if self._thread else None

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit_post()

    def _lay_out(self) -> None:
        room = QWidget()
        column = QVBoxLayout(room)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._post_room)
        column.addWidget(self.column, 1)
        self._stack.addWidget(room)
        self._stack.addWidget(self._pane)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addWidget(self.hits)
        whole.addWidget(self._stack, 1)

    def _show_post(self) -> None:
        if self._post is not None:
            self._post_room.removeWidget(self._post)
            self._post.hide()
            self._post.deleteLater()
            self._post = None
        if self._thread is None or self._thread.post is None:
            return
        self._post = PostCard(self._theme, self._thread.post)
        self._post.link_asked.connect(self.link_asked)
        self._post.link_doubted.connect(self.link_doubted)
        self._post.page_asked.connect(self.post_asked)
        self._post_room.addWidget(self._post)

    def _fit_post(self) -> None:
        margin = margin_of(self.width())
        above = 0 if self._post is None else 8 if self._low else 16
        self._post_room.setContentsMargins(margin, above, margin, 4 if self._post else 0)
        if self._post is not None:
            self._post.be_low(self._low)

    def _make(self, item: Item) -> QWidget:
        match item:
            case EarlierItem():
                earlier = EarlierPart(self._theme)
                earlier.asked.connect(self.earlier_wanted)
                return earlier
            case NoteItem():
                note = NotePart(self._theme, item, self.column.viewport())
                note.mark(self._marked)
                note.menu_asked.connect(self.note_menu_asked)
                return note
            case MessageItem():
                return self._make_message(item)

    def _make_message(self, item: MessageItem) -> MessagePart:
        # Where it will stand: Qt dresses a widget once more, with all that is in it, for each new parent.
        room = self.column.viewport()
        made = MessagePart(self._theme, item, self._pictures.get(item.row.id), self._waiting(item.row), room)
        made.mark(self._marked)
        made.reply_asked.connect(self.reply_to_asked)
        made.reply_all_asked.connect(self.reply_all_asked)
        made.forward_asked.connect(self.forward_asked)
        made.act_asked.connect(self.act_asked)
        made.menu_asked.connect(self.menu_asked)
        made.parent_asked.connect(self.reveal)
        made.aside_asked.connect(self.aside_asked)
        made.attachment_asked.connect(self.attachment_asked)
        made.link_asked.connect(self.link_asked)
        made.link_doubted.connect(self.link_doubted)
        made.undo_asked.connect(self.undo_asked)
        made.resolve_asked.connect(self.resolve_asked)
        made.resized.connect(self.column.remeasure)
        made.member_asked.connect(self.member_asked)
        made.elsewhere_wished.connect(self.elsewhere_wished)
        if made.sending is not None:
            made.sending.tick(self._undone_elsewhere)
        return made

    def _renew(self, part: QWidget) -> bool:
        """Whether one that was made before is what would be made now, but for its marks, its time and its countdown."""
        if isinstance(part, MessagePart):
            row = part.item.row
            if part.made_with != (self._pictures.get(row.id, {}), self._waiting(row)):
                return False
            if part.sending is not None:
                part.sending.tick(self._undone_elsewhere)
        if isinstance(part, MessagePart | NotePart):
            part.mark(self._marked)
            part.keep_time()
        return True

    def _waiting(self, row: MessageRow) -> Waiting:
        there = self._pictures.get(row.id, {})
        count = sum(content_id(one) not in there for one in addresses(row.html or ""))
        incoming = row.direction is Direction.INCOMING
        trusted = incoming and row.author.handle.lower() in self._trusted
        return Waiting(count, row.id in self._tried, trusted, incoming)

    def _let_appear(self, arrived: set[MessageId]) -> None:
        """What comes while one watches; many at once are history, or a flood."""
        if len(arrived) <= _FEW:
            for part in self.column.widgets():
                if isinstance(part, MessagePart) and part.item.row.id in arrived:
                    self._theme.motion.appear(part)

    def _tick(self) -> None:
        """Count down what waits; the clock stands still while nothing does."""
        for widget in self.column.widgets():
            if isinstance(widget, MessagePart) and widget.sending is not None:
                widget.sending.tick(self._undone_elsewhere)
        rows = self._thread.messages if self._thread else ()
        counting = any(row.outbox is not None and counts_down(row.outbox) for row in rows)
        if counting != self._clock.isActive():
            self._clock.start() if counting else self._clock.stop()

    def keep_time(self) -> None:
        """Say how long ago everything in sight was, as of now."""
        for widget in self.column.widgets():
            if isinstance(widget, ThreadPart):
                widget.keep_time()

    def _dress(self) -> None:
        self._show_post()
        self.column.forget_widgets()


class ThreadHeader(QFrame):
    """Title, what is below it, and the actions on the conversation."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("bar", True)
        self._theme = theme
        self._title = Label(theme, size=fonts.THREAD_TITLE, weight=fonts.HEAVY).eliding()
        self._about = Label(theme, size=fonts.META, tone="meta").eliding()
        self._window: Chip | None = None
        self._buttons: list[QPushButton] = []
        self._actions: tuple[QAction, ...] = ()
        self._compact = False
        names = QVBoxLayout()
        names.setSpacing(1)
        names.addWidget(self._title)
        self._below = QHBoxLayout()
        self._below.setSpacing(6)
        self._below.addWidget(self._about)
        self._below.addStretch(1)
        names.addLayout(self._below)
        self._chips: list[Chip] = []
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(24, 11, 16, 11)
        self._line.setSpacing(6)
        self._line.addLayout(names, 1)

    def show_thread(self, thread: Thread) -> None:
        """Name the conversation."""
        self._title.say(title_of(thread))
        self._about.say(subtitle_of(thread))
        self._show_chips(thread)
        if self._window is not None:
            self._line.removeWidget(self._window)
            self._window.deleteLater()
            self._window = None
        if said := window_of(thread):
            self._window = Chip(self._theme, said, ink="warn", ground="warn_soft", icon="hourglass")
            self._line.insertWidget(1, self._window)

    def _show_chips(self, thread: Thread) -> None:
        """The hat, where it is the one that sells, and the first tags; the list says them in the same way."""
        for chip in self._chips:
            self._below.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = chips_of(self._theme, thread.row)
        for place, chip in enumerate(self._chips, 1):
            self._below.insertWidget(place, chip)

    def set_actions(self, actions: Sequence[QAction]) -> None:
        """One button an action; it is greyed, named and explained as its action is."""
        for button in self._buttons:
            self._line.removeWidget(button)
            button.deleteLater()
        self._actions = tuple(actions)
        self._buttons = [self._button(action) for action in actions]
        for button in self._buttons:
            self._line.addWidget(button)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        compact = self.width() < self._theme.scaled(_ROOM_FOR_NAMES)
        if compact != self._compact:
            self._compact = compact
            for action in self._actions:
                action.changed.emit()

    def _button(self, action: QAction) -> QPushButton:
        made = QPushButton(action.text(), self)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setProperty("kind", "bare" if action.priority() is QAction.Priority.LowPriority else "plain")
        made.clicked.connect(action.trigger)

        def follow() -> None:
            bare = self._compact or action.priority() is QAction.Priority.LowPriority
            side = self._theme.scaled(16)
            made.setIconSize(QSize(side, side))
            made.setFont(self._theme.font(fonts.BODY, fonts.MEDIUM))
            made.setText("" if bare else f" {action.text()}")
            made.setIcon(action.icon())
            made.setEnabled(action.isEnabled())
            made.setVisible(action.isVisible())
            made.setToolTip(action.toolTip())
            made.setAccessibleName(action.text().replace("&", ""))

        action.changed.connect(follow)
        made.destroyed.connect(lambda: action.changed.disconnect(follow))
        follow()
        return made


def _first_to_read(items: Sequence[Item]) -> str:
    """What to look at first: the first message that needs a reply, otherwise the last."""
    asking = [item.key for item in items if isinstance(item, MessageItem) and item.row.needs_reply]
    messages = [item.key for item in items if isinstance(item, MessageItem)]
    return (asking or messages[-1:] or [""])[0]
