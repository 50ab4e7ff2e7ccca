"""Backups: whole and read back while others write, without secrets, thinned out; and what comes back sends nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Executable, func, insert, select, update

from inbox_app.actions import backing_up, writing
from inbox_app.actions.writing import Answer
from inbox_app.domain.errors import NotFound, Refused
from inbox_app.domain.ids import AccountId, ColleagueId
from inbox_app.domain.timecode import to_ms
from inbox_app.domain.words import OutboxState
from inbox_app.events import Bus
from inbox_app.ingest.ingest import ingest
from inbox_app.paths import WorkspaceAddress, resolve_workspace
from inbox_app.queries import inbox
from inbox_app.sealing.key import ContentKey, make_content_key
from inbox_app.storage import backups, cipher, copying, restoring
from inbox_app.storage.backups import NoBackup
from inbox_app.storage.creation import ME
from inbox_app.storage.locks import EngineLock, SecondEngine
from inbox_app.storage.schema import blob, metadata, outbox, secret, tag
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from inbox_app.sync.daily_backup import DailyBackup
from tests.unit.exchange.workspaces import fill
from tests.unit.ingest.tales import connect, said

me = ColleagueId(ME)
_CHANGED = {"secret", "lease", "presence", "wish", "outbox", "message", "tally", "counted", "change", "change_counter"}


@pytest.fixture(params=["plain", "encrypted"])
def sqlite_address(request: pytest.FixtureRequest, tmp_path: Path) -> WorkspaceAddress:
    """Every test of this file is about both."""
    key = make_content_key() if request.param == "encrypted" else None
    return replace(resolve_workspace(str(tmp_path / "workspace")), key=key)


@pytest.fixture
async def filled(sqlite_store: Store) -> Store:
    """A workspace with something in every table, files beside it too."""
    await sqlite_store.write(lambda tx: fill(tx, sqlite_store.blobs, 7))
    return sqlite_store


def rows_of(database: Path, key: ContentKey | None) -> dict[str, list[str]]:
    def read(conn: Connection) -> dict[str, list[str]]:
        return {
            table.name: sorted(map(repr, conn.execute(select(table)).all()))
            for table in metadata.sorted_tables
            if table.name not in _CHANGED
        }

    return copying.look(database, key, read)


async def test_a_backup_holds_every_row_and_every_file(filled: Store, sqlite_address: WorkspaceAddress) -> None:
    made = await backing_up.make(filled, sqlite_address)
    assert rows_of(made.path / backups.DATABASE, sqlite_address.key) == rows_of(
        sqlite_address.database, sqlite_address.key
    )
    files = await filled.read(lambda conn: conn.execute(select(blob.c.digest)).scalars().all())
    assert made.files == len(files) > 0
    assert await backing_up.kept(sqlite_address) == [made]


async def test_a_backup_is_one_moment_while_others_write(sqlite_store: Store, sqlite_address: WorkspaceAddress) -> None:
    """Tags are added in pairs: a copy that tears a transaction or two apart holds half a pair."""
    stop = asyncio.Event()

    async def write() -> int:
        done = 0
        while not stop.is_set():
            pair = [{"id": f"{done}{side}", "name": f"{done}{side}" * 50} for side in "ab"]
            await run(sqlite_store, insert(tag).values(pair))
            done += 1
        return done

    writing_on = asyncio.create_task(write())
    made = [await backing_up.make(sqlite_store, sqlite_address, sqlite_address.folder / f"b{n}") for n in range(3)]
    stop.set()
    written = await writing_on
    counts = [copying.look(one.path / backups.DATABASE, sqlite_address.key, _count_tags) for one in made]
    assert counts == sorted(counts)
    assert all(count % 2 == 0 for count in counts)
    assert counts[-1] <= 2 * written


async def test_secrets_stay_behind(sqlite_store: Store, sqlite_address: WorkspaceAddress) -> None:
    account = await sqlite_store.write(connect)
    canary = b"canary-of-a-sealed-secret"
    values = {"account": account, "name": "password", "wrapped": canary, "changed_at": 1}
    await run(sqlite_store, insert(secret).values(values))
    made = await backing_up.make(sqlite_store, sqlite_address)
    assert [path for path in made.path.rglob("*") if path.is_file() and canary in path.read_bytes()] == []
    await sqlite_store.close()
    restoring.restore(made.path, sqlite_address, 1, over=True, key=sqlite_address.key)
    assert copying.look(sqlite_address.database, sqlite_address.key, _secret) == canary


async def waiting_reply(store: Store) -> AccountId:
    account = await store.write(connect)
    await store.write(lambda tx: ingest(tx, account, [said("a", 1), said("b", 2)]))
    for row in (await inbox.conversation_page(store, me)).rows:
        await writing.reply(store, me, Answer(row.id, "Soon.", timedelta(0)))
    return account


async def test_what_waited_is_not_sent_by_a_restored_copy(
    sqlite_store: Store, sqlite_address: WorkspaceAddress
) -> None:
    await waiting_reply(sqlite_store)
    first = select(outbox.c.id).limit(1).scalar_subquery()
    await run(sqlite_store, update(outbox).where(outbox.c.id == first).values(state="sending", finish_due=True))
    out = sqlite_address.folder.parent / "out"
    made = await backing_up.make(sqlite_store, sqlite_address, out)
    in_copy = copying.look(
        made.path / backups.DATABASE,
        sqlite_address.key,
        lambda conn: conn.execute(select(outbox.c.state)).scalars().all(),
    )
    assert set(in_copy) == {OutboxState.UNCONFIRMED.value}
    beside = resolve_workspace(str(sqlite_address.folder.parent / "beside"))
    restoring.restore(out, beside, 1, key=sqlite_address.key)
    assert cipher.is_encrypted(beside) == (sqlite_address.key is not None)
    restored = await Store.open(replace(beside, key=sqlite_address.key), Bus())
    try:
        held = select(outbox.c.state, outbox.c.finish_due)
        rows = await restored.read(lambda conn: [tuple(row) for row in conn.execute(held)])
        assert rows == [(OutboxState.UNCONFIRMED.value, False)] * 2
        assert await inbox.wrong_counts(restored) == 0
        shown = await inbox.sidebar_counts(restored, me)
        assert (shown.outbox_waiting, shown.outbox_problems) == (0, 2)
    finally:
        await restored.close()


async def test_a_damaged_backup_is_refused_and_nothing_is_touched(
    filled: Store, sqlite_address: WorkspaceAddress
) -> None:
    made = await backing_up.make(filled, sqlite_address)
    some = next(path for path in (made.path / backups.FILES).rglob("*") if path.is_file())
    content = some.read_bytes()
    some.unlink()
    some.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    await filled.close()
    before = sqlite_address.database.read_bytes()
    with pytest.raises(NoBackup, match="not whole"):
        restoring.restore(made.path, sqlite_address, 1, over=True, key=sqlite_address.key)
    assert sqlite_address.database.read_bytes() == before
    with pytest.raises(NoBackup, match="no backup"):
        restoring.restore(sqlite_address.folder, sqlite_address, 1, over=True, key=sqlite_address.key)


async def test_over_keeps_the_old_one_and_only_when_it_was_said(
    sqlite_store: Store, sqlite_address: WorkspaceAddress
) -> None:
    made = await backing_up.make(sqlite_store, sqlite_address)
    await run(sqlite_store, insert(tag).values(id="later", name="later"))
    await sqlite_store.close()
    with pytest.raises(Refused, match="already"):
        restoring.restore(made.path, sqlite_address, 1, key=sqlite_address.key)
    with EngineLock.take(sqlite_address), pytest.raises(SecondEngine):
        restoring.restore(made.path, sqlite_address, 1, over=True, key=sqlite_address.key)
    done = restoring.restore(made.path, sqlite_address, 1, over=True, key=sqlite_address.key)
    assert done.aside is not None
    assert copying.look(done.aside, sqlite_address.key, _count_tags) == 1
    assert copying.look(sqlite_address.database, sqlite_address.key, _count_tags) == 0


def test_seven_days_and_four_weeks_are_kept(sqlite_address: WorkspaceAddress) -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    for hours in range(0, 24 * 60, 12):
        moment = start + timedelta(hours=hours)
        folder = sqlite_address.backups / f"{moment:%Y-%m-%dT%H%M%SZ}"
        folder.mkdir(parents=True)
        sheet = f'{{"format": "{backups.MARK}", "made_at": "{moment.isoformat()}", "workspace": "w", "name": "n", '
        (folder / backups.SHEET).write_text(sheet + '"messages": 0, "files": 0, "size": 0, "sha256": ""}')
    backups.thin_out(sqlite_address)
    kept = [f"{one.made_at:%m-%d %H}" for one in backups.kept(sqlite_address)]
    assert kept == [
        "04-30 21",
        "04-29 21",
        "04-28 21",
        "04-27 21",
        "04-26 21",
        "04-25 21",
        "04-24 21",
        "04-19 21",
        "04-12 21",
    ]


async def run(store: Store, *statements: Executable) -> None:
    """Change something as others do."""

    def work(tx: Tx) -> None:
        for one in statements:
            tx.conn.execute(one)

    await store.write(work)


def _count_tags(conn: Connection) -> int:
    return int(conn.execute(select(func.count()).select_from(tag)).scalar_one())


async def test_the_engine_makes_one_a_day(sqlite_address: WorkspaceAddress) -> None:
    moment = datetime(2026, 3, 1, 8, tzinfo=UTC)

    class Standing:
        def now(self) -> datetime:
            return moment

        async def sleep(self, seconds: float) -> None:
            raise AssertionError

    store = await Store.open(sqlite_address, Bus(), create=True, clock=lambda: to_ms(moment))
    daily = DailyBackup(store, sqlite_address, Standing())
    loose = await store.write(lambda tx: store.blobs.put(tx, b"of a draft that was discarded"))
    made = []
    for _hour in range(49):
        made.append(await daily.make_if_due())
        moment += timedelta(hours=1)
    with pytest.raises(NotFound):
        await store.read(lambda conn: store.blobs.size(conn, loose))
    await store.close()
    assert [hour for hour, one in enumerate(made) if one] == [0, 24, 48]


def _secret(conn: Connection) -> bytes | None:
    wrapped: bytes | None = conn.execute(select(secret.c.wrapped)).scalar()
    return wrapped
