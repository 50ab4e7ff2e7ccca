"""Welcoming newcomers: said to be welcomed, or passed over; taken back like every decision."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from inbox_app.actions import writing
from inbox_app.actions.writing import Answer
from inbox_app.domain.ids import ColleagueId, MemberId, OperationId
from inbox_app.domain.inbox import OutboxRow
from inbox_app.domain.welcomes import Greeting
from inbox_app.storage import welcoming
from inbox_app.storage.store import Store


async def welcome(store: Store, me: ColleagueId, whom: MemberId, answer: Answer) -> OutboxRow:
    """Commit a reply that welcomes a newcomer, whom nobody else has welcomed or passed over meanwhile.

    Raises:
        NotFound, WrongUse: as `writing.reply`.
        Refused: this member does not wait to be welcomed any more, or cannot be answered; the message says why.
    """
    return await writing.reply(store, me, answer, partial(welcoming.check_waiting, wanted=whom))


async def greet(
    store: Store, me: ColleagueId, wanted: Sequence[MemberId], how: Greeting = Greeting.WELCOMED
) -> OperationId | None:
    """These newcomers are dealt with: nobody is offered them again. By the operation it can be taken back.

    Raises:
        NotFound: there is no such member.
    """
    return await store.write(lambda tx: welcoming.greet(tx, me, wanted, how))
