"""Backups: whole copies of a workspace, read back before they count, thinned out with time.

A backup is a folder: `workspace.db`, the files beside it under `attachments`, and `backup.json`, which says what it is.
It is made under another name and gets its own once it was read back, so a folder of the right name is a good one. In
the workspace's own `backups` files are hard links: their content never changes, and eleven backups cost little more
than one. `VACUUM INTO` copies one moment while others write. https://www.sqlite.org/lang_vacuum.html
A backup of an encrypted workspace is sealed with the same key, and its sheet says which one that is.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from inbox_app.domain.errors import Refused
from inbox_app.domain.timecode import from_ms, to_ms
from inbox_app.i18n import _
from inbox_app.paths import WorkspaceAddress, WorkspaceKind, make_private_folder, replace_file
from inbox_app.sealing.key import ContentKey
from inbox_app.storage import copying
from inbox_app.storage.errors import StorageError
from inbox_app.storage.laid_files import LaidFiles
from inbox_app.storage.schema import message
from inbox_app.storage.schema_version import read_version
from inbox_app.storage.store import Store
from inbox_app.storage.workspace import read_workspace

DATABASE, FILES, SHEET = "workspace.db", "attachments", "backup.json"
MARK = "portavoce-backup"
DAYS, WEEKS = 7, 4
"""How many days and how many weeks keep their last backup."""
_NAME = "%Y-%m-%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Backup:
    """One that was read back when it was made."""

    path: Path
    made_at: datetime
    workspace: str
    """The id of the workspace it is of."""
    name: str
    messages: int
    files: int
    size: int
    sha256: str
    """Of its database."""
    key: str | None = None
    """The id of the key that opens it; None where it is not encrypted."""


class CopyFailed(StorageError):
    """The backup was not made; what was there before is untouched."""

    code = "backup_not_made"

    def __init__(self, where: Path, reason: str) -> None:
        sentence = _(
            "No backup was made at {where} ({reason}). The workspace is untouched; check that the folder can be "
            "written to and that the disk has room, then try again."
        )
        super().__init__(sentence.format(where=where, reason=reason))


class NoBackup(Refused):
    """What was named is no backup, or is not whole."""

    code = "no_backup"


async def make(store: Store, address: WorkspaceAddress, out: Path | None = None) -> Backup:
    """Copy the workspace, read the copy back, and return it; without `out` among its own, which are then thinned out.

    Raises:
        Refused: a team's database is backed up on its server; or something is at `out` already.
        CopyFailed: it could not be written or not be read back.
    """
    if address.kind is not WorkspaceKind.SQLITE:
        raise Refused(_("A team's database is backed up on its server. Ask whoever looks after the server."))
    now = store.now()
    target = out or address.backups / from_ms(now).strftime(_NAME)
    draft = target.with_name(f".{target.name}.draft")
    try:
        await asyncio.to_thread(_begin, target, draft)
        await store.backup_to(draft / DATABASE)
        made = await asyncio.to_thread(_finish, address, draft, target, now, is_own=out is None)
    except (OSError, SQLAlchemyError) as problem:
        raise CopyFailed(target, str(problem)) from problem
    finally:
        await asyncio.to_thread(shutil.rmtree, draft, ignore_errors=True)
    if out is None:
        await asyncio.to_thread(thin_out, address)
    return made


def kept(address: WorkspaceAddress) -> list[Backup]:
    """The workspace's own backups, newest first. Blocks."""
    return sorted(_own(address), key=lambda one: one.made_at, reverse=True)


def read_sheet(folder: Path) -> Backup:
    """What a backup says of itself; nothing is checked.

    Raises:
        NoBackup: it is none.
    """
    try:
        match json.loads((folder / SHEET).read_bytes()):
            case {
                "format": str(mark),
                "made_at": str(made_at),
                "workspace": str(workspace),
                "name": str(name),
                "messages": int(messages),
                "files": int(files),
                "size": int(size),
                "sha256": str(sha256),
                **more,
            } if mark == MARK:
                moment, key = datetime.fromisoformat(made_at), more.get("key")
                known = str(key) if key is not None else None
                return Backup(folder, moment, workspace, name, messages, files, size, sha256, known)
    except (OSError, ValueError) as problem:
        raise NoBackup(_no_backup(folder)) from problem
    raise NoBackup(_no_backup(folder))


def verify(found: Backup, key: ContentKey | None) -> None:
    """Read all of it: the database and each file, compared with what was written. Blocks.

    Raises:
        NoBackup: something is missing or was changed.
    """
    database, laid = found.path / DATABASE, LaidFiles(found.path / FILES, key)
    try:
        whole = _hash(database) == found.sha256 and copying.look(database, key, copying.is_sound)
        digests = copying.look(database, key, copying.laid_files) if whole else []
        whole = whole and all(map(laid.is_whole, digests))
    except (OSError, SQLAlchemyError) as problem:
        raise NoBackup(_not_whole(found.path)) from problem
    if not whole:
        raise NoBackup(_not_whole(found.path))


def thin_out(address: WorkspaceAddress) -> None:
    """Keep the last backup of each of seven days and of each of four weeks. Blocks."""
    there = kept(address)
    wanted = {*_last_of(there, DAYS, lambda at: at.date()), *_last_of(there, WEEKS, lambda at: at.isocalendar()[:2])}
    for one in there:
        if one.path not in wanted:
            shutil.rmtree(one.path, ignore_errors=True)


def rewrite(found: Backup, key: ContentKey | None, work: Callable[[Path], None]) -> None:
    """Change the database of a backup and say of it what it is now. Blocks."""
    work(found.path / DATABASE)
    laid = LaidFiles(found.path / FILES, key)
    wanted = set(map(laid.name, copying.look(found.path / DATABASE, key, copying.laid_files)))
    for path in laid.paths():
        if path.name not in wanted:
            path.unlink()
    write_sheet(found.path, key, to_ms(found.made_at))


# --- inside ---------------------------------------------------------------------------------------------------------


def _begin(target: Path, draft: Path) -> None:
    if target.exists():
        raise Refused(_("Something is at {path} already. Name another place.").format(path=target))
    shutil.rmtree(draft, ignore_errors=True)
    make_private_folder(draft)


def _finish(address: WorkspaceAddress, draft: Path, target: Path, now: int, *, is_own: bool) -> Backup:
    database, key = draft / DATABASE, address.key
    copying.change(database, key, now, copying.leave_out)
    copying.change(database, key, now, copying.hold_back)
    here, there = LaidFiles(address.attachments, key), LaidFiles(draft / FILES, key)
    for digest in copying.look(database, key, copying.laid_files):
        _bring(here.path(digest), there.path(digest), is_own=is_own)
    verify(write_sheet(draft, key, now), key)
    draft.rename(target)
    return read_sheet(target)


def _bring(source: Path, target: Path, *, is_own: bool) -> None:
    make_private_folder(target.parent)
    if is_own:
        with contextlib.suppress(OSError):  # a disk that knows no links
            os.link(source, target)
            return
    shutil.copyfile(source, target)
    target.chmod(0o600)


def write_sheet(folder: Path, key: ContentKey | None, now: int) -> Backup:
    """Say of a folder what it holds. Blocks."""
    facts = copying.look(folder / DATABASE, key, _facts)
    files = list(LaidFiles(folder / FILES, key).paths())
    sheet = {
        "format": MARK,
        "made_at": from_ms(now).isoformat(),
        **facts,
        "files": len(files),
        "size": (folder / DATABASE).stat().st_size + sum(path.stat().st_size for path in files),
        "sha256": _hash(folder / DATABASE),
        "key": None if key is None else key.id,
    }
    replace_file(folder / SHEET, json.dumps(sheet, indent=1).encode())
    return read_sheet(folder)


def _facts(conn: Connection) -> dict[str, str | int | None]:
    known = read_workspace(conn)
    count = conn.execute(select(func.count()).select_from(message)).scalar_one()
    return {"workspace": known.id, "name": known.name, "messages": count, "schema": read_version(conn)}


def _own(address: WorkspaceAddress) -> Iterator[Backup]:
    for folder in address.backups.glob("[!.]*"):
        if folder.is_dir():
            with contextlib.suppress(NoBackup):
                yield read_sheet(folder)


def _last_of(there: Iterable[Backup], most: int, span: Callable[[datetime], object]) -> list[Path]:
    """The newest of each span, of so many spans; `there` begins with the newest."""
    newest: dict[object, Path] = {}
    for one in there:
        newest.setdefault(span(one.made_at.astimezone(UTC)), one.path)
    return list(newest.values())[:most]


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _no_backup(folder: Path) -> str:
    return _("{path} is no backup of Portavoce: name the folder that “portavoce backup” made.").format(path=folder)


def _not_whole(folder: Path) -> str:
    return _("The backup {path} is not whole, so nothing was restored. Choose another one.").format(path=folder)
