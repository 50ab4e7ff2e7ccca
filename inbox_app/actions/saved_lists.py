"""Saving lists of members: a choice under a name, for all colleagues; each deed can be taken back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from inbox_app.domain.errors import NotFound, Refused, WrongUse
from inbox_app.domain.ids import ColleagueId, ListId, new_id
from inbox_app.domain.saved_lists import Choice, SavedList
from inbox_app.i18n import _
from inbox_app.storage import saved_lists
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx


async def save(
    store: Store, me: ColleagueId, name: str, choice: Choice, *, known: Collection[SavedList] | None = None
) -> tuple[SavedList, SavedList | None]:
    """Keep a choice under a name; the list now, and the one of that name that it took the place of.

    Where the lists that are `known` are told, one of that name that is not among them as it is now stays.

    Raises:
        Refused: another list holds the same choice, or a colleague saved one of that name meanwhile.
        WrongUse: it has no name.
    """
    clean = _named(name)

    def work(tx: Tx) -> tuple[SavedList, SavedList | None]:
        saved_lists.alone(tx)
        before = _called(tx, clean)
        if before is not None and known is not None and before not in known:
            told = _("A colleague saved a list “{name}” just now. Choose another name, or save again to replace it.")
            raise Refused(told.format(name=before.name))
        made = SavedList(ListId(new_id()) if before is None else before.id, clean, choice)
        for other in saved_lists.every(tx.conn):
            if other.choice == choice and other.id != made.id:
                told = _("The list “{name}” holds the same already: choose that one, or call it otherwise.")
                raise Refused(told.format(name=other.name))
        saved_lists.put(tx, me, made)
        return made, before

    return await store.write(work)


async def rename(store: Store, me: ColleagueId, wanted: str, name: str) -> SavedList:
    """Call a list otherwise; the list now.

    Raises:
        NotFound: there is none.
        WrongUse: it would have no name, or that of another.
    """
    clean = _named(name)

    def work(tx: Tx) -> SavedList:
        saved_lists.alone(tx)
        renamed = replace(saved_lists.named(tx.conn, wanted), name=clean)
        saved_lists.put(tx, me, renamed)
        return renamed

    return await store.write(work)


async def remove(store: Store, me: ColleagueId, wanted: str) -> SavedList:
    """Forget a list by its id or name; what it was.

    Raises:
        NotFound: there is none.
    """

    def work(tx: Tx) -> SavedList:
        found = saved_lists.named(tx.conn, wanted)
        saved_lists.remove(tx, me, found.id)
        return found

    return await store.write(work)


def _called(tx: Tx, name: str) -> SavedList | None:
    try:
        return saved_lists.named(tx.conn, name)
    except NotFound:
        return None


def _named(name: str) -> str:
    clean = " ".join(name.split())
    if not clean:
        raise WrongUse(_("Give the list a name."))
    return clean
