"""Messages as lines: who said what, when and where; and what one member said, on all channels in one line of time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from heapq import merge
from itertools import islice

from sqlalchemy import Connection, func, select

from inbox_app.domain.ids import AccountId, ConversationId, HandleId, MemberId, MessageId
from inbox_app.domain.people import Timeline, TimelineLine
from inbox_app.domain.timecode import from_ms
from inbox_app.domain.words import Direction, Kind
from inbox_app.storage.bulk import one_of
from inbox_app.storage.copies import SHOWN
from inbox_app.storage.people import SHOWN_NAME
from inbox_app.storage.schema import colleague, conversation, handle, member, message, message_text, post
from inbox_app.storage.transaction import Reading

_SNIPPET = 300


def timeline(conn: Reading, whose: MemberId, *, limit: int = 50) -> Timeline:
    """The newest of what a member said to us, on all channels."""
    found = newest_of(conn, handles_of(conn, whose), limit=limit + 1)
    shown = found[:limit]
    return Timeline(lines_of(conn, shown), shown[-1] if len(found) > limit else None)


def handles_of(conn: Connection, whose: MemberId, channel: str = "") -> tuple[HandleId, ...]:
    """The handles of a member, on one channel or on all."""
    mine = select(handle.c.id).where(handle.c.member == whose)
    found = conn.execute(mine.where(handle.c.channel == channel) if channel else mine).scalars()
    return tuple(HandleId(one) for one in found)


def newest_of(
    conn: Connection,
    handles: Iterable[HandleId],
    *,
    limit: int,
    older_than: MessageId | None = None,
    kinds: Collection[Kind] = (),
) -> list[MessageId]:
    """The newest that these handles said to us, in conversations of these kinds or of any."""
    # Each handle has its own place in the index; read apart and merged, a page costs what it shows.
    newest = [_newest(conn, one, older_than, limit, kinds) for one in handles]
    return list(islice(merge(*newest, reverse=True), limit))


def _newest(
    conn: Connection, author: HandleId, older_than: MessageId | None, limit: int, kinds: Collection[Kind]
) -> Sequence[MessageId]:
    wanted = select(message.c.id).where(
        message.c.author == author, message.c.direction == Direction.INCOMING, message.c.context.is_(False), SHOWN
    )
    if kinds:
        within = conversation.c.id == message.c.conversation
        wanted = wanted.join(conversation, within).where(conversation.c.kind.in_(kinds))
    if older_than is not None:
        wanted = wanted.where(message.c.id < older_than)
    return [MessageId(one) for one in conn.execute(wanted.order_by(message.c.id.desc()).limit(limit)).scalars()]


def lines_of(conn: Connection, wanted: Collection[MessageId]) -> tuple[TimelineLine, ...]:
    """These messages as lines, newest first."""
    rows = (
        select(
            message.c.id,
            message.c.conversation,
            message.c.account,
            message.c.author,
            message.c.sent_at,
            message.c.direction,
            message.c.deleted_at,
            message.c.title.label("subject"),
            conversation.c.channel,
            conversation.c.kind,
            conversation.c.title,
            post.c.title.label("post_title"),
            message_text.c.body,
            func.coalesce(colleague.c.name, SHOWN_NAME).label("who"),
            handle.c.avatar_url,
        )
        .join(conversation, conversation.c.id == message.c.conversation)
        .join(handle, handle.c.id == message.c.author)
        .outerjoin(member, member.c.id == handle.c.member)
        .outerjoin(colleague, colleague.c.id == message.c.colleague)
        .outerjoin(post, post.c.id == message.c.post)
        .outerjoin(message_text, message_text.c.id == message.c.id)
        .where(one_of(message.c.id, wanted))
        .order_by(message.c.id.desc())
    )
    return tuple(
        TimelineLine(
            MessageId(row.id),
            ConversationId(row.conversation),
            AccountId(row.account),
            row.channel,
            Kind(row.kind),
            HandleId(row.author),
            from_ms(row.sent_at),
            row.post_title or row.subject or row.title,
            " ".join((row.body or "").split())[:_SNIPPET],
            row.deleted_at is not None,
            row.who,
            row.avatar_url,
            row.direction == Direction.OUTGOING,
        )
        for row in conn.execute(rows)
    )
