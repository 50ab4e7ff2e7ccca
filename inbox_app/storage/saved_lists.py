"""Saved lists of members: each a setting that the whole team shares, so that two desks never overwrite each other's."""

from __future__ import annotations

import json

from sqlalchemy import ColumnElement, Connection

from inbox_app.domain.errors import NotFound, WrongUse
from inbox_app.domain.ids import ListId
from inbox_app.domain.saved_lists import SavedList, from_json, to_json
from inbox_app.i18n import _
from inbox_app.storage.schema import workspace
from inbox_app.storage.transaction import Tx
from inbox_app.storage.workspace import read_shared_settings, write_shared_setting

_SETTING = "member_list:"
IS_LIST: ColumnElement[bool] = workspace.c.name.startswith(_SETTING, autoescape=True)
"""Whether a row of the workspace's settings is a list."""


def every(conn: Connection) -> tuple[SavedList, ...]:
    """All of them, by name."""
    stored = {
        name.removeprefix(_SETTING): json.loads(value)
        for name, value in read_shared_settings(conn).items()
        if name.startswith(_SETTING)
    }
    found = (SavedList(ListId(key), str(one["name"]), from_json(one["choice"])) for key, one in stored.items())
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


def put(tx: Tx, one: SavedList) -> None:
    """Keep a list, in the place of what it was before.

    Raises:
        WrongUse: another one has its name.
    """
    if any(one.name.casefold() == other.name.casefold() for other in every(tx.conn) if other.id != one.id):
        raise WrongUse(_("There is another list “{name}”. Choose another name.").format(name=one.name))
    stored = {"name": one.name, "choice": to_json(one.choice)}
    write_shared_setting(tx, f"{_SETTING}{one.id}", json.dumps(stored, ensure_ascii=False, separators=(",", ":")))


def remove(tx: Tx, wanted: ListId) -> None:
    """Forget a list; the members on it stay."""
    write_shared_setting(tx, f"{_SETTING}{wanted}", None)
