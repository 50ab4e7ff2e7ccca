"""Follow-ups that somebody set: on a conversation or a member, at a time, if nobody answers, or again and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from inbox_app.domain.errors import WrongUse
from inbox_app.domain.ids import ColleagueId, ConversationId, MemberId, ReminderId
from inbox_app.domain.recurrence import Occurrence, upcoming
from inbox_app.domain.repeats import Repeat, parse_repeat, repeat_since
from inbox_app.domain.when import moments, parse_when
from inbox_app.i18n import _

LATE = timedelta(minutes=1)
"""A reminder this much behind its time says that it is late."""


class ReminderKind(StrEnum):
    """What makes a reminder fire; the words that commands print."""

    IF_NO_REPLY = "if_no_reply"
    REGARDLESS = "regardless"
    RECURRING = "recurring"


@dataclass(frozen=True, slots=True)
class About:
    """What a reminder is about: one of the two."""

    conversation: ConversationId | None = None
    member: MemberId | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """When a reminder falls due and what it says. `due` carries the person's zone; `rule` repeats it.

    `wall` is what the clock on the wall was meant to show, where summer time leaves that hour out.
    """

    due: datetime
    text: str = ""
    if_no_reply: bool = False
    rule: str = ""
    wall: datetime | None = None

    @property
    def zone(self) -> str:
        """The name of the person's zone."""
        zone = self.due.tzinfo
        return zone.key if isinstance(zone, ZoneInfo) else "UTC"

    @property
    def next_times(self) -> tuple[Occurrence, ...]:
        """The times to come of one that repeats."""
        begin = datetime.fromisoformat(self.local_time).replace(tzinfo=self.due.tzinfo)
        return upcoming(self.rule, begin) if self.rule else ()

    @property
    def local_time(self) -> str:
        """The time on the wall, without a zone."""
        return (self.wall or self.due.replace(tzinfo=None)).isoformat("T", "minutes")


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """A reminder as lists show it. `who` and `title` say what it is about."""

    id: ReminderId
    owner: ColleagueId
    conversation: ConversationId | None
    member: MemberId | None
    who: str
    title: str
    text: str
    due_at: datetime
    """In the zone of the reminder."""
    zone: str
    local_time: str
    if_no_reply: bool
    rule: str
    made_at: datetime
    fired_at: datetime | None
    done_at: datetime | None
    late: bool
    is_due: bool
    """Its time has come and nobody has dealt with it."""

    @property
    def kind(self) -> ReminderKind:
        """What makes it fire."""
        if self.rule:
            return ReminderKind.RECURRING
        return ReminderKind.IF_NO_REPLY if self.if_no_reply else ReminderKind.REGARDLESS

    @property
    def about(self) -> About:
        """What it is about."""
        return About(self.conversation, self.member)

    @property
    def next_times(self) -> tuple[Occurrence, ...]:
        """The times to come of one that repeats, its own among them while it has not fired."""
        if not self.rule or self.fired_at is not None:
            return ()
        begin = datetime.fromisoformat(self.local_time).replace(tzinfo=ZoneInfo(self.zone))
        return upcoming(self.rule, begin)


def understand(words: str, now: datetime, every: str = "") -> Plan | None:
    """The plan that words mean: a moment, or a rule to repeat by; with `every` the words are when that begins.

    Raises:
        WrongUse: an RRULE that cannot be kept.
    """
    if every:
        moment = parse_when(words, now)
        return None if moment is None else _repeating(repeat_since(every, moment))
    return next(iter(readings(words, now)), None)


def readings(words: str, now: datetime, *, repeats: bool = False) -> Sequence[Plan]:
    """All plans that words can mean, the likeliest first; where one is to repeat, “first monday” is every first one.

    Raises:
        WrongUse: an RRULE that cannot be kept.
    """
    once = [Plan(moment.astimezone(now.tzinfo)) for moment in moments(words, now)]
    if once and not repeats:
        return once
    plan = _repeating(parse_repeat(words, now) or (parse_repeat(f"every {words}", now) if repeats else None))
    return once if plan is None else [plan, *once]


def _repeating(repeat: Repeat | None) -> Plan | None:
    return None if repeat is None else Plan(repeat.first.moment, rule=repeat.rule, wall=repeat.first.wall)


def check(plan: Plan, now: datetime) -> None:
    """Raises `WrongUse` where the moment has passed."""
    if plan.due <= now:
        raise WrongUse(_("That moment is past already. Name one to come."))
