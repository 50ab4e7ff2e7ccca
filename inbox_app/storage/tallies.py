"""The sidebar's counts, kept: each commit corrects them by what it changed.

What a conversation or an outgoing act counts for follows from its rows alone, and for what it *is* counted stands in
`counted`. So there is one place where counts change: at the end of a transaction everything that it noted as changed
is looked at once more, and `tally` is corrected by the difference. Whoever writes has nothing else to remember than
what the window is told anyway. Counts are kept per account and go with it.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Insert, bindparam, delete, distinct, exists, func, select, true

from inbox_app.domain.ids import AccountId, ColleagueId, TagId
from inbox_app.domain.inbox import SidebarCounts
from inbox_app.domain.words import Hat, OutboxState, State
from inbox_app.storage import change_log
from inbox_app.storage.bulk import any_of
from inbox_app.storage.dialect import insert_or
from inbox_app.storage.filters import SHOWN
from inbox_app.storage.prepared import Prepared
from inbox_app.storage.schema import (
    colleague,
    conversation,
    conversation_account,
    conversation_tag,
    counted,
    outbox,
    reminder,
    tally,
    unread,
)
from inbox_app.storage.transaction import Tx

_CHUNK = 1000
_AT_WORK = (State.OPEN, State.WAITING, State.SNOOZED)
_WAITING = (OutboxState.QUEUED, OutboxState.SENDING)
_PROBLEMS = (OutboxState.UNCONFIRMED, OutboxState.FAILED)


class Entry(NamedTuple):
    """What one conversation or outgoing act counts for."""

    account: AccountId
    keys: frozenset[str]


Entries = dict[str, Entry]
Tally = tuple[AccountId, str]


def sidebar_counts(conn: Connection, me: ColleagueId) -> SidebarCounts:
    """Every count of the sidebar, as one colleague sees it."""
    by_account: Counter[AccountId] = Counter()
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for account, key, number in _TALLIES.all(conn):
        what, _colon, which = key.partition(":")
        sums[what][which] += number
        if key == "state:open":
            by_account[account] += number
        elif what == "also":  # open in another account's conversation
            by_account[AccountId(which)] += number
    acts = sums["outbox"]
    reminders, due = count_reminders(conn, me)
    return SidebarCounts(
        by_state={State(one): number for one, number in sums["state"].items()},
        open_by_account=by_account,
        open_by_hat={Hat(one): number for one, number in sums["hat"].items()},
        open_by_tag={TagId(one): number for one, number in sums["tag"].items()},
        mine=sums["assignee"][me],
        unread=sums["unread"][me],
        outbox_waiting=sum(acts[one] for one in _WAITING),
        outbox_problems=sum(acts[one] for one in _PROBLEMS),
        reminders=reminders,
        reminders_due=due,
    )


def count_reminders(conn: Connection, me: ColleagueId) -> tuple[int, int]:
    """How many conversations have a reminder of the colleague, and how many of all those have fired; they are few."""
    ((waiting, fired),) = _REMINDERS.all(conn, {"me": me})
    return waiting, fired


def settle(tx: Tx) -> None:
    """Correct the counts by all that this transaction changed.

    Called under the lock of the change log's counter: two clients that change one conversation correct one after
    the other, each from what the other left.
    """
    ids = [*tx.conversations, *tx.outbox]
    if ids:
        _correct(tx, ids, _entries(tx.conn, tx.conversations, tx.outbox))


def recount(tx: Tx) -> None:
    """Count everything anew."""
    change_log.take_turn(tx)
    tx.conn.execute(delete(tally))
    tx.conn.execute(delete(counted))
    for entries in _all_entries(tx.conn):
        _correct(tx, entries, entries)
    tx.about("counts")


def wrong_counts(conn: Connection) -> int:
    """How many of the kept counts, or of what they are made of, are not what counting anew says."""
    right: Counter[Tally] = Counter()
    entries: Entries = {}
    for some in _all_entries(conn):
        entries |= some
        right.update((entry.account, key) for entry in some.values() for key in entry.keys)
    kept: dict[Tally, int] = {(account, key): number for account, key, number in _TALLIES.all(conn)}
    stands = _stored(_ALL_COUNTED.all(conn))
    return sum(right[one] != kept.get(one, 0) for one in right.keys() | kept.keys()) + len(_changed(stands, entries))


def _correct(tx: Tx, ids: Collection[str], now: Entries) -> None:
    before = _stored(_COUNTED.all(tx.conn, {"wanted": ids}))
    changed = _changed(before, now)
    if not changed:
        return
    moved: Counter[Tally] = Counter()
    for entries, step in ((before, -1), (now, 1)):
        for entry in (entries[one] for one in changed if one in entries):
            for key in entry.keys:
                moved[entry.account, key] += step
    _write(tx.conn, changed, now, moved)


def _stored(rows: Iterable[Sequence[Any]]) -> Entries:
    return {one: Entry(account, frozenset(json.loads(keys))) for one, account, keys in rows}


def _changed(before: Entries, now: Entries) -> list[str]:
    return [one for one in before.keys() | now.keys() if before.get(one) != now.get(one)]


def _write(conn: Connection, changed: Iterable[str], now: Entries, moved: Mapping[Tally, int]) -> None:
    gone = [one for one in changed if one not in now]
    if gone:
        conn.execute(_GONE, {"wanted": gone})
    kept = [
        {"id": one, "account": now[one].account, "keys": json.dumps(sorted(now[one].keys))}
        for one in sorted(changed)
        if one in now
    ]
    if kept:
        conn.execute(_keep(conn.dialect.name), kept)
    steps = [{"account": account, "key": key, "number": step} for (account, key), step in sorted(moved.items()) if step]
    if steps:
        conn.execute(_count(conn.dialect.name), steps)


def _entries(conn: Connection, conversations: Collection[str], acts: Collection[str]) -> Entries:
    """What these count for; those that count for nothing are left out."""
    keys: defaultdict[str, set[str]] = defaultdict(set)
    accounts: dict[str, AccountId] = {}
    if conversations:
        opened = []
        for one, account, state, hat, assignee in _STANDING.all(conn, {"wanted": conversations}):
            accounts[one] = account
            keys[one].add(f"state:{state}")
            if state == State.OPEN:
                opened.append(one)
                keys[one].add(f"hat:{hat}")
                if assignee is not None:
                    keys[one].add(f"assignee:{assignee}")
        if opened:
            for what, statement in (("tag", _TAGS), ("unread", _UNREAD), ("also", _ALSO)):
                for one, which in statement.all(conn, {"wanted": opened}):
                    keys[one].add(f"{what}:{which}")
    if acts:
        for one, account, state in _ACTS.all(conn, {"wanted": acts}):
            accounts[one] = account
            keys[one].add(f"outbox:{state}")
    return {one: Entry(account, frozenset(keys[one])) for one, account in accounts.items()}


def _all_entries(conn: Connection) -> Iterable[Entries]:
    conversations = _ALL_AT_WORK.column(conn)
    for start in range(0, len(conversations), _CHUNK):
        yield _entries(conn, conversations[start : start + _CHUNK], ())
    yield _entries(conn, (), _ALL_ALIVE.column(conn))


@cache
def _keep(dialect: str) -> Insert:
    statement = insert_or(dialect, counted)
    stands = {name: statement.excluded[name] for name in ("account", "keys")}
    return statement.on_conflict_do_update(index_elements=["id"], set_=stands)


@cache
def _count(dialect: str) -> Insert:
    statement = insert_or(dialect, tally)
    more = tally.c.number + statement.excluded.number
    return statement.on_conflict_do_update(index_elements=["account", "key"], set_={"number": more})


_two_counts: tuple[Any, ...] = (func.count(distinct(reminder.c.conversation)), func.count(reminder.c.fired_at))
_REMINDERS = Prepared(select(*_two_counts).where(reminder.c.done_at.is_(None), reminder.c.owner == bindparam("me")))
_at_work = (conversation.c.state.in_(_AT_WORK), *SHOWN)
_alive = (outbox.c.state.in_((*_WAITING, *_PROBLEMS)), outbox.c.colleague.is_not(None))
_TALLIES = Prepared(select(tally.c.account, tally.c.key, tally.c.number).where(tally.c.number != 0))
_all_counted = select(counted.c.id, counted.c.account, counted.c["keys"])
_ALL_COUNTED = Prepared(_all_counted)
_COUNTED = Prepared(_all_counted.where(any_of(counted.c.id)))
_GONE = delete(counted).where(any_of(counted.c.id))
_STANDING = Prepared(
    select(
        conversation.c.id, conversation.c.account, conversation.c.state, conversation.c.hat, conversation.c.assignee
    ).where(any_of(conversation.c.id), *_at_work)
)
_ACTS = Prepared(select(outbox.c.id, outbox.c.account, outbox.c.state).where(any_of(outbox.c.id), *_alive))
_ALL_AT_WORK = Prepared(select(conversation.c.id).where(*_at_work))
_ALL_ALIVE = Prepared(select(outbox.c.id).where(*_alive))
_TAGS = Prepared(
    select(conversation_tag.c.conversation, conversation_tag.c.tag).where(any_of(conversation_tag.c.conversation))
)
_ALSO = Prepared(
    select(conversation_account.c.conversation, conversation_account.c.account).where(
        any_of(conversation_account.c.conversation)
    )
)
# Asked for each colleague: a conversation may have a hundred thousand messages that somebody has not read.
_UNREAD = Prepared(
    select(conversation.c.id, colleague.c.id)
    .join_from(conversation, colleague, true())
    .where(
        any_of(conversation.c.id),
        exists().where(unread.c.colleague == colleague.c.id, unread.c.conversation == conversation.c.id),
    )
)
