"""The pane of conversations: what view it is, the search field, the states, and the list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from inbox_app.domain.ids import ConversationId
from inbox_app.domain.inbox import ConversationRow
from inbox_app.domain.words import State
from inbox_app.i18n import _, ngettext
from inbox_app.queries.search import Found
from ui.inbox.list_state import READY, ListState
from ui.inbox.list_view import ConversationView
from ui.inbox.model import ConversationModel
from ui.inbox.nothing import said_of_misread
from ui.inbox.search_chips import SearchChips
from ui.inbox.search_field import SearchField
from ui.inbox.segments import Segments
from ui.inbox.state_pane import NoticeBar, StatePane
from ui.inbox.views import View, everything, states_name
from ui.theme import fonts
from ui.theme.announcing import announce
from ui.theme.fading import Edge, Fading
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.widgets import Label


class ConversationList(QFrame):
    """Shows ids at once and rows when they come.

    Signals:
        rows_wanted: ids (a list) of rows that are about to be painted and are not here, at most twice a page.
        opened: the id of the conversation to be read: its row became the current one, or Enter was pressed on it.
        selection_changed: a tuple of all selected ids.
        searched: what is looked for, after a pause in typing; empty when the search is over.
        state_chosen: the `State` of the tab that a person picked.
        step_asked: the button of an empty or failed list was pressed.
    """

    rows_wanted = Signal(object)
    opened = Signal(str)
    selection_changed = Signal(object)
    searched = Signal(str)
    state_chosen = Signal(object)
    step_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("pane", "list")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(_("Conversation list"))
        self._theme = theme
        self._shown = everything()
        self._found: Found | None = None
        self._model = ConversationModel(self)
        self.view = ConversationView(theme, self._model)
        Fading(theme, self.view, Edge.TOP)
        self.search = SearchField(theme)
        self.chips = SearchChips(theme, self.search)
        self.states: Segments[State] = Segments(theme, _("State"), [(state, states_name(state)) for state in State])
        self._title = Label(theme, self._shown.title, size=fonts.PANE_TITLE, weight=fonts.HEAVY).eliding()
        self._count = Label(theme, size=fonts.META, tone="meta")
        self._offline, self._news = NoticeBar(theme, "wifi-slash"), QVBoxLayout()
        self.misread = NoticeBar(theme, "magnifying-glass")
        self._pane = StatePane(theme)
        self._stack = QStackedWidget()
        self._words = ""
        self._is_asked = self._first_is_wanted = False
        self._lay_out()
        self._connect()

    def show_view(self, view: View) -> None:
        """Name another view and open its first tab; the ids follow by `show_ids`."""
        self._shown = view
        self._title.say(view.title)
        self.states.setVisible(view.state is not None)
        if view.state is not None:
            self.states.choose(view.state)
        self.search.stop()
        self.view.verticalScrollBar().setValue(0)

    @property
    def shown_view(self) -> View:
        """The view that is shown."""
        return self._shown

    @property
    def search_words(self) -> str:
        """What was looked for in what is listed; empty where it is a view."""
        return self._words

    @property
    def chosen_state(self) -> State | None:
        """The tab that holds; None in a view that says the state itself."""
        return None if self._shown.state is None else self.states.value

    def show_ids(self, ids: Sequence[ConversationId]) -> None:
        """Show these conversations in this order. Selection and scroll position stay."""
        self.view.show_ids(ids)
        self._say_count()
        self.show_state(READY)
        if self._found is not None:
            self._is_asked = False
            if self._first_is_wanted:
                self._open_first()

    def show_found(self, words: str, found: Found | None) -> None:
        """What the coming ids were found by; None when they are the view's own again."""
        self._model.mark({hit.conversation: hit for hit in reversed(found.hits)} if found else {})
        if words != self._words:
            self.view.begin_anew()
        self._words, self._found = words, found
        self._title.say(_("Search: “{words}”").format(words=words) if found else self._shown.title)
        self.states.setVisible(found is None and self._shown.state is not None)
        self.misread.say(said_of_misread(found.misread) if found and found.hits else "")
        self._make_room()

    def show_rows(self, rows: Iterable[ConversationRow]) -> None:
        """Take in rows that were wanted, or that changed."""
        self._model.keep(rows)

    def refresh(self, ids: Iterable[ConversationId] | None = None) -> None:
        """Ask anew for these rows (or all) once they are in sight; they stay as they are until then."""
        self._model.doubt(ids)

    def show_state(self, state: ListState) -> None:
        """Say that the list loads, is empty or failed; or show it again."""
        if state.covers:
            if state.sentence != self._pane.accessibleName():
                announce(self, state.sentence)
            self._pane.show_state(state)
        held = self.has_keys
        self._stack.setCurrentWidget(self._pane if state.covers else self.view)
        self.setFocusProxy(self._in_sight)
        if held:
            self.take_focus()

    def say_offline(self, sentence: str) -> None:
        """Say above what is listed that nothing new can come; an empty sentence when it can."""
        self._offline.say(sentence)
        self._make_room()

    def _make_room(self) -> None:
        says = not (self._offline.isHidden() and self.misread.isHidden())
        self._news.setContentsMargins(16, 0, 16, 8 if says else 0)

    def take_focus(self) -> None:
        """Let the keys act on the list, or on it as soon as it is shown again."""
        self._in_sight.setFocus()

    @property
    def has_keys(self) -> bool:
        """Whether the keys act on what is listed, or on what stands in its place."""
        focused = QApplication.focusWidget()
        return focused is not None and self._stack.isAncestorOf(focused)

    @property
    def _in_sight(self) -> QWidget:
        return self.view if self._stack.currentWidget() is self.view else self._pane

    def select(self, wanted: ConversationId) -> bool:
        """Make this conversation the current one; False where the list does not hold it."""
        return self.view.select(wanted)

    def follow(self, shown: ConversationId) -> None:
        """Mark the conversation that is shown, telling nobody; none where the list does not hold it."""
        self.view.follow(shown)

    def step(self, by: int) -> None:
        """Go to the next (+1) or previous (-1) conversation."""
        self.view.step(by)

    def current_id(self) -> ConversationId | None:
        """The conversation that is current."""
        return self.view.current_id()

    def selected_ids(self) -> tuple[ConversationId, ...]:
        """All selected conversations."""
        return self.view.selected_ids()

    @property
    def picked_ids(self) -> tuple[ConversationId, ...]:
        """What was picked by keys; empty while nothing is."""
        return self.view.selected_ids() if self.view.is_picking else ()

    def row(self, wanted: ConversationId) -> ConversationRow | None:
        """The row of a conversation, if it is here."""
        place = self._model.place_of(wanted)
        return None if place is None else self._model.row(place)

    def _search(self, words: str) -> None:
        self._is_asked, self._first_is_wanted = bool(words), False
        self.searched.emit(words)

    def _leave_search(self) -> None:
        """From the field into the list: the keys act on the first hit from now on, as soon as it is there."""
        self.take_focus()
        self._first_is_wanted = bool(self.search.text().strip())
        if self._first_is_wanted and not self._is_asked:
            self._open_first()

    def _open_first(self) -> None:
        self._first_is_wanted = False
        first = next(iter(self._model.ids), None)
        if first is not None and first == self.current_id():
            self.opened.emit(first)
        elif first is not None:
            self.select(first)

    def _say_count(self) -> None:
        """How many there are, or how many of them are selected where that is more than one."""
        chosen, held = len(self.view.selected_ids()), len(self._model.ids)
        if chosen > 1 or self.view.is_picking:
            said = _("{count} of {all} selected").format(count=number(chosen), all=number(held))
        else:
            said = self._counted(held)
        if said != self._count.said and (self._found is not None or self.view.is_picking):
            announce(self, said)
        self._count.say(said)

    def _counted(self, conversations: int) -> str:
        rows = ngettext("{count} conversation", "{count} conversations", conversations).format(
            count=number(conversations)
        )
        if self._found is None:
            return rows
        said = ngettext("{count} message", "{count} messages", self._found.total).format(
            count=number(self._found.total)
        )
        if not self._found.total_is_exact:
            said = _("more than {messages}").format(messages=said)
        if self._found.older_than is not None:
            return _("{messages}, the newest in {conversations}").format(messages=said, conversations=rows)
        return _("{messages} in {conversations}").format(messages=said, conversations=rows) if conversations else said

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(20, 16, 20, 12)
        head.addWidget(self._title, 1)
        head.addWidget(self._count, 0, Qt.AlignmentFlag.AlignBottom)
        field = QVBoxLayout()
        field.setContentsMargins(20, 0, 20, 10)
        field.setSpacing(6)
        field.addWidget(self.search)
        field.addWidget(self.chips)
        tabs = QHBoxLayout()
        tabs.setContentsMargins(20, 0, 20, 8)
        tabs.addWidget(self.states)
        tabs.addStretch(1)
        news = self._news
        news.setContentsMargins(16, 0, 16, 0)
        news.addWidget(self._offline)
        news.addWidget(self.misread)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._pane)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (head, field, tabs, news):
            column.addLayout(part)
        column.addWidget(self._stack, 1)
        self.setMinimumWidth(280)

    def _connect(self) -> None:
        self._model.rows_wanted.connect(self.rows_wanted)
        self.view.opened.connect(self.opened)
        self.view.selection_changed.connect(self.selection_changed)
        self.view.selection_changed.connect(lambda _ids: self._say_count())
        self.search.searched.connect(self._search)
        self.search.left.connect(self._leave_search)
        self.states.chosen.connect(self.state_chosen)
        self._pane.step_asked.connect(self.step_asked)
