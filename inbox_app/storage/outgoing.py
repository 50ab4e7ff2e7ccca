"""What an outgoing act leaves in the conversation: the message that follows it, and the target it names."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, String, delete, func, insert, literal, select, update

from inbox_app.domain.errors import NotFound
from inbox_app.domain.ids import AccountId, ConversationId, MessageId, PostId, new_id
from inbox_app.domain.jsonvalue import JsonObject, JsonValue
from inbox_app.domain.timecode import first_id
from inbox_app.domain.words import Direction, Kind, MessageState, State
from inbox_app.i18n import _
from inbox_app.storage import accounts, arrivals
from inbox_app.storage.merging import merge_conversations
from inbox_app.storage.recounting import count_written, recount
from inbox_app.storage.schema import (
    attachment,
    conversation,
    draft,
    handle,
    location,
    message,
    message_text,
    note,
    outbox,
    post,
    thread,
    thread_key,
)
from inbox_app.storage.search_index import IndexedText, facet_words, index_texts, unindex
from inbox_app.storage.transaction import Tx

_LONGEST_CHAIN = 100
"""References kept of a mail thread; RFC 5322 names no limit, servers do."""


def target_facts(conn: Connection, wanted: MessageId) -> JsonObject:
    """The message an act is about, as the service knows it; the JSON of the contract's `Target`."""
    row = _read_target(conn, wanted)
    return {
        "remote_id": row.remote_id,
        "keys": _keys(conn, row),
        "author_handle": row.author_handle,
        "author_name": row.author_name,
        "text": row.body or "",
        "title": row.title,
        "sent_at": row.sent_at,
        "post": row.post_remote_id,
        "recipients": json.loads(row.recipients or "[]"),
        "extra": json.loads(row.extra) if row.extra else None,
    }


def _read_target(conn: Connection, wanted: MessageId) -> Row[*tuple[Any, ...]]:
    named = (
        select(
            message,
            message_text.c.body,
            thread.c.kind,
            handle.c.handle.label("author_handle"),
            handle.c.name.label("author_name"),
            post.c.remote_id.label("post_remote_id"),
        )
        .join(thread, thread.c.id == message.c.thread)
        .join(handle, handle.c.id == message.c.author)
        .outerjoin(message_text, message_text.c.id == message.c.id)
        .outerjoin(post, post.c.id == message.c.post)
    )
    row = conn.execute(named.where(message.c.id == wanted)).one_or_none()
    if row is None or row.remote_id is None:
        raise NotFound(_("That message is not on the service (yet), so nothing can be done about it there."))
    return row


def _keys(conn: Connection, row: Row[*tuple[Any, ...]]) -> list[JsonValue]:
    if row.kind == Kind.MAIL:
        return [*_ancestry(conn, row)]
    keys = select(thread_key.c.key).where(thread_key.c.thread == row.thread).order_by(thread_key.c.key)
    return [*conn.execute(keys).scalars()]


def _ancestry(conn: Connection, row: Row[*tuple[Any, ...]]) -> list[str]:
    """The chain of what a mail answers, oldest first, itself last."""
    chain = [row.remote_id]
    above: Row[*tuple[Any, ...]] | None = row
    while above is not None and above.parent_remote_id and len(chain) < _LONGEST_CHAIN:
        if above.parent_remote_id in chain:
            break
        chain.append(above.parent_remote_id)
        above = conn.execute(
            select(message.c.parent_remote_id).where(
                message.c.account == row.account, message.c.remote_id == above.parent_remote_id
            )
        ).one_or_none()
    return chain[::-1]


def start_conversation(tx: Tx, account: AccountId, kind: Kind, title: str, key: str) -> ConversationId:
    """A conversation that begins with us; what comes back from the service finds it by the receipt."""
    ours, of = ConversationId(new_id()), accounts.get(tx.conn, account)
    tx.conn.execute(
        insert(conversation).values(
            id=ours,
            account=account,
            channel=of.channel,
            kind=kind.value,
            title=title,
            state=State.WAITING.value,
            hat=of.hat.value,
        )
    )
    tx.conn.execute(insert(thread).values(id=ours, account=account, kind=kind.value, key=key, conversation=ours))
    tx.conn.execute(insert(thread_key).values(account=account, kind=kind.value, key=key, thread=ours))
    return ours


def write_message(
    tx: Tx,
    account: AccountId,
    within: ConversationId,
    target: MessageId | None,
    said: JsonObject,
    colleague: str | None,
    html: str | None = None,
) -> MessageId:
    """The message as it stands in the thread from the moment it was decided; `said` is the act."""
    place = _place(tx.conn, within, target)
    ours = _free_id(tx)
    tx.conn.execute(
        insert(message).values(
            id=ours,
            account=account,
            thread=place.thread,
            conversation=within,
            parent=target,
            parent_remote_id=place.remote_id,
            post=place.post,
            author=own_handle(tx, account),
            colleague=colleague,
            direction=Direction.OUTGOING.value,
            state=MessageState.QUEUED.value,
            sent_at=tx.now,
            received_at=tx.now,
            ours_below=True,
            title=said["title"],
            html=html,
            recipients=json.dumps(said["recipients"]),
        )
    )
    we = accounts.get(tx.conn, account)
    text = IndexedText(ours, str(said["text"]), f"{we.name} {we.handle}", facet_words(we.channel, account))
    index_texts(tx, [text])
    tx.messages.add(ours)
    count_written(tx, within, ours, str(said["text"]), target)
    return ours


def _place(conn: Connection, within: ConversationId, target: MessageId | None) -> Row[*tuple[Any, ...]]:
    """The thread, and what is answered; what is answered in another conversation has another thread."""
    above = select(message.c.thread, message.c.remote_id, message.c.post, message.c.conversation)
    answered = None if target is None else conn.execute(above.where(message.c.id == target)).one()
    if answered is not None and answered.conversation == within:
        return answered
    remote_id = None if answered is None else answered.remote_id
    first = (
        select(thread.c.id.label("thread"), literal(remote_id, String).label("remote_id"), conversation.c.post)
        .join(conversation, conversation.c.id == thread.c.conversation)
        .where(thread.c.conversation == within)
        .order_by(thread.c.id)
    )
    row: Row[*tuple[Any, ...]] | None = conn.execute(first.limit(1)).one_or_none()
    if row is None:
        raise NotFound(_("That conversation is no longer there."))
    return row


def _free_id(tx: Tx) -> MessageId:
    start = first_id(tx.now)
    taken = tx.conn.execute(
        select(func.max(message.c.id)).where(message.c.id >= start, message.c.id < first_id(tx.now + 1))
    ).scalar_one()
    return MessageId(start if taken is None else taken + 1)


def own_handle(tx: Tx, account: AccountId) -> str:
    """The id of our own name on the account's channel; never a member."""
    we = accounts.get(tx.conn, account)
    mine = (handle.c.channel == we.channel, handle.c.remote_id == we.remote_id)
    known: str | None = tx.conn.execute(select(handle.c.id).where(*mine)).scalar_one_or_none()
    if known is not None:
        return known
    made = new_id()
    tx.conn.execute(
        insert(handle).values(
            id=made, channel=we.channel, remote_id=we.remote_id, handle=we.handle, name=we.name, own=True
        )
    )
    return made


def forget_conversation(tx: Tx, wanted: ConversationId) -> None:
    """A conversation that we began and that came to nothing leaves nothing; one that holds anything stays."""
    holds = (select(table.c.id).where(table.c.conversation == wanted).limit(1) for table in (message, draft, note))
    if all(tx.conn.execute(held).first() is None for held in holds):
        tx.conn.execute(update(outbox).where(outbox.c.conversation == wanted).values(conversation=None))
        tx.conn.execute(delete(conversation).where(conversation.c.id == wanted))
        tx.conversations.add(wanted)


def follow(tx: Tx, ours: MessageId | None, state: MessageState) -> None:
    """The message looks like its outbox row."""
    if ours is None:
        return
    tx.conn.execute(update(message).where(message.c.id == ours).values(state=state.value))
    within = _touch(tx, ours)
    if state in (MessageState.FAILED, MessageState.QUEUED):
        recount(tx, within)  # one that failed answers nothing; one that is tried again does
        recount(tx, _answered_elsewhere(tx.conn, ours))


def deliver(tx: Tx, ours: MessageId, remote_id: str | None, url: str, extra: str | None) -> MessageId:
    """The message now has its name on the service. When the copy was pulled earlier, that row stays and ours goes."""
    row = tx.conn.execute(select(message).where(message.c.id == ours)).one_or_none()
    if row is None:
        return ours
    copy = _pulled_copy(tx.conn, row.account, remote_id, ours)
    if copy is not None:
        _replace_by_copy(tx, ours, copy, row.colleague)
        _go_over(tx, row.conversation, copy)
        return copy
    mail = tx.conn.execute(select(thread.c.kind).where(thread.c.id == row.thread)).scalar_one() == Kind.MAIL
    known = {"remote_id": remote_id, "url": url, "extra": extra, "copy_key": remote_id if mail else None}
    told = {name: value for name, value in known.items() if value}
    tx.conn.execute(update(message).where(message.c.id == ours).values(state=MessageState.DELIVERED.value, **told))
    if remote_id is not None:
        _lead_answers_here(tx, row, remote_id)
        waiting = arrivals.orphans(tx.conn, row.account, [remote_id])
        arrivals.set_parents(tx, [(orphan.id, ours) for orphan in waiting])
    _touch(tx, ours)
    return ours


def publish(tx: Tx, account: AccountId, remote_id: str, said: JsonObject, url: str) -> None:
    """A post of ours is out: comments find it by its remote id."""
    known = select(post.c.id).where(post.c.account == account, post.c.remote_id == remote_id)
    if tx.conn.execute(known).one_or_none() is not None:
        return
    made = PostId(new_id())
    tx.conn.execute(
        insert(post).values(
            id=made,
            account=account,
            remote_id=remote_id,
            title=said["title"],
            text=said["text"],
            url=url,
            author=own_handle(tx, account),
            published_at=tx.now,
        )
    )
    tx.posts.add(made)


def remove(tx: Tx, ours: MessageId | None) -> None:
    """Nothing is left in the conversation: it was taken back, or given up, before it was there."""
    if ours is None:
        return
    within, elsewhere = _touch(tx, ours), _answered_elsewhere(tx.conn, ours)
    unindex(tx, [ours])
    tx.conn.execute(delete(message).where(message.c.id == ours))
    recount(tx, within)
    recount(tx, elsewhere)


def _answered_elsewhere(conn: Connection, ours: MessageId) -> list[ConversationId]:
    """Where what it answers stands, where that is another conversation: it answers in private what was public."""
    above = message.alias("above")
    found = select(above.c.conversation).join(message, message.c.parent == above.c.id)
    other = conn.execute(found.where(message.c.id == ours, above.c.conversation != message.c.conversation))
    return [ConversationId(one) for one in other.scalars()]


def _pulled_copy(conn: Connection, account: str, remote_id: str | None, ours: MessageId) -> MessageId | None:
    if remote_id is None:
        return None
    return conn.execute(
        select(message.c.id).where(message.c.account == account, message.c.remote_id == remote_id, message.c.id != ours)
    ).scalar_one_or_none()


def _replace_by_copy(tx: Tx, ours: MessageId, copy: MessageId, colleague: str | None) -> None:
    tx.conn.execute(update(message).where(message.c.parent == ours).values(parent=copy))
    tx.conn.execute(update(location).where(location.c.message == ours).values(message=copy))
    tx.conn.execute(update(outbox).where(outbox.c.message == ours).values(message=copy))
    tx.conn.execute(delete(attachment).where(attachment.c.message == ours))
    tx.conn.execute(
        update(message)
        .where(message.c.id == copy)
        .values(colleague=colleague, state=MessageState.DELIVERED.value, direction=Direction.OUTGOING.value)
    )
    remove(tx, ours)
    recount(tx, _touch(tx, copy))


def _go_over(tx: Tx, begun: ConversationId, copy: MessageId) -> None:
    """A conversation that we began and that came back under another name is that one, with all that hangs on it."""
    there = ConversationId(tx.conn.execute(select(message.c.conversation).where(message.c.id == copy)).scalar_one())
    left = select(message.c.id).where(message.c.conversation == begun).limit(1)
    if there == begun or tx.conn.execute(left).first() is not None:
        return
    merge_conversations(tx, {begun: there})
    recount(tx, [there])


def _lead_answers_here(tx: Tx, row: Row[*tuple[Any, ...]], remote_id: str) -> None:
    """Answers to our message name it, so its remote id leads to this thread (unless it leads elsewhere already).

    Not in rooms and the like: what hangs on our message there is a thread of its own beside the timeline.
    """
    of = Kind(tx.conn.execute(select(thread.c.kind).where(thread.c.id == row.thread)).scalar_one())
    if not of.linked_by_messages:
        return
    known = tx.conn.execute(
        select(thread_key.c.thread).where(
            thread_key.c.account == row.account, thread_key.c.kind == of.value, thread_key.c.key == remote_id
        )
    ).scalar_one_or_none()
    if known is None:
        tx.conn.execute(insert(thread_key).values(account=row.account, kind=of.value, key=remote_id, thread=row.thread))


def _touch(tx: Tx, ours: MessageId) -> list[ConversationId]:
    """Note the message and its conversation as changed; returns the conversation, if there is one."""
    tx.messages.add(ours)
    within = tx.conn.execute(select(message.c.conversation).where(message.c.id == ours)).scalar_one_or_none()
    found = [] if within is None else [ConversationId(within)]
    tx.conversations.update(found)
    return found
