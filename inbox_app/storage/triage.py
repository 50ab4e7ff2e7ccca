"""Decisions about conversations: done, open again, snoozed, read, tagged, whose and under which hat."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update

from inbox_app.domain.errors import NotFound
from inbox_app.domain.ids import ColleagueId, ConversationId, MessageId, OperationId, TagId
from inbox_app.domain.words import Direction, Hat, State
from inbox_app.i18n import _
from inbox_app.storage import read_marks, reminders, stars
from inbox_app.storage.copies import SHOWN
from inbox_app.storage.deciding import dismiss, restate
from inbox_app.storage.operations import Before, record, remember_columns
from inbox_app.storage.schema import colleague, conversation, conversation_tag, message, unread
from inbox_app.storage.tags import tag_called, tag_named
from inbox_app.storage.transaction import Tx

Ids = Sequence[ConversationId]
_DECISION = ("done_at", "snoozed_until", "snooze_regardless", "reopened_at")


def to_finish(conn: Connection, me: ColleagueId, wanted: Collection[ConversationId]) -> Ids:
    """Those of them that are not done already, with nothing left that `finish` would deal with."""
    c = conversation.c
    is_done = and_(c.done_at.is_not(None), c.snoozed_until.is_(None), c.reopened_at.is_(None), c.needs_reply_count == 0)
    return _others(conn, wanted, is_done, but=reminders.fired_on(conn, me, wanted))


def to_reopen(conn: Connection, wanted: Collection[ConversationId]) -> Ids:
    """Those of them that are not open already, or in which something was dismissed."""
    some = select(message.c.id).where(message.c.conversation == conversation.c.id, message.c.dismissed, SHOWN)
    return _others(conn, wanted, and_(conversation.c.state == State.OPEN, ~some.exists()))


def to_snooze(
    conn: Connection, me: ColleagueId, wanted: Collection[ConversationId], until: int, *, regardless: bool
) -> Ids:
    """Those of them that are not out of sight until this very moment already."""
    c = conversation.c
    is_so = and_(c.snoozed_until.is_not_distinct_from(until), c.snooze_regardless.is_(regardless))
    return _others(conn, wanted, is_so, but=reminders.fired_on(conn, me, wanted))


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


def wear(tx: Tx, me: ColleagueId, wanted: Collection[ConversationId], hat: Hat) -> Ids:
    """Work these conversations under a hat. Here and below: returns those that were not as they are now."""
    return _change(tx, me, "hat", wanted, hat=hat.value)


def rank(tx: Tx, me: ColleagueId, wanted: Collection[ConversationId], priority: int) -> Ids:
    """Let these conversations be important (1), or as all others (0); of mails the last one is starred for it."""
    changed = _others(tx.conn, wanted, conversation.c.priority == priority)
    if not changed:
        return ()
    before = Before()
    remember_columns(tx.conn, before, wanted, ("priority",))
    tx.conn.execute(update(conversation).where(conversation.c.id.in_(wanted)).values(priority=priority))
    starred = stars.rank(tx, wanted, important=priority > 0)
    read_marks.tell(tx, starred, starred=priority > 0)
    (before.starred if priority else before.unstarred).extend(starred)
    record(tx, me, "priority", wanted, before)
    tx.touch_conversations(wanted)
    return changed


def assign(tx: Tx, me: ColleagueId, wanted: Collection[ConversationId], to: ColleagueId | None) -> Ids:
    """Give these conversations to a colleague, or to nobody.

    Raises:
        NotFound: there is no such colleague.
    """
    if to is not None and tx.conn.execute(select(colleague.c.id).where(colleague.c.id == to)).first() is None:
        raise NotFound(_("There is no colleague {id} in this workspace.").format(id=to))
    return _change(tx, me, "assign", wanted, assignee=to)


def mark_read(tx: Tx, me: ColleagueId, wanted: Collection[ConversationId], *, decided: bool = True) -> Ids:
    """Nothing in these conversations is unread for this colleague any more.

    Without `decided` it was only seen, and there is no decision to take back.
    """
    gone = tx.conn.execute(
        delete(unread)
        .where(unread.c.colleague == me, unread.c.conversation.in_(wanted))
        .returning(unread.c.conversation, unread.c.message)
    ).all()
    touched = {ConversationId(one) for one, _which in gone}
    if gone:
        read_marks.tell(tx, [MessageId(which) for _one, which in gone], read=True)
        if decided:
            before = Before(made_read=[(ConversationId(one), MessageId(which)) for one, which in gone])
            record(tx, me, "read", touched, before)
        tx.touch_conversations(touched)
    return [one for one in wanted if one in touched]


def mark_unread(tx: Tx, me: ColleagueId, wanted: Collection[ConversationId]) -> Ids:
    """The last thing said to us in each conversation is unread again for this colleague."""
    mine = select(unread.c.conversation).where(unread.c.colleague == me, unread.c.conversation.in_(wanted))
    known = set(tx.conn.execute(mine).scalars())
    before = Before()
    for one in wanted:
        last = _last_incoming(tx.conn, one)
        if last is not None and one not in known:
            tx.conn.execute(insert(unread).values(colleague=me, conversation=one, message=last))
            before.made_unread.append((one, last))
    touched = [one for one, _which in before.made_unread]
    if touched:
        read_marks.tell(tx, [which for _one, which in before.made_unread], read=False)
        record(tx, me, "unread", wanted, before)
        tx.touch_conversations(wanted)
    return touched


def retag(
    tx: Tx, me: ColleagueId, wanted: Collection[ConversationId], put: Collection[str], take: Collection[str]
) -> Ids:
    """Put tags on conversations (made when new) and take others off."""
    before = Before()
    for name in put:
        known = tag_called(tx.conn, name)
        marked = known or tag_named(tx, name)
        before.tags_made += [] if known else [marked]
        has = set(_tagged(tx.conn, marked, wanted))
        before.tags_put += [(one, marked) for one in wanted if one not in has]
    for name in take:
        if (known := tag_called(tx.conn, name)) is not None:
            before.tags_taken += [(one, known) for one in _tagged(tx.conn, known, wanted)]
    touched = {one for one, _which in (*before.tags_put, *before.tags_taken)}
    if not touched:
        return ()
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
    return [one for one in wanted if one in touched]


def _change(tx: Tx, me: ColleagueId, kind: str, wanted: Collection[ConversationId], **values: str | int | None) -> Ids:
    is_so = and_(*(conversation.c[name].is_not_distinct_from(value) for name, value in values.items()))
    changed = _others(tx.conn, wanted, is_so)
    if not changed:
        return ()
    before = Before()
    remember_columns(tx.conn, before, wanted, tuple(values))
    tx.conn.execute(update(conversation).where(conversation.c.id.in_(wanted)).values(**values))
    record(tx, me, kind, wanted, before)
    tx.touch_conversations(wanted)
    return changed


def _others(
    conn: Connection,
    wanted: Collection[ConversationId],
    is_so: ColumnElement[bool],
    but: Collection[ConversationId] = (),
) -> Ids:
    """Those that are not so already.

    A decision that changes none is no decision, and leaves nothing to take back. One that changes some is about all of
    them: whoever takes an earlier one back finds that the others were decided of once more since.
    """
    found = select(conversation.c.id).where(conversation.c.id.in_(wanted), is_so)
    already = set(conn.execute(found).scalars()).difference(but)
    return [one for one in wanted if one not in already]


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
