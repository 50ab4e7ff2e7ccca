"""Questions about all members together: the list with its labels, and who is new."""

from __future__ import annotations

from collections.abc import Sequence

from inbox_app.domain.ids import MemberId
from inbox_app.domain.loyalty import DAY_MS
from inbox_app.domain.members_list import ListedMember, Wanted
from inbox_app.domain.people import Suggestion
from inbox_app.domain.saved_lists import SavedList
from inbox_app.domain.welcomes import Newcomer, Offered, Welcomes, figures
from inbox_app.storage import member_list, resemblance, saved_lists, welcoming
from inbox_app.storage.store import Store

__all__ = ["counts", "listed", "lists", "newcomers", "offered", "rows", "welcomes"]

DAYS = 30
"""For so long somebody is offered for a welcome."""
_RESEMBLING = 2


async def listed(store: Store, wanted: Wanted) -> tuple[MemberId, ...]:
    """The ids of all members that are wanted, in order; their rows are asked for as they come into sight."""
    now = store.now()
    return await store.read(lambda conn: member_list.ids(conn, wanted, now))


async def rows(store: Store, wanted: Sequence[MemberId]) -> tuple[ListedMember, ...]:
    """These members, each with the label and what it follows from."""
    now = store.now()
    return await store.read(lambda conn: member_list.rows(conn, wanted, now))


async def lists(store: Store) -> tuple[SavedList, ...]:
    """The saved lists of members, by name."""
    return await store.read(saved_lists.every)


async def list_named(store: Store, wanted: str) -> SavedList:
    """A saved list by its id or name.

    Raises:
        NotFound: there is none.
    """
    return await store.read(lambda conn: saved_lists.named(conn, wanted))


async def counts(store: Store, wanted: Sequence[SavedList]) -> tuple[int | None, ...]:
    """How many members are on each of these lists now; None where a newer Portavoce says which."""
    now = store.now()
    asked = {one.id: one.choice.at(now) for one in wanted if one.choice is not None}
    found = await store.read(lambda conn: member_list.counts(conn, [*asked.values()], now))
    known = dict(zip(asked, found, strict=True))
    return tuple(known.get(one.id) for one in wanted)


async def newcomers(store: Store, days: int = DAYS) -> tuple[Newcomer, ...]:
    """Everybody who spoke for the first time within these days, welcomed or not, the earliest first."""
    since = store.now() - days * DAY_MS
    return await store.read(lambda conn: welcoming.newcomers(conn, since))


async def waiting(store: Store, days: int = DAYS) -> tuple[Newcomer, ...]:
    """The newcomers that nobody has dealt with, the earliest first."""
    return tuple(one for one in await newcomers(store, days) if one.debut.is_waiting)


async def resembling(store: Store, whose: MemberId) -> tuple[Suggestion, ...]:
    """Whom a newcomer resembles most. It is looked for one by one: among many members it takes a while for each."""
    return await store.read(lambda conn: resemblance.suggestions(conn, whose, limit=_RESEMBLING))


async def offered(store: Store, days: int = DAYS, limit: int = 1000) -> tuple[Offered, ...]:
    """The newcomers that nobody has dealt with, the earliest first, with whom they resemble."""
    found = (await waiting(store, days))[:limit]
    return tuple([Offered(one, await resembling(store, one.member.id)) for one in found])


async def welcomes(store: Store, days: int = 90) -> Welcomes:
    """How welcoming went with the newcomers of these days."""
    since = store.now() - days * DAY_MS
    return figures((await store.read(lambda conn: welcoming.debuts(conn, since))).values())
