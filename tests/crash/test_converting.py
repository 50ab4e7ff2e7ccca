"""Encrypted, plain again or with another key, killed anywhere: whole, and finished at the next opening."""

from __future__ import annotations

import asyncio
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from inbox_app.paths import WorkspaceAddress
from inbox_app.sealing.key import make_content_key
from inbox_app.storage import backups, cipher, converting
from inbox_app.storage.converting import Pending, UnfittingKey
from tests.unit.storage.furnished import content, furnish, quiet, where_readable

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
async def plain(tmp_path: Path) -> WorkspaceAddress:
    return await furnish(tmp_path / "workspace")


_KILLED = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from inbox_app.paths import resolve_workspace
from inbox_app.sealing.key import ContentKey
from inbox_app.storage import backups, cipher, converting, resealing

folder, before, after, room, name = sys.argv[1:6]
key = lambda text: ContentKey(bytes.fromhex(text)) if text else None
place = {"converting": converting, "cipher": cipher, "resealing": resealing, "backups": backups, "Path": Path}[room]
real = getattr(place, name)

def dies(*given, **named):
    if name in ("rewrite", "rename"):
        real(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(place, name, dies)
converting.convert(replace(resolve_workspace(folder), key=key(before)), key(after), lambda _words: None)
"""


async def kill(arguments: list[str]) -> None:
    """Convert in a process that dies by itself where it is told."""
    died = await asyncio.create_subprocess_exec(sys.executable, "-c", _KILLED, *arguments, cwd=ROOT)
    assert await asyncio.wait_for(died.wait(), 120) == -signal.SIGKILL


async def test_a_backup_that_had_only_not_got_its_name_yet_is_not_lost(plain: WorkspaceAddress) -> None:
    key = make_content_key()
    await kill([str(plain.folder), "", key.value.hex(), "Path", "rename"])
    (draft,) = plain.backups.glob(".*.new")
    begun, there = converting.pending(plain), replace(plain, key=key)
    assert begun is not None
    assert backups.kept(there) == []
    converting.settle(there, begun, {})
    (one,) = backups.kept(there)
    backups.verify(one, key)
    assert not draft.exists()


async def test_what_sqlite_kept_beside_the_copy_goes_with_it(plain: WorkspaceAddress) -> None:
    key = make_content_key()
    await kill([str(plain.folder), "", key.value.hex(), "converting", "_copy_files"])
    journal = plain.folder / f"{converting._DRAFT}-journal"
    journal.write_bytes(b"a page of the copy")
    begun = converting.pending(plain)
    assert begun is not None
    converting.settle(plain, begun, {})
    assert not journal.exists()


async def test_who_takes_it_for_what_it_was_removes_nothing_of_what_it_is(plain: WorkspaceAddress) -> None:
    """A key that opens it no more, typed or remembered from before, must not take the change back."""
    first, second = make_content_key(), make_content_key()
    sealed = converting.convert(plain, first, quiet)
    before = await content(sealed)
    await kill([str(plain.folder), first.value.hex(), second.value.hex(), "converting", "_finish"])
    begun = converting.pending(plain)
    assert begun == Pending(first.id, second.id)
    with pytest.raises(UnfittingKey):
        converting.settle(sealed, begun, {})
    with pytest.raises(UnfittingKey):
        converting.convert(sealed, make_content_key(), quiet)
    there = replace(plain, key=second)
    assert converting.pending(plain) == begun
    converting.settle(there, begun, {first.id: first})
    assert await content(there) == before


_POINTS = [
    ("cipher", "rewrite"),
    ("converting", "_copy_files"),
    ("converting", "_verify"),
    ("converting", "move_into_place"),
    ("converting", "overwrite"),
    ("backups", "verify"),
    ("resealing", "reseal_copies"),
    ("converting", "_remove_content"),
]


@pytest.mark.parametrize(("room", "name"), _POINTS)
async def test_killed_anywhere_it_is_whole_and_the_next_opening_finishes(
    plain: WorkspaceAddress, room: str, name: str
) -> None:
    before, key = await content(plain), make_content_key()
    arguments = [str(plain.folder), "", key.value.hex(), room, name]
    await kill(arguments)
    begun = converting.pending(plain)
    assert begun == Pending(None, key.id)
    there = replace(plain, key=key if cipher.is_encrypted(plain) else None)
    assert (there.key is None) == (_POINTS.index((room, name)) < 4)
    converting.settle(there, begun, {})
    assert await content(there) == before
    assert converting.pending(plain) is None
    (one,) = backups.kept(there)
    backups.verify(one, there.key)
    assert cipher.keys_of(plain) == (() if there.key is None else (key.id,))
    assert there.key is None or where_readable(plain.folder) == []


@pytest.mark.parametrize(("room", "name"), [_POINTS[1], _POINTS[3], _POINTS[5]])
async def test_killed_while_it_becomes_plain_or_gets_another_key(plain: WorkspaceAddress, room: str, name: str) -> None:
    first, second = make_content_key(), make_content_key()
    sealed = converting.convert(plain, first, quiet)
    before = await content(sealed)
    for wanted in ("", second.value.hex()):
        arguments = [str(plain.folder), first.value.hex(), wanted, room, name]
        await kill(arguments)
        begun = converting.pending(plain)
        assert begun is not None
        fitting = [key for key in (None, first, second) if cipher.opens(plain.database, key)]
        there = replace(plain, key=fitting[0])
        converting.settle(there, begun, {first.id: first})
        assert await content(there) == before
        assert cipher.keys_of(plain) == (() if there.key is None else (there.key.id,))
        if there.content != sealed.content:
            converting.convert(there, first, quiet)
