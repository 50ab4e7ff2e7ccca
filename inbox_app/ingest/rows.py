"""From a message of the contract to the values of its rows."""

from __future__ import annotations

from collections.abc import Mapping

from inbox_app.contract.remote import Location, RemoteAttachment, RemoteMessage
from inbox_app.domain.ids import ConversationId, HandleId, MessageId, PostId, ThreadId, new_id
from inbox_app.domain.words import MessageState
from inbox_app.ingest import edge
from inbox_app.ingest.arrival import Arrival
from inbox_app.ingest.work import Work
from inbox_app.storage.arrivals import Facts, MessageRow, TextRow
from inbox_app.storage.attachments import StoredAttachment
from inbox_app.storage.locations import Place
from inbox_app.storage.search_index import facet_words

_NONE: Mapping[str, StoredAttachment] = {}


def message_row(
    work: Work, one: Arrival, thread: ThreadId, conversation: ConversationId, post: PostId | None, author: HandleId
) -> MessageRow:
    """The row of a new message; parent and what it needs are still to be found out."""
    said = one.message
    return {
        "id": one.id,
        "account": work.source.account,
        "remote_id": one.remote_id,
        "thread": thread,
        "conversation": conversation,
        "placed": False,
        "parent": None,
        "parent_remote_id": one.parent,
        "post": post,
        "author": author,
        "direction": said.direction.value,
        "state": (MessageState.DELIVERED if one.is_ours else MessageState.RECEIVED).value,
        "sent_at": one.sent_at,
        "received_at": work.tx.now,
        "edited_at": edge.some_moment(said.edited_at),
        "hidden": said.hidden,
        "context": said.context,
        "history": said.history,
        "needs_work": one.asks or one.of_us,
        "dismissed": one.of_us and one.copy_of is None,
        "needs_reply": one.asks,
        "ours_below": one.is_ours,
        "title": one.title,
        **facts(said),
        "raw": kept(work, said.raw),
    }


def facts(said: RemoteMessage) -> Facts:
    """What is stored as it comes and replaced when it comes differently."""
    return {
        "html": edge.clean_html(said.html),
        "url": edge.clean_url(said.url),
        "recipients": edge.to_json([(one.role, one.handle, one.name) for one in said.recipients]),
        "abilities": edge.to_json(said.abilities.to_json()) if said.abilities else None,
        "extra": edge.to_json(said.extra),
        "copy_key": edge.clean_key(said.copy_key) if said.copy_key else None,
        "marks": edge.to_json(said.marks.to_json()),
    }


def text_row(work: Work, one: Arrival) -> TextRow:
    """The row of the text, with the words that the full text finds it by."""
    author = work.people[one.author]
    files = (edge.clean(file.name) for file in one.message.attachments)
    return {
        "id": one.id,
        "body": one.text,
        "people": " ".join(filter(None, (author.name, author.handle, one.title, *files))),
        "facets": facet_words(work.source.channel, work.source.account),
    }


def kept(work: Work, content: bytes | None) -> str | None:
    """The digest of content that is kept with this transaction; None where nothing came, or nothing keeps it."""
    return work.keep(content) if content is not None and work.keep is not None else None


def attachment_rows(
    work: Work, said: RemoteMessage, of: MessageId, stored: Mapping[str, StoredAttachment] = _NONE
) -> list[StoredAttachment]:
    """The files of a message, each under a name of its own; ids and bytes that are `stored` stay what they are."""
    rows: dict[str, StoredAttachment] = {}
    for position, one in enumerate(said.attachments):
        name = edge.clean_key(one.remote_id) or f"part-{position if one.part is None else one.part}"
        if name not in rows:
            rows[name] = row = _attachment_row(one, name, position, of)
            old = stored.get(name)
            row.id = old.id if old else row.id
            row.blob = old.blob if old and old.blob else kept(work, one.data)
    return list(rows.values())


def _attachment_row(one: RemoteAttachment, remote_id: str, position: int, of: MessageId) -> StoredAttachment:
    return StoredAttachment(
        id=new_id(),
        message=of,
        remote_id=remote_id,
        position=position,
        name=edge.clean(one.name),
        media_type=edge.clean(one.media_type, edge.NAME),
        size=edge.number(one.size),
        description=edge.clean(one.description, edge.TEXT),
        url=edge.clean_url(one.url),
        content_id=edge.clean(one.content_id),
        inline=one.inline,
        part=None if one.part is None else edge.number(one.part),
        blob=None,
    )


def place_of(said: RemoteMessage) -> Place | None:
    """Where a mail was seen."""
    return place_at(said.location) if said.location else None


def place_at(location: Location) -> Place:
    """A place under numbers that IMAP knows (32 bits); others mean nothing and hurt nobody."""
    return Place(edge.clean_key(location.folder), location.validity % 2**32, location.uid % 2**32)
