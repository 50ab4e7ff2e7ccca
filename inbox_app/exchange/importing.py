"""Taking an archive in: what a reader gives becomes an account of its own, a batch and its cursor at a time.

The account is known by the archive's name: whatever is imported under one name comes together, and what is there
already adds nothing. Killed anywhere, the next import of the same path goes on behind the last batch committed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path

from inbox_app.contract.archive import Archive, ArchiveBatch, NoArchive, Skipped, Survey
from inbox_app.contract.remote import Batch, MessageSeen
from inbox_app.domain.abilities import Abilities, Ability
from inbox_app.domain.ids import AccountId
from inbox_app.domain.jsonvalue import JsonObject, JsonValue
from inbox_app.domain.words import Action
from inbox_app.exchange.extents import Say, messages_of
from inbox_app.i18n import _, ngettext
from inbox_app.ingest.ingest import ingest_batch
from inbox_app.storage import archives
from inbox_app.storage.accounts import OurselvesThere
from inbox_app.storage.arrivals import known_messages
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Reading

LISTED = 1_000
"""Skipped things that are listed one by one; of the others only the number is known."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants imported: in which format, under which name, and which handles mean them."""

    kind: str
    path: Path
    name: str
    own: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: `done` of `size`, in the reader's own unit, and so many new messages."""

    done: int
    size: int
    added: int


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an import. `messages` and `conversations` are all that the archive holds now, `added` is new.

    `skipped_count` may be more than what is listed. `own` are the handles that counted as ours, and `guessed` says that
    nobody had named any.
    """

    account: AccountId
    name: str
    added: int
    messages: int
    conversations: int
    skipped: tuple[Skipped, ...]
    skipped_count: int
    own: frozenset[str]
    guessed: bool


def default_name(path: Path) -> str:
    """What an archive is called when nobody names it: like its file or folder."""
    name = path.resolve().name
    for ending in (".gz", ".mbox", ".eml", ".zip", ".txt", ".json", ".csv"):
        name = name.removesuffix(ending)
    return name or _("Archive")


def preview_sentence(preview: Preview, say: Say = str) -> str:
    """What an import would do."""
    told = _("It holds {messages}, {new} of them new here. Nothing was imported yet.")
    return told.format(messages=messages_of(preview.messages, say), new=say(preview.new))


def owner_sentence(imported: Imported) -> str:
    """Who counted as us, and how that is known."""
    if not imported.own:
        return _(
            "Nobody in it could be recognised as you, so all of it counts as from others. Name yourself to change that."
        )
    own = ", ".join(sorted(imported.own))
    if imported.guessed:
        return _("Recognised as yours, a guess: {own}.").format(own=own)
    return _("Yours: {own}.").format(own=own)


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would bring: `messages` in the archive, of which so many are `new` here."""

    messages: int
    new: int
    skipped: tuple[Skipped, ...]
    skipped_count: int


async def look_through(
    store: Store, channel: str, archive: Archive, wish: Wish, report: Callable[[Progress], None]
) -> Preview:
    """Read the whole archive and keep nothing of it.

    Raises:
        NoArchive: the path holds nothing of this format, or cannot be read on.
    """
    survey = await archive.survey()
    remote_id = archives.ARCHIVE + wish.name
    known = await store.read(partial(archives.find, channel=channel, remote_id=remote_id))
    seen: set[int] = set()
    new, skipped = 0, _Stand(_key(wish))
    async with aclosing(archive.read(None, wish.own)) as batches:
        async for batch in batches:
            names = {one.message.remote_id for one in batch.events if isinstance(one, MessageSeen)}
            fresh = {one for one in names if hash(one) not in seen}
            seen.update(map(hash, names))
            there = () if known is None else await store.read(partial(_there, account=known.id, names=fresh))
            new += len(fresh) - len(there)
            skipped.go_on(batch)
            report(Progress(batch.done, survey.size, new))
    return Preview(len(seen), new, tuple(skipped.skipped), skipped.skipped_count)


def _there(conn: Reading, account: AccountId, names: set[str]) -> Collection[str]:
    return known_messages(conn, account, names)


async def take_in(
    store: Store, channel: str, archive: Archive, wish: Wish, report: Callable[[Progress], None]
) -> Imported:
    """Import what is not there yet, and say what was skipped.

    Raises:
        NoArchive: the path holds nothing of this format, or cannot be read on; what came before that is kept, and
            where nothing came there is no account.
    """
    survey = await archive.survey()
    owner = await _find_owner(store, channel, wish, survey)
    begin = partial(archives.begin, channel=channel, we=owner.we, unfinished=_unfinished(wish))
    account = await store.write(begin) if owner.is_known else None
    stand = _Stand.of(account.cursor if account else None, _key(wish))
    added = 0
    async with aclosing(archive.read(stand.at, account.handles if account else owner.we.handles)) as batches:
        async for batch in batches:
            stand.go_on(batch)
            if account is None and batch.events:
                account = await store.write(begin)
            if account is not None:
                added += (await ingest_batch(store, account.id, Batch(batch.events, stand.to_json()))).new
            report(Progress(batch.done, survey.size, added))
    if account is None:
        raise NoArchive(_nothing_in(wish, stand))
    holds = await store.write(partial(archives.finish, wanted=account.id))
    return Imported(
        account=account.id,
        name=wish.name,
        added=added,
        messages=holds.messages,
        conversations=holds.conversations,
        skipped=tuple(stand.skipped),
        skipped_count=stand.skipped_count,
        own=account.handles,
        guessed=owner.guessed,
    )


@dataclass(frozen=True, slots=True)
class _Owner:
    """Who we are in the archive, whether that is only a guess, and whether something came in under its name before."""

    we: OurselvesThere
    guessed: bool
    is_known: bool


async def _find_owner(store: Store, channel: str, wish: Wish, survey: Survey) -> _Owner:
    """Those who were named, else those who counted as us the last time, else those who seem to be us."""
    remote_id = archives.ARCHIVE + wish.name
    known = await store.read(partial(archives.find, channel=channel, remote_id=remote_id))
    named = frozenset(address.strip().lower() for address in wish.own if address.strip())
    guessed = not named and not (known and known.handles)
    sentence = _("“{name}” is an archive: nothing can be sent from it.").format(name=wish.name)
    abilities: JsonObject = {**Abilities({Action.REPLY: Ability(False, sentence)}).to_json()}
    we = OurselvesThere(remote_id, wish.name, wish.name, survey.own if guessed else named, abilities)
    return _Owner(we, guessed, known is not None)


@dataclass(slots=True)
class _Stand:
    """How far an import is, and what it skipped so far; kept as the account's cursor."""

    key: str
    at: JsonObject | None = None
    skipped: list[Skipped] = field(default_factory=list)
    skipped_count: int = 0

    @classmethod
    def of(cls, cursor: JsonObject | None, key: str) -> _Stand:
        """Where the import of this path stands; at its beginning where another was begun since."""
        match cursor:
            case {"of": of, "at": dict(at), "skipped": list(skipped), "skipped_count": int(count)} if of == key:
                listed = [Skipped(str(one[0]), str(one[1])) for one in skipped if isinstance(one, list)]
                return cls(key, at, listed, count)
        return cls(key)

    def go_on(self, batch: ArchiveBatch) -> None:
        """This batch comes next."""
        self.at = batch.cursor
        self.skipped_count += len(batch.skipped)
        self.skipped += batch.skipped[: max(LISTED - len(self.skipped), 0)]

    def to_json(self) -> JsonObject:
        skipped: list[JsonValue] = [[one.where, one.why] for one in self.skipped]
        return {"of": self.key, "at": self.at, "skipped": skipped, "skipped_count": self.skipped_count}


def _key(wish: Wish) -> str:
    path = str(wish.path.resolve()).encode("utf-8", "surrogateescape")
    return sha256(wish.kind.encode() + b"\0" + path).hexdigest()[:16]


def _nothing_in(wish: Wish, stand: _Stand) -> str:
    said = _("Nothing was imported: there is no message in “{path}”.").format(path=wish.path)
    for first in stand.skipped[:1]:
        told = ngettext(
            "{count} thing was skipped, {where}: {why}",
            "{count} things were skipped, {where}: {why}",
            stand.skipped_count,
        )
        said += " " + told.format(count=stand.skipped_count, where=first.where, why=first.why)
    return said


def _unfinished(wish: Wish) -> str:
    return _("“{path}” is not imported whole yet. If nothing imports it now, import it again to go on.").format(
        path=wish.path
    )
