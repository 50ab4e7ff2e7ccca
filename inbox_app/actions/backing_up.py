"""Backups by hand, and the way back from one."""

from __future__ import annotations

import asyncio
from pathlib import Path

from inbox_app.paths import WorkspaceAddress, find_places
from inbox_app.settings import SettingsFile
from inbox_app.storage import backups, restoring
from inbox_app.storage.backups import Backup
from inbox_app.storage.restoring import Restored
from inbox_app.storage.store import Store, wall_clock

__all__ = ["Backup", "Restored", "kept", "make", "restore"]


async def make(store: Store, address: WorkspaceAddress, out: Path | None = None) -> Backup:
    """A backup now, verified.

    Raises:
        Refused: a team's database is backed up on its server; or something is at `out` already.
        CopyFailed: it could not be written or not be read back.
    """
    return await backups.make(store, address, out)


async def kept(address: WorkspaceAddress) -> list[Backup]:
    """The workspace's own backups, newest first."""
    return await asyncio.to_thread(backups.kept, address)


async def check(source: Path) -> None:
    """Whether there is a whole backup, before anything is closed for it.

    Raises:
        NoBackup: there is none at `source`, or it is not whole.
    """
    await asyncio.to_thread(lambda: backups.verify(backups.read_sheet(source)))


def restore(source: Path, address: WorkspaceAddress, *, over: bool, settings: SettingsFile) -> Restored:
    """Make the workspace at `address` what the backup holds. Blocks.

    Raises:
        NoBackup: there is none at `source`, or it is not whole.
        Refused: there is a workspace already and `over` was not said, or it is on a server.
        SecondEngine: the workspace is open elsewhere.
        RestoreFailed: it could not be written.
    """
    return restoring.restore(source, address, wall_clock(), over=over, also=_lists(address, settings))


def _lists(address: WorkspaceAddress, settings: SettingsFile) -> list[Path]:
    """Wherever this computer may know who was erased since: the workspace that the backup is of may lie anywhere."""
    last = settings.current.last_workspace
    near = [folder / address.erased.name for folder in find_places().workspaces.glob("*")]
    return [*near, Path(last) / address.erased.name] if last else near
