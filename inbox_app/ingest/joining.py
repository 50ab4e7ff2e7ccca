"""Conversations that turn out to be one: which of them stays, and what becomes of the others' standing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.ingest.board import Board, absorb
from inbox_app.ingest.grouping import connected
from inbox_app.storage import answers, merging, standings, stars
from inbox_app.storage.transaction import Tx

_NEVER = MessageId(2**63 - 1)


def join_conversations(
    tx: Tx, board: Board, bridged: Iterable[Sequence[ConversationId]]
) -> dict[ConversationId, ConversationId]:
    """Unite the conversations of each part; who went over into whom. The board knows the survivors' new standing.

    The one with the oldest message stays, but an archive's only where all are: it could not be answered.
    """
    together = connected(part for part in bridged if len(set(part)) > 1)
    if not together:
        return {}
    survivors: dict[ConversationId, ConversationId] = {}
    everyone = [one for part in together for one in part]
    board.load(everyone)
    first = standings.first_messages(tx.conn, everyone)
    archived = standings.of_archives(tx.conn, everyone)
    for part in together:
        oldest = min(part, key=lambda one: (one in archived, first.get(one, _NEVER), one))
        survivors.update((one, oldest) for one in part if one != oldest)
    merging.merge_conversations(tx, survivors)
    stars.stay_important(tx, survivors)
    for gone, survivor in survivors.items():
        absorb(board[survivor], board[gone])
    board.forget(survivors)
    _count_again(tx, board, set(survivors.values()))
    return survivors


def _count_again(tx: Tx, board: Board, merged: set[ConversationId]) -> None:
    """An answer in one of the parts answers in the whole."""
    by_time = {one for one in merged if board[one].kind.answered_by_any_later}
    answers.settle_older(tx, {one: answers.floor(board[one].last_outgoing) for one in by_time})
    for one, count in answers.open_counts(tx, merged).items():
        board[one].needs_reply_count = count
