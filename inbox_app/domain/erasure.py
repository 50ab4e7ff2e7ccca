"""Erasing a person: what will go, what went, and how."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from inbox_app.i18n import ngettext


class Erasing(StrEnum):
    """How a person goes."""

    ERASE = "erase"
    """With all that was said between us."""
    ANONYMISE = "anonymise"
    """The conversations stay, with their times, states and tags; who it was, and what they said, goes."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of a person there is."""

    name: str
    handles: tuple[str, ...] = ()
    messages: int = 0
    """Theirs, and ours in conversations with nobody else."""
    conversations: int = 0
    """With nobody else."""
    shared: int = 0
    """In which others speak too: what these said stays, without the person's names and words."""
    attachments: int = 0
    drafts: int = 0
    notes: int = 0
    reminders: int = 0
    outbox: int = 0

    @property
    def lines(self) -> tuple[tuple[str, int], ...]:
        """What will go, in words, with numbers."""
        alone, among = self.conversations, self.shared
        return (
            (ngettext("message", "messages", self.messages), self.messages),
            (ngettext("conversation with nobody else", "conversations with nobody else", alone), alone),
            (
                ngettext("conversation in which others speak too", "conversations in which others speak too", among),
                among,
            ),
            (ngettext("attachment", "attachments", self.attachments), self.attachments),
            (ngettext("draft", "drafts", self.drafts), self.drafts),
            (ngettext("note", "notes", self.notes), self.notes),
            (ngettext("reminder", "reminders", self.reminders), self.reminders),
            (ngettext("entry of the outbox", "entries of the outbox", self.outbox), self.outbox),
        )


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasure that was done: what, when and how much; not who."""

    at: int
    """Milliseconds since 1970."""
    how: Erasing
    messages: int
    conversations: int
