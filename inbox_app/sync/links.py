"""The live links to the services: one connector an account, opened when it is first needed, used by one at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from inbox_app.contract.connector import Connector, Host
from inbox_app.contract.errors import Offline, SignInNeeded
from inbox_app.contract.manifest import Manifest
from inbox_app.contract.remote import Identity
from inbox_app.domain.errors import NotFound
from inbox_app.domain.ids import AccountId
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.i18n import _
from inbox_app.storage import accounts, budgets
from inbox_app.storage.accounts import Account, OurselvesThere
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from inbox_app.sync.pace import Failures, Pace

log = logging.getLogger(__name__)

CONNECT_DEADLINE = 90.0
CLOSE_DEADLINE = 5.0
"""Seconds."""

MakeHost = Callable[[Account, Manifest, Pace], Awaitable[Host]]


@dataclass(frozen=True, slots=True)
class Talk:
    """A connector that is signed in, and who we are there."""

    connector: Connector
    identity: Identity


class Link:
    """One account's. Pulling and sending take turns on it, page by page, so that a long pull never holds up a reply."""

    def __init__(
        self, account: AccountId, store: Store, catalogue: Mapping[str, Manifest], make_host: MakeHost
    ) -> None:
        self.account = account
        self.failures = Failures()
        self._store = store
        self._catalogue = catalogue
        self._make_host = make_host
        self._turn = asyncio.Lock()
        self._talk: Talk | None = None
        self._pace: Pace | None = None

    async def pace(self) -> Pace:
        """What this account may ask, as far as anybody knows."""
        if self._pace is None:
            self._pace = Pace(await self._store.read(partial(budgets.of, account=self.account)))
        return self._pace

    async def keep_pace(self) -> None:
        """Commit what the service said of its limits, if it said anything new."""
        changed = (await self.pace()).take_changed()
        if changed:
            await self._store.write(partial(_keep_budgets, account=self.account, changed=changed))

    @asynccontextmanager
    async def talk(self) -> AsyncIterator[Talk]:
        """A turn with the connector, signed in first where it is not. Raises what `connect` raises."""
        async with self._turn:
            if self._talk is None:
                self._talk = await self._open()
            yield self._talk

    async def close(self) -> None:
        """Let go of the connection once nobody talks; the next turn opens it anew, with what is set then."""
        async with self._turn:
            talk, self._talk = self._talk, None
            if talk is not None:
                await _close(talk.connector)

    async def _open(self) -> Talk:
        account = await self._store.read(partial(accounts.get, wanted=self.account))
        connector = await self._make(account)
        try:
            async with asyncio.timeout(CONNECT_DEADLINE):
                identity = await connector.connect()
        except TimeoutError as late:
            await _close(connector)
            raise Offline(_("The service did not answer the sign-in in time.")) from late
        except BaseException:
            await _close(connector)
            raise
        we = ourselves(identity)
        if somebody_else := accounts.refuse_somebody_else(account, we):
            await _close(connector)
            raise SignInNeeded(somebody_else)
        await self._store.write(partial(accounts.remember_identity, wanted=self.account, we=we))
        return Talk(connector, identity)

    async def _make(self, account: Account) -> Connector:
        manifest = self._catalogue.get(account.channel)
        if manifest is None:
            raise NotFound(
                _("This version of Portavoce does not know the channel “{channel}”.").format(channel=account.channel)
            )
        host = await self._make_host(account, manifest, await self.pace())
        return manifest.load()(host)


class Links:
    """All accounts' links."""

    def __init__(self, store: Store, catalogue: Mapping[str, Manifest], make_host: MakeHost) -> None:
        self._make = partial(Link, store=store, catalogue=catalogue, make_host=make_host)
        self._links: dict[AccountId, Link] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def of(self, account: AccountId) -> Link:
        """The link of one account, opened or not."""
        if account not in self._links:
            self._links[account] = self._make(account)
        return self._links[account]

    def forget(self, account: AccountId) -> None:
        """Drop what is known of one account; its link closes when nobody talks on it any more."""
        link = self._links.pop(account, None)
        if link is not None:
            closing = asyncio.create_task(link.close())
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Close all, and wait for it."""
        for account in tuple(self._links):
            self.forget(account)
        await asyncio.gather(*self._closing)


def ourselves(identity: Identity) -> OurselvesThere:
    """An identity as it is stored."""
    abilities: JsonObject = {**identity.abilities.to_json()}
    return OurselvesThere(identity.remote_id, identity.handle, identity.name, identity.handles, abilities)


def _keep_budgets(tx: Tx, account: AccountId, changed: tuple[budgets.Budget, ...]) -> None:
    for one in changed:
        budgets.put(tx, account, one)


async def _close(connector: Connector) -> None:
    """Whatever a connector does at its end, it is gone for us, and no other account hears of it."""
    closing = asyncio.wait_for(connector.close(), CLOSE_DEADLINE)
    (trouble,) = await asyncio.gather(closing, return_exceptions=True)
    if isinstance(trouble, BaseException):
        log.info("A link did not close in good order", exc_info=trouble)
