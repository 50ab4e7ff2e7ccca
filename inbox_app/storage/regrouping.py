"""What a person joins and takes apart: recorded with what moved, so that it can be put back however much later.

The protocol's threads stay what they are. A join lets the threads of one conversation be shown in another, so what
arrives later follows; a split marks messages as placed by a person, and ingest lets their answers follow them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from inbox_app.domain.errors import NotFound, Refused
from inbox_app.domain.ids import ColleagueId, ConversationId, MessageId, new_id
from inbox_app.domain.words import Kind
from inbox_app.i18n import _
from inbox_app.storage import joint, merging, participants, stars
from inbox_app.storage.bulk import any_of
from inbox_app.storage.dialect import insert_or
from inbox_app.storage.operations import Before, Columns, record
from inbox_app.storage.recounting import recount
from inbox_app.storage.schema import (
    conversation,
    conversation_tag,
    draft,
    message,
    note,
    operation,
    operation_on,
    outbox,
    reminder,
    tag,
    thread,
    unread,
)
from inbox_app.storage.transaction import Tx

_OWN = (note, reminder, draft)
"""What hangs on a conversation by itself, and not on one of its messages."""
_COPIED = (
    "account",
    "channel",
    "kind",
    "post",
    "title",
    "state",
    "hat",
    "assignee",
    "priority",
    "abilities",
    "reply_until",
    "every_message",
)
_DECIDED = ("done_at", "snoozed_until", "snooze_regardless", "reopened_at")


def merge(tx: Tx, me: ColleagueId, into: ConversationId, gone: ConversationId) -> None:
    """Let everything of a conversation be shown in another.

    Raises:
        Refused: they are one already, or belong to different accounts or kinds.
    """
    rows = _rows(tx.conn, into, gone)
    _refuse_strangers(rows[into], rows[gone])
    before = Before()
    before.conversations[gone] = {name: rows[gone][name] for name in ("merged_into", *_DECIDED)}
    if rows[gone]["needs_reply_count"]:  # what is open in one is open in the whole
        before.conversations[into] = {name: rows[into][name] for name in _DECIDED}
        still = dict.fromkeys(("done_at", "snoozed_until"), None)
        tx.conn.execute(update(conversation).where(conversation.c.id == into).values(**still))
    if rows[gone]["priority"] > rows[into]["priority"]:
        before.conversations.setdefault(into, {})["priority"] = rows[into]["priority"]
    before.moves.append(_belongings(tx.conn, into, gone))
    merging.merge_conversations(tx, {gone: into})
    stars.stay_important(tx, {gone: into})
    _settle(tx, [into])
    record(tx, me, "merge", [into, gone], before)


def split(tx: Tx, me: ColleagueId, wanted: Collection[MessageId]) -> ConversationId:
    """Let messages, with what answers them, be a conversation of their own; returns which.

    Raises:
        NotFound: one of them does not exist.
        Refused: they belong to different conversations, or nothing would stay.
    """
    within, moved = _with_answers(tx.conn, wanted)
    made = ConversationId(new_id())
    values = _rows(tx.conn, within)[within]
    tx.conn.execute(insert(conversation).values(id=made, **{name: values[name] for name in _COPIED}))
    return _move(tx, me, "split", within, made, moved)


def move(tx: Tx, me: ColleagueId, wanted: Collection[MessageId], to: ConversationId) -> ConversationId:
    """Let messages, with what answers them, be shown in another conversation that is there.

    Raises:
        NotFound: one of them does not exist.
        Refused: nothing would stay, or the conversations belong to different accounts or kinds.
    """
    within, moved = _with_answers(tx.conn, wanted)
    rows = _rows(tx.conn, within, to)
    _refuse_strangers(rows[to], rows[within])
    return _move(tx, me, "move", within, to, moved)


def put_back(tx: Tx, moved: Mapping[str, Any]) -> None:
    """Undo a join, a split or a move; what came since goes with what it follows."""
    of, to = ConversationId(moved["of"]), ConversationId(moved["to"])
    if moved["kind"] == "split":
        merging.merge_conversations(tx, {to: of})
        _place(tx, [MessageId(one) for one in moved["messages"]], of, placed=False)
    elif moved["kind"] == "move":
        _place(tx, _followers(tx.conn, to, moved["messages"]), of, placed=False)
    else:
        _give_back(tx, moved, of, to)
    _settle(tx, [of, to])


def _move(
    tx: Tx, me: ColleagueId, kind: str, of: ConversationId, to: ConversationId, moved: Sequence[MessageId]
) -> ConversationId:
    _place(tx, moved, to, placed=True)
    _settle(tx, [of, to])
    before = Before(moves=[{"kind": kind, "of": of, "to": to, "messages": [*moved]}])
    record(tx, me, kind, [of, to], before)
    return to


def _place(tx: Tx, moved: Sequence[MessageId], to: ConversationId, *, placed: bool) -> None:
    here = {"wanted": [*moved]}
    tx.conn.execute(update(message).where(any_of(message.c.id)).values(conversation=to, placed=placed), here)
    tx.conn.execute(update(unread).where(any_of(unread.c.message)).values(conversation=to), here)
    tx.conn.execute(update(outbox).where(any_of(outbox.c.message)).values(conversation=to), here)
    tx.messages.update(moved)


def _give_back(tx: Tx, moved: Mapping[str, Any], of: ConversationId, to: ConversationId) -> None:
    threads = {"wanted": [*moved["threads"]]}
    tx.conn.execute(update(thread).where(any_of(thread.c.id)).values(conversation=of), threads)
    since = select(message.c.id).where(any_of(message.c.thread), message.c.conversation == to, ~message.c.placed)
    messages = {*moved["messages"], *tx.conn.execute(since, threads).scalars()}
    theirs = sorted(one for one in messages if _is_in(tx.conn, one, to))
    here = {"wanted": theirs}
    tx.conn.execute(update(message).where(any_of(message.c.id)).values(conversation=of), here)
    tx.conn.execute(update(unread).where(any_of(unread.c.message)).values(conversation=of), here)
    tx.conn.execute(update(outbox).where(any_of(outbox.c.message)).values(conversation=of), here)
    tx.messages.update(map(MessageId, theirs))
    for table in _OWN:
        tx.conn.execute(
            update(table).where(any_of(table.c.id), table.c.conversation == to).values(conversation=of),
            {"wanted": [*moved[table.name]]},
        )
    _give_tags_back(tx, moved, of, to)
    done = {"wanted": [*moved["operations"]]}
    tx.conn.execute(
        update(operation_on)
        .where(any_of(operation_on.c.operation), operation_on.c.conversation == to)
        .values(conversation=of),
        done,
    )
    _insert_again(tx, operation_on, "operation", operation, of, moved.get("operations_of_both", ()))
    tx.about("drafts", "tags")


def _give_tags_back(tx: Tx, moved: Mapping[str, Any], of: ConversationId, to: ConversationId) -> None:
    came = conversation_tag.c.conversation == to, any_of(conversation_tag.c.tag)
    tx.conn.execute(delete(conversation_tag).where(*came), {"wanted": [*moved["tags_that_came"]]})
    _insert_again(tx, conversation_tag, "tag", tag, of, moved["tags"])


def _insert_again(tx: Tx, table: Table, name: str, about: Table, of: ConversationId, wanted: Collection[str]) -> None:
    """What a conversation had before, without what is gone for good."""
    stand = tx.conn.execute(select(about.c.id).where(any_of(about.c.id)), {"wanted": [*wanted]}).scalars()
    again = [{"conversation": of, name: one} for one in stand]
    if again:
        tx.conn.execute(insert_or(tx.conn.dialect.name, table).on_conflict_do_nothing(), again)


def _belongings(conn: Connection, into: ConversationId, gone: ConversationId) -> dict[str, Any]:
    """All that goes over, by name."""
    tags, has = _of(conn, conversation_tag, "tag", gone), _of(conn, conversation_tag, "tag", into)
    own = {table.name: _of(conn, table, "id", gone) for table in _OWN}
    done, known = (_of(conn, operation_on, "operation", one) for one in (gone, into))
    return own | {
        "kind": "merge",
        "of": gone,
        "to": into,
        "messages": _of(conn, message, "id", gone),
        "threads": _of(conn, thread, "id", gone),
        "tags": tags,
        "tags_that_came": [one for one in tags if one not in has],
        "operations": [one for one in done if one not in known],
        "operations_of_both": [one for one in done if one in known],
    }


def _of(conn: Connection, table: Table, name: str, within: ConversationId) -> list[Any]:
    return list(conn.execute(select(table.c[name]).where(table.c.conversation == within)).scalars())


def _is_in(conn: Connection, one: int, within: ConversationId) -> bool:
    found = select(message.c.id).where(message.c.id == one, message.c.conversation == within)
    return conn.execute(found).first() is not None


def _with_answers(conn: Connection, wanted: Collection[MessageId]) -> tuple[ConversationId, list[MessageId]]:
    rows = conn.execute(_PLACES, {"wanted": [*wanted]}).all()
    if len(rows) < len(set(wanted)) or not rows:
        raise NotFound(_("One of these messages is not in this workspace."))
    if len({row.conversation for row in rows}) > 1:
        raise Refused(_("These messages belong to different conversations: take them apart one after the other."))
    within = ConversationId(rows[0].conversation)
    moved = [MessageId(row.id) for row in rows]
    if not Kind(rows[0].kind).answered_by_any_later:
        moved = _followers(conn, within, moved)
    others = select(message.c.id).where(message.c.conversation == within, message.c.id.not_in(moved)).limit(1)
    if conn.execute(others).first() is None:
        raise Refused(_("These are all messages of the conversation: something has to stay."))
    return within, moved


_PLACES = (
    select(message.c.id, message.c.conversation, conversation.c.kind)
    .join(conversation, conversation.c.id == message.c.conversation)
    .where(any_of(message.c.id))
    .order_by(message.c.id)
)


def _followers(conn: Connection, within: ConversationId, wanted: Collection[int]) -> list[MessageId]:
    """These messages of a conversation and all below them."""
    found, newest = set(wanted), set(wanted)
    while newest:
        below = conn.execute(_BELOW.where(message.c.conversation == within), {"wanted": [*newest]}).scalars()
        newest = set(below) - found
        found |= newest
    return [MessageId(one) for one in sorted(found)]


_BELOW = select(message.c.id).where(any_of(message.c.parent))


def _rows(conn: Connection, *wanted: ConversationId) -> dict[ConversationId, Columns]:
    rows = conn.execute(select(conversation).where(conversation.c.id.in_(wanted))).mappings()
    return {ConversationId(row["id"]): dict(row) for row in rows}


def _refuse_strangers(one: Columns, other: Columns) -> None:
    if one["id"] == other["id"]:
        raise Refused(_("This is one conversation already."))
    if one["account"] != other["account"]:
        raise Refused(_("These conversations belong to different accounts, so they cannot be one."))
    if one["kind"] != other["kind"]:
        raise Refused(_("These conversations are of different kinds, so they cannot be one."))


def _settle(tx: Tx, wanted: Sequence[ConversationId]) -> None:
    """Counters, states, speakers and accounts, after messages moved."""
    recount(tx, wanted)
    participants.recount(tx, wanted)
    joint.note_accounts(tx, wanted)
    tx.touch_conversations(wanted)
