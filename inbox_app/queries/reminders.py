"""Questions about reminders: all that wait, those that are due, those of a conversation or a member."""

from __future__ import annotations

from inbox_app.domain.ids import ColleagueId, ReminderId
from inbox_app.domain.reminders import About, ReminderRow
from inbox_app.storage import reminders
from inbox_app.storage.reminders import EVERYTHING
from inbox_app.storage.store import Store

__all__ = ["EVERYTHING", "every", "one"]


async def every(
    store: Store, me: ColleagueId, *, about: About = EVERYTHING, due: bool = False
) -> tuple[ReminderRow, ...]:
    """The colleague's reminders that are not done: those due first, then by their time."""
    now = store.now()
    return await store.read(lambda conn: reminders.rows(conn, me, now, about=about, due=due))


async def one(store: Store, me: ColleagueId, wanted: ReminderId) -> ReminderRow:
    """One reminder, done or not.

    Raises:
        NotFound: there is none of this colleague with this id.
    """
    now = store.now()
    return await store.read(lambda conn: reminders.one(conn, me, wanted, now))
