"""Who has just said something that needs a reply."""

from __future__ import annotations

from functools import partial

from inbox_app.domain.ids import AccountId, ColleagueId
from inbox_app.domain.knock import Ears, Knock
from inbox_app.storage import knocking
from inbox_app.storage.store import Store

__all__ = ["Ears", "Knock", "since"]


async def since(store: Store, me: ColleagueId, account: AccountId, moment: int, ears: Ears) -> tuple[Knock, ...]:
    """Messages of an account that need a reply, arrived after a moment (ms) and want to be heard; the newest first."""
    return await store.read(partial(knocking.since, me=me, account=account, moment=moment, ears=ears))
