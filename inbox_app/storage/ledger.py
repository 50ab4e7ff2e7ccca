"""The ledger: what each service holds, what we hold, gaps, and when it last went well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from inbox_app.domain.ids import AccountId
from inbox_app.i18n import retell
from inbox_app.storage import accounts, budgets
from inbox_app.storage.schema import gap, location, message, post, remote_count
from inbox_app.storage.transaction import Tx

SILENCE = "silence"
"""The name of the gap in which nothing was heard of the service."""
SILENCE_MS = 60 * 60 * 1000
"""How long nothing must be heard before it counts as a gap: far longer than the pause between two pulls."""
_CLOSED = 5


@dataclass(frozen=True, slots=True)
class Gap:
    """Something known to be missing; `can_close` False means that the service cannot give it any more."""

    name: str
    since: int | None
    until: int | None
    can_close: bool
    reason: str
    closed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """One folder or post: how many messages the service counted there, and how many we have."""

    name: str
    remote: int
    local: int
    counted_at: int


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One account. `remote_count` is None where the service cannot be asked; times in milliseconds since 1970."""

    account: AccountId
    remote_count: int | None
    local_count: int
    places: tuple[Place, ...]
    gaps: tuple[Gap, ...]
    closed: tuple[Gap, ...]
    """What was missing and has come, the latest first."""
    last_success: int | None
    next_poll: int | None
    quota_left: int | None
    counted_at: int | None
    """When the service counted."""


def find_gap(tx: Tx, account: AccountId, found: Gap) -> bool:
    """Record a gap until it is closed; True when it was not known (found again, a closed one opens again)."""
    mine = (gap.c.account == account, gap.c.name == found.name)
    known = tx.conn.execute(select(gap.c.closed_at).where(*mine)).one_or_none()
    if known is not None and known.closed_at is None:
        return False
    values = {"since": found.since, "until": found.until, "can_close": found.can_close, "reason": found.reason}
    fresh = {**values, "found_at": tx.now, "closed_at": None}
    if known is None:
        tx.conn.execute(insert(gap).values(account=account, name=found.name, **fresh))
    else:
        tx.conn.execute(update(gap).where(*mine).values(**fresh))
    tx.accounts.add(account)
    return True


def close_gap(tx: Tx, account: AccountId, name: str) -> bool:
    """The gap has been loaded; True when it was open."""
    closed = tx.conn.execute(
        update(gap)
        .where(gap.c.account == account, gap.c.name == name, gap.c.closed_at.is_(None))
        .values(closed_at=tx.now)
    )
    if closed.rowcount:
        tx.accounts.add(account)
    return bool(closed.rowcount)


def open_gaps(conn: Connection, account: AccountId) -> tuple[Gap, ...]:
    """What is still missing, oldest finding first."""
    rows = conn.execute(
        select(gap).where(gap.c.account == account, gap.c.closed_at.is_(None)).order_by(gap.c.found_at, gap.c.name)
    )
    return tuple(Gap(row.name, row.since, row.until, row.can_close, retell(row.reason)) for row in rows)


def closed_gaps(conn: Connection, account: AccountId) -> tuple[Gap, ...]:
    """What was missing once, the latest closing first; as many as anybody reads."""
    rows = conn.execute(
        select(gap)
        .where(gap.c.account == account, gap.c.closed_at.is_not(None))
        .order_by(gap.c.closed_at.desc(), gap.c.name)
        .limit(_CLOSED)
    )
    return tuple(Gap(row.name, row.since, row.until, row.can_close, retell(row.reason), row.closed_at) for row in rows)


def end_silence(tx: Tx, account: AccountId, heard: int | None) -> bool:
    """It answers again after a while in which nothing was heard: kept as a gap that closed. True when it was one.

    There is one such gap an account, the last: what matters is that it was fetched, and when.
    """
    if heard is None or tx.now - heard < SILENCE_MS:
        return False
    find_gap(tx, account, Gap(SILENCE, heard, tx.now, can_close=True, reason=""))
    return close_gap(tx, account, SILENCE)


def put_remote_counts(
    tx: Tx, account: AccountId, counts: Sequence[tuple[str, int]], *, counts_deleted: bool = False
) -> None:
    """Replace what the service counted by place. Where its one number includes what was deleted, ours is taken off."""
    deleted = _tombstones(tx.conn, account) if counts_deleted and len(counts) == 1 else 0
    tx.conn.execute(remote_count.delete().where(remote_count.c.account == account))
    for place, counted in counts:
        messages = counted - deleted
        tx.conn.execute(insert(remote_count).values(account=account, place=place, messages=messages, counted_at=tx.now))
    tx.accounts.add(account)


def lines(conn: Connection) -> tuple[LedgerLine, ...]:
    """The whole ledger, one line an account."""
    return tuple(_line(conn, known) for known in accounts.every(conn))


def _line(conn: Connection, known: accounts.Account) -> LedgerLine:
    folders = _by_folder(conn, known.id)
    places = _places(conn, known.id, folders)
    quotas = [limit.left for limit in budgets.of(conn, known.id) if limit.left is not None]
    return LedgerLine(
        account=known.id,
        remote_count=sum(place.remote for place in places) if places else None,
        local_count=_local_count(conn, known.id, places, folders),
        places=places,
        gaps=open_gaps(conn, known.id),
        closed=closed_gaps(conn, known.id),
        last_success=known.last_success,
        next_poll=known.next_poll,
        quota_left=min(quotas, default=None),
        counted_at=max((place.counted_at for place in places), default=None),
    )


def held(conn: Connection, wanted: AccountId) -> int:
    """How many messages of an account are here, whatever they are."""
    return conn.execute(select(func.count()).select_from(message).where(message.c.account == wanted)).scalar_one()


def _local_count(conn: Connection, account: AccountId, places: Sequence[Place], folders: Mapping[str, int]) -> int:
    """What the service would count of what we hold: with folders, a mail once for each in which it lies."""
    if folders and places:
        return sum(folders.get(place.name, 0) for place in places)
    # Both from indexes alone, the second a small one: what is there together with what is gone, and what is gone.
    known = select(func.count()).where(message.c.account == account, message.c.remote_id.is_not(None))
    return conn.execute(known.select_from(message)).scalar_one() - _tombstones(conn, account)


def _tombstones(conn: Connection, account: AccountId) -> int:
    gone = select(func.count()).where(
        message.c.account == account, message.c.remote_id.is_not(None), message.c.deleted_at.is_not(None)
    )
    return conn.execute(gone.select_from(message)).scalar_one()


def _places(conn: Connection, account: AccountId, folders: Mapping[str, int]) -> tuple[Place, ...]:
    asked = select(remote_count).where(remote_count.c.account == account).order_by(remote_count.c.place)
    counted = conn.execute(asked).all()
    # Going through all messages of all posts is worth it only where the service says something to compare.
    local = {**_by_post(conn, account), **folders} if counted else {}
    return tuple(Place(row.place, row.messages, local.get(row.place, 0), row.counted_at) for row in counted)


def _by_folder(conn: Connection, account: AccountId) -> dict[str, int]:
    rows = conn.execute(
        select(location.c.folder, func.count()).where(location.c.account == account).group_by(location.c.folder)
    )
    return {row[0]: row[1] for row in rows}


def _by_post(conn: Connection, account: AccountId) -> dict[str, int]:
    rows = conn.execute(
        select(post.c.remote_id, func.count())
        .join(message, message.c.post == post.c.id)
        .where(post.c.account == account, message.c.deleted_at.is_(None), message.c.remote_id.is_not(None))
        .group_by(post.c.remote_id)
    )
    return {row[0]: row[1] for row in rows}


def last_count(conn: Connection, account: AccountId) -> int | None:
    """When the service last counted for us, in milliseconds since 1970."""
    found: int | None = conn.execute(
        select(func.max(remote_count.c.counted_at)).where(remote_count.c.account == account)
    ).scalar_one()
    return found
