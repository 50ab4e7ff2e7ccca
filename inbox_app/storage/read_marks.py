"""What was read and starred here: told to the services a little later, many mails at a time.

An account that offers it for all its messages gets one act for what is read within some seconds. Nobody decided that
act, so nobody is shown it; as long as it was not tried it takes in more. What it still has to say is not overruled by
what the service says meanwhile.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, delete, select, update

from inbox_app.domain.abilities import Abilities
from inbox_app.domain.ids import AccountId, MessageId, OutboxId
from inbox_app.domain.jsonvalue import JsonValue
from inbox_app.domain.words import AccountState, Action, ActKind, Direction, OutboxState
from inbox_app.storage import copies, outbox
from inbox_app.storage.bulk import any_of
from inbox_app.storage.schema import account, location, message
from inbox_app.storage.schema import outbox as outbox_table
from inbox_app.storage.transaction import Tx

WAIT_MS = 5_000
"""How long what is read is gathered before it is told; whoever marks it unread within that time tells nothing."""
KEPT_MS = 3_600_000
"""How long what was told is remembered: a pull that began before may still bring what was true until then."""
MOST = 500
"""Marks in one act, so that a try of it ends in time whatever has to be looked for."""
_TALKING = (AccountState.ACTIVE, AccountState.PAUSED, AccountState.SIGN_IN_NEEDED)

Marks = dict[str, "Mark"]


class Mark(NamedTuple):
    """Whether a message is read and starred, None where nothing is said of it, and where it lies."""

    read: bool | None
    places: list[JsonValue]
    starred: bool | None = None

    def over(self, earlier: Mark | None) -> Mark:
        """This, and what was said before of which this says nothing."""
        if earlier is None:
            return self
        read = earlier.read if self.read is None else self.read
        return Mark(read, self.places, earlier.starred if self.starred is None else self.starred)


def tell(tx: Tx, wanted: Collection[MessageId], *, read: bool | None = None, starred: bool | None = None) -> None:
    """Let the services know that these messages, and their copies, are read or starred, or no longer."""
    if not wanted:
        return
    tell_of(tx, copies.family(tx.conn, wanted), read=read, starred=starred)


def tell_of(tx: Tx, wanted: Collection[MessageId], *, read: bool | None = None, starred: bool | None = None) -> None:
    """The same of these records alone, where other accounts' copies are so already."""
    marks = _marks(tx.conn, wanted, Mark(read, [], starred)) if wanted else {}
    for of, said in marks.items():
        _tell(tx, of, said)


def pending(conn: Connection, of: AccountId, since: int) -> Mapping[str, Mark]:
    """What the service was not told yet at the moment `since`, by remote id."""
    unsaid = outbox_table.c.state.in_([OutboxState.QUEUED.value, OutboxState.SENDING.value]) | (
        (outbox_table.c.state == OutboxState.DELIVERED.value) & (outbox_table.c.settled_at >= since)
    )
    rows = conn.execute(select(outbox_table.c.act).where(*_quiet(of), unsaid).order_by(outbox_table.c.decided_at))
    waiting: Marks = {}
    for row in rows:
        waiting = _united(waiting, _read(row.act))
    return waiting


def _marks(conn: Connection, wanted: Collection[MessageId], said: Mark) -> defaultdict[AccountId, Marks]:
    told = [(row, _told(row, said)) for row in conn.execute(_TOLD, {"wanted": wanted})]
    heard = [(row, mark) for row, mark in told if (mark.read, mark.starred) != (None, None)]
    places: defaultdict[int, list[JsonValue]] = defaultdict(list)
    for one, *place in conn.execute(_PLACES, {"wanted": [row.id for row, _mark in heard]}):
        places[one].append([*place])
    marks: defaultdict[AccountId, Marks] = defaultdict(dict)
    for row, mark in heard:
        marks[AccountId(row.account)][row.remote_id] = mark._replace(places=places[row.id])
    return marks


def _told(row: Row[*tuple[Any, ...]], said: Mark) -> Mark:
    """As much of it as this message's service is told."""
    able = Abilities.from_json(json.loads(row.abilities))
    tells_read = row.tells_read and row.direction == Direction.INCOMING and able.of(Action.MARK_READ).possible
    return Mark(said.read if tells_read else None, [], said.starred if able.of(Action.STAR).possible else None)


def _united(earlier: Marks, later: Marks) -> Marks:
    return earlier | {name: mark.over(earlier.get(name)) for name, mark in later.items()}


def _tell(tx: Tx, of: AccountId, marks: Marks) -> None:
    """Let the last act take them in that is not under way: in an earlier one a later act would overrule them."""
    untried = select(outbox_table.c.id, outbox_table.c.act).where(*_quiet(of), *_UNTRIED)
    waiting = tx.conn.execute(untried.order_by(outbox_table.c.decided_at.desc()).limit(1)).one_or_none()
    if waiting is not None and len(both := _united(_read(waiting.act), marks)) <= MOST:
        act = json.loads(waiting.act) | {"marks": _written(both)}
        still = update(outbox_table).where(outbox_table.c.id == waiting.id, *_UNTRIED)
        if tx.conn.execute(still.values(act=json.dumps(act, ensure_ascii=False))).rowcount:
            tx.outbox.add(OutboxId(waiting.id))
            return
    told_long_ago = (
        outbox_table.c.state == OutboxState.DELIVERED.value,
        outbox_table.c.settled_at <= tx.now - KEPT_MS,
    )
    tx.conn.execute(delete(outbox_table).where(*_quiet(of), *told_long_ago))
    told = _written(marks)
    for first in range(0, len(told), MOST):
        part = told[first : first + MOST]
        outbox.queue(tx, outbox.Decision(of, ActKind.READ_MARK, None, WAIT_MS, marks=part))


def _quiet(of: AccountId) -> tuple[ColumnElement[bool], ...]:
    return (
        outbox_table.c.account == of,
        outbox_table.c.kind == ActKind.READ_MARK.value,
        outbox_table.c.colleague.is_(None),
    )


def _read(act: str) -> Marks:
    said: list[list[Any]] = json.loads(act).get("marks", [])
    return {name: Mark(*mark) for name, *mark in said}


def _written(marks: Marks) -> list[JsonValue]:
    return [[name, *mark] for name, mark in marks.items()]


_UNTRIED = (outbox_table.c.state == OutboxState.QUEUED.value, outbox_table.c.attempts == 0)
_TOLD = (
    select(
        message.c.id,
        message.c.account,
        message.c.remote_id,
        message.c.direction,
        account.c.tells_read,
        account.c.abilities,
    )
    .join(account, account.c.id == message.c.account)
    .where(
        any_of(message.c.id),
        message.c.remote_id.is_not(None),
        account.c.state.in_([state.value for state in _TALKING]),
    )
)
_PLACES = select(location.c.message, location.c.folder, location.c.validity, location.c.uid).where(
    any_of(location.c.message)
)
