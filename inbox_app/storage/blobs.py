"""Attachments by the SHA-256 of their content: files beside a SQLite workspace, rows on PostgreSQL.

What comes in by the hundred, raw mails above all, stands in rows on SQLite too, as far as it is small: a file costs
several calls and a flush of its own, which for a mailbox of 100,000 mails is an hour of waiting for the disk.

Bytes are put before the row that names them is committed; what no row names is collected later, once it is old
enough that nobody can be about to name it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol

from sqlalchemy import Connection, and_, delete, select

from inbox_app.domain.errors import NotFound
from inbox_app.i18n import _
from inbox_app.sealing.files import Spoilt
from inbox_app.sealing.key import ContentKey
from inbox_app.storage.bulk import any_of, insert_rows
from inbox_app.storage.dialect import insert_or
from inbox_app.storage.laid_files import LaidFiles
from inbox_app.storage.schema import attachment, blob, message, outbox
from inbox_app.storage.transaction import Tx

_YOUNG_MS = 24 * 3_600_000
SMALL = 64 * 1024
"""Bytes up to which content of a batch stands in its row; nine of ten mails are below."""


class BlobStore(Protocol):
    """Where content lives. Everything here blocks: it runs inside `Store.write` and `Store.read`."""

    def put(self, tx: Tx, content: bytes | BinaryIO, laid: Collection[str] = ()) -> str:
        """Keep the content with this transaction; return its digest. The same content is kept once.

        `laid` is what `lay_down` returned: these are on disk already.
        """

    def lay_down(self, contents: Iterable[bytes]) -> Collection[str]:
        """Bring contents to the disk ahead of the transaction that puts them; return their digests."""

    def in_row(self, content: bytes) -> bool:
        """Whether content of a batch goes with its row, so that there is nothing to lay down."""

    def open(self, conn: Connection, digest: str) -> BinaryIO:
        """The content, to be read and closed. Raises `NotFound`."""

    def size(self, conn: Connection, digest: str) -> int:
        """How many bytes it has. Raises `NotFound`."""

    def collect(self, tx: Tx) -> int:
        """Remove what no attachment names any more; return how many."""

    def remove(self, tx: Tx, digests: Collection[str]) -> None:
        """Remove at once what of these has no row: what was erased waits for no collection."""


class FileBlobs:
    """`attachments/ab/abcdef…`, readable by this person only; with a key, by nobody else at all."""

    def __init__(self, folder: Path, key: ContentKey | None = None) -> None:
        self._files = LaidFiles(folder, key)

    def put(self, tx: Tx, content: bytes | BinaryIO, laid: Collection[str] = ()) -> str:
        """Write a new file whole and on disk before the transaction can commit."""
        digest, size = self._files.write(content)
        if _note(tx, digest, size, None) and digest not in laid:
            self._files.sync({digest})
        return digest

    def lay_down(self, contents: Iterable[bytes]) -> Collection[str]:
        """Write new files, and each folder once; what is never put is collected like any other."""
        digests = {self._files.write(content)[0] for content in contents}
        self._files.sync(digests)
        return digests

    def in_row(self, content: bytes) -> bool:
        """Small content does."""
        return len(content) <= SMALL

    def open(self, conn: Connection, digest: str) -> BinaryIO:
        """The file, opened, or what stands in the row."""
        data = _data(conn, digest)
        if data is not None:
            return BytesIO(data)
        try:
            return self._files.open(digest)
        except (FileNotFoundError, Spoilt) as error:
            raise _missing() from error

    def size(self, conn: Connection, digest: str) -> int:
        """The file's length."""
        return _size(conn, digest)

    def collect(self, tx: Tx) -> int:
        """Remove the rows, and the files once their rows are gone for certain."""
        # A file is removed by the collection after the one that removed its row: a rollback must not lose content.
        known = set(map(self._files.name, tx.conn.execute(select(blob.c.digest)).scalars()))
        for path in self._files.paths():
            if path.name not in known and _is_older(path, tx.now - _YOUNG_MS):
                path.unlink(missing_ok=True)
        return _collect_rows(tx)

    def remove(self, tx: Tx, digests: Collection[str]) -> None:
        """Under the writer's lock: nobody puts the same content meanwhile."""
        known = set(tx.conn.execute(_KNOWN, {"wanted": list(digests)}).scalars())
        for digest in set(digests) - known:
            self._files.remove(digest)


class RowBlobs:
    """In the table itself, so that every colleague has them."""

    def put(self, tx: Tx, content: bytes | BinaryIO, laid: Collection[str] = ()) -> str:
        """Write a new row."""
        data = content if isinstance(content, bytes) else content.read()
        digest = hashlib.sha256(data).hexdigest()
        _note(tx, digest, len(data), data)
        return digest

    def lay_down(self, contents: Iterable[bytes]) -> Collection[str]:
        """Nothing to do ahead: the bytes go with the row."""
        return ()

    def in_row(self, content: bytes) -> bool:
        """All content does."""
        return True

    def open(self, conn: Connection, digest: str) -> BinaryIO:
        """The content, in memory."""
        data = _data(conn, digest)
        if data is None:
            raise _missing()
        return BytesIO(data)

    def size(self, conn: Connection, digest: str) -> int:
        """The content's length."""
        return _size(conn, digest)

    def collect(self, tx: Tx) -> int:
        """Remove the rows."""
        return _collect_rows(tx)

    def remove(self, tx: Tx, digests: Collection[str]) -> None:
        """Nothing to do: the bytes went with the row."""


class Keeping:
    """What one transaction keeps of a batch: noted while its messages are written, stored by `store` in one go."""

    def __init__(self, blobs: BlobStore, tx: Tx, laid: Collection[str]) -> None:
        self._blobs = blobs
        self._tx = tx
        self._laid = laid
        self._noted: dict[str, bytes] = {}

    def __call__(self, content: bytes) -> str:
        """Keep this; its digest."""
        if not self._blobs.in_row(content):
            return self._blobs.put(self._tx, content, self._laid)
        digest = hashlib.sha256(content).hexdigest()
        self._noted[digest] = content
        return digest

    def store(self) -> None:
        """Write the rows that are not there."""
        if self._noted:
            known = set(self._tx.conn.execute(_KNOWN, {"wanted": list(self._noted)}).scalars())
            new = [(digest, data) for digest, data in self._noted.items() if digest not in known]
            insert_rows(
                self._tx.conn,
                blob,
                [{"digest": one, "data": data, "size": len(data), "made_at": self._tx.now} for one, data in new],
            )


_KNOWN = select(blob.c.digest).where(any_of(blob.c.digest))


def read_whole(conn: Connection, blobs: BlobStore, digest: str) -> bytes:
    """A file's bytes, all at once. Raises `NotFound`."""
    with blobs.open(conn, digest) as file:
        return file.read()


def _note(tx: Tx, digest: str, size: int, data: bytes | None) -> bool:
    """Whether the row is new."""
    row = insert_or(tx.conn.dialect.name, blob).on_conflict_do_nothing()
    values = {"digest": digest, "size": size, "data": data, "made_at": tx.now}
    return tx.conn.execute(row, values).rowcount > 0


def _data(conn: Connection, digest: str) -> bytes | None:
    data: bytes | None = conn.execute(select(blob.c.data).where(blob.c.digest == digest)).scalar()
    return data


def drop_unnamed(tx: Tx) -> list[str]:
    """Remove the rows of all that nothing names any more; their digests, to be removed after the commit.

    Who puts content names it in the same transaction, but for an import: it brings files before what names them.
    """
    unnamed = delete(blob).where(_UNNAMED).returning(blob.c.digest)
    return list(tx.conn.execute(unnamed).scalars())


_named = select(attachment.c.id).where(attachment.c.blob == blob.c.digest)
_raw = select(message.c.raw).where(message.c.raw.is_not(None))
_waits = select(outbox.c.id).where(outbox.c.settled_at.is_(None), outbox.c.act.contains(blob.c.digest))
_UNNAMED = and_(~_named.exists(), blob.c.digest.not_in(_raw), ~_waits.exists())


def _collect_rows(tx: Tx) -> int:
    return tx.conn.execute(delete(blob).where(_UNNAMED, blob.c.made_at < tx.now - _YOUNG_MS)).rowcount


def _size(conn: Connection, digest: str) -> int:
    size = conn.execute(select(blob.c.size).where(blob.c.digest == digest)).scalar()
    if size is None:
        raise _missing()
    return int(size)


def _is_older(path: Path, moment: int) -> bool:
    try:
        return path.stat().st_mtime * 1000 < moment
    except FileNotFoundError:
        return False


def _missing() -> NotFound:
    return NotFound(_("This attachment is not in the workspace. Fetch it again from its message."))
