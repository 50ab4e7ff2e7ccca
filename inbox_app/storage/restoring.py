"""Bringing a backup back: into a place of its own, or over a workspace, whose database is kept aside.

Everything is made ready beside the workspace and checked; then one rename puts it in place. Who was erased since the
backup was made is erased from it before anybody can open it, and nothing that waited in it is sent by itself.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import SQLAlchemyError

from inbox_app.domain.errors import Refused
from inbox_app.domain.timecode import from_ms
from inbox_app.i18n import _
from inbox_app.paths import WorkspaceAddress, WorkspaceKind, make_private_folder, move_into_place
from inbox_app.storage import backups, copying, suppression
from inbox_app.storage.bulk import one_of
from inbox_app.storage.erasing import erase_suppressed
from inbox_app.storage.errors import StorageError
from inbox_app.storage.locks import EngineLock
from inbox_app.storage.opening import open_database
from inbox_app.storage.schema import account, secret
from inbox_app.storage.sqlite import SQLiteDatabase
from inbox_app.storage.suppression import ErasedList
from inbox_app.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back; `aside` is where the database lies that was there before."""

    backup: backups.Backup
    aside: Path | None
    erased: int
    """How many people were taken out of it again."""


class RestoreFailed(StorageError):
    """It could not be written; the workspace is as it was."""

    code = "restore_failed"

    def __init__(self, where: Path, reason: str) -> None:
        sentence = _("The backup could not be restored to {where} ({reason}). Nothing was changed there.")
        super().__init__(sentence.format(where=where, reason=reason))


def restore(
    source: Path, address: WorkspaceAddress, now: int, *, over: bool = False, also: Iterable[Path] = ()
) -> Restored:
    """Make the workspace at `address` what the backup holds. Blocks.

    `also` are further files that may know who was erased; those that are about other workspaces are passed over.

    Raises:
        NoBackup: there is none at `source`, or it is not whole.
        Refused: there is a workspace already and `over` was not said, or it is on a server.
        SecondEngine: the workspace is open elsewhere.
        RestoreFailed: it could not be written.
    """
    if address.kind is not WorkspaceKind.SQLITE:
        raise Refused(_("A team's database is restored on its server. Ask whoever looks after the server."))
    found = backups.read_sheet(source)
    if address.database.exists() and not over:
        raise Refused(
            _("There is a workspace at {where} already. Name another place, or say --over.").format(
                where=address.folder
            )
        )
    backups.verify(found)
    make_private_folder(address.folder)
    with EngineLock.take(address):
        try:
            return _bring(found, address, now, [address.erased, source.parent.parent / address.erased.name, *also])
        except (OSError, SQLAlchemyError) as problem:
            raise RestoreFailed(address.folder, str(problem)) from problem


def _bring(found: backups.Backup, address: WorkspaceAddress, now: int, lists: Iterable[Path]) -> Restored:
    draft = WorkspaceAddress(WorkspaceKind.SQLITE, address.folder / ".restoring", address.reference)
    shutil.rmtree(draft.folder, ignore_errors=True)
    try:
        _copy(found, draft)
        open_database(draft, create=False, now=now).close()  # brings an older one to today's schema
        erased = _make_ready(draft, found.workspace, now, [*_own_list(address), *map(suppression.read_list, lists)])
        if address.database.exists():
            _keep_sign_ins(address.database, draft.database, now)
        _take_files(draft.attachments, address.attachments)
        aside = _put_aside(address, now)
        known = copying.look(draft.database, suppression.everything)
        move_into_place(draft.database, address.database)
        if known.keys:
            suppression.write_list(address.erased, known)
    finally:
        shutil.rmtree(draft.folder, ignore_errors=True)
    return Restored(found, aside, erased)


def _copy(found: backups.Backup, draft: WorkspaceAddress) -> None:
    make_private_folder(draft.folder)
    shutil.copyfile(found.path / backups.DATABASE, draft.database)
    draft.database.chmod(0o600)
    if (found.path / backups.FILES).is_dir():
        shutil.copytree(found.path / backups.FILES, draft.attachments)


def _own_list(address: WorkspaceAddress) -> list[ErasedList]:
    """What the database that is replaced knows; a damaged one may know nothing any more."""
    try:
        return [copying.look(address.database, suppression.everything)] if address.database.exists() else []
    except (SQLAlchemyError, StorageError, KeyError):
        return []


def _make_ready(draft: WorkspaceAddress, workspace: str, now: int, lists: Iterable[ErasedList | None]) -> int:
    """Take out again who was erased, and hold back what waited; how many people that were."""
    known = [one for one in lists if one is not None and one.workspace == workspace]
    copying.change(draft.database, now, copying.hold_back)

    def work(tx: Tx) -> tuple[int, list[str]]:
        for one in known:
            suppression.take_over(tx, one)
        people, gone = erase_suppressed(tx)
        return people, gone

    people, gone = copying.change(draft.database, now, work)
    for digest in gone:
        (draft.attachments / digest[:2] / digest).unlink(missing_ok=True)
    return people


def _keep_sign_ins(old: Path, new: Path, now: int) -> None:
    """A workspace restored over itself need not sign in again; a damaged one gives nothing."""
    try:
        rows = copying.look(old, _secrets)
    except (SQLAlchemyError, StorageError):
        return

    def work(tx: Tx) -> None:
        known = set(tx.conn.execute(select(account.c.id).where(one_of(account.c.id, rows))).scalars())
        for one in known:
            tx.conn.execute(insert(secret), rows[one])

    copying.change(new, now, work)


def _secrets(conn: Connection) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = {}
    for row in conn.execute(select(secret)).mappings():
        found.setdefault(row["account"], []).append(dict(row))
    return found


def _take_files(source: Path, target: Path) -> None:
    """Files are named by what they hold: one that is there is the same."""
    for path in source.glob("??/*"):
        place = target / path.parent.name / path.name
        if not place.exists():
            make_private_folder(place.parent)
            path.replace(place)


def _put_aside(address: WorkspaceAddress, now: int) -> Path | None:
    """Keep the database that is there under another name; what is ahead of it in its log is brought into it first."""
    if not address.database.exists():
        return None
    _settle(address.database)
    aside = make_private_folder(address.backups) / f"before-restore-{from_ms(now):%Y-%m-%dT%H%M%SZ}.db"
    shutil.copyfile(address.database, aside)
    aside.chmod(0o600)
    for beside in ("-wal", "-shm", "-damaged"):
        address.database.with_name(address.database.name + beside).unlink(missing_ok=True)
    return aside


def _settle(path: Path) -> None:
    database = SQLiteDatabase.open(path, create=False)
    try:
        database.scrub()
        database.make_portable()
    except StorageError:
        # A damaged one is put aside as it is, with its log where that can still be read.
        ahead = path.with_name(f"{path.name}-wal")
        if ahead.exists():
            shutil.move(ahead, make_private_folder(path.parent / "backups") / "damaged.db-wal")
    finally:
        database.close()
