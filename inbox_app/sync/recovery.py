"""After a crash: what was being sent is in doubt, and goes on by its channel's policy. Only the engine does this."""

from __future__ import annotations

import logging

from inbox_app.storage import accounts, outbox, wishes
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from inbox_app.sync.crash_points import CrashPoint, reach

log = logging.getLogger(__name__)


async def recover(store: Store) -> int:
    """Doubt every interrupted act of the last engine, which is gone; how many there were."""
    reach(CrashPoint.RECOVERING)
    doubted = await store.write(_doubt_everywhere)
    reach(CrashPoint.RECOVERED)
    if doubted:
        log.warning("%s outgoing acts were interrupted by the end of the last process", doubted)
    return doubted


def _doubt_everywhere(tx: Tx) -> int:
    wishes.free_the_untold(tx)
    return sum(outbox.doubt_the_interrupted(tx, one.id) for one in accounts.every(tx.conn, removed=True))
