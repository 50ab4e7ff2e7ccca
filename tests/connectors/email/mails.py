"""Mails, acts and batches as the e-mail connector's tests need them."""

from __future__ import annotations

from datetime import UTC, datetime

from connectors.email.connector import EmailConnector
from inbox_app.contract.acts import Act, Target
from inbox_app.contract.remote import Batch, Event, MessageSeen, RemoteMessage
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import ActKind, Kind

KEY = "0123456789abcdef" * 2
DECIDED = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def mail(subject: str = "Hello", message_id: str = "one@example.test", text: str = "Good day", **headers: str) -> bytes:
    """A plain mail; header names with `_` for `-`, an empty one is left out."""
    lines = {
        "From": "Ben Writer <ben@example.net>",
        "To": "anna@example.test",
        "Subject": subject,
        "Date": "Sun, 22 Nov 2026 09:00:00 +0000",
        "Message-ID": f"<{message_id}>" if message_id else "",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return (head + "\r\n" + text + "\r\n").encode()


def answer_to(message: RemoteMessage, text: str = "Thank you!", key: str = KEY) -> Act:
    """A reply to this message, as the core would ask for it."""
    target = Target(
        remote_id=message.remote_id,
        keys=message.keys,
        author_handle=message.author.handle,
        author_name=message.author.name,
        text=message.text,
        title=message.title,
        sent_at=message.sent_at,
        recipients=message.recipients,
        extra=message.extra,
    )
    return Act(key, ActKind.REPLY, Kind.MAIL, DECIDED, text, target=target)


def messages(*batches: Batch) -> list[RemoteMessage]:
    """The messages of these batches, in their order."""
    return [event.message for batch in batches for event in batch.events if isinstance(event, MessageSeen)]


def others(*batches: Batch) -> list[Event]:
    """The events that are not messages."""
    return [event for batch in batches for event in batch.events if not isinstance(event, MessageSeen)]


async def start(connector: EmailConnector) -> JsonObject:
    """The cursor of the first pull, which brings nothing."""
    batch = await connector.pull(None)
    assert batch.events == ()
    return batch.cursor


async def pull_all(connector: EmailConnector, cursor: JsonObject | None) -> list[Batch]:
    """Pull until there is no more."""
    batches = [await connector.pull(cursor)]
    while batches[-1].more:
        batches.append(await connector.pull(batches[-1].cursor))
    return batches


async def load_all(connector: EmailConnector) -> list[Batch]:
    """Load history until there is no more."""
    batches = [await connector.load_older(None)]
    while batches[-1].more:
        batches.append(await connector.load_older(batches[-1].cursor))
    return batches
