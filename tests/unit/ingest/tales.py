"""Short ways to say what a service told, for the tests of ingest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from inbox_app.contract.remote import MessageSeen, RemoteAuthor, RemoteMessage
from inbox_app.domain.ids import AccountId
from inbox_app.domain.words import Direction, Kind
from inbox_app.storage import accounts
from inbox_app.storage.transaction import Tx

START = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
US = RemoteAuthor("brand@example.org", "brand@example.org", "The Brand")


def at(minutes: float) -> datetime:
    """A moment, in minutes after the start of the tale."""
    return START + timedelta(minutes=minutes)


def person(name: str) -> RemoteAuthor:
    """Somebody outside."""
    return RemoteAuthor(f"{name}@example.net", f"{name}@example.net", name.title())


def said(
    remote_id: str,
    minutes: float,
    *,
    by: str = "maya",
    kind: Kind = Kind.COMMENTS,
    parent: str | None = None,
    keys: tuple[str, ...] | None = None,
    **more: Any,
) -> MessageSeen:
    """A message from outside; its keys are its own id and its parent's, if not said otherwise."""
    named = keys if keys is not None else tuple(filter(None, (remote_id, parent)))
    values: dict[str, Any] = {
        "remote_id": remote_id,
        "kind": kind,
        "keys": named,
        "author": person(by),
        "direction": Direction.INCOMING,
        "sent_at": at(minutes),
        "text": f"text of {remote_id}",
        "parent": parent,
    }
    return MessageSeen(RemoteMessage(**(values | more)))


def ours(remote_id: str, minutes: float, **more: Any) -> MessageSeen:
    """A message that we wrote."""
    values: dict[str, Any] = {"author": US, "direction": Direction.OUTGOING}
    return said(remote_id, minutes, **(values | more))


def connect(tx: Tx) -> AccountId:
    """An account to which the tale is told."""
    we = accounts.OurselvesThere(US.remote_id, US.handle, US.name, frozenset({US.handle}))
    return accounts.add(tx, "practice", we, {})
