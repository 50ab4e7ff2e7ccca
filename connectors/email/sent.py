"""Where our own mails lie on the server, and their read marks. Blocking."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from connectors.email.client import Session
from connectors.email.failures import CommandRefused
from connectors.email.folders import Plan
from connectors.email.pulling import SEARCH_SPAN
from inbox_app.contract.remote import RemoteCount


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


def mark_seen(session: Session, plan: Plan, message_id: str) -> None:
    """Mark this mail as read in every folder we follow."""
    for name in plan.followed:
        session.open_folder(name, readonly=False)
        if found := session.search_message_id(message_id):
            session.mark_seen(found)


def count_all(
    session: Session, plan: Plan, starts: Mapping[str, int], since: datetime | None
) -> tuple[RemoteCount, ...]:
    """How many mails each followed folder holds: all since we connected, and those that history reaches back to.

    STATUS would say old numbers of the folder that is open.
    """
    return tuple(RemoteCount(name, _count(session, name, starts.get(name), since)) for name in plan.followed)


def _count(session: Session, name: str, start: int | None, since: datetime | None) -> int:
    opened = session.open_folder(name)
    if since is None or start is None:
        return opened.exists
    before = 0
    for first in range(1, start, SEARCH_SPAN):
        last = min(start - 1, first + SEARCH_SPAN - 1)
        before += len(session.search(first, last)) - len(session.search(first, last, since.date()))
    return opened.exists - before
