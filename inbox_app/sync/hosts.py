"""What the program lends each connector, put together for one account."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from inbox_app.contract.connector import Blocking, Host, Report
from inbox_app.contract.files import files_of
from inbox_app.contract.http import Http
from inbox_app.contract.manifest import Manifest
from inbox_app.domain.ids import AccountId
from inbox_app.domain.timecode import from_ms
from inbox_app.keychain import Keychain
from inbox_app.paths import WorkspaceAddress
from inbox_app.storage import secrets
from inbox_app.storage.accounts import Account
from inbox_app.storage.store import Store
from inbox_app.sync.clock import Clock
from inbox_app.sync.pace import Pace

if TYPE_CHECKING:
    from inbox_app.content.worker import Worker


@dataclass(frozen=True, slots=True)
class Hosts:
    """Makes the `Host` of an account; each has a folder of its own in the workspace."""

    store: Store
    keychain: Keychain
    content: Worker
    blocking: Blocking
    clock: Clock
    address: WorkspaceAddress

    async def of(self, account: Account, manifest: Manifest, pace: Pace) -> Host:
        """Settings, secrets in the clear, and everything a connector may use. Raises `KeychainError`."""
        since = account.history_since
        return Host(
            settings=account.settings,
            secrets=await self._read(account.id),
            keep=self._keep(account.id),
            http=Http(manifest.home_of(account.settings)),
            content=self.content,
            blocking=self.blocking,
            now=self.clock.now,
            folder=self.address.accounts / account.id,
            files=files_of(self.address.key),
            history_since=None if since is None else from_ms(since),
            note_limit=pace.note,
            kept=partial(self._read, account.id),
        )

    def of_visitor(self, manifest: Manifest, known: Mapping[str, str], report: Report) -> Host:
        """What a connector is lent before its account exists: nothing is kept."""

        async def keep(_secrets: Mapping[str, str]) -> None:
            return None

        return Host(
            settings=known,
            secrets={},
            keep=keep,
            http=Http(manifest.home_of(known)),
            content=self.content,
            blocking=self.blocking,
            now=self.clock.now,
            folder=self.address.accounts / "new",
            files=files_of(self.address.key),
            report=report,
        )

    async def _read(self, account: AccountId) -> Mapping[str, str]:
        wrapped = await self.store.read(partial(secrets.of, account=account))
        if wrapped:
            await self.keychain.unlock()
        return {name: self.keychain.decrypt(account, name, data) for name, data in wrapped.items()}

    def _keep(self, account: AccountId) -> Callable[[Mapping[str, str]], Awaitable[None]]:
        async def keep(renewed: Mapping[str, str]) -> None:
            await self.keychain.unlock()
            sealed = {name: self.keychain.encrypt(account, name, value) for name, value in renewed.items()}
            await self.store.write(partial(secrets.put, account=account, wrapped=sealed))

        return keep
