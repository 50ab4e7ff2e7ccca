"""One opened workspace with everything that works on it: the composition that window and command share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property, partial
from random import random
from typing import TYPE_CHECKING, Self

from inbox_app.actions import accounts as account_actions
from inbox_app.actions import attachments as attachment_actions
from inbox_app.actions import keeping_secrets
from inbox_app.actions.attachments import Fetched
from inbox_app.actions.keeping_secrets import Obstacle, Way
from inbox_app.actions.sealing_settings import seal_settings
from inbox_app.actions.unlocking import AskPhrase, unlock
from inbox_app.content.parsed import ParsedMail, Unparsable
from inbox_app.content.worker import Worker
from inbox_app.contract.connector import Connector, Host, Report, ignore
from inbox_app.contract.limits import Limits
from inbox_app.contract.login import Done, SignIn
from inbox_app.contract.manifest import Manifest
from inbox_app.domain import beginnings
from inbox_app.domain.beginnings import history_since
from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId
from inbox_app.domain.inbox import AccountRow, SidebarCounts
from inbox_app.domain.words import AccountState
from inbox_app.events import Bus
from inbox_app.i18n import _
from inbox_app.keychain import AskPassphrase, Keychain, read_keyring_choice
from inbox_app.paths import WorkspaceAddress, WorkspaceKind, find_places
from inbox_app.queries import accounts, inbox
from inbox_app.queries.answering import place_of
from inbox_app.settings import SettingsFile
from inbox_app.spelling.speller import Speller
from inbox_app.storage import accounts as stored_accounts
from inbox_app.storage.accounts import Account as StoredAccount
from inbox_app.storage.creation import ME
from inbox_app.storage.errors import Damaged
from inbox_app.storage.locks import EngineLock, SecondEngine
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Reading
from inbox_app.storage.workspace import is_coming_in
from inbox_app.sync.blocking import BlockingCalls
from inbox_app.sync.clock import Clock, SystemClock
from inbox_app.sync.handover import ask_the_engine
from inbox_app.sync.links import Link, ourselves
from inbox_app.sync.notices import Notice, NoticeKind, Tell, tell_nobody
from inbox_app.sync.report import AccountReport

if TYPE_CHECKING:
    from inbox_app.actions.pictures import PictureFetcher
    from inbox_app.exchange.archives import Archives
    from inbox_app.sync.daily_backup import DailyBackup
    from inbox_app.sync.engine import Engine, Guard
    from inbox_app.sync.hosts import Hosts
    from inbox_app.sync.standby import Say, Standby

_DOOR_AGAIN = 1.0
"""Seconds between looks whether the other engine is gone."""


class App:
    """Made by `App.open`; closed once by `close`."""

    def __init__(
        self,
        address: WorkspaceAddress,
        catalogue: Mapping[str, Manifest],
        settings: SettingsFile,
        store: Store,
        bus: Bus,
        keychain: Keychain,
    ) -> None:
        self.address = address
        self.catalogue = catalogue
        self.settings = settings
        self.store = store
        self.bus = bus
        self.me = ColleagueId(ME)
        self.keychain = keychain
        self.clock: Clock = SystemClock()
        self.tell: Tell = tell_nobody
        self._content = Worker()
        self.speller = Speller(find_places().dictionaries)
        self._blocking = BlockingCalls()
        self._running: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()

    @classmethod
    async def open(
        cls,
        address: WorkspaceAddress,
        catalogue: Mapping[str, Manifest],
        settings: SettingsFile,
        *,
        create: bool = False,
        ask: AskPassphrase | None = None,
        ask_phrase: AskPhrase | None = None,
    ) -> Self:
        """Open a workspace; with `create` it is made when missing, encrypted where the address has a key.

        Raises:
            StorageError: it cannot be opened; the sentence says why and what to do.
        """
        bus = Bus()
        keychain = Keychain(address.key_file, read_keyring_choice(), ask)
        address = await unlock(address, keychain, ask_phrase)
        store = await Store.open(address, bus, create=create)
        try:
            await _end_what_was_killed(store)
        except BaseException:
            await store.close()
            raise
        return cls(address, catalogue, settings, store, bus, keychain)

    async def close(self) -> None:
        """Stop what runs, finish what is queued for the database, let go of everything."""
        await self.stop()
        await self._content.close()
        await self.speller.close()
        self._blocking.close()
        await self.store.close()

    # --- the engine -------------------------------------------------------------------------------------------------

    @cached_property
    def engine(self) -> Engine:
        """The one engine of this process; whether it may work is decided by the workspace's lock."""
        # What most commands do not need is imported late, here and below: a command must be quick to start.
        from inbox_app.sync.engine import Engine, Parts

        return Engine(
            Parts(
                store=self.store,
                bus=self.bus,
                catalogue=self.catalogue,
                make_host=self._hosts.of,
                read_blob=self._read_file,
                guard=self._guard(),
                clock=self.clock,
                tell=self._pass_on,
                backups=self._daily_backup(),
                settle=partial(seal_settings, self.store, self.keychain, self.catalogue),
            )
        )

    def _daily_backup(self) -> DailyBackup | None:
        from inbox_app.sync.daily_backup import DailyBackup

        is_file = self.address.kind is WorkspaceKind.SQLITE
        return DailyBackup(self.store, self.address, self.clock) if is_file else None

    def _guard(self) -> Guard:
        from inbox_app.sync.door import Door

        door = Door(partial(EngineLock.take, self.address))
        if self.address.kind is WorkspaceKind.SQLITE:
            return door
        from inbox_app.sync.leased_door import LeasedDoor

        return LeasedDoor(door, self.store, self.clock, self.address.name)

    def start(self, say: Say) -> None:
        """Sync from now on, in the background; where another process does so, take over when it ends.

        `say` hears why there is no syncing for the moment.
        """
        self._stop = asyncio.Event()
        self._running = asyncio.create_task(self._stand_by(say, self._stop))

    async def _stand_by(self, say: Say, stop: asyncio.Event) -> None:
        going = asyncio.create_task(self._finish_emptying())
        try:
            await self._standby(say).run(stop)
        except Damaged as damage:
            say(damage)
        finally:
            going.cancel()

    async def _finish_emptying(self) -> None:
        from inbox_app.actions.emptying import finish_what_is_left

        await finish_what_is_left(self.store, self.address.accounts)

    def _standby(self, say: Say) -> Standby:
        from inbox_app.sync.standby import Standby

        return Standby(self.engine, self.store, self.bus, self.clock, random, say)

    async def stop(self) -> None:
        """Stop syncing; what is on its way is given a moment."""
        running, self._running = self._running, None
        if running is not None:
            self._stop.set()
            await asyncio.wait([running])

    async def sync(self, account: AccountId | None = None) -> tuple[AccountReport, ...]:
        """Pull until there is no more and send what is due; where another process is the engine, it does so for us."""
        await self._finish_emptying()
        wanted = None if account is None else frozenset({account})
        asking: asyncio.Task[tuple[AccountReport, ...]] | None = None
        try:
            while asking is None or not asking.done():
                try:
                    return await self.engine.sync_once(wanted)
                except SecondEngine:
                    asking = asking or asyncio.create_task(ask_the_engine(self.store, self.clock, account))
                # The other may have come for one sync of its own and go without looking at our wish.
                await asyncio.wait([asking], timeout=_DOOR_AGAIN)
            return asking.result()
        finally:
            if asking is not None:
                asking.cancel()

    async def watch(self, stop: asyncio.Event, hear: Callable[[AccountReport], None]) -> None:
        """Sync until `stop` is set; `hear` is told whenever something came of it.

        Raises:
            SecondEngine: another process syncs this workspace already.
            Damaged: its database is broken.
        """

        def tell(notice: Notice) -> None:
            if notice.kind is not NoticeKind.REMINDER:
                hear(AccountReport.of(notice))

        self.tell = tell
        standby = self._standby(lambda trouble: hear(AccountReport(AccountId(""), error=trouble.message)))
        await standby.run(stop, waits=False)

    # --- accounts ---------------------------------------------------------------------------------------------------

    def sign_in(self, channel: str, known: Mapping[str, str], report: Report = ignore) -> SignIn:
        """A sign-in on a channel, to be followed step by step; `report` hears each step of its test."""
        manifest = self.catalogue[channel]
        return manifest.sign_in(self._visitor(manifest, known, report))

    async def add_account(self, channel: str, done: Done) -> AccountId:
        """Keep a sign-in that went well, and load its history.

        Raises:
            KeychainError: there is no place for its secrets; nothing was kept.
        """
        we = ourselves(done.identity)
        since = history_since(done.settings, self.clock.now())
        return await account_actions.add(self.store, self.keychain, channel, we, done.settings, done.secrets, since)

    async def sign_in_again(self, wanted: AccountId, report: Report = ignore) -> tuple[SignIn, Mapping[str, str]]:
        """A sign-in for an account that is there, and the settings to start it with; nothing is kept before
        `keep_sign_in`.

        Raises:
            NotFound: there is no such account.
        """

        async def keep(_secrets: Mapping[str, str]) -> None:
            return None

        account = await self.store.read(partial(stored_accounts.get, wanted=wanted))
        manifest = self.catalogue[account.channel]
        link = Link(wanted, self.store, self.catalogue, self._hosts.of)
        host = await self._hosts.of(account, manifest, await link.pace())
        return manifest.sign_in(replace(host, keep=keep, report=report)), account.settings

    async def keep_sign_in(self, wanted: AccountId, done: Done) -> None:
        """Keep what `sign_in_again` brought; the account goes on where it stood.

        Raises:
            Refused: it leads to somebody else; nothing was changed.
        """
        we = ourselves(done.identity)
        known = await self.store.read(partial(stored_accounts.get, wanted=wanted))
        asked_anew = done.settings.get("history", "") != known.settings.get("history", "")
        since = history_since(done.settings, self.clock.now()) if asked_anew else known.history_since
        await account_actions.sign_in_again(self.store, self.keychain, wanted, we, done.settings, done.secrets, since)

    async def check_account(self, wanted: AccountId, report: Report = ignore) -> AccountRow:
        """Sign in once more, step by step.

        Raises:
            ConnectorError: it does not work; the sentence names the step.
            Refused: an archive has no sign-in, and a removed account has none any more.
        """
        account = await self.store.read(partial(stored_accounts.get, wanted=wanted))
        if account.state is AccountState.REMOVED:
            raise Refused(account_actions.said_of_removed(account.handle))
        if account.state is AccountState.ARCHIVE:
            raise Refused(_("“{name}” is an archive: there is no sign-in to check.").format(name=account.name))
        link = Link(wanted, self.store, self.catalogue, self._hosts.of)
        connector = self.catalogue[account.channel].load()(
            await self._hosts.of(account, self.catalogue[account.channel], await link.pace())
        )
        try:
            await connector.connect(report)
        finally:
            await connector.close()
        await self.store.write(partial(stored_accounts.forget_failure, wanted=wanted))
        return await accounts.one(self.store, wanted)

    async def remove_account(self, wanted: AccountId) -> None:
        """Disconnect an account, on its service too where that can be told; its history stays, with nothing left to do.

        Raises:
            NotFound: there is no such account.
            Refused: something of it is on its way at this moment.
        """
        from inbox_app.sync.leaving import sign_out

        await account_actions.stop_sending(self.store, wanted)
        await sign_out(self.store, self.catalogue, self._hosts.of, wanted)
        await account_actions.set_state(self.store, wanted, AccountState.REMOVED)
        await account_actions.finish_left_open(self.store, self.me, wanted)

    async def move_in(self, *, size: str, seed: int) -> None:
        """Connect the accounts of a practice community, with templates to answer from; what is there stays as it is."""
        from inbox_app.actions.introducing import introduce

        there = [account.settings.items() for account in await accounts.every(self.store)]
        for manifest in self.catalogue.values():
            if manifest.acquaintances is not None:
                await introduce(self.store, self.me, manifest.key, manifest.acquaintances())
            for settings in manifest.practice(size, seed) if manifest.practice else ():
                if any(settings.items() <= known for known in there):
                    continue
                flow = self.sign_in(manifest.key, settings)
                step = await flow.start(settings)
                await flow.close()
                if isinstance(step, Done):
                    await self.add_account(
                        manifest.key, replace(step, settings={**step.settings, "history": beginnings.ALL})
                    )
        if not there:
            from inbox_app.exchange.template_sheets import lay_out

            await lay_out(self.store, self.me)

    async def open_key(self, way: Way) -> Obstacle | None:
        """Make sure that secrets can be kept, on the way chosen; else what stands against it."""
        return await keeping_secrets.open_key(self.keychain, way)

    @cached_property
    def archives(self) -> Archives:
        """What takes history in from other programs and services."""
        from inbox_app.exchange.archives import Archives

        return Archives(self.store, self.catalogue, lambda manifest: self._visitor(manifest, {}, ignore))

    # --- files ------------------------------------------------------------------------------------------------------

    async def fetch_attachment(self, wanted: str) -> Fetched:
        """A file of a message with its bytes, which are kept from then on.

        Raises:
            UserFacingError: there is none, or its bytes cannot be had; the sentence says why.
        """
        return await attachment_actions.fetch(self.store, self._content, self._ask_service, wanted)

    async def read_attached(self, wanted: str) -> ParsedMail:
        """The mail that a file of a message is.

        Raises:
            UserFacingError: the file cannot be had, or cannot be read safely; the sentence says so.
        """
        fetched = await self.fetch_attachment(wanted)
        mail = await self._content.parse_one(fetched.data)
        if isinstance(mail, Unparsable):
            raise Refused(_("The mail {name} cannot be read safely. Save it as a file.").format(name=fetched.name))
        return mail

    async def fetch_picture(self, address: str) -> bytes | None:
        """A picture of a post or a person by the address that its service names; None where it cannot be had."""
        return await self._pictures.bring(address)

    # --- small questions --------------------------------------------------------------------------------------------

    async def accounts(self) -> tuple[AccountRow, ...]:
        """All connected accounts."""
        return await accounts.every(self.store)

    async def counts(self) -> SidebarCounts:
        """All counts of the sidebar."""
        return await inbox.sidebar_counts(self.store, self.me)

    async def limits(self, wanted: ConversationId, *, privately: bool = False) -> Limits:
        """What one message may hold in this conversation, by the channel's own rules; nobody is asked for them.
        `privately` asks for an answer that goes to an author alone.

        Raises:
            NotFound: there is no such conversation.
        """
        at = await self.store.read(partial(place_of, wanted=wanted))
        return await self._limits(at.account, at.keys, privately=privately or at.is_private)

    async def post_limits(self, wanted: AccountId) -> Limits:
        """What one post may hold on an account.

        Raises:
            NotFound: there is no such account.
        """
        return await self._limits(await self.store.read(lambda conn: stored_accounts.get(conn, wanted)), ())

    async def _limits(self, account: StoredAccount, keys: tuple[str, ...], *, privately: bool = False) -> Limits:
        manifest = self.catalogue.get(account.channel)
        if manifest is None:
            return Limits()
        loaded = await asyncio.to_thread(manifest.load)
        # Its own folder: a connector may have written down there what its service last said of its limits.
        own = self.address.accounts / account.id
        lent = replace(self._visitor(manifest, account.settings, ignore), folder=own)
        return await asyncio.to_thread(lambda: _limits_of(loaded(lent), keys, privately=privately))

    # --- inside -----------------------------------------------------------------------------------------------------

    @cached_property
    def _hosts(self) -> Hosts:
        from inbox_app.sync.hosts import Hosts

        return Hosts(self.store, self.keychain, self._content, self._blocking, self.clock, self.address)

    @cached_property
    def _pictures(self) -> PictureFetcher:
        from inbox_app.actions.pictures import PictureFetcher
        from inbox_app.storage.shelf import Shelf

        return PictureFetcher(Shelf(self.address.cache / "pictures", key=self.address.key))

    async def _ask_service(self, account: AccountId, message: str, file: str) -> bytes:
        from inbox_app.sync.files import fetch_file

        return await fetch_file(Link(account, self.store, self.catalogue, self._hosts.of), message, file)

    async def _read_file(self, digest: str) -> bytes:
        def work(conn: Reading) -> bytes:
            with self.store.blobs.open(conn, digest) as file:
                return file.read()

        return await self.store.read(work)

    def _pass_on(self, notice: Notice) -> None:
        self.tell(notice)

    def _visitor(self, manifest: Manifest, known: Mapping[str, str], report: Report) -> Host:
        return self._hosts.of_visitor(manifest, known, report)


async def _end_what_was_killed(store: Store) -> None:
    """Nobody sees whom an import brought back that was killed."""
    if await store.read(is_coming_in):
        from inbox_app.actions.erasing import erase_what_came_back

        await erase_what_came_back(store)


def _limits_of(connector: Connector, keys: tuple[str, ...], *, privately: bool) -> Limits:
    return connector.private_limits(keys) if privately else connector.limits(keys)
