"""The conversation list: pages by keyset, rows by id, counts for the sidebar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    case,
    exists,
    func,
    not_,
    or_,
    select,
    union,
)

from inbox_app.domain.errors import NotFound
from inbox_app.domain.filters import EVERYTHING, Filter, are_snoozed
from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, MessageId, PostId, TagId
from inbox_app.domain.inbox import ConversationPage, ConversationRow, Place, Tag
from inbox_app.domain.timecode import from_ms, ms_of
from inbox_app.domain.words import Direction, Hat, Kind, State
from inbox_app.i18n import _
from inbox_app.storage import joint
from inbox_app.storage.bulk import any_of, one_of
from inbox_app.storage.circles import IS_FIRST
from inbox_app.storage.filters import SHOWN, where
from inbox_app.storage.people import SHOWN_NAME
from inbox_app.storage.prepared import Prepared
from inbox_app.storage.schema import (
    WideInteger,
    conversation,
    conversation_account,
    conversation_tag,
    draft,
    handle,
    member,
    member_link,
    member_tag,
    message,
    note,
    participant,
    post,
    reminder,
    tag,
    unread,
)

_NAMES_SHOWN = 4
_KINDS = {kind.value: kind for kind in Kind}
_STATES = {state.value: state for state in State}
_HATS = {hat.value: hat for hat in Hat}
_CROWD = 200
"""In a conversation with more messages than this only the latest speaker is named: counting all would be slow."""


def page(
    conn: Connection, me: ColleagueId, chosen: Filter = EVERYTHING, *, after: Place | None = None, limit: int = 50
) -> ConversationPage:
    """The next `limit` conversations of a filter, in their order, after a place where an earlier page ended."""
    place = {"last": after.last_message, "id": after.id} if after is not None else {}
    found = _page_question(chosen, me, after is not None, joint.any_joint(conn)).all(conn, {**place, "most": limit + 1})
    shown = [ConversationId(row[0]) for row in found[:limit]]
    next_place = Place(MessageId(found[limit - 1][1]), shown[-1]) if len(found) > limit else None
    return ConversationPage(rows(conn, me, shown), next_place)


def ids(conn: Connection, me: ColleagueId, chosen: Filter = EVERYTHING) -> list[ConversationId]:
    """All conversations of a filter: those whose reminder is due, what is open and important, then in their order."""
    wanted = _in_order(select(conversation.c.id), chosen, me, joint=joint.any_joint(conn))
    found = list(map(ConversationId, conn.execute(wanted).scalars().all()))
    first = [*_DUE.column(conn, {"me": me}), *_IMPORTANT.column(conn)]
    if not first:
        return found
    shown = set(found)
    on_top = dict.fromkeys(ConversationId(one) for one in first if one in shown)
    return [*on_top, *(one for one in found if one not in on_top)]


def count(conn: Connection, me: ColleagueId, chosen: Filter) -> int:
    """How many conversations a filter selects now."""
    wanted = select(func.count()).select_from(conversation).where(where(chosen, me), *SHOWN)
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
    found = {row[0]: row for row in _ROWS.all(conn, {"me": me, "wanted": wanted})}
    names = _names(conn, found)
    tags = _tags(conn, wanted)
    begun = set(_BEGUN.column(conn, {"me": me, "wanted": wanted}))
    noted = set(_NOTED.column(conn, {"wanted": wanted, "small": _small(found)}))
    beside = joint.accounts_beside(conn, [one for one, row in found.items() if row[-1]])
    every = {one: (AccountId(found[one][3]), *also) for one, also in beside.items()}
    handles = joint.handles_of(conn, {one for several in every.values() for one in several})
    return tuple(
        _row(
            found[one],
            names[one],
            tuple(tags[one]),
            begun=one in begun,
            noted=one in noted,
            also=tuple(beside[one]),
            mailboxes=tuple(handles[account] for account in every.get(one, ())),
        )
        for one in wanted
        if one in found
    )


@dataclass(frozen=True, slots=True)
class Facts:
    """What a thread's header needs beyond its row."""

    account: AccountId
    post: PostId | None
    reply_until: datetime | None


def facts(conn: Connection, wanted: ConversationId) -> Facts:
    """The facts of one conversation that exists."""
    columns = (conversation.c.account, conversation.c.post, conversation.c.reply_until)
    found = conn.execute(select(*columns).where(conversation.c.id == wanted)).one()
    return Facts(
        AccountId(found.account),
        PostId(found.post) if found.post else None,
        from_ms(found.reply_until) if found.reply_until is not None else None,
    )


def kind_of(conn: Connection, wanted: ConversationId) -> Kind:
    """What a conversation that exists is."""
    return Kind(conn.execute(select(conversation.c.kind).where(conversation.c.id == wanted)).scalar_one())


@lru_cache(maxsize=64)
def _page_question(chosen: Filter, me: ColleagueId, goes_on: bool, joint: bool) -> Prepared:
    """Kept: a view is asked for again and again, and making its statement takes as long as answering it."""
    at, is_next_first = _place_of(chosen)
    wanted = _in_order(select(conversation.c.id, at), chosen, me, joint=joint)
    if goes_on:
        last, one = bindparam("last", type_=WideInteger), bindparam("id", type_=Text)
        same = at == last
        # The first condition says nothing new, but lets the index begin there.
        if is_next_first:
            wanted = wanted.where(at >= last, or_(at > last, and_(same, conversation.c.id > one)))
        else:
            wanted = wanted.where(at <= last, or_(at < last, and_(same, conversation.c.id < one)))
    return Prepared(wanted.limit(bindparam("most", type_=WideInteger)))


def _in_order(wanted: Select[Any], chosen: Filter, me: ColleagueId, *, joint: bool) -> Select[Any]:
    at, is_next_first = _place_of(chosen)
    order = (at, conversation.c.id) if is_next_first else (at.desc(), conversation.c.id.desc())
    return wanted.where(where(chosen, me, joint=joint), *SHOWN).order_by(*order)


def _place_of(chosen: Filter) -> tuple[ColumnElement[Any], bool]:
    """By what a list is ordered: the newest message first; what is snoozed by its end, the next to come first."""
    return (conversation.c.snoozed_until, True) if are_snoozed(chosen) else (conversation.c.last_message, False)


_last = message.alias("last")
_last_in = message.alias("last_in")
_unread_count = (
    select(func.count())
    .where(unread.c.colleague == bindparam("me"), unread.c.conversation == conversation.c.id)
    .scalar_subquery()
)
_next_reminder = (
    select(func.min(reminder.c.due_at))
    .where(
        reminder.c.done_at.is_(None),
        reminder.c.conversation == conversation.c.id,
        reminder.c.owner == bindparam("me"),
    )
    .scalar_subquery()
)
_how_due = (
    select(func.max(case((reminder.c.late, 2), else_=1)))
    .where(
        reminder.c.done_at.is_(None),
        reminder.c.fired_at.is_not(None),
        reminder.c.conversation == conversation.c.id,
        reminder.c.owner == bindparam("me"),
    )
    .scalar_subquery()
)
"""1 where a reminder is due, 2 where one is late."""
_DUE = Prepared(
    select(reminder.c.conversation)
    .where(
        reminder.c.done_at.is_(None),
        reminder.c.fired_at.is_not(None),
        reminder.c.conversation.is_not(None),
        reminder.c.owner == bindparam("me"),
    )
    .order_by(reminder.c.due_at, reminder.c.id)
)
_IMPORTANT = Prepared(
    select(conversation.c.id)
    .where(conversation.c.state == State.OPEN.value, conversation.c.priority > 0, *SHOWN)
    .order_by(conversation.c.last_message.desc(), conversation.c.id.desc())
)
_ROWS = Prepared(
    # `_row` takes them apart in this order: by name would cost as much as finding them.
    select(
        conversation.c.id,
        conversation.c.message_count,
        SHOWN_NAME,
        conversation.c.account,
        conversation.c.channel,
        conversation.c.kind,
        conversation.c.title,
        post.c.title,
        conversation.c.snippet,
        _last.c.direction,
        conversation.c.state,
        _unread_count,
        conversation.c.needs_reply_count,
        conversation.c.last_message,
        conversation.c.hat,
        _next_reminder,
        conversation.c.snoozed_until,
        conversation.c.assignee,
        conversation.c.attachment_count,
        _how_due,
        handle.c.avatar_url,
        conversation.c.priority,
        conversation.c.reply_until,
        exists().where(conversation_account.c.conversation == conversation.c.id),
    )
    .select_from(conversation)
    .outerjoin(post, post.c.id == conversation.c.post)
    .outerjoin(_last, _last.c.id == conversation.c.last_message)
    .outerjoin(_last_in, _last_in.c.id == conversation.c.last_incoming)
    .outerjoin(handle, handle.c.id == _last_in.c.author)
    .outerjoin(member, member.c.id == handle.c.member)
    .where(any_of(conversation.c.id))
)
_NAMES = Prepared(
    select(participant.c.conversation, SHOWN_NAME)
    .select_from(participant)
    .join(handle, handle.c.id == participant.c.handle)
    .outerjoin(member, member.c.id == handle.c.member)
    .where(any_of(participant.c.conversation), handle.c.own.is_(False))
    .order_by(participant.c.conversation, participant.c.message_count.desc(), handle.c.handle)
)
_TAGS = Prepared(
    select(conversation_tag.c.conversation, tag.c.id, tag.c.name, tag.c.colour)
    .join(tag, tag.c.id == conversation_tag.c.tag)
    .where(any_of(conversation_tag.c.conversation))
    .order_by(tag.c.name)
)


_BEGUN = Prepared(
    select(draft.c.conversation).where(draft.c.colleague == bindparam("me"), any_of(draft.c.conversation))
)


_NOTED = Prepared(
    union(
        select(note.c.conversation).where(any_of(note.c.conversation)),
        select(participant.c.conversation)
        .join(handle, handle.c.id == participant.c.handle)
        .join(note, note.c.member == handle.c.member)
        .where(any_of(participant.c.conversation, "small")),
        select(participant.c.conversation)
        .join(member_link, member_link.c.handle == participant.c.handle)
        .join(note, note.c.member == member_link.c.from_member)
        .where(any_of(participant.c.conversation, "small"), IS_FIRST),
    )
)
"""Conversations with a note on them, or on somebody who speaks in them."""


def _row(
    row: Sequence[Any],
    names: tuple[str, ...],
    tags: tuple[Tag, ...],
    *,
    begun: bool,
    noted: bool,
    also: tuple[AccountId, ...],
    mailboxes: tuple[str, ...],
) -> ConversationRow:
    one, messages, _, account, channel, kind, title, post_title, snippet, last_direction, state, *rest = row
    (
        unread_count,
        needs_reply,
        last_message,
        hat,
        reminded,
        snoozed,
        assignee,
        attachments,
        due,
        avatar,
        priority,
        reply_until,
        _joint,
    ) = rest
    return ConversationRow(
        id=one,
        account=account,
        channel=channel,
        kind=_KINDS[kind],
        title=title,
        post_title=post_title or "",
        members=names,
        snippet=snippet,
        snippet_is_ours=last_direction == Direction.OUTGOING,
        state=_STATES[state],
        unread=unread_count,
        messages=messages,
        needs_reply=needs_reply,
        last_at=from_ms(ms_of(last_message)),
        last_message=last_message,
        tags=tags,
        hat=_HATS[hat],
        reminder=None if reminded is None else from_ms(reminded),
        snoozed_until=None if snoozed is None else from_ms(snoozed),
        assignee=assignee,
        has_attachments=attachments > 0,
        has_draft=begun,
        has_notes=noted,
        is_due=due is not None,
        is_late=due == 2,
        avatar_url=avatar or "",
        also=also,
        is_important=priority > 0,
        mailboxes=mailboxes,
        reply_until=None if reply_until is None else from_ms(reply_until),
    )


def _names(conn: Connection, found: dict[str, Sequence[Any]]) -> dict[str, tuple[str, ...]]:
    """Who speaks in each conversation: the latest from outside, then the most talkative."""
    named = {one: [row[2]] if row[2] else [] for one, row in found.items()}
    for one, name in _NAMES.all(conn, {"wanted": _small(found)}):
        names = named[one]
        if name not in names and len(names) < _NAMES_SHOWN:
            names.append(name)
    return {one: tuple(names) for one, names in named.items()}


def _small(found: dict[str, Sequence[Any]]) -> list[str]:
    return [one for one, row in found.items() if row[1] <= _CROWD]


_ON_MEMBERS_ALONE = and_(
    select(member_tag.c.tag).where(member_tag.c.tag == tag.c.id).exists(),
    not_(select(conversation_tag.c.tag).where(conversation_tag.c.tag == tag.c.id).exists()),
).label("on_members_alone")


def every_tag(conn: Connection) -> tuple[Tag, ...]:
    """All tags there are, by name."""
    rows = conn.execute(select(tag.c.id, tag.c.name, tag.c.colour, _ON_MEMBERS_ALONE).order_by(tag.c.name))
    return tuple(Tag(TagId(row.id), row.name, row.colour, bool(row.on_members_alone)) for row in rows)


def common_tags(conn: Connection, wanted: Sequence[ConversationId]) -> frozenset[str]:
    """The names of the tags that every one of these has."""
    rows = conn.execute(
        select(tag.c.name)
        .join(conversation_tag, conversation_tag.c.tag == tag.c.id)
        .where(one_of(conversation_tag.c.conversation, wanted))
        .group_by(tag.c.id, tag.c.name)
        .having(func.count() == len(set(wanted)))
    )
    return frozenset(rows.scalars())


def is_any_under(conn: Connection, wanted: Sequence[ConversationId], hat: Hat) -> bool:
    """Whether one of these is worked under this hat."""
    under = select(conversation.c.id).where(one_of(conversation.c.id, wanted), conversation.c.hat == hat.value)
    return conn.execute(under.limit(1)).first() is not None


def _tags(conn: Connection, wanted: Sequence[ConversationId]) -> defaultdict[str, list[Tag]]:
    tagged: defaultdict[str, list[Tag]] = defaultdict(list)
    for one, which, name, colour in _TAGS.all(conn, {"wanted": wanted}):
        tagged[one].append(Tag(TagId(which), name, colour))
    return tagged
