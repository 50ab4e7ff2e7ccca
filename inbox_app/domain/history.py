"""What was decided in a workspace, as a person looks back at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from inbox_app.domain.ids import ConversationId, OperationId


@dataclass(frozen=True, slots=True)
class PastDecision:
    """One operation. `by` is the colleague's name; empty where a rule decided."""

    id: OperationId
    kind: str
    at: datetime
    by: str
    undone_at: datetime | None
    conversations: tuple[ConversationId, ...]
    title: str
    """Of the first conversation."""
    acts: int
    """How many acts on services went along."""
