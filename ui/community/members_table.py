"""The list of members for Qt: an order of ids, with rows that are asked for as they come into sight."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum, auto

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from inbox_app.domain.ids import MemberId
from inbox_app.domain.loyalty import explain, standing_name
from inbox_app.domain.members_list import ListedMember, Order
from inbox_app.i18n import LazyText, _
from inbox_app.i18n import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected
from ui.theme.channels import channel_name
from ui.theme.moments import ago, short_date
from ui.theme.numbers import number

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_AT_ONCE = 120


class Column(Enum):
    """What can stand beside a member."""

    NAME = auto()
    LABEL = auto()
    HANDLES = auto()
    CHANNELS = auto()
    TAGS = auto()
    MESSAGES = auto()
    FIRST_SEEN = auto()
    LAST_SEEN = auto()
    NOTES = auto()


HEADS: dict[Column, LazyText] = {
    Column.NAME: N_("Name"),
    Column.LABEL: N_("Label"),
    Column.HANDLES: N_("Handles"),
    Column.CHANNELS: N_("Channels"),
    Column.TAGS: N_("Tags"),
    Column.MESSAGES: N_("Messages"),
    Column.FIRST_SEEN: N_("First seen"),
    Column.LAST_SEEN: N_("Last seen"),
    Column.NOTES: N_("Notes"),
}
WIDTHS = {Column.NAME: 250, Column.LABEL: 132, Column.HANDLES: 220, Column.CHANNELS: 112, Column.TAGS: 240}
ORDERS = {
    Column.NAME: Order.NAME,
    Column.MESSAGES: Order.MESSAGES,
    Column.FIRST_SEEN: Order.FIRST_SEEN,
    Column.LAST_SEEN: Order.LAST_SEEN,
}
_TEXTS: dict[Column, Callable[[ListedMember], str]] = {
    Column.NAME: lambda one: one.line.name,
    Column.LABEL: lambda one: standing_name(one.label.standing),
    Column.HANDLES: lambda one: ", ".join(one.line.handles),
    Column.CHANNELS: lambda one: ", ".join(map(channel_name, one.line.channels)),
    Column.TAGS: lambda one: ", ".join(one.line.tags),
    Column.MESSAGES: lambda one: number(one.line.messages),
    Column.FIRST_SEEN: lambda one: short_date(one.line.first_seen) if one.line.first_seen else "",
    Column.LAST_SEEN: lambda one: ago(one.line.last_seen) if one.line.last_seen else "",
    Column.NOTES: lambda one: str(one.line.notes) if one.line.notes else "",
}
NUMBERS = (Column.MESSAGES, Column.NOTES)
MEMBER_ROLE = Qt.ItemDataRole.UserRole
"""The `ListedMember` of a row; None while it is not here."""
_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    MEMBER_ROLE,
)
COLUMNS = tuple(Column)


class MembersTable(QAbstractTableModel):
    """Reading it never waits: what is not here yet is empty, and asked for by `rows_wanted`."""

    rows_wanted = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.ids: Sequence[MemberId] = ()
        self._rows: dict[MemberId, ListedMember] = {}
        self._missing: set[int] = set()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)

    def replace(self, ids: Sequence[MemberId]) -> None:
        """Show these members in this order; their rows are asked for anew."""
        self.beginResetModel()
        self.ids, self._rows, self._missing = ids, {}, set()
        self.endResetModel()

    def keep(self, rows: Iterable[ListedMember]) -> None:
        """Take in rows that were asked for."""
        self._rows |= {one.line.id: one for one in rows}
        if self.ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.ids) - 1, len(COLUMNS) - 1))

    @property
    def is_whole(self) -> bool:
        """Whether everything in sight is here."""
        return not self._missing and not self._soon.isActive()

    def forget(self) -> None:
        """Nobody sees it any more: nothing is asked for."""
        self._soon.stop()
        self._missing.clear()
        self.blockSignals(True)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.ids)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if way is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and COLUMNS[section] in NUMBERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return str(HEADS[COLUMNS[section]]) if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        column = COLUMNS[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole and column in NUMBERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role not in _ROLES:
            return None
        row = self._rows.get(self.ids[index.row()])
        if row is None:
            self._want(index.row())
            return self._in_place_of(column, role)
        return row if role == MEMBER_ROLE else _told(row, column, role)

    def _in_place_of(self, column: Column, role: int) -> str | None:
        """What stands where a row is not here yet."""
        if role == MEMBER_ROLE:
            return None
        return _("Loading…") if role == Qt.ItemDataRole.AccessibleTextRole or column is Column.NAME else ""

    def explained(self, place: int) -> str:
        """Why the member at a place has the label it has; nothing where that is not here yet."""
        row = self._rows.get(self.ids[place]) if 0 <= place < len(self.ids) else None
        return explain(row.label) if row else ""

    def name_of(self, wanted: MemberId) -> str:
        """A member's name, where the row is here."""
        row = self._rows.get(wanted)
        return row.line.name if row else ""

    def _want(self, place: int) -> None:
        self._missing.add(place)
        self._soon.start()

    def _ask(self) -> None:
        """What was painted last is asked for: what was scrolled past is left."""
        places, self._missing = sorted(self._missing)[-_AT_ONCE:], set()
        wanted = tuple(self.ids[place] for place in places if place < len(self.ids))
        if wanted:
            self.rows_wanted.emit(wanted)


def _told(row: ListedMember, column: Column, role: int) -> str:
    """What a cell says, in its tip and aloud too."""
    if role == Qt.ItemDataRole.ToolTipRole and column is Column.LABEL:
        return explain(row.label)
    spoken = role == Qt.ItemDataRole.AccessibleTextRole
    if spoken and column is Column.NAME:
        return ", ".join((row.line.name, *row.line.handles))
    text = _TEXTS[column](row)
    return _("{column}: nothing").format(column=str(HEADS[column])) if spoken and not text else text
