"""One text in several places: what of it departs from the tone sheet there, and where, if it does not everywhere.

A fix changes the text for all of them, so none is offered that would break another place's rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from inbox_app.domain.tone import Finding, ToneSheet, Voice, check
from inbox_app.i18n import _


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text will be read: a channel, under a hat; `name` tells it from the others."""

    channel: str
    hat: str
    name: str = ""


def check_for(text: str, sheet: ToneSheet, places: Sequence[Place], heading: str = "") -> tuple[Finding, ...]:
    """What departs in any of these places; what departs in some of them alone names them.

    `heading` is what a title or a subject is called: fewer rules hold there, and each reason begins with its name.
    """
    voices = {place: sheet.voice(place.channel, place.hat) for place in places}
    if heading:
        voices = {place: voice.of_heading() for place, voice in voices.items()}
    where: dict[Finding, list[str]] = {}
    for place, voice in voices.items():
        for one in check(text, voice):
            where.setdefault(one, []).append(place.name)
    found = [_told(one, names, voices, text) for one, names in where.items()]
    if heading:
        said = _("{part}: {reason}")
        found = [replace(one, reason=said.format(part=heading, reason=one.reason)) for one in found]
    return tuple(sorted(found, key=lambda one: (one.start, one.end)))


def _told(one: Finding, names: Sequence[str], voices: Mapping[Place, Voice], text: str) -> Finding:
    if len(names) == len(voices):
        return one
    reason = _("{places}: {reason}").format(places=", ".join(names), reason=one.reason)
    others = [voice for place, voice in voices.items() if place.name not in names]
    if one.fixed is not None and any(_breaks(one.fixed, text, voice) for voice in others):
        return replace(one, reason=reason, fixed=None, fix="")
    return replace(one, reason=reason)


def _breaks(fixed: str, text: str, voice: Voice) -> bool:
    """Whether a rule that the text keeps is not kept by what it would become."""
    broken = {one.rule for one in check(text, voice)}
    return any(one.rule not in broken for one in check(fixed, voice))
