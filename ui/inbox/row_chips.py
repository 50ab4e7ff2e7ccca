"""The chips at the foot of a row: what is to be done with it comes first when there is no room for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from inbox_app.domain.inbox import ConversationRow
from inbox_app.domain.words import Hat, State
from inbox_app.i18n import _, ngettext
from ui.inbox.row_text import left_to_answer
from ui.inbox.views import state_name
from ui.theme.moments import at
from ui.theme.numbers import number


class Urgency(IntEnum):
    """What gives way first is the last of these."""

    STANDING = 0
    DUE = 1
    RUNS_OUT = 2
    DRAFT = 3
    IMPORTANT = 4
    LATER = 5
    HAT = 6


@dataclass(frozen=True, slots=True)
class RowChip:
    """A word in an ink on a ground, both named as the theme names them; `soft` grounds stand out from a marked row."""

    urgency: Urgency
    text: str
    icon: str
    ink: str = "text2"
    ground: str = "hover"
    soft: bool = True


def chips_of(row: ConversationRow, now: datetime) -> list[RowChip]:
    """All of them, as they stand beside each other."""
    made: list[RowChip] = []
    if row.is_important:
        made.append(RowChip(Urgency.IMPORTANT, _("Important"), "star-fill", "warn", "warn_soft"))
    if row.is_due:
        due = _("Late") if row.is_late else _("Due")
        made.append(RowChip(Urgency.DUE, due, "bell-ringing", "red", "red_soft"))
    elif row.reminder:
        made.append(RowChip(Urgency.LATER, at(row.reminder), "bell", "warn", "warn_soft"))
    elif row.state is State.SNOOZED:
        text = at(row.snoozed_until) if row.snoozed_until else state_name(row.state)
        made.append(RowChip(Urgency.STANDING, text, "moon", "warn", "warn_soft", soft=False))
    made += _standing(row)
    if left := left_to_answer(row, now):
        made.append(RowChip(Urgency.RUNS_OUT, left, "hourglass", "warn", "warn_soft"))
    if row.has_draft:
        made.append(RowChip(Urgency.DRAFT, _("Draft"), "note-pencil", "warn", "warn_soft"))
    if row.hat is Hat.SOCIAL:
        made.append(RowChip(Urgency.HAT, _("Social"), "megaphone"))
    return made


def _standing(row: ConversationRow) -> list[RowChip]:
    if row.state is State.DONE:
        return [RowChip(Urgency.STANDING, state_name(row.state), "check", "green", "green_soft", soft=False)]
    if row.state is State.WAITING:
        return [RowChip(Urgency.STANDING, state_name(row.state), "hourglass")]
    if row.needs_reply:
        told = ngettext("{count} to answer", "{count} to answer", row.needs_reply)
        asking = told.format(count=number(row.needs_reply))
        return [RowChip(Urgency.STANDING, asking, "arrow-bend-up-left", "accent_text", "accent_soft")]
    return []


def fitting(chips: Sequence[RowChip], room: float, width: Callable[[RowChip], float]) -> list[RowChip]:
    """Those for which there is room, the most urgent in any case, in the order in which they were given."""
    kept = list(chips)
    while len(kept) > 1 and sum(map(width, kept)) > room:
        kept.remove(max(kept, key=lambda chip: chip.urgency))
    return kept
