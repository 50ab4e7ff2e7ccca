"""Reading a conversation: stretches of its messages with everything that hangs on them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, or_, select

from inbox_app.domain.abilities import Abilities
from inbox_app.domain.errors import NotFound
from inbox_app.domain.ids import (
    AccountId,
    ColleagueId,
    ConversationId,
    HandleId,
    MemberId,
    MessageId,
    PostId,
)
from inbox_app.domain.inbox import AttachmentRow, AuthorRow, MessageRow, OutboxRow, PostRow
from inbox_app.domain.marks import Delivery, stored_marks
from inbox_app.domain.poll import stored_poll
from inbox_app.domain.thread_order import order_thread
from inbox_app.domain.timecode import from_ms
from inbox_app.domain.words import Direction, Kind, MessageState
from inbox_app.i18n import _
from inbox_app.storage import asides, copies, outbox_rows
from inbox_app.storage.bulk import any_of
from inbox_app.storage.copies import SHOWN
from inbox_app.storage.schema import (
    attachment,
    handle,
    member,
    message,
    message_text,
    post,
    unread,
)


def stretch(
    conn: Connection, conversation: ConversationId, *, before: MessageId | None = None, limit: int = 200
) -> tuple[list[MessageId], bool]:
    """The newest `limit` message ids (before one), oldest first, and whether there are earlier ones."""
    wanted = select(message.c.id).where(message.c.conversation == conversation, SHOWN).order_by(message.c.id.desc())
    if before is not None:
        wanted = wanted.where(message.c.id < before)
    found = [MessageId(one) for one in conn.execute(wanted.limit(limit + 1)).scalars()]
    return found[:limit][::-1], len(found) > limit


def newer_than(conn: Connection, conversation: ConversationId, wanted: MessageId) -> int:
    """How many messages of a conversation are newer than this one."""
    return conn.execute(
        select(func.count()).where(message.c.conversation == conversation, message.c.id > wanted, SHOWN)
    ).scalar_one()


def with_parents(conn: Connection, wanted: Sequence[MessageId]) -> list[MessageId]:
    """The messages and all that they answer, however old: an answer never stands without what it answers."""
    known = set(wanted)
    missing = set(wanted)
    while missing:
        parents = conn.execute(_PARENTS, {"wanted": missing})
        missing = {MessageId(one) for one in parents.scalars().all()} - known
        known |= missing
    return sorted(known)


def rows(conn: Connection, me: ColleagueId, kind: Kind, wanted: Sequence[MessageId]) -> tuple[MessageRow, ...]:
    """These messages in thread order, with authors, attachments, reactions and what waits in the outbox."""
    found = {MessageId(row.id): row for row in conn.execute(_ROWS, {"wanted": wanted}).all()}
    parents = {one: row.parent for one, row in found.items()}
    instead = copies.originals_of(conn, {parent for parent in parents.values() if parent is not None})
    parents = {one: instead.get(parent, parent) for one, parent in parents.items()}
    order = order_thread(kind, parents)
    attachments = _attachments(conn, found)
    waiting = outbox_rows.of_messages(conn, found)
    not_read = _unread(conn, me, found)
    holders = copies.accounts_of(conn, found)
    said = [
        _row(found[one], parents[one], depth, tuple(attachments[one]), waiting.get(one), one in not_read, holders[one])
        for one, depth in order
    ]
    elsewhere = asides.said_in_public(conn, found) if kind is Kind.DIRECT else asides.answered_alone(conn, found)
    return _with_failures([replace(one, aside=elsewhere[one.id]) if one.id in elsewhere else one for one in said])


def one(conn: Connection, me: ColleagueId, wanted: MessageId) -> MessageRow:
    """A single message.

    Raises:
        NotFound: there is none with this id.
    """
    found = rows(conn, me, Kind.MAIL, [wanted])
    if not found:
        raise NotFound(_("There is no message {id} in this workspace.").format(id=wanted))
    return found[0]


def authors(conn: Connection, wanted: Sequence[MessageId]) -> dict[MessageId, AuthorRow]:
    """Who wrote these messages."""
    found: Sequence[Any] = conn.execute(_AUTHORS, {"wanted": wanted}).all()
    return {MessageId(row.id): _author(row) for row in found}


def post_row(conn: Connection, wanted: PostId) -> PostRow | None:
    """The post of this id, if it is there."""
    return post_rows(conn, [wanted]).get(wanted)


def post_rows(conn: Connection, wanted: Collection[PostId]) -> dict[PostId, PostRow]:
    """Those of these posts that are there."""
    if not wanted:
        return {}
    return {PostId(row.id): _post(row) for row in conn.execute(_POSTS, {"wanted": wanted})}


def conversation_of(conn: Connection, wanted: MessageId) -> ConversationId | None:
    """Where a message is shown; None where there is no such message."""
    found = conn.execute(select(message.c.conversation).where(message.c.id == wanted)).scalar_one_or_none()
    return None if found is None else ConversationId(found)


def to_answer(conn: Connection, conversation: ConversationId) -> MessageId | None:
    """What a reply without a target answers: the newest message that needs a reply, else the last from outside.

    Where nobody outside has spoken it is the last of ours that is there. A delivery report is not answered while
    anything else is there.
    """
    known = select(message.c.id).where(
        message.c.conversation == conversation, message.c.remote_id.is_not(None), message.c.deleted_at.is_(None), SHOWN
    )
    newest = known.order_by(message.c.id.desc()).limit(1)
    theirs = newest.where(message.c.direction == Direction.INCOMING, message.c.context.is_(False))
    no_report = or_(message.c.marks.is_(None), message.c.marks.not_like('%"deliveries"%'))
    asking = theirs.where(message.c.needs_reply)
    for wanted in (asking.where(no_report), theirs.where(no_report), newest.where(no_report), newest):
        found = conn.execute(wanted).scalar_one_or_none()
        if found is not None:
            return MessageId(found)
    return None


_ROWS = (
    select(
        message,
        message_text.c.body,
        handle.c.handle,
        handle.c.name.label("handle_name"),
        handle.c.avatar_url,
        handle.c.member,
        handle.c.own,
        member.c.name.label("member_name"),
        member.c.preferred_name,
    )
    .join(handle, handle.c.id == message.c.author)
    .outerjoin(member, member.c.id == handle.c.member)
    .outerjoin(message_text, message_text.c.id == message.c.id)
    .where(any_of(message.c.id))
)
_POSTS = (
    select(post, handle.c.name, handle.c.handle, handle.c.avatar_url)
    .outerjoin(handle, handle.c.id == post.c.author)
    .where(any_of(post.c.id))
)
_AUTHORS = (
    select(
        message.c.id,
        message.c.author,
        handle.c.handle,
        handle.c.name.label("handle_name"),
        handle.c.avatar_url,
        handle.c.member,
        member.c.name.label("member_name"),
        member.c.preferred_name,
    )
    .join(handle, handle.c.id == message.c.author)
    .outerjoin(member, member.c.id == handle.c.member)
    .where(any_of(message.c.id))
)
_PARENTS = select(message.c.parent).where(any_of(message.c.id), message.c.parent.is_not(None))
_FILES = select(attachment).where(any_of(attachment.c.message)).order_by(attachment.c.position)
_NOT_READ = select(unread.c.message).where(unread.c.colleague == bindparam("me"), any_of(unread.c.message))


def _post(row: Row[Any]) -> PostRow:
    return PostRow(
        PostId(row.id),
        AccountId(row.account),
        row.title,
        row.text,
        row.name or row.handle or "",
        row.url,
        row.picture_url,
        from_ms(row.published_at),
        row.comment_count,
        row.reaction_count,
        row.deleted_at is not None,
        row.avatar_url or "",
        stored_poll(row.poll),
    )


def _row(
    row: Row[Any],
    parent: MessageId | None,
    depth: int,
    attachments: tuple[AttachmentRow, ...],
    waiting: OutboxRow | None,
    not_read: bool,
    also: Sequence[AccountId],
) -> MessageRow:
    return MessageRow(
        id=MessageId(row.id),
        conversation=ConversationId(row.conversation),
        parent=parent,
        depth=depth,
        remote_id=row.remote_id,
        author=_author(row),
        direction=Direction(row.direction),
        state=MessageState(row.state),
        sent_at=from_ms(row.sent_at),
        edited_at=_moment(row.edited_at),
        deleted_at=_moment(row.deleted_at),
        hidden=row.hidden,
        context=row.context,
        needs_reply=row.needs_reply,
        unread=not_read,
        title=row.title,
        text=row.body or "",
        html=row.html,
        url=row.url,
        recipients=tuple(tuple(one) for one in json.loads(row.recipients or "[]")),
        attachments=attachments,
        reactions=_reactions(row.reactions),
        abilities=Abilities.from_json(json.loads(row.abilities or "{}")),
        outbox=waiting,
        marks=stored_marks(row.marks),
        accounts=(AccountId(row.account), *also),
        reacted=frozenset(json.loads(row.reactions or "{}").get("ours", ())),
    )


def _with_failures(said: Sequence[MessageRow]) -> tuple[MessageRow, ...]:
    """Each message with what delivery reports say of it, in whatever order they came."""
    failures: defaultdict[MessageId, list[Delivery]] = defaultdict(list)
    for one in said:
        if one.parent is not None and one.direction is Direction.INCOMING:
            failures[one.parent] += one.marks.failures
    if not any(failures.values()):
        return tuple(said)
    ours = Direction.OUTGOING
    return tuple(
        replace(one, undelivered=tuple(dict.fromkeys(failures[one.id]))) if one.direction is ours else one
        for one in said
    )


def _author(row: Row[Any]) -> AuthorRow:
    name = row.preferred_name or row.member_name or row.handle_name or row.handle
    return AuthorRow(
        HandleId(row.author), row.handle, name, MemberId(row.member) if row.member else None, row.avatar_url
    )


def _reactions(stored: str | None) -> tuple[tuple[str, int], ...]:
    counts: Mapping[str, int] = json.loads(stored or "{}").get("counts", {})
    return tuple((name, count) for name, count in counts.items() if count)


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_ms(milliseconds)


def _attachments(conn: Connection, messages: Iterable[MessageId]) -> defaultdict[MessageId, list[AttachmentRow]]:
    files: defaultdict[MessageId, list[AttachmentRow]] = defaultdict(list)
    for row in conn.execute(_FILES, {"wanted": list(messages)}).all():
        files[MessageId(row.message)].append(
            AttachmentRow(
                row.id,
                row.name,
                row.media_type,
                row.size,
                row.description,
                row.content_id,
                row.inline,
                row.blob is not None,
            )
        )
    return files


def _unread(conn: Connection, me: ColleagueId, messages: Iterable[MessageId]) -> frozenset[MessageId]:
    found = conn.execute(_NOT_READ, {"me": me, "wanted": list(messages)})
    return frozenset(MessageId(one) for one in found.scalars().all())
