"""Messages as they arrive: what is stored of them already, and the rows that are new or changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from sqlalchemy import Connection, bindparam, column, func, select, text, update, values

from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, HandleId, MessageId, PostId, ThreadId
from inbox_app.domain.timecode import SEQUENCE_BITS, first_id
from inbox_app.domain.words import Direction, Kind, MessageState
from inbox_app.storage.bulk import any_of, insert_rows
from inbox_app.storage.schema import WideInteger, conversation, message, message_event, message_text, unread
from inbox_app.storage.search_index import add_texts, reword
from inbox_app.storage.transaction import Tx


class Facts(TypedDict):
    """What is stored of a message as it comes, and replaced when it comes differently."""

    html: str | None
    url: str
    recipients: str | None
    abilities: str | None
    extra: str | None
    copy_key: str | None
    marks: str | None


class MessageRow(Facts):
    """A row of table `message`; what is not named has its default."""

    id: MessageId
    account: AccountId
    remote_id: str
    thread: ThreadId
    conversation: ConversationId
    placed: bool
    parent: MessageId | None
    parent_remote_id: str | None
    post: PostId | None
    author: HandleId
    direction: str
    state: str
    sent_at: int
    received_at: int
    edited_at: int | None
    hidden: bool
    context: bool
    history: bool
    needs_work: bool
    dismissed: bool
    needs_reply: bool
    ours_below: bool
    title: str
    raw: str | None


class TextRow(TypedDict):
    """A row of table `message_text`."""

    id: MessageId
    body: str
    people: str
    facets: str


class EventRow(TypedDict):
    """A row of table `message_event`."""

    id: str
    message: MessageId
    kind: str
    at: int
    actor: str | None
    before: str | None


class UnreadRow(TypedDict):
    """A row of table `unread`."""

    colleague: ColleagueId
    conversation: ConversationId
    message: MessageId


@dataclass(slots=True)
class Known:
    """A stored message, with what an event could change of it. Words of the domain are the plain strings stored."""

    id: MessageId
    remote_id: str | None
    thread: ThreadId
    conversation: ConversationId
    placed: bool
    kind: Kind
    parent: MessageId | None
    parent_remote_id: str | None
    post: PostId | None
    author: HandleId
    colleague: ColleagueId | None
    direction: Direction
    state: MessageState
    sent_at: int
    edited_at: int | None
    deleted_at: int | None
    hidden: bool
    context: bool
    history: bool
    needs_work: bool
    needs_reply: bool
    dismissed: bool
    ours_below: bool
    title: str
    html: str | None
    url: str
    recipients: str | None
    abilities: str | None
    reactions: str | None
    extra: str | None
    raw: str | None
    copy_key: str | None
    marks: str | None
    body: str


_NAMES = tuple(Known.__slots__)
_KNOWN = (
    select(
        *(
            conversation.c.kind
            if name == "kind"
            else func.coalesce(message_text.c.body, "")
            if name == "body"
            else message.c[name]
            for name in _NAMES
        )
    )
    .join_from(message, conversation, message.c.conversation == conversation.c.id)
    .outerjoin(message_text, message_text.c.id == message.c.id)
)
_BY_REMOTE_ID = _KNOWN.where(message.c.account == bindparam("account"), any_of(message.c.remote_id))


def known_messages(conn: Connection, account: AccountId, remote_ids: Collection[str]) -> dict[str, Known]:
    """The stored messages among these remote ids."""
    if not remote_ids:
        return {}
    rows = conn.execute(_BY_REMOTE_ID, {"account": account, "wanted": remote_ids})
    return {row[1]: Known(*row) for row in rows}


@dataclass(frozen=True, slots=True)
class Parent:
    """A stored message that others answer."""

    id: MessageId
    thread: ThreadId
    conversation: ConversationId
    kind: Kind
    placed: bool


def parents(conn: Connection, account: AccountId, remote_ids: Collection[str]) -> dict[str, Parent]:
    """The stored messages among these remote ids, as parents."""
    if not remote_ids:
        return {}
    rows = conn.execute(_PARENTS, {"account": account, "wanted": remote_ids})
    return {row[0]: Parent(*row[1:]) for row in rows}


_PARENTS = select(
    message.c.remote_id, message.c.id, message.c.thread, message.c.conversation, conversation.c.kind, message.c.placed
)
_PARENTS = _PARENTS.join_from(message, conversation, message.c.conversation == conversation.c.id).where(
    message.c.account == bindparam("account"), any_of(message.c.remote_id)
)


def next_ids(conn: Connection, milliseconds: Sequence[int]) -> list[MessageId]:
    """The next free time-coded id for each of these moments, in the order given."""
    firsts = {first_id(one) for one in milliseconds}
    shared = len(firsts) < len(milliseconds) or _any_taken(conn, firsts)
    free = _first_free(conn, sorted(firsts)) if shared else {one: one for one in firsts}
    given = []
    for one in milliseconds:
        first = first_id(one)
        given.append(MessageId(free[first]))
        free[first] += 1
    return given


def _any_taken(conn: Connection, firsts: Collection[int]) -> bool:
    return conn.execute(_TAKEN, {"wanted": firsts}).first() is not None


_TAKEN = select(message.c.id).where(any_of(message.c.id)).limit(1)


def _first_free(conn: Connection, firsts: Sequence[int]) -> dict[int, int]:
    moments = values(column("first", WideInteger), name="moments").data([(one,) for one in firsts]).cte()
    last = (
        select(func.max(message.c.id))
        .where(message.c.id >= moments.c.first, message.c.id < moments.c.first + (1 << SEQUENCE_BITS))
        .scalar_subquery()
    )
    rows = conn.execute(select(moments.c.first, last).select_from(moments))
    return {row[0]: row[0] if row[1] is None else row[1] + 1 for row in rows}


def add_messages(tx: Tx, messages: Sequence[MessageRow], texts: Sequence[TextRow]) -> None:
    """Insert messages with their texts, both in ascending order of ids."""
    if messages:
        insert_rows(tx.conn, message, messages)
        add_texts(tx, texts)
        tx.messages.update(row["id"] for row in messages)


def set_parents(tx: Tx, pairs: Sequence[tuple[MessageId, MessageId]]) -> None:
    """Let (child, parent) be known of each other."""
    if pairs:
        tx.conn.execute(_SET_PARENT, [{"of": child, "new": parent} for child, parent in pairs])
        tx.messages.update(child for child, _ in pairs)


_SET_PARENT = update(message).where(message.c.id == bindparam("of")).values(parent=bindparam("new", type_=WideInteger))


@dataclass(frozen=True, slots=True)
class Orphan:
    """A message whose parent was not there."""

    id: MessageId
    parent_remote_id: str
    ours_below: bool


def orphans(conn: Connection, account: AccountId, remote_ids: Collection[str]) -> list[Orphan]:
    """The stored messages that wait for one of these as their parent."""
    if not remote_ids:
        return []
    rows = conn.execute(_ORPHANS, {"account": account, "wanted": remote_ids})
    return [Orphan(*row) for row in rows]


_ORPHANS = select(message.c.id, message.c.parent_remote_id, message.c.ours_below).where(
    message.c.account == bindparam("account"),
    any_of(message.c.parent_remote_id),
    # As the partial index ix_message_orphan spells it.
    text("message.parent IS NULL AND message.parent_remote_id IS NOT NULL"),
)


def rename(tx: Tx, one: MessageId, old: str, new: str) -> None:
    """Give a message another remote id; what answers the old one is an orphan until somebody bears it again."""
    tx.conn.execute(update(message).where(message.c.id == one).values(remote_id=new, copy_key=None))
    below = update(message).where(message.c.parent == one, message.c.parent_remote_id == old)
    tx.conn.execute(below.values(parent=None))
    tx.messages.add(one)


def add_events(tx: Tx, rows: Sequence[EventRow]) -> None:
    """Insert what happened to messages."""
    if rows:
        insert_rows(tx.conn, message_event, rows)
        tx.messages.update(row["message"] for row in rows)


def change_messages(tx: Tx, changes: Mapping[MessageId, Mapping[str, object]]) -> None:
    """Store other values of some columns of `message`, by id."""
    by_columns: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for one, new in changes.items():
        by_columns.setdefault(tuple(sorted(new)), []).append({"of": one} | {f"new_{name}": new[name] for name in new})
    for names, rows in by_columns.items():
        statement = update(message).where(message.c.id == bindparam("of"))
        new_values = {name: bindparam(f"new_{name}", type_=message.c[name].type) for name in names}
        tx.conn.execute(statement.values(new_values), rows)
    tx.messages.update(changes)


def change_texts(tx: Tx, bodies: Mapping[MessageId, str]) -> None:
    """Store other texts of messages, and find them by these."""
    reword(tx, bodies)
    tx.messages.update(bodies)


def add_unread(tx: Tx, rows: Sequence[UnreadRow]) -> None:
    """Mark messages as unread for colleagues."""
    if rows:
        insert_rows(tx.conn, unread, rows)
        tx.conversations.update(row["conversation"] for row in rows)


def mark_unread(tx: Tx, one: MessageId, colleagues: Collection[ColleagueId]) -> None:
    """Unread again for all of them, unless it is so for anybody: then this may be that one's own word coming back."""
    if tx.conn.execute(select(unread.c.message).where(unread.c.message == one).limit(1)).first() is None:
        where = ConversationId(tx.conn.execute(select(message.c.conversation).where(message.c.id == one)).scalar_one())
        add_unread(tx, [{"colleague": who, "conversation": where, "message": one} for who in colleagues])


def mark_read(tx: Tx, ids: Iterable[MessageId]) -> None:
    """Nobody needs to read these any more."""
    wanted = sorted(ids)
    if wanted:
        gone = unread.delete().where(unread.c.message.in_(wanted)).returning(unread.c.conversation)
        tx.conversations.update(map(ConversationId, tx.conn.execute(gone).scalars()))


def mark_read_up_to(tx: Tx, where: ConversationId, last: MessageId) -> None:
    """Read elsewhere, up to and with `last`."""
    done = tx.conn.execute(unread.delete().where(unread.c.conversation == where, unread.c.message <= last))
    if done.rowcount:
        tx.conversations.add(where)
