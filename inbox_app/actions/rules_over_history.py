"""A rule over everything that is there already: first counted, then done lot by lot, told how far it is and stopped.

What a lot did and its lines in the log are one transaction, and what a rule met it does not meet again while that
stands. So a run that was stopped or killed is whole, the next one goes on where it ended, and revoking the rule takes
back all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from inbox_app.domain.ids import MessageId, RuleId
from inbox_app.domain.rules import OverHistory, Rule
from inbox_app.ingest import ruling
from inbox_app.storage import rule_history, rules
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx

STRETCH = 500
"""Messages looked at in one reading."""
LOT = 100
"""Messages met in one transaction."""
Report = Callable[[OverHistory], bool]
"""Told how far it is; False stops there."""


async def count(store: Store, of: Rule, report: Report) -> OverHistory:
    """How many messages it would meet; nothing is changed."""
    return await _go_back(store, of, report, changes=False)


async def apply(store: Store, wanted: str, report: Report) -> OverHistory:
    """Let a rule that is kept meet everything that it has not met.

    Raises:
        NotFound: there is none of this id or name, or it was removed meanwhile; what it did stands.
    """
    return await _go_back(store, await store.read(lambda conn: rules.named(conn, wanted)), report, changes=True)


async def _go_back(store: Store, of: Rule, report: Report, *, changes: bool) -> OverHistory:
    every, oldest = await store.read(rule_history.everything), None
    far = OverHistory(0, every, 0)
    while True:
        older = partial(rule_history.stretch, of=of, older_than=oldest, limit=STRETCH, now=store.now())
        piece = await store.read(older)
        oldest, met = piece.oldest, len(piece.met)
        if changes:
            met = await _meet(store, of, piece.met)
        looked_at = far.looked_at + piece.looked_at
        far = OverHistory(looked_at, max(every, looked_at), far.met + met)
        if oldest is None or piece.looked_at < STRETCH or not report(far):
            return far


async def _meet(store: Store, of: Rule, wanted: Sequence[MessageId]) -> int:
    met = 0
    for begin in range(0, len(wanted), LOT):
        met += await store.write(partial(_meet_lot, of=of.id, wanted=wanted[begin : begin + LOT]))
    return met


def _meet_lot(tx: Tx, *, of: RuleId, wanted: Sequence[MessageId]) -> int:
    """As the rule stands now: it may have been changed since it began."""
    return ruling.meet(tx, rules.named(tx.conn, of), wanted)
