"""Which pulled messages are copies of acts of ours that are not settled by a receipt."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, or_, select

from inbox_app.domain.ids import AccountId
from inbox_app.storage.schema import message, outbox

Named = tuple[str, str | None]
"""A message's remote id and, where the service gave it back, our key."""


def awaited(conn: Connection, account: AccountId, arrived: Sequence[Named]) -> list[Named]:
    """Those for which the outbox has an act whose message does not bear the remote id yet, or is not delivered."""
    if not arrived:
        return []
    ids = [remote_id for remote_id, _ in arrived]
    keys = [key for _, key in arrived if key]
    rows = conn.execute(
        select(outbox.c.key, outbox.c.remote_id, outbox.c.state, message.c.remote_id)
        .outerjoin(message, message.c.id == outbox.c.message)
        .where(outbox.c.account == account, or_(outbox.c.remote_id.in_(ids), outbox.c.key.in_(keys)))
    )
    open_keys, open_ids = set(), set()
    for key, remote_id, state, borne in rows:
        if state != "delivered" or borne is None:
            open_keys.add(key)
            open_ids.add(remote_id)
    return [(remote_id, key) for remote_id, key in arrived if key in open_keys or remote_id in open_ids]
