"""What is asked: by members and still open, by us and what came of it, and who helped."""

from __future__ import annotations

from inbox_app.domain.loyalty import DAY_MS
from inbox_app.domain.questions import Ledger
from inbox_app.storage import asking, our_questions
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Reading

__all__ = ["Ledger", "ledger"]


async def ledger(store: Store, days: int = 90, most: int | None = None) -> Ledger:
    """All open questions of members, whenever asked; ours and the helpers of these days, or at most so many of each."""
    since = store.now() - days * DAY_MS

    def work(conn: Reading) -> Ledger:
        own_count, own = our_questions.own_questions(conn, since, most)
        helper_count, helpers = asking.helpers(conn, since, most)
        return Ledger(asking.open_questions(conn), own, helpers, own_count, helper_count)

    return await store.read(work)
