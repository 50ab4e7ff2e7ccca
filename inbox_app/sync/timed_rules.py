"""Rules by the clock: they meet what has waited long enough for an answer, each message once."""

from __future__ import annotations

from functools import partial

from inbox_app.ingest import ruling
from inbox_app.storage import rule_history, rules
from inbox_app.storage.store import Store

LOT = 100
"""Messages met in one transaction."""
EVERY_MS = 5 * 60 * 1000
"""How often it is looked: what waits is counted in hours."""


async def run_timed_rules(store: Store) -> int:
    """Let each of them meet what has come to its time; how many messages were met."""
    met = 0
    for rule in await store.read(rules.at_work):
        due = await store.read(partial(rule_history.waiting, of=rule, now=store.now()))
        for begin in range(0, len(due), LOT):
            met += await store.write(partial(ruling.meet, rule=rule, wanted=due[begin : begin + LOT]))
    return met
