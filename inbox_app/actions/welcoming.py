"""Welcoming newcomers: said to be welcomed, or passed over; taken back like every decision."""

from __future__ import annotations

from collections.abc import Sequence

from inbox_app.domain.ids import ColleagueId, MemberId, OperationId
from inbox_app.domain.welcomes import Greeting
from inbox_app.storage import welcoming
from inbox_app.storage.store import Store


async def greet(
    store: Store, me: ColleagueId, wanted: Sequence[MemberId], how: Greeting = Greeting.WELCOMED
) -> OperationId | None:
    """These newcomers are dealt with: nobody is offered them again. By the operation it can be taken back.

    Raises:
        NotFound: there is no such member.
    """
    return await store.write(lambda tx: welcoming.greet(tx, me, wanted, how))
