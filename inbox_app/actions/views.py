"""Saving views: a filter under a name, for oneself or for all colleagues."""

from __future__ import annotations

from inbox_app.domain.errors import WrongUse
from inbox_app.domain.filters import Filter, for_a_view
from inbox_app.domain.ids import ColleagueId, ViewId
from inbox_app.domain.views import SavedView
from inbox_app.i18n import _
from inbox_app.storage import views
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx

TAKEN = frozenset({"all", "open", "waiting", "snoozed", "done", "unread", "mine"})
"""Names of views that are always there."""


async def save(
    store: Store, me: ColleagueId, name: str, chosen: Filter, *, shared: bool = False, pinned: bool = True
) -> ViewId:
    """Keep a view under a name; one of that name and owner is replaced.

    Raises:
        WrongUse: the name or the filter cannot be.
    """
    clean, tree = _named(name), for_a_view(chosen)
    return await store.write(lambda tx: views.put(tx, me, clean, tree, shared=shared, pinned=pinned))


async def add(
    store: Store, me: ColleagueId, name: str, chosen: Filter, *, shared: bool = False, pinned: bool = True
) -> ViewId:
    """Keep a new view under a name.

    Raises:
        WrongUse: the name or the filter cannot be, or there is a view of that name.
    """
    clean, tree = _named(name), for_a_view(chosen)
    return await store.write(lambda tx: views.add(tx, me, clean, tree, shared=shared, pinned=pinned))


async def change(store: Store, to: SavedView) -> None:
    """Let a view be named, filtered and shared otherwise.

    Raises:
        NotFound: it is gone.
        WrongUse: the name or the filter cannot be, or the name belongs to another view.
    """
    clean = SavedView(to.id, _named(to.name), for_a_view(to.filter), to.colleague, to.pinned)
    await store.write(lambda tx: views.change(tx, to.id, clean))


async def move(store: Store, me: ColleagueId, wanted: str, by: int) -> bool:
    """Move a view by so many places down, or up where it is negative; False where it stands at the end already.

    Raises:
        NotFound: there is none.
    """
    return await store.write(lambda tx: views.move(tx, me, views.named(tx.conn, me, wanted).id, by))


async def remove(store: Store, me: ColleagueId, wanted: str) -> SavedView:
    """Forget a view by its id or name.

    Raises:
        NotFound: there is none.
    """

    def work(tx: Tx) -> SavedView:
        found = views.named(tx.conn, me, wanted)
        views.remove(tx, found.id)
        return found

    return await store.write(work)


def _named(name: str) -> str:
    clean = " ".join(name.split())
    if not clean:
        raise WrongUse(_("Give the view a name."))
    if clean.lower() in TAKEN:
        raise WrongUse(_("“{name}” is the name of a view that is always there. Choose another.").format(name=clean))
    return clean
