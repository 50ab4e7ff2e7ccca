"""What we did about a member, or set ourselves to do: a line of their timeline beside what was said and noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from inbox_app.domain.history import CALLED
from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.domain.words import Action
from inbox_app.i18n import LazyText, ngettext
from inbox_app.i18n import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected


class Deed(StrEnum):
    """Which of our deeds it was."""

    DECISION = "decision"
    ACT = "act"
    REMINDER = "reminder"


class Step(StrEnum):
    """What became of a reminder."""

    SET = "set"
    KEPT = "kept"
    """Dealt with once its time had come."""
    LIFTED = "lifted"
    """Done before its time: by somebody, or by an answer that it was to wait for."""
    MISSED = "missed"
    """One that repeats came due again, and nobody had dealt with it."""
    DUE = "due"


TAKEN_BACK = "unreact"
"""A reaction that was taken back."""


@dataclass(frozen=True, slots=True)
class DeedLine:
    """One deed; it leads to its message or its conversation, or nowhere: a reminder on the member alone."""

    deed: Deed
    kind: str
    """Which kind of decision, an `Action` or `TAKEN_BACK`, or a `Step`."""
    at: datetime
    by: str
    """The colleague's name; empty where a rule did it, and of a reminder, which is one's own."""
    text: str
    """What it was about: the words of the message, the title of the conversation, what the reminder says."""
    conversation: ConversationId | None = None
    message: MessageId | None = None
    named: tuple[str, ...] = ()
    """The tags that were changed, or the reaction."""
    more: int = 0
    """About how many more of their conversations this was."""
    due: datetime | None = None
    """When the reminder was to come."""


def deed_name(line: DeedLine, day: Callable[[datetime], str]) -> str:
    """What was done, in a few words; what a newer program did is called as it calls it."""
    known = {Deed.DECISION: CALLED, Deed.ACT: _ACTS, Deed.REMINDER: _STEPS}[line.deed]
    told = str(known.get(line.kind, line.kind)).format(day=day(line.due) if line.due else "")
    told += f" ({', '.join(line.named)})" if line.named else ""
    if line.more:
        more = ngettext("and {count} more conversation", "and {count} more conversations", line.more)
        told += f", {more.format(count=line.more)}"
    return told


_STEPS: Final[Mapping[str, LazyText]] = {
    Step.SET: N_("Reminder set for {day}"),
    Step.KEPT: N_("Reminder dealt with"),
    Step.LIFTED: N_("Reminder lifted before its day"),
    Step.MISSED: N_("Reminder missed, and due again"),
    Step.DUE: N_("Reminder due, not dealt with yet"),
}
_ACTS: Final[Mapping[str, LazyText]] = {
    Action.LIKE: N_("Liked"),
    Action.REACT: N_("Reacted"),
    TAKEN_BACK: N_("Took back a reaction"),
    Action.HIDE: N_("Hidden on the service"),
    Action.UNHIDE: N_("Shown again on the service"),
    Action.APPROVE: N_("Approved on the service"),
    Action.HOLD: N_("Held back on the service"),
    Action.SPAM: N_("Marked as spam on the service"),
    Action.TRASH: N_("Moved to the trash on the service"),
    Action.DELETE: N_("Deleted on the service"),
    Action.REPORT: N_("Reported to the moderators"),
    Action.MUTE: N_("Muted on the service"),
    Action.UNMUTE: N_("Heard again on the service"),
    Action.KICK: N_("Turned out on the service"),
    Action.BLOCK: N_("Blocked on the service"),
    Action.UNBLOCK: N_("Unblocked on the service"),
    Action.ACCEPT: N_("Invitation accepted"),
    Action.DECLINE: N_("Invitation declined"),
}
