"""A core without an engine, on a real store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from inbox_app.actions import accounts as account_actions
from inbox_app.actions import keeping_secrets
from inbox_app.actions.attachments import Fetched
from inbox_app.actions.keeping_secrets import Obstacle, Way
from inbox_app.content.mime import parse_mail
from inbox_app.content.parsed import ParsedMail
from inbox_app.contract.connector import Report, ignore
from inbox_app.contract.limits import Limits
from inbox_app.contract.login import Done, SignIn
from inbox_app.contract.manifest import Manifest
from inbox_app.contract.remote import Event
from inbox_app.domain.errors import NotFound
from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId
from inbox_app.domain.words import AccountState
from inbox_app.events import Bus
from inbox_app.ingest.ingest import ingest
from inbox_app.keychain import Keychain, KeyringChoice, KeyringMode
from inbox_app.paths import WorkspaceAddress
from inbox_app.settings import SettingsFile
from inbox_app.spelling.speller import Speller
from inbox_app.storage.creation import ME
from inbox_app.storage.store import Store
from ui.core import Archives

_ME = ColleagueId(ME)


@dataclass
class StoreCore:
    """What the window asks of the program, as far as a store can give it."""

    address: WorkspaceAddress
    store: Store
    bus: Bus
    settings: SettingsFile
    account: AccountId
    catalogue: Mapping[str, Manifest] = field(default_factory=dict)
    me: ColleagueId = _ME
    allowed: Limits = field(default_factory=lambda: Limits(files=None))
    files: dict[str, Fetched] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    keychain: Keychain = field(init=False)
    added: list[tuple[str, Done]] = field(default_factory=list)
    renewed: list[tuple[AccountId, Done]] = field(default_factory=list)
    speller: Speller = field(init=False)
    """Without a dictionary, unless a test has one."""

    def __post_init__(self) -> None:
        self.speller = Speller(self.address.content / "spelling", where=())
        self.keychain = Keychain(self.address.key_file, KeyringChoice(KeyringMode.SESSION))

    async def tell(self, *events: Event) -> None:
        """The service says this."""
        await self.store.write(lambda tx: ingest(tx, self.account, events))

    async def open_key(self, way: Way) -> Obstacle | None:
        return await keeping_secrets.open_key(self.keychain, way)

    def sign_in(self, channel: str, known: Mapping[str, str], report: Report = ignore) -> SignIn:
        raise NotImplementedError

    async def add_account(self, channel: str, done: Done) -> AccountId:
        self.added.append((channel, done))
        return self.account

    async def sign_in_again(self, wanted: AccountId, report: Report) -> tuple[SignIn, Mapping[str, str]]:
        raise NotImplementedError

    async def keep_sign_in(self, wanted: AccountId, done: Done) -> None:
        self.renewed.append((wanted, done))

    async def check_account(self, wanted: AccountId) -> object:
        return None

    async def remove_account(self, wanted: AccountId) -> None:
        await account_actions.set_state(self.store, wanted, AccountState.REMOVED)

    async def move_in(self, *, size: str, seed: int) -> None:
        raise NotImplementedError

    @property
    def archives(self) -> Archives:
        raise NotImplementedError

    async def limits(self, wanted: ConversationId, *, privately: bool = False) -> Limits:
        return self.allowed

    async def post_limits(self, wanted: AccountId) -> Limits:
        return self.allowed

    async def fetch_attachment(self, wanted: str) -> Fetched:
        if wanted not in self.files:
            raise NotFound(f"The service has no file {wanted}.")
        return self.files[wanted]

    async def fetch_picture(self, address: str) -> bytes | None:
        return self.pictures.get(address)

    async def read_attached(self, wanted: str) -> ParsedMail:
        mail = parse_mail(self.files[wanted].data)
        assert isinstance(mail, ParsedMail)
        return mail

    async def sync(self) -> object:
        return None

    def start(self, say: Callable[[BaseException], None]) -> None:
        return None

    async def close(self) -> None:
        return None
