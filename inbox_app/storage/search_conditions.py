"""The operators of a search, as conditions on `message`; the same on both databases."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, or_, select

from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.search_query import Has, Is, SearchQuery
from inbox_app.domain.timecode import first_id
from inbox_app.domain.words import Direction, State
from inbox_app.storage.bulk import one_of
from inbox_app.storage.copies import SHOWN
from inbox_app.storage.schema import (
    account,
    attachment,
    conversation,
    conversation_tag,
    handle,
    member,
    member_tag,
    message,
    note,
    tag,
    unread,
)

Condition = ColumnElement[bool]

_STATES = {Is.OPEN: State.OPEN, Is.WAITING: State.WAITING, Is.SNOOZED: State.SNOOZED, Is.DONE: State.DONE}
_DIRECTIONS = {Is.IN: Direction.INCOMING, Is.OUT: Direction.OUTGOING}
_OURSELVES = "me"
_FEW_AUTHORS = 200


def plain(column: ColumnElement[str] | str) -> ColumnElement[str]:
    """The text without case and accents; a function of both databases."""
    return func.portavoce_plain(column)


def holds(column: ColumnElement[str], part: str) -> Condition:
    """Whether a part, as typed, occurs in a text, case and accents apart."""
    escaped = part.replace("/", "//").replace("%", "/%").replace("_", "/_")
    return plain(column).like(literal("%") + plain(escaped) + literal("%"), escape="/")


def date_limits(query: SearchQuery, message_id: ColumnElement[int]) -> list[Condition]:
    """The dates, as limits of the time-coded id."""
    limits = []
    if query.before is not None:
        limits.append(message_id < first_id(query.before))
    if query.after is not None:
        limits.append(message_id >= first_id(query.after))
    return limits


def about_messages(query: SearchQuery, me: ColleagueId, authors: Collection[str]) -> list[Condition]:
    """What is asked of the message itself; `authors` are the handles that `from:` names."""
    conditions: list[Condition] = [SHOWN]
    if query.from_:
        # Few are looked up; for many the newest messages are read until there is a page, hence added to nothing.
        author = message.c.author if len(authors) <= _FEW_AUTHORS else message.c.author + ""
        conditions.append(one_of(author, authors))
    if query.channels:
        conditions.append(message.c.account.in_(select(account.c.id).where(account.c.channel.in_(query.channels))))
    if query.accounts:
        ours = or_(*(holds(account.c.handle, name) for name in query.accounts))
        conditions.append(message.c.account.in_(select(account.c.id).where(ours)))
    if directions := [_DIRECTIONS[i] for i in query.is_ if i in _DIRECTIONS]:
        conditions.append(message.c.direction.in_(directions))
    if Is.UNREAD in query.is_:
        conditions.append(message.c.id.in_(select(unread.c.message).where(unread.c.colleague == me)))
    if Has.ATTACHMENT in query.has:
        conditions.append(select(attachment.c.id).where(attachment.c.message == message.c.id).exists())
    return conditions


def about_conversations(query: SearchQuery, me: ColleagueId) -> list[Condition]:
    """What is asked of the conversation: it changes often and usually leaves few."""
    conditions: list[Condition] = []
    if states := [_STATES[i] for i in query.is_ if i in _STATES]:
        conditions.append(conversation.c.state.in_(states))
    if Is.MINE in query.is_:
        conditions.append(conversation.c.assignee == me)
    if query.tags:
        conditions.append(_carries(or_(*(plain(tag.c.name) == plain(name) for name in query.tags))))
    if Has.TAG in query.has:
        conditions.append(_carries(and_(tag.c.id == tag.c.id)))
    if Has.NOTE in query.has:
        conditions.append(conversation.c.id.in_(select(note.c.conversation).where(note.c.conversation.is_not(None))))
    return conditions


def conversations(conditions: Iterable[Condition]) -> Select[str]:
    """The ids of the conversations for which all this holds."""
    return select(conversation.c.id).where(conversation.c.merged_into.is_(None), *conditions)


def in_such(conditions: Iterable[Condition]) -> Condition:
    """Whether the message stands in such a conversation, asked of each message, so that a page ends early."""
    return (
        select(conversation.c.id)
        .where(conversation.c.id == message.c.conversation, *conditions)
        .correlate(message)
        .exists()
    )


def handles_named(conn: Connection, names: Iterable[str]) -> Sequence[str]:
    """The handles that `from:` may mean. Asked by itself, as it reads every name there is: once is enough."""
    text = handle.c.handle + " " + handle.c.name + " " + func.coalesce(member.c.name, "")
    named = or_(*(handle.c.own if name.lower() == _OURSELVES else holds(text, name) for name in names))
    found = select(handle.c.id).select_from(handle.outerjoin(member, member.c.id == handle.c.member)).where(named)
    return conn.execute(found).scalars().all()


def _carries(tags: Condition) -> Condition:
    """Conversations with such a tag, or with a message by a member who has it."""
    on_conversation = select(conversation_tag.c.conversation).join(tag, tag.c.id == conversation_tag.c.tag).where(tags)
    by_member = (
        select(message.c.conversation)
        .join(handle, handle.c.id == message.c.author)
        .join(member_tag, member_tag.c.member == handle.c.member)
        .join(tag, tag.c.id == member_tag.c.tag)
        .where(tags)
    )
    return or_(conversation.c.id.in_(on_conversation), conversation.c.id.in_(by_member))
