"""Acts as the outbox would make them."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from inbox_app.contract.acts import Act, OutgoingFile, Target
from inbox_app.contract.remote import RemoteMessage
from inbox_app.domain.words import Action, ActKind, Kind


def act(
    kind: ActKind,
    conversation_kind: Kind,
    *,
    text: str = "",
    on: RemoteMessage | None = None,
    action: Action | None = None,
    value: str = "",
    files: tuple[OutgoingFile, ...] = (),
) -> Act:
    """One act of ours, on a message that was pulled before or on none."""
    return Act(
        key=uuid4().hex,
        kind=kind,
        conversation_kind=conversation_kind,
        decided_at=datetime.now(UTC),
        text=text,
        target=None if on is None else _target(on),
        action=action,
        value=value,
        files=files,
    )


def _target(on: RemoteMessage) -> Target:
    author = on.author
    return Target(on.remote_id, on.keys, author.handle, author.name, on.text, on.title, on.sent_at, on.post)
