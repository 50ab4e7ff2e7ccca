"""Questions about saved views."""

from __future__ import annotations

from inbox_app.domain.filters import Filter
from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.views import CountedView, SavedView
from inbox_app.storage import views
from inbox_app.storage.store import Store
from inbox_app.storage.views import MOST_COUNTED

__all__ = ["MOST_COUNTED", "counted", "every", "matches", "named"]


async def every(store: Store, me: ColleagueId) -> tuple[SavedView, ...]:
    """The views a colleague has, shared ones too."""
    return await store.read(lambda conn: views.every(conn, me))


async def counted(store: Store, me: ColleagueId) -> tuple[CountedView, ...]:
    """The same, each with its count now."""
    return await store.read(lambda conn: tuple(views.counted(conn, me, one) for one in views.every(conn, me)))


async def named(store: Store, me: ColleagueId, wanted: str) -> SavedView:
    """A view by its id or name.

    Raises:
        NotFound: there is none.
    """
    return await store.read(lambda conn: views.named(conn, me, wanted))


async def matches(store: Store, me: ColleagueId, chosen: Filter) -> int:
    """How many conversations a filter selects; past `MOST_COUNTED` one more than that."""
    return await store.read(lambda conn: views.bounded(conn, me, chosen))
