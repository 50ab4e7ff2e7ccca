"""Whose mails show their pictures from elsewhere at once: one setting that the whole team shares."""

from __future__ import annotations

import json
from collections.abc import Collection

from sqlalchemy import Connection

from inbox_app.storage.transaction import Tx
from inbox_app.storage.workspace import read_shared_settings, write_shared_setting

_NAME = "pictures_from"


def read(conn: Connection) -> frozenset[str]:
    """Their addresses, in lower case."""
    return frozenset(json.loads(read_shared_settings(conn).get(_NAME, "[]")))


def trust(tx: Tx, address: str) -> None:
    """Show the pictures of this sender from now on."""
    _write(tx, read(tx.conn) | {address.lower()})


def forget(tx: Tx, addresses: Collection[str]) -> None:
    """Ask again before showing the pictures of these."""
    known = read(tx.conn)
    left = known - {address.lower() for address in addresses}
    if left != known:
        _write(tx, left)


def _write(tx: Tx, senders: Collection[str]) -> None:
    write_shared_setting(tx, _NAME, json.dumps(sorted(senders), ensure_ascii=False) if senders else None)
