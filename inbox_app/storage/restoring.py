"""Bringing a backup back: into a place of its own, or over a workspace, whose database is kept aside.

Everything is made ready beside the workspace and checked; then one rename puts it in place. Who was erased since the
backup was made is erased from it before anybody can open it, and nothing that waited in it is sent by itself.

A workspace that is restored over stays encrypted with its own key, or plain; in a place of its own the backup keeps its
key.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import SQLAlchemyError

from inbox_app.domain.errors import Refused
from inbox_app.domain.timecode import from_ms
from inbox_app.i18n import _
from inbox_app.paths import WorkspaceAddress, WorkspaceKind, make_private_folder, move_into_place
from inbox_app.sealing.key import ContentKey
from inbox_app.storage import backups, cipher, copying, suppression
from inbox_app.storage.bulk import one_of
from inbox_app.storage.erasing import GoneAgain, erase_suppressed
from inbox_app.storage.errors import Locked, StorageError
from inbox_app.storage.laid_files import LaidFiles
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


class BackupLocked(StorageError):
    """The backup is encrypted, and nobody gave its key."""

    code = "backup_locked"

    def __init__(self, where: Path) -> None:
        sentence = _(
            "The backup {where} is encrypted, and its key is not in this computer's keyring. Type the recovery phrase "
            "that was shown when its workspace was encrypted; nothing was restored."
        )
        super().__init__(sentence.format(where=where))


@dataclass(frozen=True, slots=True)
class KnownList:
    """A file that may say who was erased, and what opens it."""

    path: Path
    key: ContentKey | None

    def read(self) -> ErasedList | None:
        """What it says, if it can be read."""
        return suppression.read_list(self.path, self.key)


def restore(
    source: Path,
    address: WorkspaceAddress,
    now: int,
    *,
    over: bool = False,
    also: Iterable[KnownList] = (),
    key: ContentKey | None = None,
) -> Restored:
    """Make the workspace at `address` what the backup holds. Blocks.

    `also` are further files that may know who was erased; those that are about other workspaces are passed over. `key`
    opens the backup where it is encrypted; the one of `address` opens the workspace that is there.

    Raises:
        NoBackup: there is none at `source`, or it is not whole.
        BackupLocked: it is encrypted, and `key` is not its key.
        Locked: the workspace that is there is encrypted, and its key was not given.
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
    key = _fitting(found, key)
    target = address if address.database.exists() else replace(address, key=key)
    if target.key is None and cipher.is_encrypted(target):
        raise Locked(target.reference)
    backups.verify(found, key)
    make_private_folder(address.folder)
    with EngineLock.take(address):
        try:
            return _bring(found, key, target, now, [*_lists_near(source.parent.parent, key), *also])
        except (OSError, SQLAlchemyError) as problem:
            raise RestoreFailed(address.folder, str(problem)) from problem


def _fitting(found: backups.Backup, key: ContentKey | None) -> ContentKey | None:
    """What opens the backup."""
    if found.key is None:
        return None
    if key is None or key.id != found.key:
        raise BackupLocked(found.path)
    return key


def _lists_near(folder: Path, key: ContentKey | None) -> list[KnownList]:
    """The lists of the workspace whose backup it is, when it lies among its own."""
    there = WorkspaceAddress(WorkspaceKind.SQLITE, folder, str(folder))
    return [KnownList(replace(there, key=one).erased, one) for one in {None, key}]


def _bring(
    found: backups.Backup, key: ContentKey | None, address: WorkspaceAddress, now: int, lists: Iterable[KnownList]
) -> Restored:
    folder = address.folder / ".restoring"
    draft = WorkspaceAddress(WorkspaceKind.SQLITE, folder, address.reference, key=address.key)
    shutil.rmtree(draft.folder, ignore_errors=True)
    try:
        _copy(found, key, draft)
        open_database(draft, create=False, now=now).close()  # brings an older one to today's schema
        own = KnownList(address.erased, address.key)
        said = [*_own_list(address), *(one.read() for one in (own, *lists))]
        erased = _make_ready(draft, found.workspace, now, said)
        if address.database.exists():
            _keep_sign_ins(address.database, draft, now)
        make_private_folder(address.content)
        _take_files(draft.attachments, address.attachments)
        aside = _put_aside(address, now)
        known = copying.look(draft.database, draft.key, suppression.everything)
        move_into_place(draft.database, address.database)
        if known.keys:
            suppression.write_list(address.erased, known, address.key)
    finally:
        shutil.rmtree(draft.folder, ignore_errors=True)
    return Restored(found, aside, erased)


def _copy(found: backups.Backup, key: ContentKey | None, draft: WorkspaceAddress) -> None:
    """Into the draft, under the key that the workspace has."""
    make_private_folder(draft.content)
    cipher.copy(found.path / backups.DATABASE, key, draft.database, draft.key)
    source = LaidFiles(found.path / backups.FILES, key)
    digests = copying.look(draft.database, draft.key, copying.laid_files)
    source.copy_to(LaidFiles(draft.attachments, draft.key), digests)


def _own_list(address: WorkspaceAddress) -> list[ErasedList]:
    """What the database that is replaced knows; a damaged one may know nothing any more."""
    try:
        there = address.database.exists()
        return [copying.look(address.database, address.key, suppression.everything)] if there else []
    except (SQLAlchemyError, StorageError, KeyError):
        return []


def _make_ready(draft: WorkspaceAddress, workspace: str, now: int, lists: Iterable[ErasedList | None]) -> int:
    """Take out again who was erased, and hold back what waited; how many people that were."""
    known = [one for one in lists if one is not None and one.workspace == workspace]
    copying.change(draft.database, draft.key, now, copying.hold_back)

    def work(tx: Tx) -> GoneAgain:
        for one in known:
            suppression.take_over(tx, one)
        return erase_suppressed(tx)

    gone = copying.change(draft.database, draft.key, now, work)
    laid = LaidFiles(draft.attachments, draft.key)
    for digest in gone.files:
        laid.remove(digest)
    return gone.people


def _keep_sign_ins(old: Path, draft: WorkspaceAddress, now: int) -> None:
    """A workspace restored over itself need not sign in again; a damaged one gives nothing."""
    try:
        rows = copying.look(old, draft.key, _secrets)
    except (SQLAlchemyError, StorageError):
        return

    def work(tx: Tx) -> None:
        known = set(tx.conn.execute(select(account.c.id).where(one_of(account.c.id, rows))).scalars())
        for one in known:
            tx.conn.execute(insert(secret), rows[one])

    copying.change(draft.database, draft.key, now, work)


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
    _settle(address)
    aside = make_private_folder(address.backups) / f"before-restore-{from_ms(now):%Y-%m-%dT%H%M%SZ}.db"
    shutil.copyfile(address.database, aside)
    aside.chmod(0o600)
    for beside in ("-wal", "-shm", "-damaged"):
        address.database.with_name(address.database.name + beside).unlink(missing_ok=True)
    return aside


def _settle(address: WorkspaceAddress) -> None:
    path = address.database
    database = SQLiteDatabase.open(path, create=False, key=address.key)
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
