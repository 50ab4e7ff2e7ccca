"""The people who use the workspace: welcoming one, and noting that one left."""

from __future__ import annotations

from inbox_app.domain.errors import WrongUse
from inbox_app.domain.ids import ColleagueId
from inbox_app.i18n import _
from inbox_app.storage import colleagues
from inbox_app.storage.store import Store


async def add(store: Store, name: str) -> ColleagueId:
    """Welcome another colleague.

    Raises:
        WrongUse: the name is empty.
    """
    if not name.strip():
        raise WrongUse(_("A colleague needs a name."))
    return await store.write(lambda tx: colleagues.add_colleague(tx, name.strip()))
