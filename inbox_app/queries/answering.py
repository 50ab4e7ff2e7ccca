"""Where a conversation is answered, as the channel that answers knows it."""

from __future__ import annotations

from typing import NamedTuple

from inbox_app.domain.ids import ConversationId
from inbox_app.domain.words import Kind
from inbox_app.storage import accounts, conversations, messages, outgoing
from inbox_app.storage.accounts import Account
from inbox_app.storage.transaction import Reading


class Place(NamedTuple):
    """A conversation's account, what its service knows it by, and whether it is private.

    One that begins with a private answer of ours has a name on the service only when that has arrived.
    """

    account: Account
    keys: tuple[str, ...]
    is_private: bool


def place_of(conn: Reading, wanted: ConversationId) -> Place:
    """Where a conversation is answered. Raises `NotFound`."""
    conversation = conversations.surviving(conn, wanted)
    account = accounts.get(conn, conversations.facts(conn, conversation).account)
    asked = messages.to_answer(conn, conversation)
    keys = outgoing.target_facts(conn, asked)["keys"] if asked is not None else []
    known = tuple(str(key) for key in keys) if isinstance(keys, list) else ()
    return Place(account, known, conversations.kind_of(conn, conversation) is Kind.DIRECT)
