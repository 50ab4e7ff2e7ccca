"""A message that has just arrived and needs a reply, and who wants to hear of it: by its account and its views."""

from __future__ import annotations

from dataclasses import dataclass

from inbox_app.domain.ids import ConversationId, MessageId, ViewId

MOST_KNOCKS = 20
"""So many are looked for at once."""


@dataclass(frozen=True, slots=True)
class Knock:
    """Who said what, and where."""

    message: MessageId
    conversation: ConversationId
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Ears:
    """What somebody wants to hear of: a view that always tells comes before one that is silent, and that before the
    account."""

    account: bool = True
    telling: frozenset[ViewId] = frozenset()
    silent: frozenset[ViewId] = frozenset()
