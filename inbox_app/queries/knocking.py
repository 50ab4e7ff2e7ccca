"""Who has just said something that needs a reply."""

from __future__ import annotations

from functools import partial

from inbox_app.domain.ids import AccountId
from inbox_app.domain.knock import Knock
from inbox_app.storage import knocking
from inbox_app.storage.store import Store

__all__ = ["Knock", "since"]


async def since(store: Store, account: AccountId, moment: int) -> tuple[Knock, ...]:
    """Messages of an account that need a reply and arrived after a moment (ms), the newest first."""
    return await store.read(partial(knocking.since, account=account, moment=moment))
