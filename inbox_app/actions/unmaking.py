"""Taking back a workspace that was made for something of which nothing came: what was there before stays."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import Self

from inbox_app.paths import LockTimeout, WorkspaceAddress, hold_lock
from inbox_app.storage.errors import StorageError
from inbox_app.storage.exporting import taking_in
from inbox_app.storage.store import Store


@dataclass(frozen=True, slots=True)
class Making:
    """A workspace about to be made in a folder; `there` is what the folder holds until then, None where there is none.

    For workspaces in a file alone: what was made on a server is the server's.
    """

    address: WorkspaceAddress
    there: frozenset[str] | None

    @classmethod
    def begin(cls, address: WorkspaceAddress) -> Self:
        """Look what is there before anything is made."""
        folder = address.folder
        return cls(address, frozenset(one.name for one in folder.iterdir()) if folder.is_dir() else None)

    async def is_empty(self, store: Store) -> bool:
        """Whether nothing came into it; False where that cannot be known."""
        try:
            return await store.read(taking_in.is_empty)
        except StorageError:
            return False

    def take_back(self) -> None:
        """Remove what was made since, unless another process has begun to work there."""
        folder, lock = self.address.folder, self.address.engine_lock
        try:
            with hold_lock(lock, timeout=0):
                for one in folder.iterdir():
                    if one != lock and one.name not in (self.there or ()):
                        shutil.rmtree(one) if one.is_dir() else one.unlink()
        except (LockTimeout, OSError):
            return
        if lock.name not in (self.there or ()):
            lock.unlink(missing_ok=True)
        if self.there is None:
            folder.rmdir()
