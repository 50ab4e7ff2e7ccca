"""The facts of a workspace: its id, its name, when it was made, and what a whole team shares."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from inbox_app.storage.schema import workspace
from inbox_app.storage.transaction import Tx

WORKING_HOURS = "working_hours"
SUPPRESSION_KEYS = "suppression_keys"
"""The name of the fact that keys the list of who was erased."""
COMING_IN = "export_coming_in"
"""The shared setting that stands from the beginning of an export's import to its end."""
_BEGUN, _CUT_OFF = "1", "cut_off"
_OWN = frozenset({"id", "name", "made_at", SUPPRESSION_KEYS})


@dataclass(frozen=True, slots=True)
class Workspace:
    """What never changes about it, and its name."""

    id: str
    name: str
    made_at: int
    """Milliseconds since 1970 (UTC)."""


def read_workspace(conn: Connection) -> Workspace:
    """The workspace itself."""
    facts = _facts(conn)
    return Workspace(facts["id"], facts["name"], int(facts["made_at"]))


def read_shared_settings(conn: Connection) -> dict[str, str]:
    """The settings that belong to all of the team, by name."""
    return {name: value for name, value in _facts(conn).items() if name not in _OWN}


def write_shared_setting(tx: Tx, name: str, value: str | None) -> None:
    """Set one of them for everybody; None takes it away."""
    if name in _OWN:
        raise ValueError(name)
    _write(tx, name, value)


def is_coming_in(conn: Connection) -> bool:
    """Whether an export comes in, or did when its process was killed."""
    return read_shared_settings(conn).get(COMING_IN) == _BEGUN


def begin_coming_in(tx: Tx) -> bool:
    """Note that an import goes on; whether an earlier one was killed, so that what it brought was never counted."""
    was_killed = COMING_IN in read_shared_settings(tx.conn)
    write_shared_setting(tx, COMING_IN, _BEGUN)
    return was_killed


def cut_off(tx: Tx) -> None:
    """Note that it was killed: nobody who was erased is in what it brought, but it waits to be counted."""
    write_shared_setting(tx, COMING_IN, _CUT_OFF)


def end_coming_in(tx: Tx) -> None:
    """All that came in is counted."""
    write_shared_setting(tx, COMING_IN, None)


def _facts(conn: Connection) -> dict[str, str]:
    return {row.name: row.value for row in conn.execute(select(workspace.c.name, workspace.c.value))}


def _write(tx: Tx, name: str, value: str | None) -> None:
    if value is None:
        tx.conn.execute(delete(workspace).where(workspace.c.name == name))
    elif tx.conn.execute(update(workspace).where(workspace.c.name == name).values(value=value)).rowcount == 0:
        tx.conn.execute(insert(workspace), {"name": name, "value": value})
    tx.about("settings")
