"""Removing an account with its history: what will go."""

from __future__ import annotations

from dataclasses import dataclass

from inbox_app.i18n import ngettext


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
            (ngettext("message", "messages", self.messages), self.messages),
            (ngettext("conversation", "conversations", self.conversations), self.conversations),
            (ngettext("post", "posts", self.posts), self.posts),
            (ngettext("attachment", "attachments", self.attachments), self.attachments),
            (ngettext("draft", "drafts", self.drafts), self.drafts),
            (ngettext("note on its conversations", "notes on its conversations", self.notes), self.notes),
            (ngettext("reminder", "reminders", self.reminders), self.reminders),
            (ngettext("entry of the outbox", "entries of the outbox", self.outbox), self.outbox),
        )
