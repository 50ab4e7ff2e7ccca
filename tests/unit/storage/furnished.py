"""A workspace with something everywhere that content can be, and what of it must be the same afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, insert, select

from inbox_app.actions import backing_up
from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.search_query import parse
from inbox_app.events import Bus
from inbox_app.ingest.ingest import ingest
from inbox_app.paths import WorkspaceAddress, resolve_workspace
from inbox_app.sealing.files import files_of
from inbox_app.storage import copying, suppression
from inbox_app.storage.blobs import SMALL
from inbox_app.storage.creation import ME
from inbox_app.storage.schema import blob, metadata, tag
from inbox_app.storage.schema_version import read_version
from inbox_app.storage.search import search
from inbox_app.storage.store import Store
from tests.unit.exchange.workspaces import fill
from tests.unit.ingest.tales import connect, said

MARK = b"marker-of-a-secret-recipe"


def quiet(_words: str) -> None:
    return None


@asynccontextmanager
async def opened(address: WorkspaceAddress, *, create: bool = False) -> AsyncIterator[Store]:
    store = await Store.open(address, Bus(), create=create)
    try:
        yield store
    finally:
        await store.close()


async def furnish(folder: Path) -> WorkspaceAddress:
    """A workspace with something in every table, large files, a connector's file, a backup and a loose copy."""
    address = resolve_workspace(str(folder))
    async with opened(address, create=True) as store:
        account = await store.write(connect)
        await store.write(lambda tx: ingest(tx, account, [said("a", 1, text=MARK.decode())]))
        await store.write(lambda tx: fill(tx, store.blobs, 7))
        await store.write(lambda tx: store.blobs.put(tx, MARK * SMALL))
        await store.write(lambda tx: tx.conn.execute(insert(tag).values(id="mark", name=MARK.decode())))
        await backing_up.make(store, address)
        suppression.write_list(address.erased, await store.read(suppression.everything), None)
    copying.look(address.database, None, read_version)
    (address.backups / "before-upgrade-from-0001.db").write_bytes(address.database.read_bytes())
    files_of(None).write(address.accounts / "a" / "journal.jsonl", MARK)
    (address.cache / "pictures").mkdir(parents=True)
    (address.cache / "pictures" / "x").write_bytes(MARK)
    return address


def everything(address: WorkspaceAddress) -> dict[str, list[str]]:
    def read(conn: Connection) -> dict[str, list[str]]:
        return {table.name: sorted(map(repr, conn.execute(select(table)))) for table in metadata.sorted_tables}

    return copying.look(address.database, address.key, read)


async def content(address: WorkspaceAddress) -> tuple[dict[str, list[str]], dict[str, int], bytes, int]:
    """All rows, the size of each file, what a connector kept, and how often the marker is found."""
    async with opened(address) as store:

        def read(conn: Connection) -> dict[str, int]:
            sizes = {}
            for digest in conn.execute(select(blob.c.digest)).scalars():
                with store.blobs.open(conn, digest) as file:
                    sizes[digest] = len(file.read())
            return sizes

        sizes = await store.read(read)
        found = await store.read(
            lambda conn: search(conn, parse("recipe", datetime.now(UTC)), ColleagueId(ME), None, 50)
        )
    kept = files_of(address.key).read(address.accounts / "a" / "journal.jsonl")
    return everything(address), sizes, kept, len(found.hits)


def where_readable(folder: Path) -> list[str]:
    return [str(path) for path in folder.rglob("*") if path.is_file() and MARK in path.read_bytes()]
