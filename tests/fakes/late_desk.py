"""A desk in a process of its own that stops in the middle of sending, as a computer does that falls asleep.

Arguments: the workspace, the service's file, the re-send policy, the crash point at which it stops; or `writing`, which
is in the middle of a transaction.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from inbox_app.domain.words import Resend
from inbox_app.events import Bus
from inbox_app.paths import resolve_workspace
from inbox_app.storage import postgres
from inbox_app.storage.leases import LeaseLost
from inbox_app.storage.schema import account
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from inbox_app.sync import leased_door, sender
from inbox_app.sync.crash_points import CrashPoint
from tests.fakes.service import FileService
from tests.fakes.team import engine_of

LASTS, MARGIN = 7.0, 1.0
WRITING = "writing"


def stand_still() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def keep_everybody_waiting(tx: Tx) -> None:
    tx.conn.execute(account.update().values(name="asleep"))
    stand_still()


async def work(workspace: str, service: str, resend: str, where: str) -> None:
    def stop_there(point: CrashPoint) -> None:
        if point == where:
            stand_still()

    vars(sender)["reach"] = stop_there
    leased_door.LASTS, leased_door.MARGIN, leased_door.RENEW_EVERY = LASTS, MARGIN, 1.0
    postgres.IDLE_MS = 3000
    bus = Bus()
    store = await Store.open(resolve_workspace(workspace), bus)
    if where == WRITING:
        await store.write(keep_everybody_waiting)
        return
    try:
        await engine_of(store, bus, FileService(Path(service)), Resend(resend)).run(asyncio.Event())
    except LeaseLost:
        print("lost", flush=True)
    await store.close()


if __name__ == "__main__":
    asyncio.run(work(*sys.argv[1:]))
