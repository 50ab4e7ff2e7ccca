"""Content is kept once under its hash, is there when its row is, and goes when nothing names it."""

import os
from collections.abc import Callable
from io import BytesIO

import pytest
from sqlalchemy import Connection, insert, select, update

from inbox_app.contract.remote import Batch
from inbox_app.domain.errors import NotFound
from inbox_app.ingest.ingest import Ingested, ingest_batch
from inbox_app.paths import WorkspaceAddress
from inbox_app.storage import schema
from inbox_app.storage.blobs import SMALL
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.unit.ingest.tales import connect, said

OLD = 1
LARGE = b"x" * SMALL


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


@pytest.fixture
def flushed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Inodes of files and folders in the order in which they were flushed to the disk."""
    inodes: list[int] = []
    flush = os.fsync

    def note(descriptor: int) -> None:
        inodes.append(os.fstat(descriptor).st_ino)
        flush(descriptor)

    monkeypatch.setattr("inbox_app.storage.laid_files.os.fsync", note)
    return inodes


async def test_what_is_laid_down_keeps_the_writer_from_waiting_for_the_disk(
    sqlite_store: Store, sqlite_address: WorkspaceAddress, flushed: list[int]
) -> None:
    contents = [LARGE + b"one", LARGE + b"two"]
    laid = await sqlite_store.lay_down(contents)
    files = [sqlite_address.attachments / digest[:2] / digest for digest in laid]
    needed = {path.stat().st_ino for file in files for path in (file, file.parent, sqlite_address.attachments)}
    assert needed == set(flushed)
    flushed.clear()
    kept = await sqlite_store.write(lambda tx: {sqlite_store.blobs.put(tx, one, laid) for one in contents})
    assert (kept, flushed) == (laid, [])
    assert {await read(sqlite_store, one) for one in kept} == set(contents)


async def test_a_file_that_somebody_left_is_flushed_before_it_is_named(
    sqlite_store: Store, sqlite_address: WorkspaceAddress, flushed: list[int]
) -> None:
    (digest,) = await sqlite_store.lay_down([b"picture"])
    flushed.clear()
    await sqlite_store.write(lambda tx: sqlite_store.blobs.put(tx, b"picture"))
    folder = sqlite_address.attachments
    assert flushed == [(folder / digest[:2]).stat().st_ino, folder.stat().st_ino]


async def test_the_mails_of_a_batch_are_on_disk_before_the_writer_begins(
    sqlite_store: Store, flushed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    account = await sqlite_store.write(connect)
    begun = []

    async def note(work: Callable[[Tx], Ingested]) -> Ingested:
        begun.append(len(flushed))
        return await Store.write(sqlite_store, work)

    monkeypatch.setattr(sqlite_store, "write", note)
    mails = tuple(said(str(n), n, raw=LARGE + f"mail {n}".encode()) for n in range(3))
    assert await ingest_batch(sqlite_store, account, Batch(mails, {})) == Ingested(new=3)
    assert begun == [len(flushed)]
    assert begun != [0]


async def test_small_mails_of_a_batch_cost_no_file(
    store: Store, sqlite_address: WorkspaceAddress, flushed: list[int]
) -> None:
    account = await store.write(connect)
    mails = tuple(said(str(n), n, raw=f"mail {n % 2}".encode()) for n in range(3))
    for _time in range(2):
        await ingest_batch(store, account, Batch(mails, {}))
    digests = await store.read(lambda conn: conn.execute(select(schema.message.c.raw)).scalars().all())
    assert [await read(store, one) for one in digests] == [b"mail 0", b"mail 1", b"mail 0"]
    assert await store.read(lambda conn: store.blobs.size(conn, digests[0])) == 6
    assert flushed == []


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

    def wait(tx: Tx) -> str:
        """A post with a picture, which stands in no conversation before it is sent."""
        sent = store.blobs.put(tx, b"waits to be sent")
        tx.conn.execute(update(schema.blob).where(schema.blob.c.digest == sent).values(made_at=OLD))
        act = {"id": "o", "account": connect(tx), "kind": "post", "key": "k", "act": f'{{"digest": "{sent}"}}'}
        tx.conn.execute(insert(schema.outbox), act | {"state": "queued", "decided_at": 1, "not_before": 1})
        return sent

    named, unnamed, young = await store.write(prepare)
    waits = await store.write(wait)
    assert await store.write(store.blobs.collect) == 1
    assert await read(store, named) == b"named"
    assert await read(store, young) == b"young"
    assert await read(store, waits) == b"waits to be sent"
    with pytest.raises(NotFound):
        await store.read(lambda conn: store.blobs.size(conn, unnamed))
