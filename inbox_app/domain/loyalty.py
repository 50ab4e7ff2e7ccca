"""How loyal somebody is, by visible rules against their own rhythm: which days they spoke, and nothing else.

A label is a function of those days and of today, so that it comes out the same whenever it is asked for; nothing of it
is stored. Days are those of UTC, counted from 1970.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import floor
from statistics import median

from inbox_app.i18n import _, ngettext
from inbox_app.i18n import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected

DAY_MS = 86_400_000
NEW_DAYS = 30
"""For so long somebody is a newcomer, and somebody who came back has returned."""
LATELY = 90
REGULAR_DAYS, PILLAR_DAYS = 4, 12
"""On so many of the last 90 days somebody regular, or a pillar, spoke. A newcomer who does what makes a regular already
is promising: whether they are depends on nobody else's days, so that no label changes because another member spoke."""
PILLAR_AGE = 60
RHYTHM_DAYS = 4
"""Fewer days on which somebody spoke make no rhythm."""
LEAST_SILENCE, FACTOR, GONE = 21, 3, 365
"""Silence tells after three weeks, or three times the usual pause where that is longer; after a year it is the end."""


class Standing(StrEnum):
    """Where somebody stands with the community."""

    NEWCOMER = "newcomer"
    PROMISING = "promising"
    RETURNED = "returned"
    DRIFTING = "drifting"
    PILLAR = "pillar"
    REGULAR = "regular"


_NAMES = {
    Standing.NEWCOMER: N_("newcomer"),
    Standing.PROMISING: N_("promising"),
    Standing.RETURNED: N_("returned"),
    Standing.DRIFTING: N_("drifting"),
    Standing.PILLAR: N_("pillar"),
    Standing.REGULAR: N_("regular"),
}


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The days on which somebody spoke, in order; `from_history` when the first word was here before we listened."""

    days: Sequence[int] = ()
    from_history: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A standing, None for somebody who speaks now and then, with the numbers that it follows from."""

    standing: Standing | None
    known_for: int = 0
    """Days since the first word."""
    lately: int = 0
    """Days with a word among the last 90."""
    silent_for: int = 0
    usual_pause: int | None = None
    """Days between two words, in the middle; None without a rhythm."""
    was_away: int = 0
    """Days of silence before they returned."""
    spoke: bool = True
    """Whether they ever said anything: who was only written down has not."""

    def counts_as(self, wanted: Standing) -> bool:
        """Whether somebody who looks for this finds them: one who is new and promising is a newcomer too."""
        return self.standing is wanted or (wanted, self.standing) == (Standing.NEWCOMER, Standing.PROMISING)


def judge(rhythm: Rhythm, today: int) -> Label:
    """Where somebody stands on a day."""
    days = [day for day in rhythm.days if day <= today]
    if not days:
        return Label(None, spoke=False)
    known_for, silent_for = today - days[0], today - days[-1]
    lately = sum(day > today - LATELY for day in days)
    away, pause = _absence(days, today)
    usual = pause if away else _usual(days)
    standing = None
    if known_for <= NEW_DAYS and not rhythm.from_history:
        standing = Standing.PROMISING if lately >= REGULAR_DAYS else Standing.NEWCOMER
    elif away:
        standing = Standing.RETURNED
    elif usual is not None and patience(usual) < silent_for <= GONE:
        standing = Standing.DRIFTING
    elif lately >= PILLAR_DAYS and known_for >= PILLAR_AGE:
        standing = Standing.PILLAR
    elif lately >= REGULAR_DAYS:
        standing = Standing.REGULAR
    return Label(standing, known_for, lately, silent_for, usual, away)


def patience(usual: int) -> int:
    """After how many days of silence somebody with this pause is missed."""
    return max(LEAST_SILENCE, FACTOR * usual)


def breaks_silence(before: Sequence[int], day: int) -> bool:
    """Whether a word on a day ends a silence longer than this rhythm before it is given: then somebody returned."""
    usual = _usual(before)
    return usual is not None and day - before[-1] > patience(usual)


def standing_name(standing: Standing | None) -> str:
    """A standing as people call it."""
    return "" if standing is None else str(_NAMES[standing])


def explain(label: Label) -> str:
    """Why somebody has this label, in a sentence with the numbers it follows from."""
    lately = ngettext("on {count} of the last 90 days", "on {count} of the last 90 days", label.lately)
    spoke = lately.format(count=label.lately)
    if label.standing in (Standing.NEWCOMER, Standing.PROMISING):
        return _explain_new(label)
    if label.standing in (Standing.RETURNED, Standing.DRIFTING):
        return _explain_silence(label)
    if label.standing is Standing.PILLAR:
        said = _("Spoke {spoke} and has been here for {known} days; a pillar speaks on 12 of them or more.")
        return said.format(spoke=spoke, known=label.known_for)
    if label.standing is Standing.REGULAR:
        return _("Spoke {spoke}; a regular speaks on 4 of them or more.").format(spoke=spoke)
    return _explain_none(label, spoke)


def _explain_new(label: Label) -> str:
    since = ngettext("{count} day ago", "{count} days ago", label.known_for).format(count=label.known_for)
    if label.standing is Standing.NEWCOMER:
        return _("Spoke for the first time {since}; newcomers are new for 30 days.").format(since=since)
    said = ngettext(
        "Spoke for the first time {since}, on {count} day so far; a newcomer who speaks on 4 or more is promising.",
        "Spoke for the first time {since}, on {count} days so far; a newcomer who speaks on 4 or more is promising.",
        label.lately,
    )
    return said.format(since=since, count=label.lately)


def _explain_silence(label: Label) -> str:
    usual = label.usual_pause or 1
    if label.standing is Standing.RETURNED:
        said = ngettext(
            "Spoke again after {away} days of silence; before that about every day.",
            "Spoke again after {away} days of silence; before that about every {pause} days.",
            usual,
        )
        return said.format(away=label.was_away, pause=usual)
    said = ngettext(
        "Silent for {silent} days; used to speak about every day, and is missed after {patience}.",
        "Silent for {silent} days; used to speak about every {pause} days, and is missed after {patience}.",
        usual,
    )
    return said.format(silent=label.silent_for, pause=usual, patience=patience(usual))


def _explain_none(label: Label, spoke: str) -> str:
    if not label.spoke:
        return _("Has not spoken yet.")
    if label.silent_for >= LATELY:
        return _("Has been silent for {silent} days.").format(silent=label.silent_for)
    return _("Speaks now and then: {spoke}.").format(spoke=spoke)


def _usual(days: Sequence[int]) -> int | None:
    if len(days) < RHYTHM_DAYS:
        return None
    # A half counts as a day: `round` would take it up or down by whether the day before it is odd.
    return floor(median(later - sooner for sooner, later in pairwise(days)) + 0.5)


def _absence(days: Sequence[int], today: int) -> tuple[int, int | None]:
    """The silence that somebody broke lately, and their pause before it; 0 where there was none."""
    for place in range(len(days) - 1, 0, -1):
        if today - days[place] > NEW_DAYS:
            break
        if breaks_silence(days[:place], days[place]):
            return days[place] - days[place - 1], _usual(days[:place])
    return 0, None
