"""Encrypted, plain again, with another key: nothing lost, nothing readable left, and whole whenever it is killed."""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from inbox_app.domain.errors import Refused
from inbox_app.domain.timecode import to_ms
from inbox_app.events import Bus
from inbox_app.paths import WorkspaceAddress, WorkspaceKind, move_into_place
from inbox_app.sealing.key import ContentKey, make_content_key
from inbox_app.storage import backups, cipher, converting
from inbox_app.storage.converting import ConversionFailed, InUse
from inbox_app.storage.errors import Damaged, Locked
from inbox_app.storage.locks import EngineLock, SecondEngine
from inbox_app.storage.schema_version import read_version
from inbox_app.storage.store import Store
from tests.unit.storage.furnished import MARK, content, furnish, opened, quiet, where_readable


@pytest.fixture
async def plain(tmp_path: Path) -> WorkspaceAddress:
    return await furnish(tmp_path / "workspace")


async def test_it_goes_there_and_back_and_to_another_key(plain: WorkspaceAddress) -> None:
    before, first, second = await content(plain), make_content_key(), make_content_key()
    assert where_readable(plain.folder)
    sealed = converting.convert(plain, first, quiet)
    assert await content(sealed) == before
    assert where_readable(plain.folder) == []
    assert cipher.keys_of(plain) == (first.id,)
    again = converting.convert(sealed, second, quiet)
    assert await content(again) == before
    assert not cipher.opens(plain.database, first)
    assert cipher.keys_of(plain) == (second.id,)
    back = converting.convert(again, None, quiet)
    assert await content(back) == before
    assert cipher.keys_of(plain) == ()
    assert cipher.opens(plain.database, None)
    assert converting.pending(plain) is None


@pytest.mark.parametrize("way", ["encrypt", "renew", "decrypt"])
async def test_its_backups_and_loose_copies_go_with_it(plain: WorkspaceAddress, way: str) -> None:
    keys: list[ContentKey | None] = [make_content_key(), make_content_key(), None]
    address, wanted = plain, keys[: ["encrypt", "renew", "decrypt"].index(way) + 1]
    for key in wanted:
        address = converting.convert(address, key, quiet)
    (one,) = backups.kept(address)
    assert one.key == (None if address.key is None else address.key.id)
    backups.verify(one, address.key)
    assert cipher.opens(address.backups / "before-upgrade-from-0001.db", address.key)
    assert [path.name for path in address.backups.iterdir() if path.name.startswith(".")] == []
    assert bool(where_readable(address.backups)) == (way == "decrypt")


async def test_backups_that_share_their_files_are_each_sealed(
    plain: WorkspaceAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Removing one that was readable must not overwrite what the others still hold."""
    async with opened(plain) as store:
        monkeypatch.setattr(store, "now", lambda: to_ms(backups.kept(plain)[0].made_at) - 86_400_000)
        await backups.make(store, plain)
    made = [one.path.name for one in backups.kept(plain)]
    assert len(made) == 2
    sealed = converting.convert(plain, make_content_key(), quiet)
    assert [one.path.name for one in backups.kept(sealed)] == made
    for one in backups.kept(sealed):
        backups.verify(one, sealed.key)
    assert where_readable(plain.folder) == []


async def test_whoever_has_it_open_is_not_left_with_an_old_file(
    plain: WorkspaceAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(converting, "_WAIT", 0.1)
    before = plain.database.read_bytes()
    async with opened(plain) as store:
        await store.read(read_version)
        with pytest.raises(InUse, match="Close it there"):
            converting.convert(plain, make_content_key(), quiet)
    with EngineLock.take(plain), pytest.raises(SecondEngine):
        converting.convert(plain, make_content_key(), quiet)
    assert cipher.keys_of(plain) == ()
    assert converting.pending(plain) is None
    assert len(plain.database.read_bytes()) == len(before)
    assert cipher.opens(plain.database, None)


async def test_who_waits_for_the_file_meanwhile_gets_no_old_one(
    plain: WorkspaceAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting: list[dbapi2.Connection] = []
    put = move_into_place

    def open_first(draft: Path, path: Path) -> None:
        waiting.append(dbapi2.connect(str(path), timeout=0, isolation_level=None, check_same_thread=False))
        with pytest.raises(dbapi2.OperationalError, match="locked"):
            waiting[0].execute("SELECT count(*) FROM tag").fetchone()
        put(draft, path)

    monkeypatch.setattr(converting, "move_into_place", open_first)
    converting.convert(plain, make_content_key(), quiet)
    with pytest.raises(dbapi2.DatabaseError):
        waiting[0].execute("INSERT INTO tag (id, name) VALUES ('late', 'late')")
    waiting[0].close()


async def test_what_was_readable_is_overwritten_where_it_stood(plain: WorkspaceAddress) -> None:
    (first,) = backups.kept(plain)
    laid = next(path for path in plain.attachments.glob("??/*") if MARK in path.read_bytes())
    old = [plain.database, first.path / backups.DATABASE, plain.accounts / "a" / "journal.jsonl", laid]
    with ExitStack() as stack:
        held = [stack.enter_context(path.open("rb")) for path in old]
        assert [MARK in file.read() for file in held] == [True] * len(held)
        converting.convert(plain, make_content_key(), quiet)
        for file in held:
            file.seek(0)
        assert [path.name for path, file in zip(old, held, strict=True) if MARK in file.read()] == []


async def test_a_copy_that_cannot_be_read_back_changes_nothing(
    plain: WorkspaceAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await content(plain)
    real = cipher.rewrite

    def loses_a_row(source: dbapi2.Connection, target: Path, key: ContentKey | None) -> None:
        real(source, target, key)
        with closing(dbapi2.connect(str(target), isolation_level=None)) as copy:
            cipher.present(copy, key)
            copy.execute("DELETE FROM tag WHERE id = 'mark'")

    monkeypatch.setattr(cipher, "rewrite", loses_a_row)
    with pytest.raises(ConversionFailed, match="as it was"):
        converting.convert(plain, make_content_key(), quiet)
    assert await content(plain) == before
    assert cipher.keys_of(plain) == ()
    assert sorted(path.name for path in plain.folder.iterdir() if path.name.startswith(".")) == []


async def test_without_its_key_it_says_what_to_do_and_never_what_sqlite_says(plain: WorkspaceAddress) -> None:
    sealed = converting.convert(plain, make_content_key(), quiet)
    with pytest.raises(Locked, match="recovery phrase"):
        await Store.open(plain, Bus())
    content = bytearray(sealed.database.read_bytes())
    content[:64] = bytes(64)
    sealed.database.write_bytes(content)
    with pytest.raises(Damaged, match="backups"):
        await Store.open(sealed, Bus())


async def test_a_damaged_page_is_damage(plain: WorkspaceAddress, capfd: pytest.CaptureFixture[str]) -> None:
    sealed = converting.convert(plain, make_content_key(), quiet)
    content = bytearray(sealed.database.read_bytes())
    for page in range(4096 * 5, len(content), 4096):
        content[page + 100 : page + 200] = bytes(100)
    sealed.database.write_bytes(content)
    with pytest.raises(Damaged):
        async with opened(sealed) as store:
            await store.look_over()
    assert capfd.readouterr().err == ""


def test_a_server_encrypts_itself() -> None:
    team = WorkspaceAddress(WorkspaceKind.POSTGRESQL, Path("/nowhere"), "postgresql://host/team")
    with pytest.raises(Refused, match="server's affair"):
        converting.convert(team, make_content_key(), quiet)
