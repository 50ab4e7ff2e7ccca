"""What was decided in a workspace, as a person looks back at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from inbox_app.domain.ids import ConversationId, OperationId
from inbox_app.i18n import LazyText
from inbox_app.i18n import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected

CALLED: Mapping[str, LazyText] = {
    "done": N_("Marked as done"),
    "reopen": N_("Opened again"),
    "snooze": N_("Snoozed"),
    "read": N_("Marked as read"),
    "unread": N_("Marked as unread"),
    "tag": N_("Tags changed"),
    "hat": N_("Changed the hat"),
    "assign": N_("Assigned"),
    "priority": N_("Importance changed"),
    "hide": N_("Hidden on the service"),
    "spam": N_("Marked as spam on the service"),
    "unhide": N_("Shown again on the service"),
    "macro": N_("Steps of a template"),
    "rule": N_("By a rule"),
    "merge": N_("Joined"),
    "split": N_("Taken apart"),
    "move": N_("Message moved"),
    "remind": N_("Reminder"),
    "remind_move": N_("Reminder changed"),
    "remind_done": N_("Reminder dealt with"),
    "note": N_("Note"),
    "member": N_("Member changed"),
    "link": N_("Members linked"),
    "unlink": N_("Members taken apart again"),
    "divide": N_("Handle divided at a day"),
    "apart": N_("Said to be different people"),
    "ours": N_("Made one of us, or a member again"),
    "welcome": N_("Newcomer dealt with"),
    "import": N_("Members imported"),
    "list": N_("List of members changed"),
    "erase": N_("Member erased"),
}
"""What each kind of decision is called."""


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
    """Of the first conversation; the name of the member, or of the list of members, that it was about."""
    acts: int
    """How many acts on services went along."""
    tags: tuple[str, ...] = ()
    """The names of the tags that were put on or taken off."""
    members: int = 0
    """How many people it was about, where it was about people."""

    @property
    def called(self) -> str:
        """What was done, in a few words; what a newer program did is called as it calls it."""
        name = str(CALLED.get(self.kind, self.kind))
        return f"{name} ({', '.join(self.tags)})" if self.tags else name
