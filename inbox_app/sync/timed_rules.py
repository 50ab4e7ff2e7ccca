"""Rules by the clock: they meet what has waited long enough for an answer, each message once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from inbox_app.domain.ids import MessageId, RuleId
from inbox_app.ingest import ruling
from inbox_app.storage import rule_history, rules
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx

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
            met += await store.write(partial(_meet, of=rule.id, wanted=due[begin : begin + LOT]))
    return met


def _meet(tx: Tx, *, of: RuleId, wanted: Sequence[MessageId]) -> int:
    """As the rule stands in this very moment: it may have been changed, switched off or removed since it was asked."""
    rule = next((one for one in rules.at_work(tx.conn) if one.id == of and one.waits_ms is not None), None)
    return 0 if rule is None else ruling.meet(tx, rule, rule_history.left_to(tx.conn, rule, wanted))
