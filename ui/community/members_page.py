"""Everybody in the community: found, sorted, tagged by many at once, taken in from tables and out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QStackedWidget,
    QTableView,
    QWidget,
)

from inbox_app.actions import members as act
from inbox_app.domain.changes import Changes
from inbox_app.domain.errors import WrongUse
from inbox_app.domain.ids import MemberId
from inbox_app.domain.loyalty import Standing, standing_name
from inbox_app.domain.members_list import Wanted
from inbox_app.domain.saved_lists import Choice
from inbox_app.i18n import _, ngettext
from inbox_app.queries import accounts, community, inbox, members
from ui import dialogs
from ui.asking import Asking
from ui.bridge import GATHER
from ui.community.member_sheets import Sheets
from ui.community.members_painter import ROW, MembersPainter
from ui.community.members_table import COLUMNS, HEADS, ORDERS, WIDTHS, Column, MembersTable
from ui.community.saved_lists import SavedLists
from ui.core import Core
from ui.foremost import hear_undo
from ui.inbox.list_state import ListState, Mood
from ui.inbox.state_pane import StatePane
from ui.inbox.tag_dialog import TagDialog
from ui.members.setting_dialog import SettingDialog
from ui.tasks import Tasks
from ui.theme import fonts
from ui.theme.channels import channel_name
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.tokens import LOW_WINDOW
from ui.theme.widgets import ChoiceBox, Label, PushButton, ToolButton

_SIZE = QSize(1080, 700)
_PAUSE_MS = 150
_HIDDEN = (Column.HANDLES, Column.FIRST_SEEN, Column.NOTES)
"""At first; the handles stand below the name."""
_OURS = "ours"
_SEEN = (7, 30, 90)
_BESIDE = 5
"""The title is one short word: what stands beside it has this many times its room."""
_APART, _CLOSE = 12, 6


class MembersPage(QDialog):
    """`load` before it is opened. `card_asked` is for one member; `decided` says what was done, and names it.

    `undo_asked` asks to take back what was decided last, `pairs_asked` to go through the suggested links. What is done
    with its `lists` they say themselves.
    """

    card_asked = Signal(str)
    decided = Signal(str, tuple)
    undo_asked = Signal()
    pairs_asked = Signal()

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._core, self._tasks, self._theme = core, tasks, theme
        self._listing, self._reading = Asking(tasks, "members"), Asking(tasks, "member rows")
        self._tagging, self._keeping = Asking(tasks, "tags"), Asking(tasks, "lists of members")
        self._is_over = False
        self._wanted = Wanted()
        self._sorted = (COLUMNS.index(Column.LAST_SEEN), Qt.SortOrder.DescendingOrder)
        self.setWindowTitle(_("Members"))
        self.resize(_SIZE)
        self.model = MembersTable(self)
        self.table = QTableView()
        self.painter = MembersPainter(theme, self.table)
        self.nobody = StatePane(theme)
        self.stack = QStackedWidget()
        self.words = QLineEdit()
        self.tag, self.channel, self.standing, self.seen = (ChoiceBox(theme) for _each in range(4))
        self.count = Label(theme, size=fonts.META, tone="second")
        self.why = Label(theme, size=fonts.META, tone="second").wrapping()
        self.columns = ToolButton(theme, "sliders-horizontal", _("Columns"))
        self.tagging = PushButton(theme, _("Tag the selected…"), "plain").eliding()
        self.setting = PushButton(theme, _("Set for the selected…"), "plain").eliding()
        self.pairs = PushButton(theme, _("Suggested links…"), "plain")
        self.sheets = Sheets(core, tasks, theme, self)
        self._beside, self._low = QWidget(), False
        self._aside, self._foot = QHBoxLayout(self._beside), QHBoxLayout()
        self.lists = SavedLists(core, tasks, theme, self)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._dress_table()
        self._lay_out()
        self._wire()
        self._unsubscribe = core.bus.subscribe(self._hear, loop=asyncio.get_running_loop(), gather=GATHER)

    async def load(self) -> None:
        """Fill what can be chosen, and the list."""
        store = self._core.store
        channels = dict.fromkeys(one.channel for one in await accounts.every(store))
        _offer(self.channel, _("Channel"), _("All channels"), [(channel_name(one), one) for one in channels])
        await self._offer_tags()
        labels = [(_label_name(one), one) for one in (*Standing, _OURS)]
        _offer(self.standing, _("Label"), _("All labels"), labels)
        spoke, silent = [_moments(days, None) for days in _SEEN], [_moments(None, days) for days in _SEEN]
        _offer(self.seen, _("Last seen"), _("Whenever seen"), [*spoke, *silent])
        await self.lists.load()
        self.look()

    async def _offer_tags(self) -> None:
        """All that there are now; what is chosen stays."""
        tags, chosen = await inbox.tags(self._core.store), str(self.tag.currentData() or "")
        self.painter.tag_colours = {one.name: one.colour for one in tags}
        _offer(self.tag, _("Tag"), _("All tags"), [(one.name, one.name) for one in tags])
        _choose(self.tag, (chosen, chosen))

    @property
    def is_settled(self) -> bool:
        """Whether everything in sight is here."""
        asked = self._listing.is_idle and self._reading.is_idle and self._tagging.is_idle
        return asked and self.model.is_whole and not self._pause.isActive()

    def look(self) -> None:
        """Ask for the list once more, as it is narrowed and sorted now; closed, it asks nothing more."""
        if self._is_over:
            return
        choice = self._choice
        self._wanted = choice.at(self._core.store.now())
        self.lists.show_choice(choice)
        self._listing.ask(self._list)

    @property
    def _choice(self) -> Choice:
        """What is chosen on the page now."""
        label = self.standing.currentData()
        seen, _between, silent = str(self.seen.currentData() or "").partition("/")
        head = self.table.horizontalHeader()
        return Choice(
            words=self.words.text().strip(),
            channel=str(self.channel.currentData() or ""),
            tag=str(self.tag.currentData() or ""),
            standing=Standing(label) if label and label != _OURS else None,
            ours=label == _OURS,
            seen_days=int(seen) if seen else None,
            silent_days=int(silent) if silent else None,
            order=ORDERS.get(COLUMNS[head.sortIndicatorSection()], Choice().order),
            ascending=head.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder,
        )

    def choose(self, choice: Choice) -> None:
        """Let the page stand as a saved list says, and look; what is offered no more is chosen too."""
        label = _OURS if choice.ours else choice.standing.value if choice.standing else ""
        _choose(self.standing, (_label_name(label), label))
        _choose(self.tag, (choice.tag, choice.tag))
        _choose(self.channel, (channel_name(choice.channel) if choice.channel else "", choice.channel))
        _choose(self.seen, _moments(choice.seen_days, choice.silent_days))
        self.words.setText(choice.words)
        self._pause.stop()
        way = Qt.SortOrder.AscendingOrder if choice.ascending else Qt.SortOrder.DescendingOrder
        column = next(column for column, order in ORDERS.items() if order is choice.order)
        self._sorted = (COLUMNS.index(column), way)
        with QSignalBlocker(head := self.table.horizontalHeader()):
            head.setSortIndicator(*self._sorted)
        self.look()

    @property
    def _is_narrowed(self) -> bool:
        boxes = (self.standing, self.tag, self.channel, self.seen)
        return bool(self.words.text()) or any(box.currentIndex() > 0 for box in boxes)

    def _show_everybody(self) -> None:
        for box in (self.standing, self.tag, self.channel, self.seen):
            box.setCurrentIndex(0)
        self.words.clear()
        self.words.setFocus()
        self.look()

    def selected(self) -> tuple[MemberId, ...]:
        """The members that are selected."""
        return tuple(self.model.ids[index.row()] for index in self.table.selectionModel().selectedRows())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self.focusWidget() is self.words:
            self._enter_list()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the list has the room: what narrows and explains it stands in the title's line."""
        super().resizeEvent(event)
        low = self.height() < self._theme.scaled(LOW_WINDOW)
        if low == self._low:
            return
        self._low, held = low, self.words.hasFocus()
        self.why.fold(low)
        if low:
            self._aside.insertWidget(0, self.words, 1)
            self._aside.insertWidget(1, self.why, 1)
        else:
            self._column.insertWidget(1, self.words)
            self._foot.insertWidget(0, self.why, 1)
        self._column.setSpacing(_CLOSE if low else _APART)
        if held:
            # Moved, a field loses the keys.
            self.words.setFocus()

    def done(self, result: int) -> None:
        """Closed, it asks nothing more; while members come in, that stops first, and what it came to is told."""
        if self.sheets.stop():
            return
        self._is_over = True
        self._unsubscribe()
        self._pause.stop()
        self._listing.forget()
        self._keeping.forget()
        self._reading.forget()
        self._tagging.forget()
        self.model.forget()
        super().done(result)

    def _hear(self, changes: Changes) -> None:
        """The list stays as it was asked for while people speak; a new tag can be chosen at once."""
        if changes.everything or "settings" in changes.topics:
            self._keeping.ask(self.lists.load)
        if changes.everything or "tags" in changes.topics:
            self._tagging.ask(self._offer_tags)

    async def _list(self) -> None:
        ids = await community.listed(self._core.store, self._wanted)
        self.sheets.listed = ids
        self.model.replace(ids)
        self.count.setText(ngettext("{count} member", "{count} members", len(ids)).format(count=number(len(ids))))
        self.stack.setCurrentWidget(self.table if ids else self.nobody)
        if not ids:
            self.nobody.show_state(_nobody(narrowed=self._is_narrowed))
        self._explain()

    async def _read(self, wanted: tuple[MemberId, ...]) -> None:
        self.model.keep(await community.rows(self._core.store, wanted))
        self._explain()

    def _explain(self) -> None:
        """What the label of the member under the cursor follows from; with many, how many they are."""
        chosen = self.selected()
        self.tagging.setEnabled(bool(chosen))
        self.setting.setEnabled(bool(chosen))
        if len(chosen) > 1:
            told = ngettext("{count} selected", "{count} selected", len(chosen))
            self.why.say(told.format(count=number(len(chosen))))
        else:
            self.why.say(self.model.explained(self.table.currentIndex().row()))

    def read_again(self, whom: MemberId) -> None:
        """Somebody wrote on the card of this one, or linked and divided there: the cursor stays with them."""
        self._listing.ask(partial(self._list_around, whom))

    async def _list_around(self, whom: MemberId) -> None:
        place = self.table.currentIndex().row()
        await self._list()
        ids = self.model.ids
        if ids:
            self.table.selectRow(ids.index(whom) if whom in ids else min(max(place, 0), len(ids) - 1))

    async def _tag(self) -> None:
        chosen = self.selected()
        rows = await community.rows(self._core.store, chosen)
        has = set.intersection(*(set(one.line.tags) for one in rows)) if rows else set[str]()
        dialog = TagDialog(self._theme, self, await inbox.tags(self._core.store), has)
        await dialogs.ask(dialog)
        name = dialog.chosen
        if not name:
            return
        put, take = ((), (name,)) if name in has else ((name,), ())
        with self._core.store.recording() as decided:
            await act.retag(self._core.store, self._core.me, chosen, put=put, take=take)
        taken = ngettext("“{tag}” taken off {count} member.", "“{tag}” taken off {count} members.", len(chosen))
        said = ngettext("{count} member tagged “{tag}”.", "{count} members tagged “{tag}”.", len(chosen))
        told = (taken if take else said).format(tag=name, count=number(len(chosen)))
        self.why.say(told)
        self.decided.emit(told, tuple(decided))
        self.model.keep(await community.rows(self._core.store, chosen))

    async def _set(self) -> None:
        store, chosen = self._core.store, self.selected()
        dialog = SettingDialog(self._theme, self, len(chosen), await members.fields(store))
        if not await dialogs.ask(dialog):
            return
        what, facts, own = dialog.called, dialog.facts, dialog.own
        try:
            with store.recording() as decided:
                await act.say_of(store, self._core.me, chosen, facts, own)
        except WrongUse as unfit:
            self.why.say(unfit.message)
            return
        told = ngettext("“{what}” set for {count} member.", "“{what}” set for {count} members.", len(chosen))
        said = told.format(what=what, count=number(len(chosen)))
        self.why.say(said)
        self.decided.emit(said, tuple(decided))

    def _offer_columns(self) -> None:
        menu = QMenu(self)
        menu.setAccessibleName(_("Columns"))
        for place, column in enumerate(COLUMNS[1:], 1):
            action = QAction(str(HEADS[column]), menu, checkable=True)
            action.setChecked(not self.table.isColumnHidden(place))
            action.toggled.connect(partial(self._show_column, place))
            menu.addAction(action)
        self._tasks.start(self._wait_for(menu), "columns")

    async def _wait_for(self, menu: QMenu) -> None:
        await dialogs.choose_from(menu, self.columns.mapToGlobal(self.columns.rect().bottomLeft()))

    def _show_column(self, place: int, shown: bool) -> None:
        self.table.setColumnHidden(place, not shown)

    def _dress_table(self) -> None:
        table, head = self.table, self.table.horizontalHeader()
        table.setModel(self.model)
        table.setAccessibleName(_("Members"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setProperty("kind", "sheet")
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(self._theme.scaled(ROW))
        table.setItemDelegate(self.painter)
        head.setHighlightSections(False)
        head.setSectionsMovable(True)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setStretchLastSection(True)
        head.setSortIndicator(*self._sorted)
        head.setSortIndicatorShown(True)
        head.setSectionsClickable(True)
        for place, column in enumerate(COLUMNS):
            table.setColumnWidth(place, self._theme.scaled(WIDTHS.get(column, 96)))
            table.setColumnHidden(place, column in _HIDDEN)

    def _lay_out(self) -> None:
        self.words.setPlaceholderText(_("Find a member"))
        self.words.setAccessibleName(_("Find a member"))
        self.words.setClearButtonEnabled(True)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.lists)
        for box in (self.standing, self.tag, self.channel, self.seen):
            head.addWidget(box, 1)
        foot = self._foot
        foot.setSpacing(8)
        # Its longest word asks for no room: the page fits a screen at twice the size.
        self.why.setMinimumWidth(24)
        foot.addWidget(self.why, 1)
        foot.addStretch(0)
        for button in (self.columns, self.tagging, self.setting, self.sheets):
            foot.addWidget(button)
        for button in (self.pairs, self.lists, self.tagging, self.setting, self.sheets.bring, self.sheets.give):
            # Enter is the list's and the words'.
            button.setAutoDefault(False)
        beside = self._beside.sizePolicy()
        beside.setHorizontalStretch(_BESIDE)
        self._beside.setSizePolicy(beside)
        self._aside.setContentsMargins(0, 0, 0, 0)
        self._aside.setSpacing(12)
        self._aside.addWidget(self.count, 0, Qt.AlignmentFlag.AlignRight)
        column = self._column = titled_column(self._theme, self, self._beside, self.pairs)
        column.addWidget(self.words)
        column.addLayout(head)
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.nobody)
        column.addWidget(self.stack, 1)
        column.addLayout(foot)
        # It stands above, but who opens the page looks for somebody first.
        self.setTabOrder(self.sheets.give, self.pairs)

    def _wire(self) -> None:
        self.words.textChanged.connect(self._pause.start)
        self.words.returnPressed.connect(self._enter_list)
        self._pause.timeout.connect(self.look)
        for box in (self.standing, self.tag, self.channel, self.seen):
            box.activated.connect(lambda _place: self.look())
        self.table.horizontalHeader().sortIndicatorChanged.connect(self._sort)
        self.table.activated.connect(lambda index: self.card_asked.emit(self.model.ids[index.row()]))
        self.table.selectionModel().selectionChanged.connect(lambda _new, _old: self._explain())
        self.model.rows_wanted.connect(lambda wanted: self._reading.ask(partial(self._read, wanted)))
        self.model.modelReset.connect(self._explain)
        self.nobody.step_asked.connect(self._show_everybody)
        hear_undo(self, self.undo_asked.emit)
        self.pairs.clicked.connect(self.pairs_asked)
        self.columns.clicked.connect(self._offer_columns)
        self.tagging.clicked.connect(lambda: self._tasks.start(self._tag(), "tag members"))
        self.setting.clicked.connect(lambda: self._tasks.start(self._set(), "set for members"))
        self.sheets.taken.connect(lambda _said, _decided: self.look())
        self.sheets.taken.connect(self.decided)
        self.sheets.told.connect(self.why.say)
        self.lists.chosen.connect(self.choose)

    def _enter_list(self) -> None:
        """From the words into the list, at its first line where none is chosen."""
        self.table.setFocus()
        if not self.selected():
            self.table.selectRow(0)

    def _sort(self, section: int, order: Qt.SortOrder) -> None:
        if COLUMNS[section] in ORDERS:
            self._sorted = (section, order)
            self.look()
        else:
            # Nothing is sorted by it: the arrow goes back to what the list is sorted by.
            self.table.horizontalHeader().setSortIndicator(*self._sorted)


def _nobody(*, narrowed: bool) -> ListState:
    if narrowed:
        return ListState(Mood.EMPTY, _("Nobody fits all of this."), _("Show everybody"))
    return ListState(Mood.EMPTY, _("Nobody has spoken here yet. Whoever writes to you is a member from then on."))


def _offer(box: ChoiceBox, name: str, everything: str, choices: list[tuple[str, str]]) -> None:
    box.setAccessibleName(name)
    box.clear()
    box.addItem(everything, "")
    for said, value in choices:
        box.addItem(said, value)


def _choose(box: ChoiceBox, offer: tuple[str, str]) -> None:
    said, value = offer
    if box.findData(value) < 0:
        box.addItem(said, value)
    box.setCurrentIndex(box.findData(value))


def _label_name(label: str) -> str:
    if not label or label == _OURS:
        return _("one of us") if label else ""
    return standing_name(Standing(label))


def _moments(seen: int | None, silent: int | None) -> tuple[str, str]:
    """Within how many days somebody spoke, and for how many they were silent, as it is said and as it is kept."""
    said = (
        _in_days(seen, lambda days: ngettext("spoke within {count} day", "spoke within {count} days", days)),
        _in_days(silent, lambda days: ngettext("silent for {count} day", "silent for {count} days", days)),
    )
    kept = f"{'' if seen is None else seen}/{'' if silent is None else silent}"
    return ", ".join(filter(None, said)), "" if kept == "/" else kept


def _in_days(count: int | None, said: Callable[[int], str]) -> str:
    return "" if count is None else said(count).format(count=count)
