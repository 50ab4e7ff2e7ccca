"""Who was erased: keyed digests, so that no sync, import or older copy brings anybody back, and no list names them.

A digest is HMAC-SHA-256 over a name on a channel. The key is the workspace's own and is made with its first erasure;
it stands among the workspace's facts and never leaves in an export. The same list lies beside the database
(`erased.json`) for the day when the database is lost and an older copy takes its place. What a person wrote up to that
moment stays away; who writes again afterwards is somebody new. https://www.rfc-editor.org/rfc/rfc2104
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from inbox_app.domain.ids import AccountId
from inbox_app.paths import replace_file
from inbox_app.sealing.files import SealedFiles
from inbox_app.sealing.key import ContentKey
from inbox_app.storage.dialect import insert_or
from inbox_app.storage.schema import message, message_text, suppression, workspace
from inbox_app.storage.transaction import Tx
from inbox_app.storage.workspace import SUPPRESSION_KEYS, read_workspace

_KEY_BYTES = 32
Name = tuple[str, str]
"""A channel and what somebody, or a thread, is called there."""


@dataclass(frozen=True, slots=True)
class ErasedList:
    """All that is known of who was erased from a workspace."""

    workspace: str
    keys: tuple[bytes, ...]
    digests: Mapping[bytes, int]
    """When, by digest."""


def suppress(tx: Tx, names: Collection[Name], at: int | None = None) -> None:
    """Let nothing come back that these said until now, or until a moment."""
    keys = _keys(tx.conn) or _make_key(tx)
    again = insert_or(tx.conn.dialect.name, suppression).on_conflict_do_nothing()
    rows = [{"digest": _digest(keys[0], one), "made_at": tx.now if at is None else at} for one in sorted(set(names))]
    if rows:
        tx.conn.execute(again, rows)


def suppressed(conn: Connection, names: Collection[Name]) -> dict[Name, int]:
    """Those of these names that were erased, with the moment."""
    keys = _keys(conn) if names else ()
    if not keys:
        return {}
    digests = {_digest(key, one): one for key in keys for one in names}
    found = select(suppression).where(suppression.c.digest.in_(list(digests)))
    return {digests[bytes(row.digest)]: row.made_at for row in conn.execute(found)}


def thread_of(channel: str, kind: str, key: str) -> Name:
    """The name of a thread that was one person's alone."""
    return f"{channel}/{kind}", key


def words_of(channel: str, remote_id: str) -> Name:
    """The name of a message of somebody else whose words were changed."""
    return f"{channel}/words", remote_id


def words_here(conn: Connection, account: AccountId, remote_id: str) -> tuple[str, str] | None:
    """Title and text of a message as they are kept here; None where it is not."""
    said = select(message.c.title, message_text.c.body).join(message_text, message_text.c.id == message.c.id)
    row = conn.execute(said.where(message.c.account == account, message.c.remote_id == remote_id)).first()
    return None if row is None else (row.title, row.body)


def is_empty(conn: Connection) -> bool:
    """Whether nobody was ever erased."""
    return not _keys(conn)


def everything(conn: Connection) -> ErasedList:
    """The whole list."""
    digests = {bytes(row.digest): row.made_at for row in conn.execute(select(suppression))}
    return ErasedList(read_workspace(conn).id, _keys(conn), digests)


def take_over(tx: Tx, known: ErasedList) -> None:
    """Know what another list knows."""
    _keep_keys(tx, tuple(dict.fromkeys((*_keys(tx.conn), *known.keys))))
    again = insert_or(tx.conn.dialect.name, suppression).on_conflict_do_nothing()
    rows = [{"digest": digest, "made_at": at} for digest, at in known.digests.items()]
    if rows:
        tx.conn.execute(again, rows)


def write_list(path: Path, known: ErasedList, key: ContentKey | None) -> None:
    """Keep the list beside the database, for this person only; who knows a name could look for it here."""
    sheet = {
        "workspace": known.workspace,
        "keys": [key.hex() for key in known.keys],
        "digests": {digest.hex(): at for digest, at in sorted(known.digests.items())},
    }
    content = json.dumps(sheet, indent=1).encode()
    if key is None:
        replace_file(path, content)
    else:
        SealedFiles(key).write(path, content)


def read_list(path: Path, key: ContentKey | None) -> ErasedList | None:
    """A list that lies beside a database; None where there is none that can be read."""
    try:
        match json.loads(path.read_bytes() if key is None else SealedFiles(key).read(path)):
            case {"workspace": str(workspace), "keys": list(keys), "digests": dict(digests)}:
                known = {bytes.fromhex(digest): int(at) for digest, at in digests.items()}
                return ErasedList(workspace, tuple(map(bytes.fromhex, keys)), known)
    except (OSError, ValueError, TypeError):
        return None
    return None


def _digest(key: bytes, name: Name) -> bytes:
    channel, called = name
    return hmac.digest(key, f"{channel}\0{called.lower()}".encode(), "sha256")


def _keys(conn: Connection) -> tuple[bytes, ...]:
    said = conn.execute(select(workspace.c.value).where(workspace.c.name == SUPPRESSION_KEYS)).scalar()
    return tuple(map(bytes.fromhex, said.split())) if said else ()


def _make_key(tx: Tx) -> tuple[bytes, ...]:
    made = (os.urandom(_KEY_BYTES),)
    _keep_keys(tx, made)
    return made


def _keep_keys(tx: Tx, keys: tuple[bytes, ...]) -> None:
    if keys:
        again = insert_or(tx.conn.dialect.name, workspace)
        value = " ".join(key.hex() for key in keys)
        said = again.values(name=SUPPRESSION_KEYS, value=value)
        tx.conn.execute(said.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
