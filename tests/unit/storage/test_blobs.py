"""Content is kept once under its hash, is there when its row is, and goes when nothing names it."""

from io import BytesIO

import pytest
from sqlalchemy import Connection, insert, update

from inbox_app.domain.errors import NotFound
from inbox_app.paths import WorkspaceAddress
from inbox_app.storage import schema
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx

OLD = 1


async def read(store: Store, digest: str) -> bytes:
    def all_of_it(conn: Connection) -> bytes:
        with store.blobs.open(conn, digest) as file:
            return file.read()

    return await store.read(all_of_it)


async def test_the_same_content_is_kept_once_however_it_comes(store: Store) -> None:
    first = await store.write(lambda tx: store.blobs.put(tx, b"picture"))
    second = await store.write(lambda tx: store.blobs.put(tx, BytesIO(b"picture")))
    assert first == second
    assert await read(store, first) == b"picture"
    assert await store.read(lambda conn: store.blobs.size(conn, first)) == 7


async def test_a_file_is_private_and_named_by_its_hash(sqlite_store: Store, sqlite_address: WorkspaceAddress) -> None:
    digest = await sqlite_store.write(lambda tx: sqlite_store.blobs.put(tx, b"picture"))
    file = sqlite_address.attachments / digest[:2] / digest
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path for path in sqlite_address.attachments.rglob("*") if path.is_file()] == [file]


@pytest.mark.parametrize("digest", ["../../etc/passwd", "0" * 64, ""])
async def test_what_is_not_there_gets_a_sentence(store: Store, digest: str) -> None:
    with pytest.raises(NotFound):
        await store.read(lambda conn: store.blobs.open(conn, digest))


async def test_only_old_content_that_nothing_names_is_collected(store: Store) -> None:
    def prepare(tx: Tx) -> tuple[str, str, str]:
        named, unnamed = store.blobs.put(tx, b"named"), store.blobs.put(tx, b"unnamed")
        tx.conn.execute(update(schema.blob).values(made_at=OLD))
        file = {"id": "a", "name": "a.png", "media_type": "image/png", "blob": named}
        tx.conn.execute(insert(schema.attachment), file)
        return named, unnamed, store.blobs.put(tx, b"young")

    named, unnamed, young = await store.write(prepare)
    assert await store.write(store.blobs.collect) == 1
    assert await read(store, named) == b"named"
    assert await read(store, young) == b"young"
    with pytest.raises(NotFound):
        await store.read(lambda conn: store.blobs.size(conn, unnamed))
