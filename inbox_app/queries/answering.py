"""Where a conversation is answered, as the channel that answers knows it."""

from __future__ import annotations

from inbox_app.domain.ids import ConversationId
from inbox_app.storage import accounts, conversations, messages, outgoing
from inbox_app.storage.accounts import Account
from inbox_app.storage.transaction import Reading


def place_of(conn: Reading, wanted: ConversationId) -> tuple[Account, tuple[str, ...]]:
    """A conversation's account, and what its service knows it by. Raises `NotFound`."""
    conversation = conversations.surviving(conn, wanted)
    account = accounts.get(conn, conversations.facts(conn, conversation).account)
    asked = messages.to_answer(conn, conversation)
    keys = outgoing.target_facts(conn, asked)["keys"] if asked is not None else []
    return account, tuple(str(key) for key in keys) if isinstance(keys, list) else ()
