"""Saved lists of members: each a setting that the whole team shares, so that two desks never overwrite each other's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import count

from sqlalchemy import ColumnElement, Connection, select

from inbox_app.domain.errors import NotFound, WrongUse
from inbox_app.domain.ids import ColleagueId, ListId
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.saved_lists import Choice, SavedList, from_json, to_json
from inbox_app.i18n import _
from inbox_app.storage.operations import Before, record
from inbox_app.storage.schema import workspace
from inbox_app.storage.transaction import Tx
from inbox_app.storage.workspace import read_shared_settings, write_shared_setting

_KIND = "list"
_SETTING = "member_list:"
IS_LIST: ColumnElement[bool] = workspace.c.name.startswith(_SETTING, autoescape=True)
"""Whether a row of the workspace's settings is a list."""


def every(conn: Connection) -> tuple[SavedList, ...]:
    """All of them, by name."""
    found = (SavedList(key, str(one["name"]), _choice(one)) for key, one in _stored(conn).items())
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.id)))


def named(conn: Connection, wanted: str) -> SavedList:
    """One by its id, or by its name whatever its case.

    Raises:
        NotFound: there is none.
    """
    found = [one for one in every(conn) if wanted == one.id or wanted.casefold() == one.name.casefold()]
    if not found:
        raise NotFound(_("There is no list “{name}”.").format(name=wanted))
    return found[0]


def alone(tx: Tx) -> None:
    """Let desks that save lists do so one after the other, so that each sees the names that there are."""
    tx.conn.execute(select(workspace.c.value).where(workspace.c.name == "id").with_for_update())


def put(tx: Tx, me: ColleagueId, one: SavedList) -> None:
    """Keep a list, in the place of what it was before; what is said of it that is not known here stays.

    Raises:
        WrongUse: another one has its name.
    """
    if any(one.name.casefold() == other.name.casefold() for other in every(tx.conn) if other.id != one.id):
        raise WrongUse(_("There is another list “{name}”. Choose another name.").format(name=one.name))
    before = _stored(tx.conn).get(one.id)
    choice = (before or {}).get("choice") if one.choice is None else to_json(one.choice)
    record(tx, me, _KIND, [], Before(lists={one.id: before}))
    _write(tx, one.id, {**(before or {}), "name": one.name, "choice": choice})


def remove(tx: Tx, me: ColleagueId, wanted: ListId) -> None:
    """Forget a list; the members on it stay."""
    record(tx, me, _KIND, [], Before(lists={wanted: _stored(tx.conn).get(wanted)}))
    write_shared_setting(tx, f"{_SETTING}{wanted}", None)


def restore(tx: Tx, before: Mapping[ListId, JsonObject | None]) -> None:
    """Let these lists be as they were; where another has the name by now, under one beside it."""
    for which, kept in before.items():
        if kept is None:
            write_shared_setting(tx, f"{_SETTING}{which}", None)
        else:
            taken = {other.name.casefold() for other in every(tx.conn) if other.id != which}
            _write(tx, which, {**kept, "name": _free(str(kept["name"]), taken)})


def names(conn: Connection, wanted: Mapping[ListId, JsonObject | None]) -> Iterable[str]:
    """What these lists are called, those that are gone as they were before."""
    now = _stored(conn) if wanted else {}
    kept = (now.get(which) or before for which, before in wanted.items())
    return (str(one["name"]) for one in kept if one is not None)


def _free(name: str, taken: set[str]) -> str:
    beside = (f"{name} ({number})" for number in count(2))
    return name if name.casefold() not in taken else next(one for one in beside if one.casefold() not in taken)


def _stored(conn: Connection) -> dict[ListId, JsonObject]:
    return {
        ListId(name.removeprefix(_SETTING)): json.loads(value)
        for name, value in read_shared_settings(conn).items()
        if name.startswith(_SETTING)
    }


def _choice(stored: JsonObject) -> Choice | None:
    said = stored.get("choice")
    return from_json(said) if isinstance(said, dict) else None


def _write(tx: Tx, which: ListId, stored: JsonObject) -> None:
    write_shared_setting(tx, f"{_SETTING}{which}", json.dumps(stored, ensure_ascii=False, separators=(",", ":")))
