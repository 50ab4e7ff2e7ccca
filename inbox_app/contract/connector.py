"""What a connector is: two required calls, and one abstract class per verb it can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar

from inbox_app.contract.acts import Act, Finding, Receipt
from inbox_app.contract.archive import Archive
from inbox_app.contract.files import PLAIN, Files
from inbox_app.contract.limits import Limits, RateLimit, pass_over
from inbox_app.contract.login import CheckStep
from inbox_app.contract.remote import Batch, Identity, RemoteCount
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Resend, Verb

if TYPE_CHECKING:
    from inbox_app.content.worker import Worker
    from inbox_app.contract.http import Http

T = TypeVar("T")
Report = Callable[[CheckStep], None]


class Blocking(Protocol):
    """Runs a call that blocks (IMAP, DNS) on the bounded executor; cancelling does not stop the call itself."""

    def __call__(self, call: Callable[[], T], /) -> Awaitable[T]: ...


def ignore(_: CheckStep) -> None:
    """A report that nobody reads."""


@dataclass(frozen=True, slots=True)
class Host:
    """What the program lends a connector for one account."""

    settings: Mapping[str, str]
    secrets: Mapping[str, str]
    keep: Callable[[Mapping[str, str]], Awaitable[None]]
    """Commits renewed secrets; await it before using them. Names not given keep their value."""
    http: Http
    content: Worker
    blocking: Blocking
    now: Callable[[], datetime]
    folder: Path
    """A folder of the account's own, for what must outlive the process and is not a secret."""
    files: Files = PLAIN
    """The only way to read and write there: the workspace may be encrypted."""
    history_since: datetime | None = None
    """How far back the person wants history; None for all of it."""
    note_limit: Callable[[RateLimit], None] = pass_over
    """Tell it what the service says is left of a rate limit: pulls then leave a share of it to replies."""
    report: Report = ignore
    """Hears each step of the test while a person signs in."""
    kept: Callable[[], Awaitable[Mapping[str, str]]] | None = None
    """Reads the secrets as they are kept now: another process may have renewed them since `secrets` was read. None
    before there is an account."""


class Connector(ABC):
    """One account's talk with its service. Made by the manifest, used by one task at a time unless a verb says else."""

    def __init__(self, host: Host) -> None:
        self.host = host

    @abstractmethod
    async def connect(self, report: Report = ignore) -> Identity:
        """Sign in (or prove that the sign-in still holds) and say who we are; also the test before saving.

        Each step of the test is reported as it runs, passes or fails; the error raised names the step that failed.
        """

    @abstractmethod
    async def pull(self, cursor: JsonObject | None) -> Batch:
        """What is new since `cursor`; None at the first time, which starts at this moment (see `LoadsOlder`)."""

    async def close(self) -> None:
        """Let go of connections. May be called at any time, also twice."""

    async def sign_out(self) -> None:
        """The account is removed: end the session on the service, where a sign-in of ours began one."""

    def limits(self, keys: tuple[str, ...]) -> Limits:
        """What one message may hold in the conversation of `keys`."""
        return Limits()

    def private_limits(self, keys: tuple[str, ...]) -> Limits:
        """What a private message may hold: an answer to an author alone (`Action.REPLY_PRIVATELY`) and what follows.

        Of one that is under way the service has no keys yet.
        """
        return self.limits(keys)


class Freezes(ABC):
    """Has a wire form that must be the same at each try, and says what an unknown outcome allows."""

    resend: ClassVar[Resend] = Resend.ASK
    remembers_key_for: ClassVar[timedelta | None] = None
    """For `SAFE`: how long the service knows a key; None for ever. After that an unknown one waits for a person."""
    settle_time: ClassVar[timedelta] = timedelta(0)
    """How long to wait after an unknown outcome before looking or sending again."""
    longest_try: ClassVar[timedelta] = timedelta(seconds=120)
    """How long one try, or what follows a delivery, may take; a try that takes longer may have arrived."""

    @abstractmethod
    def freeze(self, act: Act, identity: Identity) -> bytes:
        """The exact request for `act`, made once, kept with the claim, passed to each try. Pure, but for the clock."""


class Sends(Freezes):
    """Sends replies and new messages (`ActKind.REPLY`, `ActKind.NEW`)."""

    resend: ClassVar[Resend]

    @abstractmethod
    async def send(self, act: Act, frozen: bytes) -> Receipt:
        """Send the frozen bytes. Whatever escapes that is not one of our errors counts as `Unsure`."""


class FinishesSent(ABC):
    """Has something to do after a delivery that may be repeated safely (a copy in the Sent folder)."""

    @abstractmethod
    async def finish_sent(self, act: Act, frozen: bytes, receipt: Receipt) -> None:
        """Idempotent; called until it once returns. Where a person said that it was sent, the receipt names no id."""


class FindsSent(ABC):
    """Can look whether an act of ours arrived."""

    @abstractmethod
    async def find_sent(self, act: Act, frozen: bytes) -> Finding:
        """The receipt if it is there, `Absent` after a full look, `CannotTell` where looking failed."""


class Listens(ABC):
    """Hears from the service that something is new."""

    @abstractmethod
    def listen(self) -> AsyncIterator[None]:
        """Yields "pull now", never data. Ends or raises when the line breaks; the runner starts it again, pausing."""


class LoadsOlder(ABC):
    """Loads history from before the connection, newest page first."""

    @abstractmethod
    async def load_older(self, cursor: JsonObject | None) -> Batch:
        """The next older page; `Batch.more` is False when `Host.history_since` or the beginning is reached.

        Asked again with its last cursor once the account's settings have changed: what they added comes then.
        """


class MarksRead(ABC):
    """Tells the service what was read (`ActKind.READ_MARK`)."""

    @abstractmethod
    async def mark_read(self, act: Act) -> Receipt: ...


class Moderates(ABC):
    """Hides, likes, deletes, blocks … (`ActKind.MODERATION`); idempotent by nature."""

    @abstractmethod
    async def moderate(self, act: Act) -> Receipt: ...


class Reacts(ABC):
    """Adds or takes back a reaction (`ActKind.REACTION`)."""

    @abstractmethod
    async def react(self, act: Act) -> Receipt: ...


class EditsSent(ABC):
    """Changes the text of a message of ours (`ActKind.EDIT`)."""

    @abstractmethod
    async def edit(self, act: Act) -> Receipt: ...


class DeletesSent(ABC):
    """Deletes a message of ours (`ActKind.DELETION`)."""

    @abstractmethod
    async def delete(self, act: Act) -> Receipt: ...


class FetchesAttachments(ABC):
    """Fetches a file that came without its bytes."""

    @abstractmethod
    def fetch_attachment(self, message: str, attachment: str) -> AsyncIterator[bytes]:
        """The file's bytes in pieces; both arguments are remote ids."""


class Posts(Freezes):
    """Publishes something under which comments can hang (`ActKind.POST`)."""

    @abstractmethod
    async def post(self, act: Act, frozen: bytes) -> Receipt: ...


class CountsRemote(ABC):
    """Can say how many messages the service holds, for the ledger: those that history reaches back to."""

    counts_deleted: ClassVar[bool] = False
    """Whether its one number includes messages that were deleted; the ledger takes off those that it knows of."""

    @abstractmethod
    async def count_remote(self) -> tuple[RemoteCount, ...]: ...


class ReadsArchive(ABC):
    """Reads a service's data download, or another program's files, offline (see `archive`)."""

    @classmethod
    @abstractmethod
    def open_archive(cls, host: Host, kind: str, path: Path) -> Archive:
        """The archive at `path`, in the format of the manifest with this key; nothing is read yet.

        `host` has no settings and no secrets, and its worker process is this archive's own.
        """


CLASS_OF_VERB: Mapping[Verb, type] = {
    Verb.SENDS: Sends,
    Verb.FINDS_SENT: FindsSent,
    Verb.LISTENS: Listens,
    Verb.LOADS_OLDER: LoadsOlder,
    Verb.MARKS_READ: MarksRead,
    Verb.MODERATES: Moderates,
    Verb.REACTS: Reacts,
    Verb.EDITS_SENT: EditsSent,
    Verb.DELETES_SENT: DeletesSent,
    Verb.FETCHES_ATTACHMENTS: FetchesAttachments,
    Verb.POSTS: Posts,
    Verb.COUNTS_REMOTE: CountsRemote,
    Verb.READS_ARCHIVE: ReadsArchive,
}


def verbs_of(connector: type[Connector]) -> frozenset[Verb]:
    """What a channel may do: the verbs its class inherits."""
    return frozenset(verb for verb, base in CLASS_OF_VERB.items() if issubclass(connector, base))
