"""Removing an account with its history: what will go."""

from __future__ import annotations

from dataclasses import dataclass

from inbox_app.i18n import _


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much lies in one account."""

    handle: str
    messages: int = 0
    conversations: int = 0
    posts: int = 0
    attachments: int = 0
    drafts: int = 0
    notes: int = 0
    """On its conversations; those on members stay."""
    reminders: int = 0
    outbox: int = 0

    @property
    def lines(self) -> tuple[tuple[str, int], ...]:
        """What will go, in words, with numbers."""
        return (
            (_("messages"), self.messages),
            (_("conversations"), self.conversations),
            (_("posts"), self.posts),
            (_("attachments"), self.attachments),
            (_("drafts"), self.drafts),
            (_("notes on its conversations"), self.notes),
            (_("reminders"), self.reminders),
            (_("entries of the outbox"), self.outbox),
        )
