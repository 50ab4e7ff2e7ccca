"""Deciding about very many at once: lot after lot, each a transaction of its own, together one operation.

Between two lots whoever else wants to write does, it is told how far it is, and it can be stopped. What was done until
then stands as one decision, whether it was stopped, taken back meanwhile, or the process was killed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import TypeVar

from inbox_app.domain.errors import NotFound
from inbox_app.domain.ids import ColleagueId, ConversationId, OperationId, new_id
from inbox_app.storage import conversations, operations, undoing
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx

LOT = 200
"""Up to so many are one transaction; of more none is larger than what a person's click can wait for."""
UNDONE_AT_ONCE = 2_000
"""Taking back costs a fifteenth of deciding."""
_MOST_LOTS = 40
Report = Callable[[int], bool]
"""Told after each lot how many are done; False stops there."""
Naming = Callable[[OperationId], object]
"""Told which decision it is that is taken back."""
Change = Callable[[Tx, Sequence[ConversationId]], Sequence[ConversationId]]
"""Decides about these, and returns those that were not so already."""
T = TypeVar("T")


def never_mind(_done: int) -> bool:
    """Go on until all is done."""
    return True


def untold(_which: OperationId) -> None:
    """Whoever asked knows already."""


@dataclass(frozen=True, slots=True)
class Several:
    """Who decides about which, and who is told how far it is."""

    store: Store
    me: ColleagueId
    wanted: Sequence[ConversationId]
    report: Report = never_mind

    async def change(self, change: Change) -> tuple[ConversationId, ...]:
        """Do it to all; returns those that it changed, and `report` is told how many were gone through.

        Raises:
            NotFound: one of them does not exist; nothing was changed.
        """
        if len(self.wanted) <= LOT:
            return await self.store.write(lambda tx: _at_once(tx, self.wanted, change))
        name, changed, through = OperationId(new_id()), list[ConversationId](), 0
        found = await self.store.read(lambda conn: [conversations.surviving(conn, one) for one in self.wanted])
        for lot in lots(list(dict.fromkeys(found))):
            done = await self.store.write(partial(_lot, me=self.me, name=name, lot=lot, change=change))
            if done is None:
                break
            changed += done.changed
            through += done.through
            if not self.report(through):
                break
        return tuple(changed)


def lots(wanted: Sequence[T]) -> Iterator[Sequence[T]]:
    """In pieces, of which there are never too many: the operation that they make is written anew with each."""
    size = max(LOT, len(wanted) // _MOST_LOTS)
    for begin in count(0, size):
        if begin >= len(wanted):
            return
        yield wanted[begin : begin + size]


async def take_back(
    store: Store, find: Callable[[Tx], OperationId], report: Report = never_mind, naming: Naming = untold
) -> tuple[ConversationId, ...]:
    """Take back the operation that `find` names, which may raise; returns the conversations that came back.

    Stopped, the rest of it is an operation that stands. `report` is asked while there is a rest, and counts people
    where it was about them.
    """

    def begin(tx: Tx) -> tuple[OperationId, tuple[ConversationId, ...], OperationId | None]:
        wanted = find(tx)
        return wanted, *undoing.undo_lot(tx, wanted, wanted, UNDONE_AT_ONCE)

    whole, back, rest = await store.write(begin)
    naming(whole)
    people = UNDONE_AT_ONCE // operations.A_PERSON
    count = len(back) or people
    while rest is not None and report(count):
        more, rest = await store.write(partial(undoing.undo_lot, whole=whole, lot=rest, most=UNDONE_AT_ONCE))
        back += more
        count += len(more) or people
    return back


def there(tx: Tx, lot: Sequence[ConversationId]) -> list[ConversationId]:
    """What became of these since the whole began: joined ones once, and none that was erased."""
    found: dict[ConversationId, None] = {}
    for one in lot:
        try:
            found[conversations.surviving(tx.conn, one)] = None
        except NotFound:
            continue
    return list(found)


def _at_once(tx: Tx, wanted: Sequence[ConversationId], change: Change) -> tuple[ConversationId, ...]:
    found = list(dict.fromkeys(conversations.surviving(tx.conn, one) for one in wanted))
    return tuple(change(tx, found))


@dataclass(frozen=True, slots=True)
class _Done:
    """What came of one lot: how many were gone through, and which of them changed."""

    through: int
    changed: Sequence[ConversationId]


def _lot(tx: Tx, *, me: ColleagueId, name: OperationId, lot: Sequence[ConversationId], change: Change) -> _Done | None:
    """One lot; None where the whole was taken back meanwhile."""
    if operations.is_taken_back(tx.conn, name):
        return None
    found = there(tx, lot)
    tx.operations.clear()
    changed = change(tx, found)
    operations.grow(tx, me, found, name)
    return _Done(len(found), changed)
