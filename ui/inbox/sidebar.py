"""The sidebar: whose inbox it is, the hats, the views, the accounts with their health, the tags."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPoint, Qt, Signal, SignalInstance
from PySide6.QtGui import QContextMenuEvent, QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListView, QVBoxLayout, QWidget

from inbox_app.domain.inbox import AccountRow, SidebarCounts, Tag
from inbox_app.domain.views import CountedView
from inbox_app.domain.words import Hat
from inbox_app.i18n import _, ngettext
from ui.commands import Does, with_key
from ui.inbox.entries import Entry, EntryKind, entries
from ui.inbox.model import Index
from ui.inbox.segments import Segments
from ui.inbox.sidebar_painter import ENTRY_ROLE, SidebarPainter
from ui.inbox.synced import Synced
from ui.inbox.views import View
from ui.theme import fonts
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.tokens import SIDEBAR_WIDTH
from ui.theme.widgets import Avatar, Label, ToolButton

_NOWHERE = QModelIndex()


class Sidebar(QFrame):
    """Chooses what the list shows.

    Signals:
        view_chosen: the `View` that a person picked, for the hat that is worn.
        new_view_asked: build a view.
        add_account_asked: connect another account.
        account_menu_asked: the id of the account whose menu is wanted, at `menu_place()`.
        view_menu_asked: the `View` whose menu is wanted, at `menu_place()`.
        view_move_asked: a `View` that shall stand one place further down, or up (-1).
        outbox_asked: show what waits to be sent or was not sent.
        reminders_asked: show all reminders.
        community_asked: show the menu of the pages about people at `community_place()`.
        ledger_asked: show whether anything is missing.
        settings_asked: show the settings.
        workspaces_asked: show the menu of workspaces at `workspace_place()`.
    """

    view_chosen = Signal(object)
    new_view_asked = Signal()
    add_account_asked = Signal()
    tag_asked = Signal()
    account_menu_asked = Signal(str)
    view_menu_asked = Signal(object)
    view_move_asked = Signal(object, int)
    outbox_asked = Signal()
    reminders_asked = Signal()
    workspaces_asked = Signal()
    community_asked = Signal()
    ledger_asked = Signal()
    settings_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("pane", "side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(_("Sidebar"))
        self.setMinimumWidth(180)
        self.resize(SIDEBAR_WIDTH, 600)
        self._theme = theme
        self._accounts: tuple[AccountRow, ...] = ()
        self._tags: tuple[Tag, ...] = ()
        self._views: tuple[CountedView, ...] = ()
        self._in_team = False
        self._counts: SidebarCounts | None = None
        self._name = Label(theme, size=fonts.MESSAGE, weight=fonts.BOLD).eliding()
        self._about = Label(theme, size=fonts.META, tone="meta").eliding()
        self._avatar: Avatar | None = None
        self.switch = ToolButton(theme, "caret-down", _("Switch to another workspace"))
        self._head = QHBoxLayout()
        self.hats: Segments[Hat | None] = Segments(
            theme,
            _("Hat"),
            [(None, _("All")), (Hat.COMMUNITY, _("Community")), (Hat.SOCIAL, _("Social"))],
            fonts.META,
        )
        self.lines = _Lines(theme)
        self.setFocusProxy(self.lines)
        self._outbox = ToolButton(theme, "paper-plane-tilt", _("Outbox"), "link")
        self.synced = Synced(theme)
        self._due = ToolButton(theme, "bell-ringing", _("Reminders that are due"), "link")
        self.community = ToolButton(theme, "users-three", _("Members, newcomers, questions, report…"))
        self.ledger = ToolButton(theme, "shield-check", _("Sync ledger: is anything missing?"))
        self.settings = ToolButton(theme, "gear", _("Settings"))
        self._lay_out()
        self._connect()
        self.show_workspace(_("Portavoce"))
        self._refill()

    def show_workspace(self, name: str) -> None:
        """Name the workspace at the top."""
        self._name.say(name)
        if self._avatar is not None:
            self._avatar.hide()
            self._avatar.deleteLater()
        self._avatar = Avatar(self._theme, name, 30)
        self._head.insertWidget(0, self._avatar)

    def show_accounts(self, accounts: tuple[AccountRow, ...]) -> None:
        """List the connected accounts."""
        self._accounts = accounts
        self._about.say(ngettext("{count} account", "{count} accounts", len(accounts)).format(count=len(accounts)))
        self.synced.show_accounts(accounts)
        self._refill()

    def be_in_team(self, in_team: bool) -> None:
        """Whether others work here too."""
        if in_team != self._in_team:
            self._in_team = in_team
            self._refill()

    def show_views(self, views: tuple[CountedView, ...]) -> None:
        """List the saved views."""
        self._views = views
        self._refill()

    def show_tags(self, tags: tuple[Tag, ...]) -> None:
        """List the tags."""
        self._tags = tags
        self._refill()

    def show_counts(self, counts: SidebarCounts) -> None:
        """Update every count."""
        self._counts = counts
        self._refill()
        due = ngettext("{count} due", "{count} due", counts.reminders_due).format(count=number(counts.reminders_due))
        self._due.setText(f" {due}")
        self._due.setAccessibleName(_("Reminders: {state}").format(state=due))
        self._due.setVisible(counts.reminders_due > 0)
        waiting, problems = counts.outbox_waiting, counts.outbox_problems
        counted = (
            (waiting, ngettext("{count} to send", "{count} to send", waiting)),
            (problems, ngettext("{count} not sent", "{count} not sent", problems)),
        )
        said = [told.format(count=number(count)) for count, told in counted if count]
        self._outbox.setText(f" {', '.join(said)}")
        self._outbox.setAccessibleName(_("Outbox: {state}").format(state=", ".join(said)))
        self._outbox.setVisible(bool(said))
        self.synced.setVisible(not said and not counts.reminders_due)

    def choose(self, key: str) -> bool:
        """Select the view with this key and tell so; False where there is none."""
        return self.lines.choose(key)

    def mark(self, key: str) -> None:
        """Mark the view with this key, telling nobody: it is shown already."""
        self.lines.mark(key)

    def view_of(self, key: str) -> View | None:
        """The view of the line with this key, if there is one."""
        return self.lines.view_of(key)

    def wear(self, hat: Hat) -> None:
        """Wear a hat, telling nobody."""
        self.hats.choose(hat)
        self._refill()

    def go_to_hat(self, hat: Hat | None) -> None:
        """Wear a hat, or none, and tell its queue."""
        self.hats.choose(hat)
        self._change_hat()

    def change_hats(self) -> None:
        """Go to the other hat's queue; the community's first where none is worn."""
        self.go_to_hat(Hat.SOCIAL if self.hat is Hat.COMMUNITY else Hat.COMMUNITY)

    @property
    def hat(self) -> Hat | None:
        """The hat that is worn; None for both."""
        return self.hats.value

    def menu_place(self) -> QPoint:
        """Where a menu of the current line belongs on the screen."""
        lines = self.lines
        return lines.viewport().mapToGlobal(lines.visualRect(lines.currentIndex()).center())

    def workspace_place(self) -> QPoint:
        """Where the menu of workspaces belongs on the screen."""
        return self._name.mapToGlobal(QPoint(0, self._name.height() + self._about.height() + 4))

    def community_place(self) -> QPoint:
        """Where the menu of the pages about people belongs on the screen."""
        return self.community.mapToGlobal(QPoint(0, self.community.height()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The name of the workspace is pressed like the button beside it."""
        if event.position().y() <= self.switch.geometry().bottom():
            self.workspaces_asked.emit()
        else:
            super().mousePressEvent(event)

    def _lay_out(self) -> None:
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._name)
        names.addWidget(self._about)
        self._head.setContentsMargins(18, 14, 12, 10)
        self._head.setSpacing(10)
        self._head.addLayout(names, 1)
        self._head.addWidget(self.switch)
        hats = QHBoxLayout()
        hats.setContentsMargins(12, 0, 12, 8)
        hats.addWidget(self.hats)
        hats.addStretch(1)
        foot = QHBoxLayout()
        foot.setContentsMargins(18, 4, 9, 10)
        foot.setSpacing(0)
        foot.addWidget(self._due)
        foot.addWidget(self._outbox)
        foot.addWidget(self.synced, 1)
        foot.addStretch(0)
        foot.addWidget(self.community)
        foot.addWidget(self.ledger)
        foot.addWidget(self.settings)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head)
        column.addLayout(hats)
        column.addWidget(self.lines, 1)
        column.addLayout(foot)
        self._outbox.hide()
        self._due.hide()

    def _connect(self) -> None:
        self.lines.view_chosen.connect(self.view_chosen)
        self.lines.account_menu_asked.connect(self.account_menu_asked)
        self.lines.view_menu_asked.connect(self.view_menu_asked)
        self.lines.view_move_asked.connect(self.view_move_asked)
        self.lines.add_asked.connect(self.add_account_asked)
        self.lines.new_view_asked.connect(self.new_view_asked)
        self.lines.tag_asked.connect(self.tag_asked)
        self.hats.chosen.connect(self._change_hat)
        self._due.clicked.connect(self.reminders_asked)
        self._outbox.clicked.connect(self.outbox_asked)
        self.community.clicked.connect(self.community_asked)
        self.ledger.clicked.connect(self.ledger_asked)
        self.settings.clicked.connect(self.settings_asked)
        self.switch.clicked.connect(self.workspaces_asked)

    def _change_hat(self) -> None:
        self._refill()
        self.lines.tell()

    def _refill(self) -> None:
        self.lines.fill(entries(self._accounts, self._tags, self._counts, self.hat, self._views, in_team=self._in_team))


class _Entries(QAbstractListModel):
    """The lines for Qt."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def fill(self, lines: list[Entry]) -> None:
        """Show these lines; where only counts changed, nothing moves."""
        if [(line.key, line.trouble) for line in lines] == [(line.key, line.trouble) for line in self.entries]:
            self.entries = lines
            self.dataChanged.emit(self.index(0), self.index(len(lines) - 1))
            return
        self.beginResetModel()
        self.entries = lines
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.entries):
            return None
        entry = self.entries[index.row()]
        if role == ENTRY_ROLE:
            return entry
        if role == Qt.ItemDataRole.ToolTipRole:
            return entry.trouble or None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return entry.spoken
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self.entries[index.row()].kind is EntryKind.HEADER:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _Lines(QListView):
    """The lines as a list; the header of the channels carries the button that adds one."""

    view_chosen = Signal(object)
    account_menu_asked = Signal(str)
    view_menu_asked = Signal(object)
    view_move_asked = Signal(object, int)
    add_asked = Signal()
    new_view_asked = Signal()
    tag_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._entries = _Entries(self)
        self._filling = self._waits = False
        self._shown = ""
        self.setAccessibleName(_("Views, channels and tags"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(SidebarPainter(theme, self))
        self.setModel(self._entries)
        self.clicked.connect(self._open_clicked)
        theme.changed.connect(self.doItemsLayout)

    def wait_for_enter(self, waits: bool) -> None:
        """Arrows only move, and Enter or a click opens: where the list takes the sidebar's place, each would leave."""
        self._waits = waits
        self.mark(self._shown)

    def fill(self, lines: list[Entry]) -> None:
        """Show these lines; the chosen one stays chosen, at first it is the first."""
        before = self._current()
        self._filling = True
        try:
            self._entries.fill(lines)
            if not self.currentIndex().isValid():
                self._go_to(before.key if before else lines[0].key)
            self._shown = self._shown or lines[0].key
        finally:
            self._filling = False
        self._place_buttons()

    def choose(self, key: str) -> bool:
        """Go to the line with this key."""
        found = self._go_to(key)
        if found and self._waits:
            self.tell()
        return found

    def mark(self, key: str) -> None:
        """Go there without telling."""
        self._shown = key
        self._filling = True
        try:
            self._go_to(key)
        finally:
            self._filling = False

    def view_of(self, key: str) -> View | None:
        """What the line with this key shows."""
        return next((entry.view for entry in self._entries.entries if entry.key == key), None)

    def tell(self) -> None:
        """Tell the chosen view once more."""
        entry = self._current()
        if entry and entry.view:
            self._shown = entry.key
            self.view_chosen.emit(entry.view)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if not self._filling and not self._waits:
            self.tell()

    def hideEvent(self, event: QHideEvent) -> None:
        """A line that was gone to and not opened is left: when the sidebar is seen again, it marks what is shown."""
        super().hideEvent(event)
        self.mark(self._shown)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            self.setCurrentIndex(self.indexAt(event.pos()))
        entry = self._current()
        if entry and entry.kind is EntryKind.ACCOUNT:
            self.account_menu_asked.emit(entry.key.partition(":")[2])
        elif entry and entry.view:
            self.view_menu_asked.emit(entry.view)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """With Alt, Up and Down move the view itself; Enter opens what the arrows went to."""
        entry, by = self._current(), _STEPS.get(Qt.Key(event.key()))
        if by is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier and entry and entry.view:
            self.view_move_asked.emit(entry.view, by)
        elif self._waits and event.key() in _ENTER:
            self.tell()
        else:
            super().keyPressEvent(event)

    def _open_clicked(self, index: Index) -> None:
        if self._waits and index == self.currentIndex():
            self.tell()

    def _current(self) -> Entry | None:
        place = self.currentIndex().row()
        return self._entries.entries[place] if 0 <= place < len(self._entries.entries) else None

    def _go_to(self, key: str) -> bool:
        for place, entry in enumerate(self._entries.entries):
            if entry.key == key and entry.kind is not EntryKind.HEADER:
                self.setCurrentIndex(self._entries.index(place))
                return True
        return False

    def _place_buttons(self) -> None:
        for place, entry in enumerate(self._entries.entries):
            index = self._entries.index(place)
            if entry.kind is not EntryKind.HEADER or self.indexWidget(index) is not None:
                continue
            if entry.key == "channels":
                self.setIndexWidget(index, self._button(_("Connect a channel"), self.add_asked))
            elif entry.key == "views":
                self.setIndexWidget(index, self._button(_("New view…"), self.new_view_asked))
            elif entry.key == "tags":
                self.setIndexWidget(index, self._button(with_key(_("Tag the conversation"), Does.TAG), self.tag_asked))

    def _button(self, name: str, asked: SignalInstance) -> QWidget:
        button = ToolButton(self._theme, "plus", name)
        button.clicked.connect(asked)
        room = QWidget()
        row = QHBoxLayout(room)
        row.setContentsMargins(0, 10, 10, 0)
        row.addStretch(1)
        row.addWidget(button)
        return room
