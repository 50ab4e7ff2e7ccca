"""Erasing people from the copies that a workspace keeps of itself: a backup must not remember whom we forgot."""

from __future__ import annotations

import logging
import shutil
from functools import partial
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from inbox_app.domain.errors import UserFacingError
from inbox_app.paths import WorkspaceAddress, WorkspaceKind
from inbox_app.sealing.key import ContentKey
from inbox_app.storage import backups, copying, migrations, suppression
from inbox_app.storage.erasing import erase_suppressed
from inbox_app.storage.opening import open_database
from inbox_app.storage.schema_version import read_version
from inbox_app.storage.suppression import ErasedList
from inbox_app.storage.transaction import Tx

log = logging.getLogger(__name__)


def erase_from_all(address: WorkspaceAddress, known: ErasedList, now: int) -> None:
    """Take everybody on the list out of every copy; one in which that cannot be done is removed. Blocks."""
    for one in backups.kept(address):
        try:
            _bring_to_head(one.path, address.key, now)
            backups.rewrite(one, address.key, partial(erase_from, key=address.key, known=known, now=now))
        except (OSError, SQLAlchemyError, UserFacingError) as problem:
            log.warning("A backup could not be rid of somebody and was removed: %s", type(problem).__name__)
            shutil.rmtree(one.path, ignore_errors=True)
    for path in address.backups.glob("*.db*"):
        _erase_from_loose(path, address.key, known, now)


def erase_from(copy: Path, key: ContentKey | None, known: ErasedList, now: int) -> None:
    """Take everybody on the list out of one database."""

    def work(tx: Tx) -> None:
        suppression.take_over(tx, known)
        erase_suppressed(tx)

    copying.change(copy, key, now, work)


def _bring_to_head(folder: Path, key: ContentKey | None, now: int) -> None:
    """A backup is laid out like a workspace and is brought to today's schema like one."""
    there = WorkspaceAddress(WorkspaceKind.SQLITE, folder, str(folder), key=key)
    open_database(there, create=False, now=now).close()
    shutil.rmtree(there.backups, ignore_errors=True)


def _erase_from_loose(path: Path, key: ContentKey | None, known: ErasedList, now: int) -> None:
    """What was set aside by a restore is kept where it can be changed; what precedes an upgrade has served its turn."""
    try:
        if path.suffix == ".db" and copying.look(path, key, read_version) == migrations.head():
            erase_from(path, key, known, now)
            return
    except (OSError, SQLAlchemyError, UserFacingError) as problem:
        log.warning("A copy could not be rid of somebody and was removed: %s", type(problem).__name__)
    path.unlink(missing_ok=True)
