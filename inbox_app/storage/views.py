"""Saved views: kept, changed, found by name, and counted."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, literal, or_, select, update

from inbox_app.domain.errors import NotFound, WrongUse
from inbox_app.domain.filters import Filter, from_json, to_json
from inbox_app.domain.ids import ColleagueId, ViewId, new_id
from inbox_app.domain.views import CountedView, SavedView
from inbox_app.i18n import _
from inbox_app.storage.filters import SHOWN, where
from inbox_app.storage.schema import conversation, view
from inbox_app.storage.transaction import Tx

MOST_COUNTED = 1_000
"""A view's count stops here, so that a view of everything costs no scan of everything."""


def every(conn: Connection, me: ColleagueId) -> tuple[SavedView, ...]:
    """The views a colleague has, shared ones too, in their order."""
    mine = or_(view.c.colleague.is_(None), view.c.colleague == me)
    rows = conn.execute(select(view).where(mine).order_by(view.c.position, func.lower(view.c.name), view.c.id))
    return tuple(map(_view, rows))


def named(conn: Connection, me: ColleagueId, wanted: str) -> SavedView:
    """A view by its id, or by its name whatever its case; one's own before a shared one.

    Raises:
        NotFound: there is none.
    """
    known = every(conn, me)
    found = [one for one in known if one.id == wanted]
    found += [one for one in known if one.name.casefold() == wanted.casefold() and one.colleague == me]
    found += [one for one in known if one.name.casefold() == wanted.casefold()]
    if not found:
        raise NotFound(_("There is no view “{name}”.").format(name=wanted))
    return found[0]


def counted(conn: Connection, me: ColleagueId, one: SavedView) -> CountedView:
    """A view with its count."""
    number = bounded(conn, me, one.counted)
    return CountedView(one, min(number, MOST_COUNTED), number > MOST_COUNTED)


def bounded(conn: Connection, me: ColleagueId, chosen: Filter) -> int:
    """How many conversations a filter selects; past `MOST_COUNTED` one more than that."""
    some = select(literal(1)).select_from(conversation).where(where(chosen, me), *SHOWN).limit(MOST_COUNTED + 1)
    return conn.execute(select(func.count()).select_from(some.subquery())).scalar_one()


def put(tx: Tx, me: ColleagueId, name: str, chosen: Filter, *, shared: bool, pinned: bool) -> ViewId:
    """Keep a view; one of the same name and the same owner is replaced, and keeps its id and place."""
    owner = None if shared else me
    known = tx.conn.execute(
        select(view.c.id).where(func.lower(view.c.name) == name.lower(), view.c.colleague.is_not_distinct_from(owner))
    ).scalar_one_or_none()
    if known is None:
        return add(tx, me, name, chosen, shared=shared, pinned=pinned)
    change(tx, ViewId(known), SavedView(ViewId(known), name, chosen, owner, pinned))
    return ViewId(known)


def add(tx: Tx, me: ColleagueId, name: str, chosen: Filter, *, shared: bool, pinned: bool) -> ViewId:
    """Keep a new view, after those that are there.

    Raises:
        WrongUse: its owner has one of that name.
    """
    owner, made = None if shared else me, ViewId(new_id())
    _refuse_twin(tx, made, name, owner)
    last = tx.conn.execute(select(func.coalesce(func.max(view.c.position), 0))).scalar_one()
    values = _values(SavedView(made, name, chosen, owner, pinned))
    tx.conn.execute(insert(view).values(id=made, position=last + 1, **values))
    tx.about("views")
    return made


def change(tx: Tx, wanted: ViewId, to: SavedView) -> None:
    """Let a view be named, filtered and shared otherwise.

    Raises:
        NotFound: it is gone.
        WrongUse: its owner has another of that name.
    """
    _refuse_twin(tx, wanted, to.name, to.colleague)
    if not tx.conn.execute(update(view).where(view.c.id == wanted).values(**_values(to))).rowcount:
        raise NotFound(_("There is no view “{name}”.").format(name=to.name))
    tx.about("views")


def move(tx: Tx, me: ColleagueId, wanted: ViewId, by: int) -> bool:
    """Let a view stand so many places further down, or up, among those a colleague sees; False where it is at the end.

    Places are given out anew to all of these, so that views of one place have an order from then on.
    """
    seen = [one.id for one in every(tx.conn, me)]
    before = seen.index(wanted)
    place = max(0, min(before + by, len(seen) - 1))
    if place == before:
        return False
    seen.insert(place, seen.pop(before))
    for position, one in enumerate(seen, 1):
        tx.conn.execute(update(view).where(view.c.id == one).values(position=position))
    tx.about("views")
    return True


def remove(tx: Tx, wanted: ViewId) -> None:
    """Forget a view; the conversations it showed stay."""
    tx.conn.execute(delete(view).where(view.c.id == wanted))
    tx.about("views")


def _refuse_twin(tx: Tx, wanted: ViewId, name: str, owner: ColleagueId | None) -> None:
    same = (func.lower(view.c.name) == name.lower(), view.c.colleague.is_not_distinct_from(owner))
    if tx.conn.execute(select(view.c.id).where(view.c.id != wanted, *same)).first() is not None:
        raise WrongUse(_("There is another view “{name}”. Choose another name.").format(name=name))


def _values(one: SavedView) -> dict[str, object]:
    stored = json.dumps(to_json(one.filter), separators=(",", ":"))
    return {"name": one.name, "filter": stored, "colleague": one.colleague, "pinned": one.pinned}


def _view(row: Row[*tuple[Any, ...]]) -> SavedView:
    return SavedView(row.id, row.name, from_json(json.loads(row.filter)), row.colleague, row.pinned)
