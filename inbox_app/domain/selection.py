"""What of a workspace is to leave it: everything, or the conversations that a person chose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from inbox_app.domain.filters import EVERYTHING, Filter
from inbox_app.domain.ids import AccountId, ConversationId, MemberId


@dataclass(frozen=True, slots=True)
class Selection:
    """Conversations for which all that is said holds, and of their messages those of a span of time.

    Conversations are taken whole: a search or a member chooses those in which something is found or the member takes
    part, with everybody's messages, since an answer without its question is no history. Nothing said is everything.
    """

    account: AccountId | None = None
    member: MemberId | None = None
    conversations: tuple[ConversationId, ...] = ()
    filter: Filter = EVERYTHING
    """What a view selects."""
    query: str = ""
    """A search, as a person types it."""
    since: datetime | None = None
    until: datetime | None = None
    """Messages from this moment on are left out."""
    notes: bool = False
    attachments: bool = True

    @property
    def is_everything(self) -> bool:
        """Whether the whole workspace is meant, with what belongs to no conversation."""
        return replace(self, notes=False, attachments=True) == Selection()


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a selection is, as far as that can be told without reading all of it."""

    conversations: int
    messages: int
    attachments: int
    size: int
    """Bytes, about: files exactly, texts by the usual length of a message."""
