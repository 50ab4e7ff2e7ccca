"""Where our own mails lie on the server, and their read marks. Blocking."""

from __future__ import annotations

from connectors.email.client import Session
from connectors.email.failures import CommandRefused
from connectors.email.folders import Plan
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


def count_all(session: Session, plan: Plan) -> tuple[RemoteCount, ...]:
    """How many mails each followed folder holds; STATUS would say old numbers of the one that is open."""
    return tuple(RemoteCount(name, session.open_folder(name).exists) for name in plan.followed)
