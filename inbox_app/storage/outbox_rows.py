"""The outbox as people see it: what waits, what failed, what nobody is sure of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from inbox_app.domain.errors import NotFound
from inbox_app.domain.ids import AccountId, ConversationId, MessageId, OutboxId
from inbox_app.domain.inbox import OutboxRow
from inbox_app.domain.timecode import from_ms
from inbox_app.domain.words import AccountState, Action, OutboxState
from inbox_app.i18n import _, retell
from inbox_app.storage.bulk import any_of
from inbox_app.storage.schema import account, message, outbox

_answered = message.alias("answered")
_ROWS = (
    select(
        outbox, _answered.c.conversation.label("answered_in"), account.c.handle, account.c.state.label("account_state")
    )
    .join(account, account.c.id == outbox.c.account)
    .outerjoin(_answered, _answered.c.id == outbox.c.target)
)
_LIVE = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.UNCONFIRMED, OutboxState.FAILED)


def one(conn: Connection, wanted: OutboxId) -> OutboxRow:
    """One act.

    Raises:
        NotFound: there is none with this id.
    """
    row = conn.execute(_ROWS.where(outbox.c.id == wanted)).one_or_none()
    if row is None:
        raise NotFound(_("There is nothing with the id “{id}” in the outbox.").format(id=wanted))
    return _shown(row)


def every(conn: Connection, *, settled: bool = True, limit: int = 500) -> tuple[OutboxRow, ...]:
    """The newest acts that somebody decided, and without `settled` only those that wait, failed or are unconfirmed."""
    wanted = _ROWS.where(outbox.c.colleague.is_not(None)).order_by(outbox.c.decided_at.desc(), outbox.c.id).limit(limit)
    if not settled:
        wanted = wanted.where(outbox.c.state.in_(_LIVE))
    return tuple(_shown(row) for row in conn.execute(wanted))


def of_messages(conn: Connection, messages: Iterable[MessageId]) -> dict[MessageId, OutboxRow]:
    """What the outbox still holds or could not do, by message of ours."""
    rows = conn.execute(_OF_MESSAGES, {"wanted": list(messages)})
    return {MessageId(row.message): _shown(row) for row in rows}


_OF_MESSAGES = _ROWS.where(any_of(outbox.c.message), outbox.c.state.in_(_LIVE))


def _shown(row: Row[*tuple[Any, ...]]) -> OutboxRow:
    act = json.loads(row.act)
    return OutboxRow(
        id=OutboxId(row.id),
        account=AccountId(row.account),
        conversation=ConversationId(row.conversation) if row.conversation else None,
        message=MessageId(row.message) if row.message else None,
        kind=row.kind,
        state=OutboxState(row.state),
        text=str(act.get("text", "")),
        attempts=row.attempts,
        decided_at=from_ms(row.decided_at),
        not_before=from_ms(row.not_before),
        retry_at=None if row.retry_at is None else from_ms(row.retry_at),
        error=retell(row.error),
        remote_id=row.remote_id,
        action=Action(act["action"]) if act.get("action") else None,
        answered_in=ConversationId(row.answered_in) if row.answered_in else None,
        sender=row.handle,
        to=_to(act),
        account_state=AccountState(row.account_state),
    )


def _to(act: Mapping[str, Any]) -> str:
    """The recipients of a mail or a private answer, otherwise whoever wrote what it is about."""
    named = [name or handle for role, handle, name in act.get("recipients") or () if role == "to"]
    target = act.get("target") or {}
    return ", ".join(named) or str(target.get("author_name") or target.get("author_handle") or "")
