"""Parents and children: who answers whom, in whatever order they come, and what our answers settle above them.

`ours_below` says that a message or one of its descendants is ours, whatever their kinds (a private answer to a
comment is one). It is passed upwards once, so that all further answers stop at the first message that knows it.
"""

from __future__ import annotations

from collections.abc import Sequence

from inbox_app.domain.ids import AccountId, ConversationId, MessageId, ThreadId
from inbox_app.ingest.arrival import Arrival
from inbox_app.ingest.threading import Named, Threading
from inbox_app.storage import answers, arrivals
from inbox_app.storage.arrivals import MessageRow
from inbox_app.storage.transaction import Tx


class Families:
    """The parents and the waiting children of one round's new messages."""

    def __init__(self, tx: Tx, account: AccountId, arrived: Sequence[Arrival]) -> None:
        self._tx = tx
        self._account = account
        self._arrived = arrived
        self._here = {one.remote_id for one in arrived}
        wanted = {one.parent for one in arrived if one.parent} - self._here
        self._parents = arrivals.parents(tx.conn, account, wanted)
        self._new: dict[str, tuple[Arrival, MessageRow]] = {}
        self._late: list[tuple[MessageId, MessageId]] = []
        self._above: set[MessageId] = set()

    def named(self) -> list[Named]:
        """Each message's keys, bound to its parent's thread where the parent's id is one of them."""
        return [(one.keys, self._bound(one)) for one in self._arrived]

    def _bound(self, one: Arrival) -> ThreadId | None:
        parent = self._parents.get(one.parent) if one.parent else None
        if parent is None or parent.kind != one.kind or not one.kind.linked_by_messages:
            return None
        if (one.kind, one.parent) not in one.keys:
            return None
        return parent.thread

    def join(self, new: Sequence[tuple[Arrival, MessageRow]], threading: Threading) -> None:
        """Give the new rows their parents; answers to what a person placed elsewhere follow it there."""
        self._new = {one.remote_id: (one, row) for one, row in new}
        for one, row in new:
            if one.parent and one.parent != one.remote_id:
                self._find_parent(one, row)
        if any(parent.placed for parent in self._parents.values()):
            self._follow_placed(threading)
        for one, _ in new:
            if one.is_ours:
                self._tell_above(one)
        for _, row in new:
            row["needs_reply"] = row["needs_reply"] and not row["ours_below"]

    def _find_parent(self, one: Arrival, row: MessageRow) -> None:
        stored = self._parents.get(one.parent or "")
        if stored is not None:
            row["parent"] = stored.id
            return
        here = self._new.get(one.parent or "")
        if here is None:
            return
        parent = here[1]["id"]
        if parent < row["id"]:
            row["parent"] = parent
        else:
            self._late.append((row["id"], parent))

    def _follow_placed(self, threading: Threading) -> None:
        placed = {name: threading.now_in(one.conversation) for name, one in self._parents.items() if one.placed}
        waiting = list(self._new.values())
        while following := [pair for pair in waiting if pair[0].parent in placed]:
            for one, row in following:
                row["conversation"], row["placed"] = placed[one.parent or ""], True
                placed[one.remote_id] = row["conversation"]
            waiting = [pair for pair in waiting if pair[0].remote_id not in placed]

    def _tell_above(self, one: Arrival) -> None:
        parent = one.parent
        while parent in self._new:
            above, row = self._new[parent]
            if row["ours_below"]:
                return
            row["ours_below"] = True
            parent = above.parent
        if parent in self._parents:
            self._above.add(self._parents[parent].id)

    def adopt(self) -> dict[ConversationId, int]:
        """Once the new rows are stored: stored orphans find their parents, and what answers of ours settle above.

        Returns how many messages of each conversation need no reply any more.
        """
        pairs = list(self._late)
        for orphan in arrivals.orphans(self._tx.conn, self._account, self._here):
            _, row = self._new[orphan.parent_remote_id]
            if orphan.id == row["id"] or (orphan.id, row["id"]) in pairs:
                continue
            pairs.append((orphan.id, row["id"]))
            if orphan.ours_below:
                self._above.add(row["id"])
        arrivals.set_parents(self._tx, pairs)
        return answers.settle_above(self._tx, self._above)
