"""A rule over history, killed anywhere: whole so far, finished by the next run, and taken back by one revocation."""

from __future__ import annotations

import asyncio
import signal
import sys
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from inbox_app.actions import rules, rules_over_history
from inbox_app.domain.filter_words import from_words
from inbox_app.domain.ids import ColleagueId, RuleId
from inbox_app.domain.rules import Rule, read_rule_steps
from inbox_app.events import Bus
from inbox_app.ingest.ingest import ingest
from inbox_app.paths import resolve_workspace
from inbox_app.queries import inbox
from inbox_app.storage.creation import ME
from inbox_app.storage.schema import conversation_tag, message, operation, rule_run
from inbox_app.storage.store import Store
from inbox_app.storage.tallies import wrong_counts
from tests.unit.ingest.tales import connect, said

ROOT = Path(__file__).resolve().parents[2]
MANY = 240
DEATHS = ((1, None), (0, 0.005), (2, None), (1, 0.01), (3, None), (2, 0.002))
"""Before how many writes: exactly there, or so many seconds into the write."""
me = ColleagueId(ME)

_APPLIED = """
import asyncio, os, signal, sys
from inbox_app.actions import rules_over_history as over
from inbox_app.events import Bus
from inbox_app.paths import resolve_workspace
from inbox_app.storage.store import Store

async def main():
    store = await Store.open(resolve_workspace(sys.argv[1]), Bus())
    over.STRETCH, over.LOT = 20, 5
    write, left = store.write, [int(sys.argv[2])]

    async def counted(work):
        if not left[0] and sys.argv[3]:
            os.kill(os.getpid(), signal.SIGKILL)
        if not left[0]:
            print("now", flush=True)
        left[0] -= 1
        return await write(work)

    store.write = counted
    await over.apply(store, "Pills", lambda far: True)
    await store.close()

asyncio.run(main())
"""


async def open_it(folder: Path) -> Store:
    return await Store.open(resolve_workspace(str(folder)), Bus(), create=not folder.exists())


async def furnish(folder: Path) -> object:
    """So many messages, of which every second is met; what stands there before any rule ran."""
    store = await open_it(folder)
    account = await store.write(connect)
    tale = [said(f"c{at}", at, text="a pill" if at % 2 else "a cake", history=True) for at in range(MANY)]
    for begin in range(0, MANY, 60):
        await store.write(partial(ingest, account=account, events=tale[begin : begin + 60]))
    wanted = Rule(RuleId(""), "Pills", from_words("text:pill"), read_rule_steps(["tag spam", "priority"]))
    await rules.save(store, wanted)
    before = await everything(store)
    await store.close()
    return before


async def everything(store: Store) -> object:
    return await inbox.conversation_rows(store, me, await inbox.conversation_ids(store, me))


async def die(folder: Path, before: int, after: float | None) -> None:
    """Run it in a process that kills itself before a write, or is killed a moment after that began."""
    at_once = "" if after is not None else "at once"
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _APPLIED, str(folder), str(before), at_once, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    if await asyncio.wait_for(child.stdout.readline(), 60):
        await asyncio.sleep(after or 0)
        child.kill()
    assert await asyncio.wait_for(child.wait(), 60) == -signal.SIGKILL


async def assert_whole(store: Store) -> int:
    """Each message that was met is told once, and what stands on its conversation is what the log says."""
    runs = await store.read(lambda conn: conn.execute(select(rule_run.c.message, rule_run.c.operation)).all())
    tagged = await store.read(lambda conn: set(conn.execute(select(conversation_tag.c.conversation)).scalars()))
    done = await store.read(lambda conn: set(conn.execute(select(operation.c.id)).scalars()))
    of = await store.read(lambda conn: dict(conn.execute(select(message.c.id, message.c.conversation)).all()))
    assert len(runs) == len({one.message for one in runs})
    assert {of[one.message] for one in runs} == tagged
    assert {one.operation for one in runs} == done
    assert await store.read(wrong_counts) == 0
    return len(runs)


@pytest.mark.timeout(180)
async def test_killed_anywhere_it_is_whole_and_the_next_run_finishes_it(tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    before, met = await furnish(folder), 0
    for number, (writes, after) in enumerate(DEATHS):
        await die(folder, writes, after)
        store = await open_it(folder)
        now = await assert_whole(store)
        assert now >= met, f"death {number} took back what was done"
        met = now
        await store.close()
    store = await open_it(folder)
    await rules_over_history.apply(store, "Pills", lambda _far: True)
    assert await assert_whole(store) == MANY // 2
    assert await rules.revoke(store, "Pills") == MANY // 2
    assert await everything(store) == before
    await store.close()
