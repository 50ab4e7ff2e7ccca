"""Saving lists of members: a choice under a name, for all colleagues; each deed can be taken back."""

from __future__ import annotations

from dataclasses import replace

from inbox_app.domain.errors import NotFound, Refused, WrongUse
from inbox_app.domain.ids import ListId, new_id
from inbox_app.domain.saved_lists import Choice, SavedList
from inbox_app.i18n import _
from inbox_app.storage import saved_lists
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx


async def save(store: Store, name: str, choice: Choice) -> tuple[SavedList, SavedList | None]:
    """Keep a choice under a name; the list now, and the one of that name that it took the place of.

    Raises:
        WrongUse: it has no name.
    """
    clean = _named(name)

    def work(tx: Tx) -> tuple[SavedList, SavedList | None]:
        before = _called(tx, clean)
        made = SavedList(ListId(new_id()) if before is None else before.id, clean, choice)
        saved_lists.put(tx, made)
        return made, before

    return await store.write(work)


async def rename(store: Store, wanted: str, name: str) -> tuple[SavedList, SavedList]:
    """Call a list otherwise; the list now, and as it was.

    Raises:
        NotFound: there is none.
        WrongUse: it would have no name, or that of another.
    """
    clean = _named(name)

    def work(tx: Tx) -> tuple[SavedList, SavedList]:
        before = saved_lists.named(tx.conn, wanted)
        saved_lists.put(tx, replace(before, name=clean))
        return replace(before, name=clean), before

    return await store.write(work)


async def remove(store: Store, wanted: str) -> SavedList:
    """Forget a list by its id or name; what it was.

    Raises:
        NotFound: there is none.
    """

    def work(tx: Tx) -> SavedList:
        found = saved_lists.named(tx.conn, wanted)
        saved_lists.remove(tx, found.id)
        return found

    return await store.write(work)


async def put_back(store: Store, wanted: ListId, now: SavedList | None, before: SavedList | None) -> None:
    """Let a list that was saved, renamed or removed, and is so `now`, be as it was before; None where it was not there.

    Raises:
        Refused: it is another by now, since somebody else changed it.
        WrongUse: another one has its name meanwhile.
    """

    def work(tx: Tx) -> None:
        if next((one for one in saved_lists.every(tx.conn) if one.id == wanted), None) != now:
            raise Refused(_("This list was changed meanwhile: it stays as it is."))
        if before is None:
            saved_lists.remove(tx, wanted)
        else:
            saved_lists.put(tx, before)

    await store.write(work)


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
