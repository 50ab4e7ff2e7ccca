"""History: the next page of mail from before, newest first over all folders together. Blocking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from connectors.email.client import Session
from connectors.email.cursor import OlderMark
from connectors.email.failures import CommandRefused
from connectors.email.mailbox import Fetched, Measured, Opened
from connectors.email.pulling import PAGE_MAILS, Portion, choose_page
from connectors.email.watching import SEARCH_SPAN

_FIRST_SPAN = 1_000


@dataclass(frozen=True, slots=True)
class OlderPage:
    """A page of history, oldest first, and where the next one begins."""

    marks: Mapping[str, OlderMark]
    mails: tuple[Fetched, ...]
    more: bool


def load_page(
    session: Session,
    followed: Sequence[str],
    marks: Mapping[str, OlderMark],
    starts: Mapping[str, int],
    since: datetime | None,
    portion: Portion,
) -> OlderPage:
    """The newest mails below the marks; `starts` say below which UID history begins where there is no mark yet."""
    fresh: dict[str, OlderMark] = {}
    found: dict[str, list[Measured]] = {}
    for name in followed:
        try:
            opened = session.open_folder(name)
        except CommandRefused:
            if name == followed[0]:
                raise
            continue  # as the pull passes over it: one closed folder keeps back no other's past
        start = _valid_mark(opened, marks.get(name), starts.get(name))
        found[name], fresh[name] = _newest_below(session, start, since)
    chosen = _choose(found, portion)
    mails = [mail for name in found for mail in _fetch(session, name, chosen[name], portion)]
    below = {name: _step_down(fresh[name], chosen[name]) for name in found}
    return OlderPage(
        marks={**marks, **below},
        mails=tuple(sorted(mails, key=lambda mail: mail.at)),
        more=any(mark.below > 1 for mark in below.values()),
    )


def _valid_mark(opened: Opened, mark: OlderMark | None, start: int | None) -> OlderMark:
    """Start from the top where there is no mark, the folder was renumbered, or was not followed for a while.

    What is loaded twice changes nothing.
    """
    goes_on = mark is not None and mark.validity == opened.validity
    if mark is not None and goes_on and not 0 < mark.top < (start or 0):
        return mark
    below = min(opened.uid_next, start) if start and (mark is None or goes_on) else opened.uid_next
    return OlderMark(opened.validity, below, max(below, start or 0))


def _newest_below(session: Session, mark: OlderMark, since: datetime | None) -> tuple[list[Measured], OlderMark]:
    """At most a page of mails below the mark, and the mark below which nothing of interest lies above them."""
    below, span = mark.below, _FIRST_SPAN
    while below > 1:
        first = max(1, below - span)
        # Whole days, as the server reckons them: what it counts for the ledger is found by the same search.
        found = session.search(first, below - 1, since.date() if since else None)
        wanted = session.measure(found[-PAGE_MAILS:]) if found else []
        if wanted:
            return wanted, replace(mark, below=below)
        below = found[-PAGE_MAILS:][0] if found else first
        span = min(span * 4, SEARCH_SPAN)
    return [], replace(mark, below=1)


def _choose(found: Mapping[str, Sequence[Measured]], portion: Portion) -> dict[str, list[Measured]]:
    """The newest that fit on a page, from each folder its highest UIDs, so that none is stepped over."""
    stacks = {name: sorted(mails, key=lambda mail: mail.uid) for name, mails in found.items()}
    newest_first: list[tuple[str, Measured]] = []
    while any(stacks.values()):
        name = max((name for name in stacks if stacks[name]), key=lambda name: stacks[name][-1].at)
        newest_first.append((name, stacks[name].pop()))
    page = choose_page([mail for _, mail in newest_first], PAGE_MAILS, portion.space, portion.largest, first=True)
    chosen: dict[str, list[Measured]] = {name: [] for name in found}
    for name, mail in newest_first[: len(page)]:
        chosen[name].append(mail)
    return chosen


def _fetch(session: Session, name: str, mails: Sequence[Measured], portion: Portion) -> list[Fetched]:
    if not mails:
        return []
    session.open_folder(name)
    return session.fetch(mails, portion.largest)


def _step_down(mark: OlderMark, chosen: Sequence[Measured]) -> OlderMark:
    return replace(mark, below=min((mail.uid for mail in chosen), default=mark.below))
