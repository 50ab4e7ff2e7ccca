"""Into which threads and conversations new messages go, and which stored ones they unite."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from inbox_app.domain.ids import ConversationId, ThreadId, new_id
from inbox_app.domain.words import Kind
from inbox_app.ingest.board import Board
from inbox_app.ingest.grouping import Group, group_by_keys
from inbox_app.ingest.joining import join_conversations
from inbox_app.storage import threads
from inbox_app.storage.sources import Source
from inbox_app.storage.threads import KnownThread, ThreadKey, ThreadRow
from inbox_app.storage.transaction import Tx

KeyGroup = Group[ThreadKey, ThreadId]
Named = tuple[tuple[ThreadKey, ...], ThreadId | None]
"""A message's keys, and the thread it is bound to already (its own, or its parent's)."""


@dataclass(slots=True)
class Plan:
    """Rows to be written once the conversations are."""

    new_threads: list[ThreadRow] = field(default_factory=list)
    new_keys: list[tuple[ThreadKey, ThreadId]] = field(default_factory=list)
    smallest: dict[ThreadId, str] = field(default_factory=dict)


class Threading:
    """Finds the thread of each key, for one round of messages."""

    def __init__(self, tx: Tx, source: Source, board: Board) -> None:
        self._tx = tx
        self._source = source
        self._board = board
        self._known: dict[ThreadId, KnownThread] = {}
        self._of_key: dict[ThreadKey, KnownThread] = {}
        self._survivors: dict[ConversationId, ConversationId] = {}
        self._plan = Plan()
        self.merged: set[ConversationId] = set()
        """Conversations into which others went over."""

    def find(self, named: Sequence[Named]) -> None:
        """Group these messages; unite stored threads that turn out to be one; begin conversations for new ones."""
        stored = self._stored(named)
        groups = group_by_keys(named, {key: one.id for key, one in stored.items()})
        distinct = list({id(group): group for group in groups.values()}.values())
        self._merge_conversations(distinct)
        for group in distinct:
            thread = self._thread_of(group)
            self._of_key.update(dict.fromkeys(group.keys, thread))
            self._plan.new_keys += [(key, thread.id) for key in group.keys if key not in stored]
        self._board.load({one.conversation for one in self._of_key.values()})

    def of(self, key: ThreadKey) -> KnownThread:
        """The thread of a key that `find` was told of."""
        return self._of_key[key]

    def now_in(self, conversation: ConversationId) -> ConversationId:
        """Where a conversation's messages are now, should it have gone over into another."""
        return self._survivors.get(conversation, conversation)

    def write(self) -> None:
        """Store new threads and keys; the conversations are stored before."""
        threads.add_threads(self._tx, self._plan.new_threads)
        threads.add_keys(self._tx, self._source.account, self._plan.new_keys)
        threads.set_smallest_keys(self._tx, self._plan.smallest)

    def _stored(self, named: Sequence[Named]) -> dict[ThreadKey, KnownThread]:
        keys = {key for keys, _ in named for key in keys}
        stored = threads.threads_of_keys(self._tx.conn, self._source.account, keys)
        self._known = {one.id: one for one in stored.values()}
        bound = {thread for _, thread in named if thread is not None and thread not in self._known}
        self._known.update(threads.threads(self._tx.conn, bound))
        return stored

    def _merge_conversations(self, groups: Collection[KeyGroup]) -> None:
        bridged = [[self._known[one].conversation for one in group.threads] for group in groups]
        joined = join_conversations(self._tx, self._board, bridged)
        if not joined:
            return
        self._survivors.update(joined)
        self.merged.update(joined.values())
        self._known = {
            one: KnownThread(one, known.key, self.now_in(known.conversation)) for one, known in self._known.items()
        }

    def _thread_of(self, group: KeyGroup) -> KnownThread:
        smallest = min(key for _, key in group.keys)
        if not group.threads:
            return self._begin(next(iter(group.keys))[0], smallest)
        parts = sorted((self._known[one] for one in group.threads), key=lambda one: one.id)
        survivor = parts[0]
        smallest = min(smallest, *(part.key for part in parts))
        threads.unite_threads(self._tx, {part.id: survivor.id for part in parts[1:]})
        if smallest != survivor.key:
            self._plan.smallest[survivor.id] = smallest
        return KnownThread(survivor.id, smallest, survivor.conversation)

    def _begin(self, kind: Kind, key: str) -> KnownThread:
        conversation = self._board.begin(kind).id
        one = KnownThread(ThreadId(new_id()), key, conversation)
        self._plan.new_threads.append(
            {
                "id": one.id,
                "account": self._source.account,
                "kind": kind.value,
                "key": key,
                "conversation": conversation,
            }
        )
        return one
