"""What is asked: by members and still open, by us and what came of it, and who helped."""

from __future__ import annotations

from inbox_app.domain.loyalty import DAY_MS
from inbox_app.domain.questions import Ledger
from inbox_app.storage import asking
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Reading

__all__ = ["Ledger", "ledger"]


async def ledger(store: Store, days: int = 90) -> Ledger:
    """All open questions of members, whenever they were asked; ours and the helpers of these days."""
    since = store.now() - days * DAY_MS

    def work(conn: Reading) -> Ledger:
        return Ledger(asking.open_questions(conn), asking.own_questions(conn, since), asking.helpers(conn, since))

    return await store.read(work)
