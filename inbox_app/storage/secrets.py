"""The accounts' secrets as ciphertext; this room never sees one in the clear."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, insert, select, update

from inbox_app.domain.ids import AccountId
from inbox_app.storage.schema import secret
from inbox_app.storage.transaction import Tx


def put(tx: Tx, account: AccountId, wrapped: Mapping[str, bytes], *, colleague: str = "") -> None:
    """Keep these ciphertexts; names not given keep what they have."""
    for name, data in wrapped.items():
        mine = (secret.c.account == account, secret.c.colleague == colleague, secret.c.name == name)
        changed = tx.conn.execute(update(secret).where(*mine).values(wrapped=data, changed_at=tx.now))
        if not changed.rowcount:
            tx.conn.execute(
                insert(secret).values(account=account, colleague=colleague, name=name, wrapped=data, changed_at=tx.now)
            )


def replace(tx: Tx, account: AccountId, wrapped: Mapping[str, bytes]) -> None:
    """Keep these ciphertexts and no others: those of an earlier sign-in are void."""
    tx.conn.execute(secret.delete().where(secret.c.account == account, secret.c.name.not_in(wrapped)))
    put(tx, account, wrapped)


def of(conn: Connection, account: AccountId, *, colleague: str = "") -> dict[str, bytes]:
    """Name to ciphertext."""
    rows = conn.execute(
        select(secret.c.name, secret.c.wrapped).where(secret.c.account == account, secret.c.colleague == colleague)
    )
    return {name: bytes(data) for name, data in rows}
