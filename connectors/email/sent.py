"""Where our own mails lie on the server, and what marks mails bear there. Blocking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from connectors.email.client import ANSWERED, SEEN, STARRED, Session
from connectors.email.compose import MISSING_ID
from connectors.email.failures import CommandRefused
from connectors.email.folders import Plan
from connectors.email.watching import SEARCH_SPAN
from inbox_app.contract.acts import ReadMark
from inbox_app.contract.remote import RemoteCount

_Change = tuple[bytes, bool]
"""A flag, and whether it is set."""


def file_sent(session: Session, plan: Plan, message_id: str, raw: bytes) -> None:
    """Put a copy into the Sent folder unless it is there: some servers file what they send by themselves."""
    if plan.sent is None:
        return
    session.open_folder(plan.sent)
    if not session.search_message_id(message_id):
        session.append(plan.sent, raw)


def look_for(session: Session, plan: Plan, message_id: str) -> bool:
    """Whether a mail with this Message-ID lies where sent mails lie."""
    for name in filter(None, dict.fromkeys((plan.sent, plan.everything, *plan.followed))):
        try:
            session.open_folder(name)
        except CommandRefused:
            continue
        if session.search_message_id(message_id):
            return True
    return False


def tell_marks(session: Session, plan: Plan, marks: Sequence[ReadMark]) -> None:
    """Set or take away marks where the mails lie, five commands a folder at most; look for those that moved."""
    placed: dict[tuple[str, int], dict[_Change, list[int]]] = {}
    for mark in marks:
        for place in mark.places:
            wanted = placed.setdefault((place.folder, place.validity), {})
            for change in _changes(mark):
                wanted.setdefault(change, []).append(place.uid)
    done = {(*folder, uid) for folder in placed for uid in _mark_in(session, *folder, placed[folder])}
    for mark in marks:
        places = {(place.folder, place.validity, place.uid) for place in mark.places}
        if done.isdisjoint(places) and not mark.remote_id.startswith(MISSING_ID):
            for flag, on in _changes(mark):
                mark_everywhere(session, plan, mark.remote_id, flag, on=on)


def _changes(mark: ReadMark) -> Iterator[_Change]:
    for flag, on in ((SEEN, mark.read), (STARRED, mark.starred)):
        if on is not None:
            yield flag, on


def _mark_in(session: Session, folder: str, validity: int, wanted: Mapping[_Change, Sequence[int]]) -> set[int]:
    """Those that were there to be marked; none where the folder is gone, numbered anew, or not ours to change."""
    with suppress(CommandRefused):
        if session.open_folder(folder, readonly=False).validity == validity:
            # A server says yes to a mark on a mail that moved away.
            here = session.present([uid for uids in wanted.values() for uid in uids])
            for (flag, on), uids in wanted.items():
                if found := sorted(here.intersection(uids)):
                    session.mark(found, flag, on=on)
            return here
    return set()


def mark_answered(session: Session, plan: Plan, message_id: str) -> None:
    """Say in the folder where it lies that this mail was answered."""
    for name in plan.followed:
        if name != plan.sent and _mark_named(session, name, message_id, ANSWERED):
            return


def mark_everywhere(session: Session, plan: Plan, message_id: str, flag: bytes, *, on: bool = True) -> None:
    """Set a flag of this mail in every folder we follow, or take it away."""
    for name in plan.followed:
        _mark_named(session, name, message_id, flag, on=on)


def _mark_named(session: Session, folder: str, message_id: str, flag: bytes, *, on: bool = True) -> bool:
    """Whether the mail lies there and was marked; a folder of others that we may only read is passed over."""
    with suppress(CommandRefused):
        session.open_folder(folder, readonly=False)
        if found := session.search_message_id(message_id):
            session.mark(found, flag, on=on)
            return True
    return False


def count_all(
    session: Session, plan: Plan, starts: Mapping[str, int], since: datetime | None
) -> tuple[RemoteCount, ...]:
    """How many mails each followed folder holds: all since we connected, and those that history reaches back to.

    STATUS would say old numbers of the folder that is open.
    """
    counts: list[RemoteCount] = []
    for name in plan.followed:
        with suppress(CommandRefused):  # what cannot be opened is neither pulled nor counted
            counts.append(RemoteCount(name, _count(session, name, starts.get(name), since)))
    return tuple(counts)


def _count(session: Session, name: str, start: int | None, since: datetime | None) -> int:
    opened = session.open_folder(name)
    if since is None or start is None:
        return opened.exists
    before = 0
    for first in range(1, start, SEARCH_SPAN):
        last = min(start - 1, first + SEARCH_SPAN - 1)
        before += len(session.search(first, last)) - len(session.search(first, last, since.date()))
    return opened.exists - before
