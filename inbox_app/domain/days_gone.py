"""Days that were, as people write them: "20/10/2026", "20 october", "ieri", "monday"; ISO 8601 too."""

from __future__ import annotations

from datetime import date, timedelta

from inbox_app.domain.day_words import day_named
from inbox_app.domain.time_words import DAYS, NEXT, plain_words, told_apart

_AGO = {"yesterday": 1, "ieri": 1}
_BACK = (0, 6, 31, 365)
"""So many days ago a weekday, a day of the month and a date of the year were still to come, and are the next one."""


def day_near(words: str, today: date) -> date | None:
    """Of the days that exactly these words name the one nearest to today, be it gone or to come."""
    gone = day_gone(words, today)
    said = told_apart(plain_words(words))
    try:
        coming = day_named(said, today, hour_follows=False) if said else None
    except (ValueError, OverflowError):
        return gone
    found = [one for one in (coming, gone) if one is not None]
    return min(found, key=lambda one: abs(one - today), default=None)


def day_gone(words: str, today: date) -> date | None:
    """The last day until today that exactly these words name; one to come where they name no other, with its year."""
    try:
        return date.fromisoformat(words.strip())
    except ValueError:
        said = told_apart(plain_words(words))
    if len(said) == 1 and said[0] in _AGO:
        return today - timedelta(_AGO[said[0]])
    found = None
    for back in _BACK[:1] if {*said} & (DAYS.keys() | NEXT) else _BACK:
        try:
            found = day_named(said, today - timedelta(back), hour_follows=False) if said else None
        except (ValueError, OverflowError):
            return None
        if found is None or found <= today:
            break
    return found
