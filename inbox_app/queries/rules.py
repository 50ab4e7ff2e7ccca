"""Questions about rules: which there are, what one would meet, and what they did."""

from __future__ import annotations

from inbox_app.domain.ids import RuleId
from inbox_app.domain.rules import DryRun, Rule, RuleRun, RuleTally
from inbox_app.storage import rules
from inbox_app.storage.store import Store

LOOKED_AT = 1_000
"""How many of the newest messages a dry run looks at."""


async def every(store: Store) -> tuple[Rule, ...]:
    """All rules, in the order in which they run."""
    return await store.read(rules.every)


async def named(store: Store, wanted: str) -> Rule:
    """A rule by its id or name.

    Raises:
        NotFound: there is none.
    """
    return await store.read(lambda conn: rules.named(conn, wanted))


async def dry_run(store: Store, of: Rule, limit: int = LOOKED_AT) -> DryRun:
    """What a rule would have met among the newest messages; nothing is changed."""
    return await store.read(lambda conn: rules.dry_run(conn, of, limit, store.now()))


async def runs(store: Store, wanted: str | None = None, limit: int = 200) -> tuple[RuleRun, ...]:
    """What rules did, or one of them, the newest first.

    Raises:
        NotFound: there is no such rule.
    """
    return await store.read(
        lambda conn: rules.runs(conn, None if wanted is None else rules.named(conn, wanted).id, limit)
    )


async def tally(store: Store, of: RuleId) -> RuleTally:
    """How often a rule was met, however long its log is."""
    return await store.read(lambda conn: rules.tally(conn, of))
