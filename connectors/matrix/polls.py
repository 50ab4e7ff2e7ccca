"""A poll as its room tells it: what it asks, who chose what, and whether it is over; pure.

https://github.com/matrix-org/matrix-spec-proposals/pull/3381
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from connectors.matrix.fields import Fields
from connectors.matrix.power import Power
from connectors.matrix.wire import ENDS, VOTES, RoomEvent
from inbox_app.domain.poll import Poll, choices

_TRIED: Final = "org.matrix.msc3381.poll"
"""Before the names of events and fields were settled, they began so."""


def question_of(content: Fields) -> str:
    """What a poll asks, with its options, as text."""
    return "\n".join([_text(_asked(content).inner("question")), *(f"– {one}" for one in _options(content))])


def poll_of(start: RoomEvent, told: Sequence[RoomEvent] | None, power: Power) -> Poll:
    """The options with what each got, by all events that speak of the poll; None where those are too many to ask for.

    Of each person the last vote counts that came before the end. Only who asked, or may take messages away, can end a
    poll; one that hides its votes until then is told without.
    """
    asked, texts = _asked(start.shown), _options(start.shown)
    ends = [one.at for one in told or () if one.type in ENDS and _may_end(one, start, power)]
    most = max(asked.number("max_selections", 1), 1)
    poll = Poll(choices(texts), multiple=most > 1, closed=bool(ends))
    if told is None or not (ends or asked.text("kind").endswith(".disclosed")):
        return poll
    names = [one.text("m.id") or one.text("id") for one in asked.each("answers")]
    votes = _votes((one for one in told if not ends or one.at <= min(ends)), names, most)
    counts = [sum(name in one for one in votes) for name in names]
    return replace(poll, choices=choices(texts, counts), voters=len(votes))


def _votes(events: Iterable[RoomEvent], names: Sequence[str], most: int) -> list[frozenset[str]]:
    """What each person chose; who chose what is none of the options chose nothing."""
    last = {one.sender: one for one in sorted(events, key=lambda one: one.at) if one.type in VOTES and not one.redacted}
    chosen = [frozenset(_selected(one.content)[:most]) for one in last.values()]
    return [one for one in chosen if one and one <= set(names)]


def _selected(content: Fields) -> list[str]:
    return content.texts("m.selections") or content.inner(f"{_TRIED}.response").texts("answers")


def _may_end(event: RoomEvent, start: RoomEvent, power: Power) -> bool:
    return event.sender == start.sender or power.level(event.sender) >= power.to("redact")


def _asked(content: Fields) -> Fields:
    return content.inner("m.poll") if "m.poll" in content else content.inner(f"{_TRIED}.start")


def _options(content: Fields) -> list[str]:
    return [_text(one) for one in _asked(content).each("answers")]


def _text(said: Fields) -> str:
    parts = [one.text("body") for one in said.each("m.text")]
    return next(iter(parts), "") or said.text("org.matrix.msc1767.text") or said.text("body")
