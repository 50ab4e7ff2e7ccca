"""Whether what was joined, split or moved was regrouped again since: then only the later decision can be put back.

A move knows from where to where; once what it moved went on, or one of the two went into another, neither is true.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from inbox_app.domain.errors import Refused
from inbox_app.i18n import _
from inbox_app.storage.bulk import any_of
from inbox_app.storage.schema import message


def refuse_regrouped(conn: Connection, before: Mapping[str, Any], later: Mapping[str, Any]) -> None:
    """Raise `Refused` where a later operation builds on what an earlier one regrouped."""
    for mine in before.get("moves", ()):
        moves = later.get("moves", ())
        if moves and any(_builds_on(mine, _concerned(conn, mine), theirs) for theirs in moves):
            raise Refused(_("These messages were joined, split or moved again since. Take that back first, then this."))


def _builds_on(mine: Mapping[str, Any], concerned: set[int], theirs: Mapping[str, Any]) -> bool:
    if theirs["kind"] == "merge":
        return theirs["of"] in (mine["of"], mine["to"]) or (mine["kind"] == "split" and theirs["to"] == mine["to"])
    went_on = not concerned.isdisjoint(theirs["messages"])
    return went_on or (mine["kind"] == "split" and mine["to"] in (theirs["of"], theirs["to"]))


def _concerned(conn: Connection, mine: Mapping[str, Any]) -> set[int]:
    """The messages that it moved, and those that came since and follow them."""
    if mine["kind"] == "merge":
        return {*mine["messages"], *conn.execute(_OF_THREADS, {"wanted": [*mine["threads"]]}).scalars()}
    found = newest = set(mine["messages"])
    while newest:
        newest = _below(conn, newest) - found
        found = found | newest
    return found


def _below(conn: Connection, those: Iterable[int]) -> set[int]:
    return set(conn.execute(_BELOW, {"wanted": [*those]}).scalars())


_OF_THREADS = select(message.c.id).where(any_of(message.c.thread))
_BELOW = select(message.c.id).where(any_of(message.c.parent))
