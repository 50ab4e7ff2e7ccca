"""A view's filter as SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select, true

from inbox_app.domain.filters import All, Any, By, Filter, Is, Not
from inbox_app.domain.ids import ColleagueId
from inbox_app.storage.dialect import holds
from inbox_app.storage.schema import (
    conversation,
    conversation_account,
    conversation_tag,
    handle,
    member_tag,
    message,
    participant,
    reminder,
    tag,
    unread,
)

Clause = ColumnElement[bool]

SHOWN: tuple[Clause, ...] = (conversation.c.last_message > 0, conversation.c.merged_into.is_(None))
"""What lists show: not one that the service only described so far, nor the stub of one that was merged."""


def where(tree: Filter, me: ColleagueId, *, joint: bool = True) -> Clause:
    """The condition of `tree` on table `conversation`, as colleague `me` sees it.

    Without `joint` no conversation shows a second account's mails, which lets an index answer for one account.
    """
    match tree:
        case Is(By.ACCOUNT, values) if not joint:
            return _column("account")(values, me)
        case Is(by, values):
            return _CONDITIONS[by](values, me)
        case All(parts):
            return and_(true(), *(where(part, me, joint=joint) for part in parts))
        case Any(parts):
            return or_(false(), *(where(part, me, joint=joint) for part in parts))
        case Not(part):
            # What is unknown, as whose a conversation is that nobody has, is not so.
            return not_(func.coalesce(where(part, me, joint=joint), false()))


def _column(name: str) -> Callable[[tuple[str, ...], ColleagueId], Clause]:
    def condition(values: tuple[str, ...], _me: ColleagueId) -> Clause:
        column = conversation.c[name]
        return column == values[0] if len(values) == 1 else column.in_(values)

    return condition


def _with_account(values: tuple[str, ...], _me: ColleagueId) -> Clause:
    """An account's own conversations, and those of others that show its mails too."""
    beside = select(conversation_account.c.conversation).where(conversation_account.c.account.in_(values))
    return or_(_column("account")(values, _me), conversation.c.id.in_(beside))


def _tagged(values: tuple[str, ...], _me: ColleagueId) -> Clause:
    tagged = select(conversation_tag.c.conversation).where(conversation_tag.c.tag.in_(_tags(values)))
    return conversation.c.id.in_(tagged)


def _with_tagged_member(values: tuple[str, ...], _me: ColleagueId) -> Clause:
    members = select(member_tag.c.member).where(member_tag.c.tag.in_(_tags(values)))
    return _taken_part_in(handle.c.member.in_(members))


def _tags(values: tuple[str, ...]) -> Select[tuple[str]]:
    """The tags of these names or ids."""
    named = func.lower(tag.c.name).in_([one.lower() for one in values])
    return select(tag.c.id).where(or_(tag.c.id.in_(values), named))


def _with_member(values: tuple[str, ...], _me: ColleagueId) -> Clause:
    return _taken_part_in(handle.c.member.in_(values))


def _taken_part_in(by: Clause) -> Clause:
    handles = select(handle.c.id).where(by)
    return conversation.c.id.in_(select(participant.c.conversation).where(participant.c.handle.in_(handles)))


def _mine(_values: tuple[str, ...], me: ColleagueId) -> Clause:
    return conversation.c.assignee == me


def _unread(_values: tuple[str, ...], me: ColleagueId) -> Clause:
    return conversation.c.id.in_(select(unread.c.conversation).where(unread.c.colleague == me))


def _reminded(_values: tuple[str, ...], me: ColleagueId) -> Clause:
    due = select(reminder.c.conversation).where(
        reminder.c.conversation.is_not(None), reminder.c.done_at.is_(None), reminder.c.owner == me
    )
    return conversation.c.id.in_(due)


def _with_attachment(_values: tuple[str, ...], _me: ColleagueId) -> Clause:
    return conversation.c.attachment_count > 0


def _hidden(_values: tuple[str, ...], _me: ColleagueId) -> Clause:
    hidden = select(message.c.conversation).where(holds(message.c.hidden), message.c.deleted_at.is_(None))
    return conversation.c.id.in_(hidden)


def _first(_values: tuple[str, ...], _me: ColleagueId) -> Clause:
    return conversation.c.priority > 0


_CONDITIONS: Mapping[By, Callable[[tuple[str, ...], ColleagueId], Clause]] = {
    By.STATE: _column("state"),
    By.ACCOUNT: _with_account,
    By.CHANNEL: _column("channel"),
    By.KIND: _column("kind"),
    By.HAT: _column("hat"),
    By.ASSIGNEE: _column("assignee"),
    By.POST: _column("post"),
    By.TAG: _tagged,
    By.MEMBER: _with_member,
    By.MEMBER_TAG: _with_tagged_member,
    By.MINE: _mine,
    By.UNREAD: _unread,
    By.HAS_REMINDER: _reminded,
    By.HAS_ATTACHMENT: _with_attachment,
    By.PRIORITY: _first,
    By.HIDDEN: _hidden,
}
