"""What a person should hear of when the window is not in front of her: values for desktop notifications."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from inbox_app.domain.ids import AccountId, ConversationId, ReminderId


class NoticeKind(StrEnum):
    """Why we speak up."""

    NEW_MESSAGES = "new_messages"
    SENT = "sent"
    """Went well: for whoever keeps a record, no reason to disturb anybody."""
    NOT_SENT = "not_sent"
    UNCONFIRMED = "unconfirmed"
    SIGN_IN_NEEDED = "sign_in_needed"
    REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to show. `text` is a sentence for a person, or empty where the reader composes it from the ids."""

    kind: NoticeKind
    text: str = ""
    account: AccountId | None = None
    conversation: ConversationId | None = None
    reminder: ReminderId | None = None
    count: int = 1
    late: bool = False


Tell = Callable[[Notice], None]


def tell_nobody(_: Notice) -> None:
    """Where nobody listens."""
