"""Questions about what was decided."""

from __future__ import annotations

from collections.abc import Sequence

from inbox_app.domain.history import PastDecision
from inbox_app.domain.ids import OperationId
from inbox_app.storage import history
from inbox_app.storage.store import Store

PAGE = 100


async def decisions(store: Store, *, limit: int = PAGE, before: OperationId | None = None) -> tuple[PastDecision, ...]:
    """Decisions, the newest first; with `before`, those older than that one."""
    return await store.read(lambda conn: history.decisions(conn, limit, before))


async def these(store: Store, wanted: Sequence[OperationId]) -> tuple[PastDecision, ...]:
    """The decisions of these names, the newest first."""
    return await store.read(lambda conn: history.these(conn, wanted))
