"""Questions about accounts: the list, and what the ledger knows."""

from __future__ import annotations

from datetime import datetime

from inbox_app.contract.errors import Offline
from inbox_app.domain.abilities import YES, Abilities
from inbox_app.domain.ids import AccountId
from inbox_app.domain.inbox import AccountRow, GapRow, LedgerRow, RemovedRow
from inbox_app.domain.timecode import from_ms
from inbox_app.domain.words import AccountState, Action
from inbox_app.i18n import _
from inbox_app.storage import accounts
from inbox_app.storage import ledger as stored
from inbox_app.storage.accounts import Account
from inbox_app.storage.ledger import Gap, LedgerLine
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Reading


async def every(store: Store) -> tuple[AccountRow, ...]:
    """All connected accounts in their order."""
    return tuple(shown(account) for account in await store.read(accounts.every))


async def handles(store: Store) -> dict[AccountId, str]:
    """What every account that has something here is called, the removed ones too."""
    return {account.id: account.handle for account in await store.read(lambda conn: accounts.every(conn, removed=True))}


async def removed(store: Store) -> tuple[RemovedRow, ...]:
    """Accounts that were removed and whose history is here, whole or on its way out."""

    def work(conn: Reading) -> tuple[RemovedRow, ...]:
        gone = [known for known in accounts.every(conn, removed=True) if known.state is AccountState.REMOVED]
        return tuple(
            RemovedRow(shown(known), stored.held(conn, known.id), known.remote_id.startswith(accounts.GOING))
            for known in gone
        )

    return await store.read(work)


async def one(store: Store, wanted: AccountId) -> AccountRow:
    """One account.

    Raises:
        NotFound: there is none with this id.
    """
    return shown(await store.read(lambda conn: accounts.get(conn, wanted)))


def shown(account: Account) -> AccountRow:
    """An account as people see it."""
    return AccountRow(
        id=account.id,
        channel=account.channel,
        handle=account.handle,
        name=account.name,
        state=account.state,
        error=account.error,
        hat=account.hat,
        last_success=_moment(account.last_success),
        settings=account.settings,
        signature=account.signature,
        quoting=account.quoting,
        formatting=account.formatting,
        tells_read=account.tells_read,
        handles=account.handles | {account.handle},
        takes_posts=Abilities.from_json(account.abilities).by_action.get(Action.POST, YES).possible,
        is_away=account.error_code == Offline.code,
        writes=Abilities.from_json(account.abilities).of(Action.WRITE).possible,
    )


async def ledger(store: Store) -> tuple[LedgerRow, ...]:
    """Per account: what the service holds, what we hold, what is missing, and when we last heard."""
    known = {account.id: account for account in await store.read(accounts.every)}
    lines = await store.read(stored.lines)
    return tuple(_line(known[line.account], line, store.now()) for line in lines if line.account in known)


def _line(account: Account, line: LedgerLine, now: int) -> LedgerRow:
    missing = tuple(map(_gap, line.gaps)) + _silence(account, now)
    return LedgerRow(
        account=account.id,
        handle=account.handle,
        remote_count=line.remote_count,
        local_count=line.local_count,
        gaps=tuple(map(_in_words, missing)),
        last_success=_moment(line.last_success),
        next_poll=_moment(line.next_poll),
        quota_left=line.quota_left,
        counted_at=_moment(line.counted_at),
        error=account.error,
        open_gaps=missing,
        closed_gaps=tuple(map(_gap, line.closed)),
    )


def _silence(account: Account, now: int) -> tuple[GapRow, ...]:
    """The time in which nothing was heard, where that is long; it ends by itself when the service answers."""
    heard = account.last_success
    if account.state is AccountState.ARCHIVE or heard is None or now - heard < stored.SILENCE_MS:
        return ()
    return (GapRow(_moment(heard), None, account.error, is_silence=True),)


def _gap(gap: Gap) -> GapRow:
    return GapRow(
        since=_moment(gap.since),
        until=_moment(gap.until),
        reason=gap.reason,
        can_close=gap.can_close,
        is_silence=gap.name == stored.SILENCE,
        closed_at=_moment(gap.closed_at),
    )


def _in_words(gap: GapRow) -> str:
    """From when to when, and why it stays open where it does."""
    span = _("from {since} to {until}").format(
        since=gap.since.isoformat() if gap.since else _("the beginning"),
        until=gap.until.isoformat() if gap.until else _("now"),
    )
    return f"{span}: {gap.reason}" if gap.reason else span


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_ms(milliseconds)
