"""What is known of a channel before any of its code is imported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from inbox_app.contract.archive import ArchiveFormat
from inbox_app.contract.connector import Connector, Host
from inbox_app.contract.errors import Rejected
from inbox_app.contract.login import Field, SignIn
from inbox_app.contract.remote import RemoteAuthor
from inbox_app.domain.errors import WrongUse
from inbox_app.domain.people import Fact, FieldType
from inbox_app.domain.rules import Rule
from inbox_app.domain.words import Action, Kind, Verb
from inbox_app.i18n import LazyText, _


class Level(StrEnum):
    """How far a connector has come: it works; it survives bad days; it does all that its service offers."""

    WORKS = "works"
    ROBUST = "robust"
    COMPLETE = "complete"


def nowhere(_: Mapping[str, str]) -> str:
    """The home of a channel that asks nothing over HTTP."""
    return ""


@dataclass(frozen=True, slots=True)
class Sealed:
    """An account of whose settings an earlier version kept a secret in the clear, as it is to be kept."""

    settings: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    remote_id: str
    handle: str


def open_to_all(_: Mapping[str, str]) -> Sealed | None:
    """The settings of a channel that never kept a secret among them."""
    return None


@dataclass(frozen=True, slots=True)
class Reaction:
    """One that a service knows: the sign, and what its people call it where that says more."""

    sign: str
    name: LazyText | str = ""


def usual_reactions(_: Kind) -> tuple[Reaction, ...]:
    """Those that a channel offers which takes any emoji."""
    return tuple(map(Reaction, ("👍", "❤️", "🎉", "😄", "🙏", "👀")))


@dataclass(frozen=True, slots=True)
class Promise:
    """A reminder about somebody: so many days from the day of the introduction, again by `rule` (RFC 5545)."""

    days: int
    hour: int
    text: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """Somebody of a played community of whom things are written down before they first speak.

    The first `pinned` of the notes are pinned.
    """

    author: RemoteAuthor
    facts: Mapping[Fact, str]
    fields: Mapping[str, str]
    tags: tuple[str, ...]
    notes: tuple[str, ...]
    pinned: int = 0
    promises: tuple[Promise, ...] = ()


@dataclass(frozen=True, slots=True)
class Acquaintances:
    """Those people, the fields (name, type, whether it comes first) that the workspace has for everybody, its rules."""

    people: tuple[Acquaintance, ...]
    fields: tuple[tuple[str, FieldType, bool], ...]
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """One channel. `load` and `sign_in` import lazily: starting the program must not import services.

    `verbs` are declared here so that lists need no import; a test holds them against the class.
    `icon` is the name of the channel's glyph; `poll` is how long the runner waits between pulls without a nudge.
    """

    key: str
    name: str
    level: Level
    verbs: frozenset[Verb]
    fields: tuple[Field, ...]
    load: Callable[[], type[Connector]]
    sign_in: Callable[[Host], SignIn]
    icon: str = ""
    poll: timedelta = timedelta(minutes=1)
    guide: str = ""
    """The page of `docs/` that explains the set-up."""
    home: Callable[[Mapping[str, str]], str] = nowhere
    """From an account's settings to the address of its own server, the only one that is given credentials.

    Raises `Rejected` where what is written there is none: ask `home_of`.
    """
    seal: Callable[[Mapping[str, str]], Sealed | None] = open_to_all
    """From an account's settings to what is to be kept instead, where an earlier version kept a secret among them."""
    archives: tuple[ArchiveFormat, ...] = ()
    """The archives that can be read (`ReadsArchive`)."""
    offered: bool = True
    """Whether "add an account" lists it."""
    practice: Callable[[str, int], tuple[Mapping[str, str], ...]] | None = None
    """For a channel that plays a community without any service: size (`small`, `large`) and seed to the settings of
    the accounts that make it up."""
    acquaintances: Callable[[], Acquaintances] | None = None
    """Whom such a community's brand knows already; read when it moves in."""
    reactions: Callable[[Kind], tuple[Reaction, ...]] = usual_reactions
    """From a conversation's kind to the reactions that are offered in it."""
    reasons: frozenset[Action] = frozenset()
    """The acts whose reason, in a person's words, goes along to the service."""

    def home_of(self, settings: Mapping[str, str]) -> str:
        """The address of an account's own server; empty while what is written there is none."""
        try:
            return self.home(settings)
        except Rejected:
            return ""


def reactions_in(catalogue: Mapping[str, Manifest], channel: str, kind: Kind) -> tuple[Reaction, ...]:
    """The reactions that are offered in a conversation; the usual ones on a channel that is not there any more."""
    offered = catalogue[channel].reactions if channel in catalogue else usual_reactions
    return offered(kind)


def takes_reason(catalogue: Mapping[str, Manifest], channel: str, action: Action) -> bool:
    """Whether the service hears why this is done."""
    return channel in catalogue and action in catalogue[channel].reasons


def reader_of(catalogue: Mapping[str, Manifest], kind: str) -> Manifest:
    """The channel that reads archives of this format.

    Raises:
        WrongUse: there is none.
    """
    readers = {one.key: manifest for manifest in catalogue.values() for one in manifest.archives}
    if kind not in readers:
        known = ", ".join(sorted(readers))
        raise WrongUse(_("There is no archive format “{kind}”. There are: {known}.").format(kind=kind, known=known))
    return readers[kind]
