"""Conversations that show threads of several accounts of ours: which accounts, and how a thread leaves again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, literal, select, update

from inbox_app.domain.ids import AccountId, ConversationId
from inbox_app.storage.bulk import any_of
from inbox_app.storage.prepared import Prepared
from inbox_app.storage.schema import account, conversation, conversation_account, message, thread, unread
from inbox_app.storage.transaction import Tx


def any_joint(conn: Connection) -> bool:
    """Whether any conversation shows a second account's mails."""
    return bool(_ANY_JOINT.all(conn))


_ANY_JOINT = Prepared(select(conversation_account.c.account).limit(literal(1)))


def accounts_beside(
    conn: Connection, wanted: Collection[ConversationId]
) -> defaultdict[ConversationId, list[AccountId]]:
    """The further accounts of these conversations."""
    found: defaultdict[ConversationId, list[AccountId]] = defaultdict(list)
    for one, which in _BESIDE.all(conn, {"wanted": wanted}) if wanted else ():
        found[ConversationId(one)].append(AccountId(which))
    return found


_BESIDE = Prepared(
    select(conversation_account.c.conversation, conversation_account.c.account)
    .where(any_of(conversation_account.c.conversation))
    .order_by(conversation_account.c.conversation, conversation_account.c.account)
)


def handles_of(conn: Connection, wanted: Collection[AccountId]) -> dict[AccountId, str]:
    """What these accounts are called on their services."""
    return {AccountId(one): handle for one, handle in _HANDLES.all(conn, {"wanted": wanted})} if wanted else {}


_HANDLES = Prepared(select(account.c.id, account.c.handle).where(any_of(account.c.id)))


def note_accounts(tx: Tx, wanted: Iterable[ConversationId]) -> None:
    """Write anew whose threads these conversations show."""
    ids = list(wanted)
    tx.conn.execute(_FORGET_ACCOUNTS, {"wanted": ids})
    tx.conn.execute(_NOTE_ACCOUNTS, {"wanted": ids})


_FORGET_ACCOUNTS = delete(conversation_account).where(any_of(conversation_account.c.conversation))
_NOTE_ACCOUNTS = insert(conversation_account).from_select(
    ["conversation", "account"],
    select(thread.c.conversation, thread.c.account)
    .join(conversation, conversation.c.id == thread.c.conversation)
    .where(any_of(thread.c.conversation), thread.c.account != conversation.c.account)
    .distinct(),
)


@dataclass(frozen=True, slots=True)
class Guest:
    """A thread that is shown in a conversation of another account."""

    thread: str
    account: AccountId
    conversation: ConversationId


def guests(conn: Connection) -> list[Guest]:
    """All of them."""
    joint = select(conversation_account.c.conversation)
    wanted = (
        select(thread.c.id, thread.c.account, thread.c.conversation)
        .join(conversation, conversation.c.id == thread.c.conversation)
        .where(thread.c.conversation.in_(joint), thread.c.account != conversation.c.account)
        .order_by(thread.c.id)
    )
    return [Guest(row.id, AccountId(row.account), ConversationId(row.conversation)) for row in conn.execute(wanted)]


def move_out(tx: Tx, one: Guest, to: ConversationId) -> None:
    """Let a guest's messages have a conversation of their own, which is stored already."""
    tx.conn.execute(update(thread).where(thread.c.id == one.thread).values(conversation=to))
    here = (message.c.thread == one.thread, message.c.conversation == one.conversation, message.c.placed.is_(False))
    moved = list(tx.conn.execute(select(message.c.id).where(*here)).scalars())
    tx.conn.execute(update(message).where(any_of(message.c.id)).values(conversation=to), {"wanted": moved})
    tx.conn.execute(update(unread).where(any_of(unread.c.message)).values(conversation=to), {"wanted": moved})
