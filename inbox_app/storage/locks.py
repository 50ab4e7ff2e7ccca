"""One engine per workspace: a lock of the operating system on the workspace's folder.

The lock ends with the process, however that ends. A team's workspace has its rows on a server: there the leases of its
accounts (`inbox_app.storage.leases`) keep the engines of other computers out.
"""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import Self

from inbox_app.i18n import _
from inbox_app.paths import LockTimeout, WorkspaceAddress, hold_lock
from inbox_app.storage.errors import FolderUnusable, StorageError


class SecondEngine(StorageError):
    """Another process already syncs and sends for this workspace."""

    code = "second_engine"

    def __init__(self, name: str) -> None:
        sentence = _(
            "Portavoce is already at work on the workspace {name} in another window or command. "
            "Use that one, or close it and try again."
        )
        super().__init__(sentence.format(name=name))


class EngineLock:
    """Held while this process is the workspace's engine."""

    def __init__(self, held: ExitStack) -> None:
        self._held = held

    @classmethod
    def take(cls, address: WorkspaceAddress) -> EngineLock:
        """Become the engine. Raises `SecondEngine` at once where there is one."""
        held = ExitStack()
        try:
            held.enter_context(hold_lock(address.engine_lock, timeout=0))
        except LockTimeout as error:
            raise SecondEngine(address.name) from error
        except OSError as error:
            raise FolderUnusable(str(address.folder), error.strerror or type(error).__name__) from error
        return cls(held)

    def release(self) -> None:
        """Let another process be the engine. Twice is once."""
        self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
