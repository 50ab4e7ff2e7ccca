"""Threads and their keys: what the protocol says belongs together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from sqlalchemy import Connection, bindparam, delete, select, update

from inbox_app.domain.ids import AccountId, ConversationId, ThreadId
from inbox_app.domain.words import Kind
from inbox_app.storage.bulk import any_of, insert_rows
from inbox_app.storage.schema import message, thread, thread_key
from inbox_app.storage.transaction import Tx

ThreadKey = tuple[Kind, str]


class ThreadRow(TypedDict):
    """A row of table `thread`."""

    id: ThreadId
    account: AccountId
    kind: str
    key: str
    conversation: ConversationId


@dataclass(frozen=True, slots=True)
class KnownThread:
    """A stored thread: its smallest key, and where its messages are shown."""

    id: ThreadId
    key: str
    conversation: ConversationId


def threads_of_keys(conn: Connection, account: AccountId, keys: Collection[ThreadKey]) -> dict[ThreadKey, KnownThread]:
    """The stored threads of these keys."""
    by_kind: dict[Kind, list[str]] = {}
    for kind, key in keys:
        by_kind.setdefault(kind, []).append(key)
    found: dict[ThreadKey, KnownThread] = {}
    for kind, wanted in by_kind.items():
        rows = conn.execute(_OF_KEYS, {"account": account, "kind": kind.value, "wanted": wanted})
        for key, *known in rows:
            found[kind, key] = KnownThread(*known)
    return found


_OF_KEYS = (
    select(thread_key.c.key, thread.c.id, thread.c.key, thread.c.conversation)
    .join_from(thread_key, thread)
    .where(
        thread_key.c.account == bindparam("account"),
        thread_key.c.kind == bindparam("kind"),
        any_of(thread_key.c.key),
    )
)


def threads(conn: Connection, wanted: Collection[ThreadId]) -> dict[ThreadId, KnownThread]:
    """Stored threads by id."""
    if not wanted:
        return {}
    rows = conn.execute(_BY_ID, {"wanted": wanted})
    return {ThreadId(row[0]): KnownThread(*row) for row in rows}


_BY_ID = select(thread.c.id, thread.c.key, thread.c.conversation).where(any_of(thread.c.id))


def add_threads(tx: Tx, rows: Sequence[ThreadRow]) -> None:
    """Insert threads; their conversations are stored already."""
    insert_rows(tx.conn, thread, rows)


def add_keys(tx: Tx, account: AccountId, keys: Sequence[tuple[ThreadKey, ThreadId]]) -> None:
    """Say to which thread keys belong that no thread had."""
    rows = [{"account": account, "kind": kind.value, "key": key, "thread": one} for (kind, key), one in keys]
    insert_rows(tx.conn, thread_key, rows)


def set_smallest_keys(tx: Tx, keys: Mapping[ThreadId, str]) -> None:
    """Name threads anew after their smallest key."""
    if keys:
        tx.conn.execute(_SET_KEY, [{"of": one, "new": key} for one, key in keys.items()])


_SET_KEY = update(thread).where(thread.c.id == bindparam("of")).values(key=bindparam("new"))


def unite_threads(tx: Tx, survivors: Mapping[ThreadId, ThreadId]) -> None:
    """Let each thread's messages and keys go over to its survivor, and remove it."""
    pairs = [{"of": loser, "new": survivor} for loser, survivor in survivors.items()]
    if pairs:
        for statement in _UNITE:
            tx.conn.execute(statement, pairs)


_UNITE = (
    update(message).where(message.c.thread == bindparam("of")).values(thread=bindparam("new")),
    update(thread_key).where(thread_key.c.thread == bindparam("of")).values(thread=bindparam("new")),
    delete(thread).where(thread.c.id == bindparam("of")),
)
