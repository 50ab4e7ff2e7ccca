"""Setting reminders and dealing with them; everything here can be taken back by `triage.undo`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from inbox_app.actions.lots import Report, Several, never_mind
from inbox_app.domain.ids import ColleagueId, ConversationId, ReminderId
from inbox_app.domain.reminders import About, Plan, check
from inbox_app.domain.timecode import from_ms
from inbox_app.storage import reminders
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx


async def remind(store: Store, me: ColleagueId, about: Sequence[About], plan: Plan) -> tuple[ReminderId, ...]:
    """Set a reminder on each of these.

    Raises:
        NotFound: one of them does not exist; nothing was set.
        WrongUse: the moment is past.
    """
    check(plan, from_ms(store.now()))
    return await store.write(partial(reminders.add, me=me, wanted=about, plan=plan))


async def remind_each(
    store: Store, me: ColleagueId, wanted: Sequence[ConversationId], plan: Plan, report: Report = never_mind
) -> tuple[ConversationId, ...]:
    """Set a reminder on each of these conversations, however many they are; together they are one decision.

    Raises:
        NotFound: one of them does not exist; nothing was set.
        WrongUse: the moment is past.
    """
    check(plan, from_ms(store.now()))

    def add(tx: Tx, found: Sequence[ConversationId]) -> Sequence[ConversationId]:
        reminders.add(tx, me, [About(one) for one in found], plan)
        return found

    return await Several(store, me, wanted, report).change(add)


async def move(store: Store, me: ColleagueId, wanted: ReminderId, plan: Plan) -> None:
    """Change when a reminder falls due, or what it says.

    Raises:
        NotFound: there is none of this colleague with this id.
        WrongUse: the moment is past.
    """
    check(plan, from_ms(store.now()))
    await store.write(partial(reminders.change, me=me, wanted=wanted, plan=plan))


async def finish(store: Store, me: ColleagueId, wanted: Sequence[ReminderId]) -> None:
    """Deal with reminders. One that repeats and has not fired yet does not return.

    Raises:
        NotFound: there is none of this colleague with one of these ids; nothing was changed.
    """
    await store.write(partial(reminders.finish, me=me, wanted=wanted))
