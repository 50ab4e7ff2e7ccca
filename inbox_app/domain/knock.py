"""A message that has just arrived and needs a reply, as a notification tells of it."""

from __future__ import annotations

from dataclasses import dataclass

from inbox_app.domain.ids import ConversationId, MessageId


@dataclass(frozen=True, slots=True)
class Knock:
    """Who said what, and where."""

    message: MessageId
    conversation: ConversationId
    who: str
    text: str
