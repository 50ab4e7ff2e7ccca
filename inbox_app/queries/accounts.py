"""Questions about accounts: the list, and what the ledger knows."""

from __future__ import annotations

from datetime import datetime

from inbox_app.domain.abilities import Abilities
from inbox_app.domain.ids import AccountId
from inbox_app.domain.inbox import AccountRow, LedgerRow
from inbox_app.domain.timecode import from_ms
from inbox_app.domain.words import Action
from inbox_app.i18n import _
from inbox_app.storage import accounts
from inbox_app.storage import ledger as stored
from inbox_app.storage.accounts import Account
from inbox_app.storage.ledger import Gap, LedgerLine
from inbox_app.storage.store import Store


async def every(store: Store) -> tuple[AccountRow, ...]:
    """All connected accounts in their order."""
    return tuple(shown(account) for account in await store.read(accounts.every))


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
        writes=Abilities.from_json(account.abilities).of(Action.WRITE).possible,
    )


async def ledger(store: Store) -> tuple[LedgerRow, ...]:
    """Per account: what the service holds, what we hold, what is missing, and when we last heard."""
    known = {account.id: account for account in await store.read(accounts.every)}
    lines = await store.read(stored.lines)
    return tuple(_line(known[line.account], line) for line in lines if line.account in known)


def _line(account: Account, line: LedgerLine) -> LedgerRow:
    return LedgerRow(
        account=account.id,
        handle=account.handle,
        remote_count=line.remote_count,
        local_count=line.local_count,
        gaps=tuple(_gap(gap) for gap in line.gaps),
        last_success=_moment(line.last_success),
        next_poll=_moment(line.next_poll),
        quota_left=line.quota_left,
        counted_at=_moment(line.counted_at),
        error=account.error,
    )


def _gap(gap: Gap) -> str:
    """A gap in words: from when to when, and why it stays open where it does."""
    since, until = _moment(gap.since), _moment(gap.until)
    span = _("from {since} to {until}").format(
        since=since.isoformat() if since else _("the beginning"), until=until.isoformat() if until else _("now")
    )
    return f"{span}: {gap.reason}" if gap.reason else span


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_ms(milliseconds)
