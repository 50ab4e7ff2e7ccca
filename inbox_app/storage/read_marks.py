"""What was read here and in other programs: told to the services a little later, many mails at a time.

An account that offers it for all its messages gets one act for what is read within some seconds. Nobody decided that
act, so nobody is shown it; as long as it was not tried it takes in more. What it still has to say is not overruled by
what the service says meanwhile.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, select, update

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
MOST = 500
_TALKING = (AccountState.ACTIVE, AccountState.PAUSED, AccountState.SIGN_IN_NEEDED)

Marks = dict[str, "Mark"]


class Mark(NamedTuple):
    """Whether a message is read, and where it lies."""

    read: bool
    places: list[JsonValue]


def tell(tx: Tx, wanted: Collection[MessageId], *, read: bool) -> None:
    """Let the services know that these messages, and their copies, are read, or not read any more."""
    if not wanted:
        return
    marks = _marks(tx.conn, copies.family(tx.conn, wanted), read=read)
    for of, said in marks.items():
        _tell(tx, of, said)


def pending(conn: Connection, of: AccountId) -> Mapping[str, bool]:
    """What the service was not told yet: the messages by remote id, and whether they are read."""
    alive = outbox_table.c.state.in_([OutboxState.QUEUED.value, OutboxState.SENDING.value])
    rows = conn.execute(select(outbox_table.c.act).where(*_quiet(of), alive).order_by(outbox_table.c.decided_at))
    return {name: mark.read for row in rows for name, mark in _read(row.act).items()}


def _marks(conn: Connection, wanted: Collection[MessageId], *, read: bool) -> defaultdict[AccountId, Marks]:
    rows = conn.execute(_TOLD, {"wanted": wanted}).all()
    able = {row.account for row in rows if Abilities.from_json(json.loads(row.abilities)).of(Action.MARK_READ).possible}
    places: defaultdict[int, list[JsonValue]] = defaultdict(list)
    for one, *place in conn.execute(_PLACES, {"wanted": [row.id for row in rows if row.account in able]}):
        places[one].append([*place])
    marks: defaultdict[AccountId, Marks] = defaultdict(dict)
    for row in rows:
        if row.account in able:
            marks[AccountId(row.account)][row.remote_id] = Mark(read, places[row.id])
    return marks


def _tell(tx: Tx, of: AccountId, marks: Marks) -> None:
    waiting = tx.conn.execute(
        select(outbox_table.c.id, outbox_table.c.act).where(*_quiet(of), *_UNTRIED).limit(1)
    ).one_or_none()
    if waiting is not None and len(both := _read(waiting.act) | marks) <= MOST:
        act = json.loads(waiting.act) | {"marks": _written(both)}
        still = update(outbox_table).where(outbox_table.c.id == waiting.id, *_UNTRIED)
        if tx.conn.execute(still.values(act=json.dumps(act, ensure_ascii=False))).rowcount:
            tx.outbox.add(OutboxId(waiting.id))
            return
    tx.conn.execute(delete(outbox_table).where(*_quiet(of), outbox_table.c.state == OutboxState.DELIVERED.value))
    outbox.queue(tx, outbox.Decision(of, ActKind.READ_MARK, None, WAIT_MS, marks=_written(marks)))


def _quiet(of: AccountId) -> tuple[ColumnElement[bool], ...]:
    return (
        outbox_table.c.account == of,
        outbox_table.c.kind == ActKind.READ_MARK.value,
        outbox_table.c.colleague.is_(None),
    )


def _read(act: str) -> Marks:
    said: list[list[Any]] = json.loads(act).get("marks", [])
    return {name: Mark(read, places) for name, read, places in said}


def _written(marks: Marks) -> list[JsonValue]:
    return [[name, mark.read, mark.places] for name, mark in marks.items()]


_UNTRIED = (outbox_table.c.state == OutboxState.QUEUED.value, outbox_table.c.attempts == 0)
_TOLD = (
    select(message.c.id, message.c.account, message.c.remote_id, account.c.abilities)
    .join(account, account.c.id == message.c.account)
    .where(
        any_of(message.c.id),
        message.c.remote_id.is_not(None),
        message.c.direction == Direction.INCOMING.value,
        account.c.tells_read,
        account.c.state.in_([state.value for state in _TALKING]),
    )
)
_PLACES = select(location.c.message, location.c.folder, location.c.validity, location.c.uid).where(
    any_of(location.c.message)
)
