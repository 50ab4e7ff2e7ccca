"""The conversation list for Qt: an order of ids, with rows from the cache where they are here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from inbox_app.domain.ids import ConversationId
from inbox_app.domain.inbox import ConversationRow
from inbox_app.i18n import _
from inbox_app.queries.search import Hit
from ui.inbox.row_cache import RowCache
from ui.inbox.row_text import spoken

Index = QModelIndex | QPersistentModelIndex
ID_ROLE = Qt.ItemDataRole.UserRole
ROW_ROLE = Qt.ItemDataRole.UserRole + 1
HIT_ROLE = Qt.ItemDataRole.UserRole + 2
_NOWHERE = QModelIndex()
_AT_ONCE = 60


class ConversationModel(QAbstractTableModel):
    """One column. Reading it never waits: what is not here yet is None, and asked for by `want`."""

    rows_wanted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: Sequence[ConversationId] = ()
        self._cache = RowCache()
        self._hits: Mapping[ConversationId, Hit] = {}
        self._painted: tuple[int, int] | None = None
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)

    @property
    def ids(self) -> Sequence[ConversationId]:
        """Every id in the order shown."""
        return self._ids

    def replace(self, ids: Sequence[ConversationId]) -> None:
        """Show these ids in this order, from here on."""
        self.beginResetModel()
        self._ids = ids
        self.endResetModel()

    def mark(self, hits: Mapping[ConversationId, Hit]) -> None:
        """What a search found in each conversation, shown instead of its last message; nothing after a search."""
        self._hits = hits

    def keep(self, rows: Iterable[ConversationRow]) -> None:
        """Take in rows and have those painted that look different."""
        different = set(self._cache.put(rows))
        first, last = self._painted or (0, _AT_ONCE)
        for place in range(first, min(last + 1, len(self._ids))):
            if self._ids[place] in different:
                index = self.index(place, 0)
                self.dataChanged.emit(index, index)

    def doubt(self, ids: Iterable[ConversationId] | None = None) -> None:
        """Ask for these rows (or all) again when they are painted next."""
        self._cache.doubt(ids)
        if self._painted:
            self.want(*self._painted)

    def want(self, first: int, last: int) -> None:
        """Rows first to last are about to be painted; missing ones are asked for together a moment later."""
        self._painted = first, last
        self._soon.start()

    def row(self, place: int) -> ConversationRow | None:
        """The row at a place, if it is here."""
        return self._cache.get(self._ids[place]) if 0 <= place < len(self._ids) else None

    def place_of(self, wanted: ConversationId) -> int | None:
        """Where an id stands now."""
        try:
            return self._ids.index(wanted)
        except ValueError:
            return None

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or not 0 <= index.row() < len(self._ids):
            return None
        if role == ID_ROLE:
            return self._ids[index.row()]
        if role == ROW_ROLE:
            return self.row(index.row())
        if role == HIT_ROLE:
            return self._hits.get(self._ids[index.row()])
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole):
            row = self.row(index.row())
            return spoken(row, self._hits.get(row.id)) if row else _("Loading")
        return None

    def _ask(self) -> None:
        if not self._painted or not self._ids:
            return
        first, last = self._painted
        if wanted := self._cache.missing(self._ids, first, min(last, len(self._ids) - 1)):
            self.rows_wanted.emit(wanted)
