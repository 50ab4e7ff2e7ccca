"""Joining conversations and taking them apart; what a person did so can be undone at any time."""

from __future__ import annotations

from collections.abc import Sequence

from inbox_app.domain.ids import ColleagueId, ConversationId, MessageId, OperationId, new_id
from inbox_app.storage import conversations, operations, regrouping
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx


async def merge(store: Store, me: ColleagueId, wanted: Sequence[ConversationId]) -> ConversationId:
    """Join conversations into the first of them; returns that one.

    Raises:
        NotFound: one of them does not exist; nothing was changed.
        Refused: they cannot be one; the sentence says why.
    """

    def work(tx: Tx) -> ConversationId:
        into, *others = (conversations.surviving(tx.conn, one) for one in wanted)
        tx.operations.clear()
        for gone in others:
            regrouping.merge(tx, me, into, gone)
        operations.join(tx, me, "merge", [into, *others], OperationId(new_id()))
        return into

    return await store.write(work)


async def split(store: Store, me: ColleagueId, wanted: Sequence[MessageId]) -> ConversationId:
    """Let messages, with what answers them, be a conversation of their own; returns which.

    Raises:
        NotFound: one of them does not exist.
        Refused: they belong to different conversations, or nothing would stay.
    """
    return await store.write(lambda tx: regrouping.split(tx, me, wanted))


async def move(store: Store, me: ColleagueId, wanted: Sequence[MessageId], to: ConversationId) -> ConversationId:
    """Let messages, with what answers them, be shown in another conversation; returns which.

    Raises:
        NotFound: something of it does not exist.
        Refused: they cannot be there; the sentence says why.
    """
    return await store.write(lambda tx: regrouping.move(tx, me, wanted, conversations.surviving(tx.conn, to)))
