"""What a poll says in words, for the window, the command and who is read to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from inbox_app.domain.poll import Choice, Poll
from inbox_app.i18n import _, ngettext

Say = Callable[[int], str]
"""How a count is written."""


def standing_of(poll: Poll, now: datetime, date: Callable[[datetime], str], say: Say = str) -> str:
    """Whether one can still vote and how many did, in a line."""
    return " · ".join(filter(None, (_until(poll, now, date), _counted(poll, say))))


def choice_words(poll: Poll, one: Choice, say: Say = str) -> str:
    """How many chose this, and how much of all that is; empty where it is not told."""
    if one.votes is None:
        return ""
    return _("{share} % · {count}").format(share=round(100 * poll.share(one)), count=say(one.votes))


def told(poll: Poll, now: datetime, date: Callable[[datetime], str], say: Say = str) -> str:
    """The whole poll in one sentence."""
    listed = [": ".join(filter(None, (one.text, choice_words(poll, one, say)))) for one in poll.choices]
    standing = standing_of(poll, now, date, say)
    return _("Poll, {standing}: {choices}").format(standing=standing, choices="; ".join(listed))


def _until(poll: Poll, now: datetime, date: Callable[[datetime], str]) -> str:
    if poll.is_over(now):
        return _("closed")
    if poll.closes_at is not None:
        return _("open, ends {date}").format(date=date(poll.closes_at))
    return "" if poll.votes is None else _("open")


def _counted(poll: Poll, say: Say) -> str:
    if poll.votes is None:
        return _("who chose what is shown on the service")
    if poll.voters is not None:
        return ngettext("{count} person voted", "{count} people voted", poll.voters).format(count=say(poll.voters))
    return ngettext("{count} vote", "{count} votes", poll.votes).format(count=say(poll.votes))
