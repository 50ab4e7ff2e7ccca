"""Two desks of a team look at the clock at the same moment: a reminder fires on one of them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from inbox_app.actions import reminders
from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.reminders import About, Plan
from inbox_app.domain.timecode import to_ms
from inbox_app.events import Bus
from inbox_app.paths import WorkspaceAddress
from inbox_app.queries import reminders as questions
from inbox_app.storage.creation import ME
from inbox_app.storage.falling_due import fire_reminders
from inbox_app.storage.store import Store
from tests.fakes.inbox import add_account, add_conversation

me = ColleagueId(ME)
ROUNDS = 12


@pytest.mark.server
async def test_two_desks_fire_once(postgres_workspace: WorkspaceAddress) -> None:
    now = datetime.now(UTC)
    desks = [
        await Store.open(postgres_workspace, Bus(), clock=partial(to_ms, now + timedelta(hours=step)))
        for step in (0, 24 * ROUNDS, 24 * ROUNDS)
    ]
    setting, *looking = desks
    account = await setting.write(add_account)
    about, _asked = await setting.write(lambda tx: add_conversation(tx, account))
    once = Plan(now + timedelta(hours=1), "once")
    daily = Plan(now + timedelta(hours=2), "daily", rule=f"FREQ=DAILY;BYHOUR={now.hour};BYMINUTE={now.minute}")
    for plan in (once, daily):
        await reminders.remind(setting, me, [About(about)], plan)
    fired = await asyncio.gather(*(desk.write(fire_reminders) for desk in looking))
    told = [one.text for some in fired for one in some]
    waiting = [row for row in await questions.every(setting, me) if row.fired_at is None]
    for desk in desks:
        await desk.close()
    assert told.count("once") == 1
    assert told.count("daily") == ROUNDS + 1
    assert len(waiting) == 1
