"""A small inbox to send from: an account, a conversation, a message that asks for an answer."""

from __future__ import annotations

from sqlalchemy import insert

from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, MessageId, new_id
from inbox_app.domain.timecode import first_id
from inbox_app.domain.words import ActKind, Kind
from inbox_app.storage import accounts, outbox, outgoing
from inbox_app.storage.schema import handle, message, message_text
from inbox_app.storage.transaction import Tx

ME = ColleagueId("me")


def add_account(tx: Tx, channel: str = "fake", remote_id: str = "we") -> AccountId:
    """An active account of ours."""
    we = accounts.OurselvesThere(remote_id, f"@{remote_id}", "We", frozenset({f"@{remote_id}"}))
    return accounts.add(tx, channel, we, {"we": remote_id})


def add_conversation(tx: Tx, account: AccountId, kind: Kind = Kind.DIRECT) -> tuple[ConversationId, MessageId]:
    """A conversation with one incoming message."""
    within = outgoing.start_conversation(tx, account, kind, "Hello", f"thread-{new_id()}")
    author = new_id()
    channel = accounts.get(tx.conn, account).channel
    tx.conn.execute(insert(handle).values(id=author, channel=channel, remote_id=author, handle="@anna", name="Anna"))
    taken = tx.conn.execute(message.select()).all()
    asked = MessageId(first_id(tx.now) - 1 - len(taken))
    tx.conn.execute(
        insert(message).values(
            id=asked,
            account=account,
            remote_id=f"remote-{asked}",
            thread=within,
            conversation=within,
            author=author,
            direction="in",
            state="received",
            sent_at=tx.now,
            received_at=tx.now,
        )
    )
    tx.conn.execute(insert(message_text).values(id=asked, body="How are you?"))
    return within, asked


def reply(account: AccountId, target: MessageId, text: str = "Fine", *, undo_ms: int = 0) -> outbox.Decision:
    """A decision to answer."""
    return outbox.Decision(account, ActKind.REPLY, ME, undo_ms, target=target, text=text)
