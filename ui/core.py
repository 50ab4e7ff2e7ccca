"""What the window asks of the program beneath it; `inbox_app.app.App` is the one that gives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from inbox_app.actions.attachments import Fetched
from inbox_app.actions.encrypting import Keychain
from inbox_app.actions.keeping_secrets import Obstacle, Way
from inbox_app.content.parsed import ParsedMail
from inbox_app.contract.archive import Survey
from inbox_app.contract.connector import Report
from inbox_app.contract.limits import Limits
from inbox_app.contract.login import Done, SignIn
from inbox_app.contract.manifest import Manifest
from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId
from inbox_app.events import Bus
from inbox_app.paths import WorkspaceAddress
from inbox_app.queries import Store
from inbox_app.settings import SettingsFile
from inbox_app.spelling.speller import Speller

if TYPE_CHECKING:
    from inbox_app.exchange.importing import Imported, Preview, Progress, Wish


class Archives(Protocol):
    """The way in for archives."""

    async def survey(self, kind: str, path: Path) -> Survey:
        """What an archive is and whose it seems to be. Raises a `UserFacingError` where there is none."""

    async def look_through(self, wish: Wish, report: Callable[[Progress], None]) -> Preview:
        """What an import would bring; nothing is kept."""

    async def take_in(self, wish: Wish, report: Callable[[Progress], None]) -> Imported:
        """Take an archive in as an account of its own. Cancelled, it goes on the next time."""


class Core(Protocol):
    """One opened workspace."""

    address: WorkspaceAddress
    catalogue: Mapping[str, Manifest]
    settings: SettingsFile
    speller: Speller
    keychain: Keychain
    store: Store
    bus: Bus
    me: ColleagueId

    async def open_key(self, way: Way) -> Obstacle | None:
        """Make sure that secrets can be kept, on the way chosen; else what stands against it."""

    def sign_in(self, channel: str, known: Mapping[str, str], report: Report) -> SignIn:
        """A sign-in on a channel, to be followed step by step; `report` hears each step of its test."""

    async def add_account(self, channel: str, done: Done) -> AccountId:
        """Keep a sign-in that went well."""

    async def sign_in_again(self, wanted: AccountId, report: Report) -> tuple[SignIn, Mapping[str, str]]:
        """A sign-in for an account that is there, and the settings to start it with."""

    async def keep_sign_in(self, wanted: AccountId, done: Done) -> None:
        """Keep what came of that. Raises a `UserFacingError` where it leads to somebody else."""

    async def check_account(self, wanted: AccountId) -> object:
        """Sign in once more. Raises a `UserFacingError` that names the step that failed."""

    async def remove_account(self, wanted: AccountId) -> None:
        """Disconnect an account, on its service too where that can be told; its history stays."""

    async def move_in(self, *, size: str, seed: int) -> None:
        """Connect the accounts of a practice community."""

    @property
    def archives(self) -> Archives:
        """What takes history in from other programs and services."""

    async def fetch_attachment(self, wanted: str) -> Fetched:
        """A file of a message with its bytes. Raises a `UserFacingError` where they cannot be had."""

    async def fetch_picture(self, address: str) -> bytes | None:
        """A picture of a post or a person by the address that its service names; None where it cannot be had."""

    async def read_attached(self, wanted: str) -> ParsedMail:
        """The mail that a file of a message is. Raises a `UserFacingError` where it cannot be read."""

    async def sync(self) -> object:
        """Pull until there is no more and send what is due, here or in the process that is the engine."""

    async def limits(self, wanted: ConversationId, *, privately: bool = False) -> Limits:
        """What one message may hold in this conversation, or a private answer to one of it."""

    async def post_limits(self, wanted: AccountId) -> Limits:
        """What one post may hold on an account."""

    def start(self, say: Callable[[BaseException], None]) -> None:
        """Sync from now on, as soon as no other process does so; `say` hears why there is no syncing for the moment."""

    async def close(self) -> None:
        """Stop what runs and let go of everything."""
