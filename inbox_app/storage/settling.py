"""Which pulled messages are copies of acts of ours that are not settled by a receipt."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, or_, select

from inbox_app.domain.ids import AccountId
from inbox_app.domain.words import OutboxState
from inbox_app.storage.bulk import any_of
from inbox_app.storage.schema import message, outbox

Named = tuple[str, str | None]
"""A message's remote id and, where the service gave it back, our key."""


def awaited(conn: Connection, account: AccountId, arrived: Sequence[Named]) -> list[Named]:
    """Those for which the outbox has an act whose message does not bear the remote id yet, or is not delivered."""
    if not arrived:
        return []
    ids = [remote_id for remote_id, _ in arrived]
    keys = [key for _, key in arrived if key]
    rows = [*conn.execute(_BY_REMOTE_ID, {"account": account, "wanted": ids})]
    if keys:
        rows += conn.execute(_BY_KEY, {"account": account, "wanted": keys})
    unsettled = {name for key, remote_id in rows for name in (key, remote_id) if name is not None}
    return [(remote_id, key) for remote_id, key in arrived if key in unsettled or remote_id in unsettled]


_UNSETTLED = (
    select(outbox.c.key, outbox.c.remote_id)
    .outerjoin(message, message.c.id == outbox.c.message)
    .where(
        outbox.c.account == bindparam("account"),
        or_(outbox.c.state != OutboxState.DELIVERED.value, message.c.remote_id.is_(None)),
    )
)
_BY_REMOTE_ID = _UNSETTLED.where(any_of(outbox.c.remote_id))
_BY_KEY = _UNSETTLED.where(any_of(outbox.c.key))
