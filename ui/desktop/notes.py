"""What a notification says: title, text and what can be done from it; values only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from inbox_app.domain.ids import ConversationId, MemberId, ReminderId
from inbox_app.domain.knock import MOST_KNOCKS
from inbox_app.domain.reminders import ReminderRow
from inbox_app.i18n import _, ngettext
from inbox_app.queries.knocking import Knock
from ui.reminders.words import what, whom
from ui.theme.numbers import number

_LONGEST = 160


class Act(StrEnum):
    """What a person can press on a notification; the words that travel over the bus."""

    OPEN = "default"
    DONE = "done"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Note:
    """One notification. `conversation` and `reminder` are what its acts are about; without either it only opens us.

    It leads to the conversation, or to the member whom it is about; of several reminders to all that there are.
    """

    title: str
    text: str = ""
    conversation: ConversationId | None = None
    reminder: ReminderId | None = None
    member: MemberId | None = None
    several: bool = False

    @property
    def acts(self) -> tuple[tuple[Act, str], ...]:
        """What can be done from it, each with its name."""
        opens = (Act.OPEN, _("Open"))
        if self.conversation is None and self.reminder is None:
            return (opens,)
        return opens, (Act.DONE, _("Done")), (Act.LATER, _("In an hour"))


def of_reminders(rows: Sequence[ReminderRow]) -> Note:
    """What fell due; several in one note, as after a night."""
    late = any(row.late for row in rows)
    if len(rows) == 1:
        row = rows[0]
        title = _("Reminder, late") if late else _("Reminder")
        said = plain("\n".join(filter(None, (what(row), whom(row)))))
        return Note(title, said, row.conversation, row.id, row.member)
    title = ngettext("{count} reminder is due", "{count} reminders are due", len(rows)).format(count=number(len(rows)))
    is_late = _("late")
    lines = [f"{what(row)} ({is_late})" if row.late else what(row) for row in rows[:4]]
    return Note(title, "\n".join(map(plain, lines)), several=True)


def of_knocks(knocks: Sequence[Knock]) -> Note:
    """Messages that need a reply."""
    if len(knocks) == 1:
        return Note(plain(knocks[0].who), plain(knocks[0].text), knocks[0].conversation)
    title = ngettext("{count} message needs a reply", "{count} messages need a reply", len(knocks))
    if len(knocks) == MOST_KNOCKS:
        title = _("{count} or more messages need a reply")
    lines = [plain(f"{one.who}: {one.text}", 60) for one in knocks[:4]]
    return Note(title.format(count=number(len(knocks))), "\n".join(lines))


def plain(text: str, longest: int = _LONGEST) -> str:
    """Foreign text as a notification may show it: short, in lines, without what moves or hides signs."""
    shown = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text).strip()
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"
