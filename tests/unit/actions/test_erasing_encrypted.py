"""Erasing from an encrypted workspace: its copies lose the person too, and no restore brings them back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, func, select

from inbox_app.actions import backing_up
from inbox_app.events import Bus
from inbox_app.paths import resolve_workspace
from inbox_app.sealing.key import make_content_key
from inbox_app.storage import backups, copying, restoring
from inbox_app.storage.schema import message
from inbox_app.storage.store import Store
from tests.unit.actions.test_erasing import go, tale, tell
from tests.unit.ingest.tales import connect


def _count(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(message)).scalar_one()


async def test_a_person_goes_from_it_and_from_its_copies_and_stays_away(tmp_path: Path) -> None:
    address = replace(resolve_workspace(str(tmp_path / "workspace")), key=make_content_key())
    store = await Store.open(address, Bus(), create=True)
    account = await store.write(connect)
    await tell(store, account, *tale())
    before = await store.read(_count)
    out = tmp_path / "elsewhere" / "backup"
    await backing_up.make(store, address, out)
    own = await backing_up.make(store, address)
    await go(store, address, tmp_path / "logs")
    after = await store.read(_count)
    await store.close()
    assert after < before
    assert copying.look(own.path / backups.DATABASE, address.key, _count) == after
    assert copying.look(out / backups.DATABASE, address.key, _count) == before
    assert address.erased.read_bytes()[:4] == b"PVR1"
    done = restoring.restore(out, address, store.now(), over=True, key=address.key)
    assert done.erased == 1
    assert copying.look(address.database, address.key, _count) == after
