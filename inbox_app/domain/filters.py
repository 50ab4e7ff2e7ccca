"""What a view selects: a tree of and, or, not over plain conditions, stored as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from inbox_app.domain.errors import WrongUse
from inbox_app.domain.jsonvalue import JsonValue
from inbox_app.domain.words import Hat, Kind, State
from inbox_app.i18n import _


class By(StrEnum):
    """What a condition looks at; the value is compared as text. Those in `BARE` have none."""

    STATE = "state"
    ACCOUNT = "account"
    CHANNEL = "channel"
    KIND = "kind"
    HAT = "hat"
    TAG = "tag"
    ASSIGNEE = "assignee"
    POST = "post"
    MEMBER = "member"
    MINE = "mine"
    UNREAD = "unread"
    HAS_REMINDER = "has_reminder"
    HAS_ATTACHMENT = "has_attachment"
    PRIORITY = "priority"
    TEXT = "text"
    LINK = "link"
    ONLY_EMOJI = "only_emoji"
    ONLY_MENTIONS = "only_mentions"
    LONGER = "longer"
    SHORTER = "shorter"
    FIRST_MESSAGE = "first_message"
    MEMBER_TAG = "member_tag"
    HIDDEN = "hidden"
    UNANSWERED = "unanswered"


OF_MESSAGE = frozenset(
    {
        By.TEXT,
        By.LINK,
        By.ONLY_EMOJI,
        By.ONLY_MENTIONS,
        By.LONGER,
        By.SHORTER,
        By.FIRST_MESSAGE,
        By.MEMBER_TAG,
        By.UNANSWERED,
        By.HIDDEN,
    }
)
"""Conditions about the one message that a rule meets."""
OF_ANY_MESSAGE = frozenset({By.MEMBER_TAG, By.HIDDEN})
"""Those of them that views have too: there some message of the conversation is so."""
PERSONAL = frozenset({By.MINE, By.UNREAD, By.HAS_REMINDER})
"""Conditions that differ from colleague to colleague: views have them, rules do not."""
BARE = PERSONAL | {
    By.HAS_ATTACHMENT,
    By.PRIORITY,
    By.LINK,
    By.ONLY_EMOJI,
    By.ONLY_MENTIONS,
    By.FIRST_MESSAGE,
    By.HIDDEN,
}
"""Conditions that hold or not, without a value."""


@dataclass(frozen=True, slots=True)
class Is:
    """One condition: the conversation's `by` is one of `values` (any, for conditions without a value)."""

    by: By
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; empty, it selects everything."""

    parts: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Filter


Filter = Is | All | Any | Not

EVERYTHING = All()
FIXED: Mapping[By, frozenset[str]] = {
    By.STATE: frozenset(State),
    By.KIND: frozenset(Kind),
    By.HAT: frozenset(Hat),
}
"""Conditions of which all values are known: a mistyped one would select nothing for ever."""
_SPAN = re.compile(r"([1-9]\d{0,2})([hdw])")
_HOURS = {"h": 1, "d": 24, "w": 7 * 24}
DEEPEST = 8
"""How deep a stored filter may nest; a deeper one is refused."""


def are_snoozed(tree: Filter) -> bool:
    """Whether all that it selects is snoozed."""
    match tree:
        case Is(By.STATE, values):
            return values == (State.SNOOZED,)
        case All(parts):
            return any(map(are_snoozed, parts))
    return False


def to_json(tree: Filter) -> JsonValue:
    """A filter as JSON: `{"state": ["open"]}`, `{"all": […]}`, `{"any": […]}`, `{"not": …}`."""
    match tree:
        case Is(by, values):
            return {by.value: list(values)}
        case All(parts):
            return {"all": [to_json(part) for part in parts]}
        case Any(parts):
            return {"any": [to_json(part) for part in parts]}
        case Not(part):
            return {"not": to_json(part)}


def from_json(value: JsonValue, depth: int = 0) -> Filter:
    """The inverse of `to_json`.

    Raises:
        WrongUse: the value is no filter, or nests too deep.
    """
    if not isinstance(value, dict) or len(value) != 1 or depth > DEEPEST:
        raise WrongUse(_("This filter is not understood: {filter}").format(filter=value))
    ((name, said),) = value.items()
    if name == "not":
        return Not(from_json(said, depth + 1))
    if not isinstance(said, list):
        raise WrongUse(_("The condition “{name}” needs a list.").format(name=name))
    if name in ("all", "any"):
        parts = tuple(from_json(part, depth + 1) for part in said)
        return All(parts) if name == "all" else Any(parts)
    if name not in By.__members__.values():
        raise WrongUse(_("A view cannot filter by “{name}”.").format(name=name))
    return Is(By(name), tuple(str(one) for one in said))


def conditions(tree: Filter) -> Iterator[Is]:
    """All plain conditions of a filter, wherever they stand."""
    match tree:
        case Is():
            yield tree
        case Not(part):
            yield from conditions(part)
        case All(parts) | Any(parts):
            for part in parts:
                yield from conditions(part)


def span_ms(value: str) -> int:
    """How long the value of `unanswered` is: `12h`, `2d`, `1w`."""
    number, unit = value[:-1], value[-1:]
    return int(number) * _HOURS[unit] * 60 * 60 * 1000


def says_state(tree: Filter) -> bool:
    """Whether the filter itself speaks of states, so that nothing else should choose one."""
    return any(one.by is By.STATE for one in conditions(tree))


def for_a_view(tree: Filter) -> Filter:
    """The same filter, if a list can be filtered by it.

    Raises:
        WrongUse: it speaks of one message.
    """
    for one in conditions(tree):
        if one.by in OF_MESSAGE - OF_ANY_MESSAGE:
            raise WrongUse(_("“{name}” is about one message: rules know it, views do not.").format(name=one.by.value))
    return checked(tree)


def for_a_rule(tree: Filter) -> Filter:
    """The same filter, if it means the same for all colleagues.

    Raises:
        WrongUse: it does not.
    """
    for one in conditions(tree):
        if one.by in PERSONAL:
            raise WrongUse(
                _("“{name}” differs from colleague to colleague: views know it, rules do not.").format(
                    name=one.by.value
                )
            )
    if _by_chance_of_the_clock(tree):
        raise WrongUse(_("“unanswered:” says when a rule looks, so it cannot stand below “not” or beside “or”."))
    return checked(tree)


def _by_chance_of_the_clock(tree: Filter) -> bool:
    """Whether a time without an answer is no must: a rule by the clock would never meet all that this says."""
    if isinstance(tree, All) or (isinstance(tree, Any) and len(tree.parts) == 1):
        return any(map(_by_chance_of_the_clock, tree.parts))
    return not isinstance(tree, Is) and any(one.by is By.UNANSWERED for one in conditions(tree))


def checked(tree: Filter) -> Filter:
    """The same filter, if all its values can be.

    Raises:
        WrongUse: one cannot; the sentence says what there is.
    """
    for one in conditions(tree):
        if one.by in (By.LONGER, By.SHORTER) and not (len(one.values) == 1 and one.values[0].isdecimal()):
            raise WrongUse(_("“{name}:” needs one number of words.").format(name=one.by.value))
        if one.by is By.UNANSWERED and not (len(one.values) == 1 and _SPAN.fullmatch(one.values[0])):
            raise WrongUse(_("“{name}:” needs one time, such as 12h, 2d or 1w.").format(name=one.by.value))
    for one in conditions(tree):
        known = FIXED.get(one.by, frozenset(one.values))
        for value in one.values:
            if value not in known:
                raise WrongUse(
                    _("There is no {name} “{value}”. There are: {known}.").format(
                        name=one.by.value, value=value, known=", ".join(sorted(known))
                    )
                )
    return tree
