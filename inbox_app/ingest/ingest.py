"""The way in: a batch of a connector's events becomes rows, in one transaction with the cursor after them.

What is stored is a function of the set of events, whatever order and batches they came in. Four rules that the
tables alone do not tell:

- History (what was there before the account was connected) is imported as closed: it is never unread, never needs a
  reply and reopens nothing; a conversation that is all history is `done`. One new message that needs a reply opens
  it. Whether a message is history is decided by its first delivery.
- A message that is the copy of one of ours settles its outbox row and becomes that very message.
- A mail that another account of ours got too is one mail (`copies`).
- Events about messages that are not stored are passed over; a tombstone stays one, whatever comes after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from inbox_app.contract.remote import (
    Batch,
    ConversationSeen,
    Event,
    FolderListed,
    FolderRenumbered,
    GapClosed,
    GapFound,
    LocationGone,
    MessageSeen,
    PostSeen,
    RemoteMessage,
)
from inbox_app.domain.errors import NotFound
from inbox_app.domain.ids import AccountId, MessageId
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.i18n import _
from inbox_app.ingest import edge
from inbox_app.ingest.arrival import Arrival, arrivals, rounds
from inbox_app.ingest.arriving import add_messages
from inbox_app.ingest.changing import change_messages
from inbox_app.ingest.claims import is_copy_of_ours, marked
from inbox_app.ingest.copies import unite
from inbox_app.ingest.happenings import OnMessage, describe_conversations, happen_to_messages, place_messages
from inbox_app.ingest.keeping_away import keep_away
from inbox_app.ingest.namesakes import tell_apart
from inbox_app.ingest.rows import place_of
from inbox_app.ingest.ruling import rule_over
from inbox_app.ingest.work import Keep, Work, begin_work
from inbox_app.storage import accounts, copies, ledger, outbox
from inbox_app.storage.blobs import Keeping
from inbox_app.storage.locations import Place
from inbox_app.storage.settling import awaited
from inbox_app.storage.sources import source_of
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx

MOST_EVENTS = 200
"""Events of one transaction: the writer is free for others again after some ten milliseconds."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ingested:
    """How many messages are new, look different, and are deleted now."""

    new: int = 0
    updated: int = 0
    removed: int = 0

    def __add__(self, other: Ingested) -> Ingested:
        return Ingested(self.new + other.new, self.updated + other.updated, self.removed + other.removed)


def ingest(
    tx: Tx,
    account: AccountId,
    events: Sequence[Event],
    *,
    cursor: JsonObject | None = None,
    older_cursor: JsonObject | None = None,
    older_done: bool = False,
    keep: Keep | None = None,
    asked_at: int | None = None,
) -> Ingested:
    """Store events, oldest first, and the cursor after them (`cursor` of pulls, `older_cursor` of back-fill).

    `keep` keeps raw mails and files that came along; without it only their names and sizes are stored. `asked_at` is
    when the service was asked: what it was told since it need not have known.

    Raises:
        NotFound: there is no such account, or it is going: what comes behind its deletion would be left over.
    """
    source = source_of(tx.conn, account)
    if source.is_going:
        raise NotFound(_("This account was removed, and its history is being deleted."))
    work = begin_work(tx, source, keep, asked_at)
    events = keep_away(tx.conn, work.source, events)
    work.posts.take([event.post for event in events if isinstance(event, PostSeen)])
    places = _take_messages(work, [event.message for event in events if isinstance(event, MessageSeen)])
    _take_the_rest(work, events, places)
    work.board.save()
    _unite_copies(work)
    rule_over(tx, work.added - work.copies)
    if cursor is not None:
        accounts.keep_cursor(tx, account, cursor)
    if older_cursor is not None:
        accounts.keep_older_cursor(tx, account, older_cursor, done=older_done)
    return Ingested(len(work.added - work.copies), len(work.changed - work.added), len(work.removed))


async def ingest_batch(
    store: Store, account: AccountId, batch: Batch, *, older: bool = False, asked_at: int | None = None
) -> Ingested:
    """Store a whole batch in transactions of at most `MOST_EVENTS`; the cursor goes with the last of them.

    `older` says that the batch is back-fill, which has a cursor of its own; `asked_at` is when the service was asked.
    """
    total = Ingested()
    *parts, last = _parts(batch.events)
    for events in parts:
        total += await _ingest_part(store, account, events, asked_at=asked_at)
    if older:
        return total + await _ingest_part(store, account, last, older_cursor=batch.cursor, older_done=not batch.more)
    return total + await _ingest_part(store, account, last, cursor=batch.cursor, asked_at=asked_at)


async def _ingest_part(
    store: Store,
    account: AccountId,
    events: Sequence[Event],
    *,
    cursor: JsonObject | None = None,
    older_cursor: JsonObject | None = None,
    older_done: bool = False,
    asked_at: int | None = None,
) -> Ingested:
    if large := [content for content in _contents(events) if not store.blobs.in_row(content)]:
        # Not even for a moment may the disk hold files of whoever was erased.
        events = await store.read(lambda conn: keep_away(conn, source_of(conn, account), events))
        large = [content for content in _contents(events) if not store.blobs.in_row(content)]
    laid = await store.lay_down(large)

    def work(tx: Tx) -> Ingested:
        keep = Keeping(store.blobs, tx, laid)
        ingested = ingest(
            tx,
            account,
            events,
            cursor=cursor,
            older_cursor=older_cursor,
            older_done=older_done,
            keep=keep,
            asked_at=asked_at,
        )
        keep.store()
        return ingested

    return await store.write(work)


def _contents(events: Iterable[Event]) -> Iterator[bytes]:
    """The raw mails and files that came along."""
    for event in events:
        if isinstance(event, MessageSeen):
            yield from filter(None, (event.message.raw, *(file.data for file in event.message.attachments)))


def _parts(events: Sequence[T]) -> Iterator[Sequence[T]]:
    yield events[:MOST_EVENTS]
    for start in range(MOST_EVENTS, len(events), MOST_EVENTS):
        yield events[start : start + MOST_EVENTS]


def _take_messages(work: Work, messages: Sequence[RemoteMessage]) -> dict[Place, MessageId]:
    places: dict[Place, MessageId] = {}
    for arrived in rounds(arrivals(map(marked, messages), work.tx.now)):
        places |= _take_round(work, arrived)
    return places


def _take_round(work: Work, arrived: Sequence[Arrival]) -> dict[Place, MessageId]:
    _settle_ours(work, arrived)
    work.people.meet((one.message.author, one.is_ours) for one in arrived)
    work.people.find_holders(arrived)
    work.people.ask_nothing_of_us(arrived)
    known = tell_apart(work, arrived)
    work.posts.need({one.post for one in arrived if one.post})
    # What is known first: new messages may unite the threads in which the others were found.
    seen = [
        (one, stored) for one in arrived if (stored := known.get(one.remote_id)) and not is_copy_of_ours(one, stored)
    ]
    if seen:
        change_messages(work, seen)
    new = [one for one in arrived if one.remote_id not in known]
    if new:
        add_messages(work, new)
    ids = {one.remote_id: one.id for one in new} | {name: one.id for name, one in known.items()}
    return {place: ids[one.remote_id] for one in arrived if (place := place_of(one.message))}


def _settle_ours(work: Work, arrived: Sequence[Arrival]) -> None:
    """Copies of messages that we sent settle their outbox rows before they are looked for."""
    named = [(one, edge.clean(one.message.key or "") or None) for one in arrived]
    # Nobody knows the key of an act before we send it, so a mail that bears it proves that it was sent.
    ours = [(one.remote_id, key) for one, key in named if one.is_ours or (one.message.claims_us and key)]
    for remote_id, key in awaited(work.tx.conn, work.source.account, ours):
        outbox.arrived(work.tx, work.source.account, remote_id, key)


def _take_the_rest(work: Work, events: Sequence[Event], places: Mapping[Place, MessageId]) -> None:
    describe_conversations(work, [event for event in events if isinstance(event, ConversationSeen)])
    happen_to_messages(work, [event for event in events if isinstance(event, OnMessage)])
    place_messages(
        work,
        places.items(),
        [event for event in events if isinstance(event, LocationGone | FolderRenumbered | FolderListed)],
    )
    _take_gaps(work, events)


def _unite_copies(work: Work) -> None:
    """Also what becomes a copy only now: its text came late, or ours came after what of it came back."""
    touched = copies.keys_of(work.tx.conn, work.added | work.changed)
    work.copies.update(unite(work.tx, work.board, touched))


def _take_gaps(work: Work, events: Sequence[Event]) -> None:
    for event in events:
        match event:
            case GapFound(gap=name):
                since, until = edge.some_moment(event.since), edge.some_moment(event.until)
                gap = ledger.Gap(edge.clean_key(name), since, until, event.can_close, edge.clean(event.reason))
                ledger.find_gap(work.tx, work.source.account, gap)
            case GapClosed(gap=name):
                ledger.close_gap(work.tx, work.source.account, edge.clean_key(name))
            case _:
                continue
