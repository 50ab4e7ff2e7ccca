"""Questions about what was written and has not arrived: drafts and the outbox."""

from __future__ import annotations

from inbox_app.domain.ids import ColleagueId, ConversationId, DraftId, OutboxId
from inbox_app.domain.inbox import OutboxRow
from inbox_app.domain.recipients import written
from inbox_app.storage import address_book, attachments, begun_posts, drafts, outbox_rows
from inbox_app.storage.begun_posts import BegunPost
from inbox_app.storage.blobs import read_whole
from inbox_app.storage.drafts import Draft
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Reading

__all__ = [
    "Draft",
    "beginning",
    "begun_post",
    "draft",
    "draft_of",
    "drafts_of",
    "known_addresses",
    "outbox",
    "outbox_row",
    "own_file",
]


async def draft(store: Store, me: ColleagueId, conversation: ConversationId) -> Draft | None:
    """The colleague's draft for a conversation."""
    return await store.read(lambda conn: drafts.of_conversation(conn, me, conversation))


async def draft_of(store: Store, me: ColleagueId, wanted: DraftId) -> Draft | None:
    """A draft of the colleague's by its id; None where it was sent or thrown away."""
    return await store.read(lambda conn: drafts.one(conn, me, wanted))


async def drafts_of(store: Store, me: ColleagueId) -> tuple[Draft, ...]:
    """All drafts of a colleague, the last touched first."""
    return await store.read(lambda conn: drafts.every(conn, me))


async def outbox(store: Store, *, settled: bool = True) -> tuple[OutboxRow, ...]:
    """The outbox, newest first; without `settled` only what waits, failed or is unconfirmed."""
    return await store.read(lambda conn: outbox_rows.every(conn, settled=settled))


async def outbox_row(store: Store, wanted: OutboxId) -> OutboxRow:
    """One act of the outbox.

    Raises:
        NotFound: there is none with this id.
    """
    return await store.read(lambda conn: outbox_rows.one(conn, wanted))


async def beginning(store: Store, me: ColleagueId) -> tuple[Draft, ...]:
    """The colleague's drafts of mails that begin a conversation, the last touched first."""
    return await store.read(lambda conn: drafts.beginning(conn, me))


async def begun_post(store: Store, me: ColleagueId) -> BegunPost:
    """The post that this colleague has begun; empty where there is none."""
    return await store.read(lambda conn: begun_posts.find(conn, me))


async def own_file(store: Store, wanted: str, most: int) -> bytes | None:
    """The bytes of a file that is attached; None where they are not here, or more than that."""

    def work(conn: Reading) -> bytes | None:
        digest = attachments.here(conn, wanted, most)
        return None if digest is None else read_whole(conn, store.blobs, digest)

    return await store.read(work)


async def known_addresses(store: Store, channel: str, typed: str, *, limit: int = 8) -> tuple[str, ...]:
    """Addresses of people outside, with their names, that begin as typed."""
    found = await store.read(lambda conn: address_book.find(conn, channel, typed, limit))
    return tuple(written([one], "to") for one in found)
