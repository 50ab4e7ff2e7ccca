"""Erasing from an encrypted workspace: its copies lose the person too, and no restore brings them back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from inbox_app.actions import backing_up
from inbox_app.actions.erased_lists import ListLocked
from inbox_app.events import Bus
from inbox_app.paths import WorkspaceAddress, resolve_workspace
from inbox_app.sealing.key import make_content_key
from inbox_app.sealing.phrase import phrase_of
from inbox_app.settings import SettingsFile
from inbox_app.storage import backups, converting, copying, restoring
from inbox_app.storage.schema import message
from inbox_app.storage.store import Store
from tests.unit.actions.test_erasing import go, remnants, tale, tell
from tests.unit.ingest.tales import connect
from tests.unit.storage.furnished import quiet


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


async def _erased_from(address: WorkspaceAddress, tmp_path: Path) -> None:
    store = await Store.open(address, Bus())
    await backing_up.make(store, address)
    await go(store, address, tmp_path / "logs")
    await store.close()


async def _begun(name: str) -> tuple[WorkspaceAddress, Store]:
    address = resolve_workspace(name)
    store = await Store.open(address, Bus(), create=True)
    await tell(store, await store.write(connect), *tale())
    return address, store


async def test_a_plain_backup_is_not_brought_back_past_a_locked_list(tmp_path: Path) -> None:
    """The workspace was encrypted since, and its key is in no keyring; that of another brand is nobody's affair."""
    address, store = await _begun("tideline")
    out = tmp_path / "elsewhere" / "backup"
    await backing_up.make(store, address, out)
    await store.close()
    key, others = make_content_key(), make_content_key()
    await _erased_from(converting.convert(address, key, quiet), tmp_path)
    other, store = await _begun("other")
    await store.close()
    await _erased_from(converting.convert(other, others, quiet), tmp_path)
    beside, settings = resolve_workspace("beside"), SettingsFile(tmp_path / "settings.toml")
    with pytest.raises(ListLocked, match="tideline"):
        await backing_up.restore(out, beside, over=False, settings=settings)
    assert not beside.database.exists()
    asked: list[tuple[str, str]] = []
    answers = ["no phrase", phrase_of(others), phrase_of(key)]

    async def ask(name: str, why: str) -> str | None:
        asked.append((name, why))
        return answers[len(asked) - 1]

    done = await backing_up.restore(out, beside, over=False, settings=settings, ask_phrase=ask)
    assert (done.erased, remnants(beside.folder)) == (1, [])
    assert {name for name, _why in asked} == {"tideline"}
    assert "opens another workspace" in asked[2][1]
