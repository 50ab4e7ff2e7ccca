"""Decisions about conversations: done, open again, snoozed, read, tagged, whose and under which hat."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from inbox_app.domain.errors import NotFound
from inbox_app.domain.ids import ColleagueId, ConversationId, MessageId, OperationId, TagId
from inbox_app.domain.words import Direction, Hat
from inbox_app.i18n import _
from inbox_app.storage import read_marks, reminders, stars
from inbox_app.storage.copies import SHOWN
from inbox_app.storage.deciding import dismiss, restate
from inbox_app.storage.operations import Before, record, remember_columns
from inbox_app.storage.schema import colleague, conversation, conversation_tag, message, tag, unread
from inbox_app.storage.tags import tag_named
from inbox_app.storage.transaction import Tx

_DECISION = ("done_at", "snoozed_until", "snooze_regardless", "reopened_at")


def finish(tx: Tx, me: ColleagueId, wanted: Collection[ConversationId]) -> OperationId:
    """Done: what needed a reply is dismissed, so that only something new opens it again. Returns the decision."""
    before = Before()
    remember_columns(tx.conn, before, wanted, _DECISION)
    before.dismissed = _messages(tx.conn, wanted, message.c.needs_reply)
    dismiss(tx, before.dismissed, dismissed=True)
    reminders.deal_with(tx, me, wanted, before)
    _decide(tx, wanted, done_at=tx.now, snoozed_until=None, snooze_regardless=False, reopened_at=None)
    return record(tx, me, "done", wanted, before)


def reopen(tx: Tx, me: ColleagueId, wanted: Collection[ConversationId]) -> None:
    """Open again, until we answer: what was dismissed needs a reply once more, unless we answered it since."""
    before = Before()
    remember_columns(tx.conn, before, wanted, _DECISION)
    before.wanted_again = _messages(tx.conn, wanted, message.c.dismissed)
    dismiss(tx, before.wanted_again, dismissed=False)
    _decide(tx, wanted, done_at=None, snoozed_until=None, snooze_regardless=False, reopened_at=tx.now)
    record(tx, me, "reopen", wanted, before)


def snooze(tx: Tx, me: ColleagueId, wanted: Collection[ConversationId], until: int, *, regardless: bool) -> None:
    """Out of sight until a moment (ms); something new wakes it earlier, unless `regardless`."""
    before = Before()
    remember_columns(tx.conn, before, wanted, _DECISION)
    reminders.deal_with(tx, me, wanted, before)
    _decide(tx, wanted, snoozed_until=until, snooze_regardless=regardless)
    record(tx, me, "snooze", wanted, before)


def wear(tx: Tx, me: ColleagueId, wanted: Collection[ConversationId], hat: Hat) -> None:
    """Work these conversations under a hat."""
    _change(tx, me, "hat", wanted, hat=hat.value)


def rank(tx: Tx, me: ColleagueId, wanted: Collection[ConversationId], priority: int) -> None:
    """Let these conversations be important (1), or as all others (0); of mails the last one is starred for it."""
    before = Before()
    remember_columns(tx.conn, before, wanted, ("priority",))
    tx.conn.execute(update(conversation).where(conversation.c.id.in_(wanted)).values(priority=priority))
    changed = stars.rank(tx, wanted, important=priority > 0)
    read_marks.tell(tx, changed, starred=priority > 0)
    (before.starred if priority else before.unstarred).extend(changed)
    record(tx, me, "priority", wanted, before)
    tx.touch_conversations(wanted)


def assign(tx: Tx, me: ColleagueId, wanted: Collection[ConversationId], to: ColleagueId | None) -> None:
    """Give these conversations to a colleague, or to nobody.

    Raises:
        NotFound: there is no such colleague.
    """
    if to is not None and tx.conn.execute(select(colleague.c.id).where(colleague.c.id == to)).first() is None:
        raise NotFound(_("There is no colleague {id} in this workspace.").format(id=to))
    _change(tx, me, "assign", wanted, assignee=to)


def mark_read(tx: Tx, me: ColleagueId, wanted: Collection[ConversationId], *, decided: bool = True) -> None:
    """Nothing in these conversations is unread for this colleague any more.

    Without `decided` it was only seen, and there is no decision to take back.
    """
    gone = tx.conn.execute(
        delete(unread)
        .where(unread.c.colleague == me, unread.c.conversation.in_(wanted))
        .returning(unread.c.conversation, unread.c.message)
    ).all()
    if gone:
        read_marks.tell(tx, [MessageId(which) for _one, which in gone], read=True)
        if decided:
            before = Before(made_read=[(ConversationId(one), MessageId(which)) for one, which in gone])
            record(tx, me, "read", {ConversationId(one) for one, _which in gone}, before)
        tx.touch_conversations(ConversationId(one) for one, _which in gone)


def mark_unread(tx: Tx, me: ColleagueId, wanted: Collection[ConversationId]) -> None:
    """The last thing said to us in each conversation is unread again for this colleague."""
    mine = select(unread.c.conversation).where(unread.c.colleague == me, unread.c.conversation.in_(wanted))
    known = set(tx.conn.execute(mine).scalars())
    before = Before()
    for one in wanted:
        last = _last_incoming(tx.conn, one)
        if last is not None and one not in known:
            tx.conn.execute(insert(unread).values(colleague=me, conversation=one, message=last))
            before.made_unread.append((one, last))
    if before:
        read_marks.tell(tx, [which for _one, which in before.made_unread], read=False)
        record(tx, me, "unread", wanted, before)
        tx.touch_conversations(wanted)


def retag(
    tx: Tx, me: ColleagueId, wanted: Collection[ConversationId], put: Collection[str], take: Collection[str]
) -> None:
    """Put tags on conversations (made when new) and take others off."""
    before = Before()
    for name in put:
        marked = tag_named(tx, name)
        has = set(_tagged(tx.conn, marked, wanted))
        before.tags_put += [(one, marked) for one in wanted if one not in has]
    for name in take:
        known = tx.conn.execute(select(tag.c.id).where(func.lower(tag.c.name) == name.lower())).scalar_one_or_none()
        if known is not None:
            before.tags_taken += [(one, TagId(known)) for one in _tagged(tx.conn, TagId(known), wanted)]
    if not before:
        return
    if before.tags_put:
        tx.conn.execute(
            insert(conversation_tag), [{"conversation": one, "tag": marked} for one, marked in before.tags_put]
        )
    for one, marked in before.tags_taken:
        tx.conn.execute(
            delete(conversation_tag).where(conversation_tag.c.conversation == one, conversation_tag.c.tag == marked)
        )
    record(tx, me, "tag", wanted, before)
    tx.touch_conversations(wanted)
    tx.about("tags")


def _change(tx: Tx, me: ColleagueId, kind: str, wanted: Collection[ConversationId], **values: str | int | None) -> None:
    before = Before()
    remember_columns(tx.conn, before, wanted, tuple(values))
    tx.conn.execute(update(conversation).where(conversation.c.id.in_(wanted)).values(**values))
    record(tx, me, kind, wanted, before)
    tx.touch_conversations(wanted)


def _decide(tx: Tx, wanted: Collection[ConversationId], **values: int | bool | None) -> None:
    tx.conn.execute(update(conversation).where(conversation.c.id.in_(wanted)).values(**values))
    restate(tx, wanted)


def _messages(conn: Connection, within: Collection[ConversationId], which: ColumnElement[bool]) -> list[MessageId]:
    found = select(message.c.id).where(message.c.conversation.in_(within), which, SHOWN)
    return [MessageId(one) for one in conn.execute(found).scalars()]


def _last_incoming(conn: Connection, wanted: ConversationId) -> MessageId | None:
    found = conn.execute(
        select(message.c.id)
        .where(
            message.c.conversation == wanted,
            message.c.direction == Direction.INCOMING,
            message.c.context.is_(False),
            message.c.deleted_at.is_(None),
            SHOWN,
        )
        .order_by(message.c.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return None if found is None else MessageId(found)


def _tagged(conn: Connection, marked: TagId, wanted: Collection[ConversationId]) -> list[ConversationId]:
    found = select(conversation_tag.c.conversation).where(
        conversation_tag.c.tag == marked, conversation_tag.c.conversation.in_(wanted)
    )
    return [ConversationId(one) for one in conn.execute(found).scalars()]
