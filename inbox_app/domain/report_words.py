"""The figures of a report as people call them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from inbox_app.domain.report import Figure, Part, Span
from inbox_app.domain.working_hours import WorkingHours
from inbox_app.i18n import _, ngettext
from inbox_app.i18n import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected

_PARTS = {
    Part.TOTALS: N_("Messages"),
    Part.TIME: N_("Messages over time"),
    Part.CHANNELS: N_("By channel"),
    Part.ACCOUNTS: N_("By account"),
    Part.HATS: N_("By hat"),
    Part.TAGS: N_("By tag"),
    Part.RESPONSE: N_("Answering"),
    Part.QUESTIONS: N_("Questions of members"),
    Part.PEOPLE: N_("People"),
    Part.NEWCOMERS: N_("Newcomers"),
    Part.HEAT: N_("When members write"),
}
_KEYS = {
    (Part.TOTALS, "in"): N_("From members"),
    (Part.TOTALS, "out"): N_("From us"),
    (Part.HATS, "community"): N_("Community"),
    (Part.HATS, "social"): N_("Social"),
    (Part.RESPONSE, "begun"): N_("Conversations begun by members"),
    (Part.RESPONSE, "answered"): N_("Answered"),
    (Part.RESPONSE, "unanswered"): N_("Without an answer"),
    (Part.RESPONSE, "first_response_hours"): N_("First answer after (median)"),
    (Part.RESPONSE, "resolved"): N_("Set to done"),
    (Part.RESPONSE, "resolution_hours"): N_("Done after (median)"),
    (Part.QUESTIONS, "asked"): N_("Asked"),
    (Part.QUESTIONS, "answered"): N_("Answered by us"),
    (Part.QUESTIONS, "open"): N_("Not answered by us"),
    (Part.PEOPLE, "spoke"): N_("Members who spoke"),
    (Part.PEOPLE, "before"): N_("Who spoke in as many days before"),
    (Part.PEOPLE, "new"): N_("Spoke for the first time"),
    (Part.PEOPLE, "returned"): N_("Returned after a long silence"),
    (Part.PEOPLE, "month"): N_("Who spoke in the last 30 days"),
    (Part.PEOPLE, "daily"): N_("On an average day of these 30"),
    (Part.PEOPLE, "daily_percent"): N_("Of all who spoke in these 30, on an average day"),
    (Part.NEWCOMERS, "newcomers"): N_("Seen for the first time"),
    (Part.NEWCOMERS, "welcomed"): N_("Welcomed"),
    (Part.NEWCOMERS, "hours_to_welcome"): N_("Welcomed after (median)"),
    (Part.NEWCOMERS, "spoke_again"): N_("Spoke again another day"),
}
_MEANINGS = {
    (Part.RESPONSE, "begun"): N_("Conversations whose first message by a member came in these days."),
    (Part.RESPONSE, "answered"): N_("Those of them in which we wrote after it, even if later than these days."),
    (Part.RESPONSE, "unanswered"): N_("Those of them in which we wrote nothing after it, done or not."),
    (Part.RESPONSE, "first_response_hours"): N_(
        "From a member's first message to our first one after it; half of the answered ones waited no longer."
    ),
    (Part.RESPONSE, "resolved"): N_("Those of them that somebody set to done."),
    (Part.RESPONSE, "resolution_hours"): N_("From a member's first message to the decision; half took no longer."),
    (Part.QUESTIONS, "asked"): N_("Messages of members in these days that ask; a conversation may hold many."),
    (Part.QUESTIONS, "answered"): N_("Those that have an answer of ours by now."),
    (Part.QUESTIONS, "open"): N_("Those that have none, also where the conversation is done."),
    (Part.PEOPLE, "spoke"): N_("Each member who said something in these days, once, on however many channels."),
    (Part.PEOPLE, "returned"): N_(
        "Those of them whose first words in these days ended a silence that was long for them; a silence within the "
        "days is not looked at."
    ),
    (Part.PEOPLE, "month"): N_("The 30 days up to the last one of this report, however long that is."),
    (Part.PEOPLE, "daily"): N_("How many of them spoke on a day, days on which nobody did counted too."),
    (Part.PEOPLE, "daily_percent"): N_("What part of them spoke on such a day: 100 % would be everybody every day."),
    (Part.NEWCOMERS, "newcomers"): N_("Members whose first words ever came in these days."),
    (Part.NEWCOMERS, "welcomed"): N_("Those of them whom we answered, or who were said to be welcomed."),
    (Part.NEWCOMERS, "hours_to_welcome"): N_("From their first words to the welcome; half waited no longer."),
    (Part.NEWCOMERS, "spoke_again"): N_("Those of them who wrote again on a later day."),
}
_WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)


def part_name(part: Part) -> str:
    """The heading of a part."""
    return str(_PARTS[part])


def weekday_name(day: int) -> str:
    """A day of the week; 0 is Monday."""
    return str(_WEEKDAYS[day])


def figure_name(
    part: Part, key: str, names: Mapping[str, str], span: Span, day: Callable[[date], str] = date.isoformat
) -> str:
    """What a figure is; `names` are those of accounts and channels, `day` says one as the reader is used to."""
    if (part, key) in _KEYS:
        return str(_KEYS[part, key])
    what, _space, way = key.rpartition(" ")
    if part is Part.HEAT:
        return _("{weekday}, {hour}:00").format(weekday=weekday_name(int(what)), hour=way)
    direction = _("from members") if way == "in" else _("from us")
    return f"{counted_name(part, what, names, span, day)}, {direction}"


def figure_meaning(part: Part, key: str) -> str:
    """What a figure counts, where its name alone could be taken for something else."""
    return str(_MEANINGS.get((part, key), ""))


def part_note(part: Part, hours: WorkingHours) -> str:
    """What surprises in the figures of a part, said beside them; empty where nothing does."""
    if part is Part.RESPONSE and hours.is_set:
        return _("Times count working hours alone: what was asked and answered outside of them waited 0 min.")
    if part is Part.QUESTIONS:
        return _("Asked in these days. The page of questions lists those of all days whose conversation is not done.")
    return ""


def counted_name(
    part: Part, what: str, names: Mapping[str, str], span: Span, day: Callable[[date], str] = date.isoformat
) -> str:
    """Whose messages a figure of volume counts, or from when, without the way they went."""
    if part is Part.TIME:
        begin = day(date.fromisoformat(what))
        return _("week from {day}").format(day=begin) if span.is_weekly else begin
    return str(_KEYS[part, what]) if (part, what) in _KEYS else names.get(what, what)


def count_listed(one: Figure, shown: int, say: Callable[[int], str] = str) -> str:
    """How many messages a figure counts, and which of them are listed where that are not all."""
    count = ngettext("{count} message", "{count} messages", one.messages).format(count=say(one.messages))
    if one.messages <= shown:
        return count
    if "hours" in one.key:
        return _("{count}, of which the {shown} longest waits").format(count=count, shown=say(shown))
    return _("{count}, of which the {shown} newest").format(count=count, shown=say(shown))


def figure_value(one: Figure) -> str:
    """The number as people read it."""
    if one.value is None:
        return "–"
    if is_percent(one):
        return _("{percent} %").format(percent=round(one.value))
    if is_mean(one):
        return f"{one.value:.1f}"
    return duration_text(one.value) if is_duration(one) else f"{one.value:.0f}"


def is_mean(one: Figure) -> bool:
    """Whether it is a count on an average day, which may end in a fraction."""
    return one.key == "daily"


def is_percent(one: Figure) -> bool:
    """Whether it is a part of a hundred and not a count."""
    return "percent" in one.key


def is_duration(one: Figure) -> bool:
    """Whether it is a time and not a count."""
    return "hours" in one.key


def duration_text(hours: float) -> str:
    """A length of time as people say it: minutes, hours with minutes up to ten, then hours alone."""
    minutes = round(hours * 60)
    if minutes < 60:
        return _("{count} min").format(count=minutes)
    whole, rest = divmod(minutes, 60)
    if rest == 0 or whole >= 10:
        return _("{hours} h").format(hours=round(minutes / 60))
    return _("{hours} h {minutes} min").format(hours=whole, minutes=rest)
