"""The rows that were fetched, by id, and which ones to ask for: whole pages around what is painted."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from inbox_app.domain.ids import ConversationId
from inbox_app.domain.inbox import ConversationRow

PAGE = 100
KEPT = 2_000


class RowCache:
    """At most `KEPT` rows, the ones painted last; remembers what was asked for, so that nothing is asked twice."""

    def __init__(self) -> None:
        self._rows: OrderedDict[ConversationId, ConversationRow] = OrderedDict()
        self._asked: set[ConversationId] = set()
        self._stale: set[ConversationId] = set()

    def get(self, wanted: ConversationId) -> ConversationRow | None:
        """A row, if it is here."""
        row = self._rows.get(wanted)
        if row is not None:
            self._rows.move_to_end(wanted)
        return row

    def put(self, rows: Iterable[ConversationRow]) -> list[ConversationId]:
        """Keep rows; return the ids of those that look different now."""
        different = []
        for row in rows:
            self._asked.discard(row.id)
            self._stale.discard(row.id)
            if self._rows.get(row.id) != row:
                different.append(row.id)
            self._rows[row.id] = row
            self._rows.move_to_end(row.id)
        while len(self._rows) > KEPT:
            self._stale.discard(self._rows.popitem(last=False)[0])
        return different

    def doubt(self, ids: Iterable[ConversationId] | None = None) -> None:
        """Show these rows (or all) as they are, and ask for them anew when they are painted."""
        self._asked.clear()
        self._stale.update(self._rows if ids is None else (one for one in ids if one in self._rows))

    def missing(self, ids: Sequence[ConversationId], first: int, last: int) -> list[ConversationId]:
        """The ids to ask for so that rows first to last can be painted, marked as asked for."""
        if all(self._has(one) for one in ids[first : last + 1]):
            return []
        begin = first // PAGE * PAGE
        wanted = [one for one in ids[begin : (last // PAGE + 1) * PAGE] if not self._has(one)]
        self._asked.update(wanted)
        return wanted

    def _has(self, wanted: ConversationId) -> bool:
        return wanted in self._asked or (wanted in self._rows and wanted not in self._stale)
