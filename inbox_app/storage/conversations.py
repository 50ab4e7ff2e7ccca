"""The conversation list: pages by keyset, rows by id, counts for the sidebar."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, or_, select, text

from inbox_app.domain.abilities import Abilities
from inbox_app.domain.errors import NotFound
from inbox_app.domain.filters import EVERYTHING, Filter
from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, MessageId, PostId, TagId
from inbox_app.domain.inbox import ConversationPage, ConversationRow, Place, SidebarCounts, Tag
from inbox_app.domain.timecode import from_ms, ms_of
from inbox_app.domain.words import Direction, Hat, Kind, OutboxState, State
from inbox_app.i18n import _
from inbox_app.storage.filters import where
from inbox_app.storage.schema import (
    conversation,
    conversation_tag,
    handle,
    member,
    message,
    outbox,
    participant,
    post,
    reminder,
    tag,
    unread,
)

_NAMES_SHOWN = 4
_CROWD = 200
"""In a conversation with more messages than this only the latest speaker is named: counting all would be slow."""


def page(
    conn: Connection, me: ColleagueId, chosen: Filter = EVERYTHING, *, after: Place | None = None, limit: int = 50
) -> ConversationPage:
    """The next `limit` conversations of a filter, newest first, after a place where an earlier page ended."""
    wanted = _newest_first(select(conversation.c.id, conversation.c.last_message), chosen, me)
    if after is not None:
        wanted = wanted.where(
            or_(
                conversation.c.last_message < after.last_message,
                and_(conversation.c.last_message == after.last_message, conversation.c.id < after.id),
            )
        )
    found = conn.execute(wanted.limit(limit + 1)).all()
    shown = found[:limit]
    next_place = Place(MessageId(shown[-1].last_message), ConversationId(shown[-1].id)) if len(found) > limit else None
    return ConversationPage(rows(conn, me, [ConversationId(row.id) for row in shown]), next_place)


def ids(conn: Connection, me: ColleagueId, chosen: Filter = EVERYTHING) -> list[ConversationId]:
    """All conversations of a filter, newest first: what a list model keeps."""
    wanted = _newest_first(select(conversation.c.id), chosen, me)
    return [ConversationId(found) for found in conn.execute(wanted).scalars()]


def count(conn: Connection, me: ColleagueId, chosen: Filter) -> int:
    """How many conversations a filter selects now."""
    wanted = (
        select(func.count()).select_from(conversation).where(where(chosen, me), conversation.c.merged_into.is_(None))
    )
    return conn.execute(wanted).scalar_one()


def surviving(conn: Connection, wanted: ConversationId) -> ConversationId:
    """The conversation that an id leads to, through any merges.

    Raises:
        NotFound: there is no such conversation.
    """
    current, seen = wanted, {wanted}
    while True:
        row = conn.execute(select(conversation.c.merged_into).where(conversation.c.id == current)).one_or_none()
        if row is None:
            raise NotFound(_("There is no conversation {id} in this workspace.").format(id=wanted))
        if row.merged_into is None or row.merged_into in seen:
            return current
        current = ConversationId(row.merged_into)
        seen.add(current)


def rows(conn: Connection, me: ColleagueId, wanted: Sequence[ConversationId]) -> tuple[ConversationRow, ...]:
    """The rows of these conversations in the order asked for; unknown ids are left out."""
    if not wanted:
        return ()
    found = {row.id: row for row in conn.execute(_ROWS.where(conversation.c.id.in_(wanted)))}
    names = _names(conn, found)
    tags = _tags(conn, wanted)
    unread_counts = _unread_counts(conn, me, wanted)
    reminders = _reminders(conn, wanted)
    return tuple(
        _row(found[one], names[one], tuple(tags[one]), unread_counts.get(one, 0), reminders.get(one))
        for one in wanted
        if one in found
    )


@dataclass(frozen=True, slots=True)
class Facts:
    """What a thread's header needs beyond its row."""

    account: AccountId
    post: PostId | None
    abilities: Abilities
    reply_until: datetime | None


def facts(conn: Connection, wanted: ConversationId) -> Facts:
    """The facts of one conversation that exists."""
    columns = (conversation.c.account, conversation.c.post, conversation.c.abilities, conversation.c.reply_until)
    found = conn.execute(select(*columns).where(conversation.c.id == wanted)).one()
    return Facts(
        AccountId(found.account),
        PostId(found.post) if found.post else None,
        Abilities.from_json(json.loads(found.abilities or "{}")),
        from_ms(found.reply_until) if found.reply_until is not None else None,
    )


def sidebar_counts(conn: Connection, me: ColleagueId) -> SidebarCounts:
    """Every count of the sidebar in a few indexed reads."""
    by_state: defaultdict[State, int] = defaultdict(int)
    by_account: defaultdict[AccountId, int] = defaultdict(int)
    by_hat: defaultdict[Hat, int] = defaultdict(int)
    mine = 0
    for row in conn.execute(_AT_WORK):
        by_state[State(row.state)] += row.n
        if row.state == State.OPEN:
            by_account[AccountId(row.account)] += row.n
            by_hat[Hat(row.hat)] += row.n
            mine += row.n if row.assignee == me else 0
    waiting, problems = _outbox_counts(conn)
    return SidebarCounts(
        dict(by_state),
        dict(by_account),
        dict(by_hat),
        _open_by_tag(conn),
        mine,
        _all_unread(conn, me),
        waiting,
        problems,
    )


def _newest_first(wanted: Select[Any], chosen: Filter, me: ColleagueId) -> Select[Any]:
    # One that the service only described has no message yet, as the stubs of merged ones have none any more.
    return wanted.where(
        where(chosen, me), conversation.c.last_message > 0, conversation.c.merged_into.is_(None)
    ).order_by(conversation.c.last_message.desc(), conversation.c.id.desc())


_last = message.alias("last")
_last_in = message.alias("last_in")
_ROWS = (
    select(
        conversation,
        post.c.title.label("post_title"),
        _last.c.direction.label("last_direction"),
        handle.c.name.label("speaker_name"),
        handle.c.handle.label("speaker_handle"),
        member.c.name.label("speaker_member"),
        member.c.preferred_name.label("speaker_preferred"),
    )
    .outerjoin(post, post.c.id == conversation.c.post)
    .outerjoin(_last, _last.c.id == conversation.c.last_message)
    .outerjoin(_last_in, _last_in.c.id == conversation.c.last_incoming)
    .outerjoin(handle, handle.c.id == _last_in.c.author)
    .outerjoin(member, member.c.id == handle.c.member)
)
# The partial index `ix_conversation_at_work` holds exactly this; its condition must be spelled the same way.
# Stubs of merged conversations are `done`, so they are not counted.
_AT_WORK = (
    select(
        conversation.c.state,
        conversation.c.hat,
        conversation.c.account,
        conversation.c.assignee,
        func.count().label("n"),
    )
    .where(text("conversation.state IN ('open', 'waiting', 'snoozed')"))
    .group_by(conversation.c.state, conversation.c.hat, conversation.c.account, conversation.c.assignee)
)


def _row(
    row: Row[Any], names: tuple[str, ...], tags: tuple[Tag, ...], unread_count: int, due: datetime | None
) -> ConversationRow:
    return ConversationRow(
        id=ConversationId(row.id),
        account=AccountId(row.account),
        channel=row.channel,
        kind=Kind(row.kind),
        title=row.title,
        post_title=row.post_title or "",
        members=names,
        snippet=row.snippet,
        snippet_is_ours=row.last_direction == Direction.OUTGOING,
        state=State(row.state),
        unread=unread_count,
        messages=row.message_count,
        needs_reply=row.needs_reply_count,
        last_at=from_ms(ms_of(row.last_message)),
        last_message=MessageId(row.last_message),
        tags=tags,
        hat=Hat(row.hat),
        reminder=due,
        snoozed_until=from_ms(row.snoozed_until) if row.snoozed_until is not None else None,
        assignee=ColleagueId(row.assignee) if row.assignee else None,
        has_attachments=row.attachment_count > 0,
    )


def _names(conn: Connection, found: dict[str, Row[Any]]) -> defaultdict[str, tuple[str, ...]]:
    """Who speaks in each conversation: the latest from outside, then the most talkative."""
    small = [one for one, row in found.items() if row.message_count <= _CROWD]
    wanted = (
        select(
            participant.c.conversation,
            handle.c.name,
            handle.c.handle,
            member.c.name.label("member"),
            member.c.preferred_name,
        )
        .join(handle, handle.c.id == participant.c.handle)
        .outerjoin(member, member.c.id == handle.c.member)
        .where(participant.c.conversation.in_(small), handle.c.own.is_(False))
        .order_by(participant.c.conversation, participant.c.message_count.desc(), handle.c.handle)
    )
    named: defaultdict[str, list[str]] = defaultdict(list)
    for one, row in found.items():
        if row.speaker_handle:
            named[one].append(row.speaker_preferred or row.speaker_member or row.speaker_name or row.speaker_handle)
    for person in conn.execute(wanted):
        name = person.preferred_name or person.member or person.name or person.handle
        if name not in named[person.conversation] and len(named[person.conversation]) < _NAMES_SHOWN:
            named[person.conversation].append(name)
    return defaultdict(tuple, {one: tuple(names) for one, names in named.items()})


def _tags(conn: Connection, wanted: Iterable[ConversationId]) -> defaultdict[str, list[Tag]]:
    tagged: defaultdict[str, list[Tag]] = defaultdict(list)
    statement = (
        select(conversation_tag.c.conversation, tag)
        .join(tag, tag.c.id == conversation_tag.c.tag)
        .where(conversation_tag.c.conversation.in_(wanted))
        .order_by(tag.c.name)
    )
    for row in conn.execute(statement):
        tagged[row.conversation].append(Tag(TagId(row.id), row.name, row.colour))
    return tagged


def _unread_counts(conn: Connection, me: ColleagueId, wanted: Iterable[ConversationId]) -> dict[str, int]:
    statement = (
        select(unread.c.conversation, func.count())
        .where(unread.c.colleague == me, unread.c.conversation.in_(wanted))
        .group_by(unread.c.conversation)
    )
    return {row[0]: row[1] for row in conn.execute(statement)}


def _reminders(conn: Connection, wanted: Iterable[ConversationId]) -> dict[str, datetime]:
    statement = (
        select(reminder.c.conversation, func.min(reminder.c.due_at))
        .where(reminder.c.done_at.is_(None), reminder.c.conversation.in_(wanted))
        .group_by(reminder.c.conversation)
    )
    return {row[0]: from_ms(row[1]) for row in conn.execute(statement)}


def _open_by_tag(conn: Connection) -> dict[TagId, int]:
    statement = (
        select(conversation_tag.c.tag, func.count())
        .join(conversation, conversation.c.id == conversation_tag.c.conversation)
        .where(conversation.c.state == State.OPEN, conversation.c.merged_into.is_(None))
        .group_by(conversation_tag.c.tag)
    )
    return {TagId(row[0]): row[1] for row in conn.execute(statement)}


def _all_unread(conn: Connection, me: ColleagueId) -> int:
    return conn.execute(select(func.count()).select_from(unread).where(unread.c.colleague == me)).scalar_one()


def _outbox_counts(conn: Connection) -> tuple[int, int]:
    statement = (
        select(outbox.c.state, func.count())
        .where(
            outbox.c.state.in_((OutboxState.QUEUED, OutboxState.SENDING, OutboxState.UNCONFIRMED, OutboxState.FAILED))
        )
        .group_by(outbox.c.state)
    )
    counts = {row[0]: row[1] for row in conn.execute(statement)}
    return (
        counts.get(OutboxState.QUEUED, 0) + counts.get(OutboxState.SENDING, 0),
        counts.get(OutboxState.UNCONFIRMED, 0) + counts.get(OutboxState.FAILED, 0),
    )
