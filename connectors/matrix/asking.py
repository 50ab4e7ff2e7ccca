"""The questions by which rooms are read: the sync, a room's timeline page by page, what belongs to an event.

https://spec.matrix.org/latest/client-server-api/#syncing, #get_matrixclientv3roomsroomidmessages and
#get_matrixclientv1roomsroomidrelationseventidreltypeeventtype
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from connectors.matrix.client import Client, Gone, Params, path_of
from connectors.matrix.wire import (
    ENDS,
    REACTION,
    REDACTION,
    SPOKEN,
    VOTES,
    RoomEvent,
    RoomNews,
    Sync,
    events_of,
    sync_of,
)
from inbox_app.domain.jsonvalue import JsonObject

TIMELINE: Final = 50
_READ: Final = [*sorted(SPOKEN), REACTION, REDACTION, *VOTES, *ENDS]
_FACTS: Final = [
    "m.room.create", "m.room.name", "m.room.canonical_alias", "m.room.power_levels", "m.room.encryption",
    "m.room.tombstone", "m.room.member",
]  # fmt: skip
_NAMES: Final[JsonObject] = {"lazy_load_members": True, "include_redundant_members": True}
_FILTER: Final[JsonObject] = {
    "presence": {"types": []},
    "account_data": {"types": ["m.direct"]},
    "room": {
        "timeline": {"limit": TIMELINE, "types": [*_READ, *_FACTS], **_NAMES},
        "state": {"types": [*_FACTS], **_NAMES},
        "ephemeral": {"types": ["m.receipt"]},
        "account_data": {"types": []},
        "include_leave": False,
    },
}
_FIRST_FILTER: Final[JsonObject] = {
    "presence": {"types": []},
    "account_data": {"types": ["m.direct"]},
    "room": {
        "timeline": {"limit": 1, "types": [*_READ]},
        "state": {"types": []},
        "ephemeral": {"types": []},
        "account_data": {"types": []},
    },
}
_CREATIONS: Final[JsonObject] = {
    **_FIRST_FILTER,
    "account_data": {"types": []},
    "room": {
        "timeline": {"types": []},
        "state": {"types": ["m.room.create"]},
        "ephemeral": {"types": []},
        "account_data": {"types": []},
    },
}
_RELATED_A_PAGE: Final = 500
_PAGES_OF_RELATED: Final = 4


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a room's timeline, oldest first; `next` leads further back, empty at the beginning."""

    events: tuple[RoomEvent, ...]
    names: tuple[RoomEvent, ...]
    next: str


async def sync(client: Client, me: str, since: str, *, wait_ms: int = 0) -> Sync:
    """What is new since a token."""
    params: Params = {"since": since, "timeout": wait_ms, "filter": _said(_FILTER), "set_presence": "offline"}
    return sync_of(await client.get(path_of("sync"), params), me)


async def first_sync(client: Client, me: str) -> Sync:
    """Where everything stands: of each room the last message alone."""
    params: Params = {"timeout": 0, "filter": _said(_FIRST_FILTER), "set_presence": "offline"}
    return sync_of(await client.get(path_of("sync"), params), me)


async def creations(client: Client, me: str) -> tuple[RoomNews, ...]:
    """Of each room that we are in how it was made, and nothing else."""
    params: Params = {"timeout": 0, "filter": _said(_CREATIONS), "set_presence": "offline"}
    return sync_of(await client.get(path_of("sync"), params), me).rooms


async def page_before(client: Client, room: str, at: str, *, limit: int, to: str = "") -> Page:
    """The page of a room that ends at a token; the newest one without."""
    params: dict[str, str | int | list[str]] = {
        "dir": "b", "limit": limit, "filter": _said({"types": [*_READ], "lazy_load_members": True}),
    }  # fmt: skip
    params |= {name: token for name, token in (("from", at), ("to", to)) if token}
    said = await client.get(path_of("rooms", room, "messages"), params)
    newest_first = events_of(said.each("chunk"))
    end = said.some_id("end")
    return Page(newest_first[::-1], events_of(said.each("state")), "" if end == at else end)


async def reactions_to(client: Client, room: str, event: str) -> list[RoomEvent]:
    """Every reaction to an event that stands now."""
    path = path_of("rooms", room, "relations", event, "m.annotation", REACTION, version="v1")
    return (await _related(client, path))[0]


async def references_to(client: Client, room: str, event: str) -> list[RoomEvent] | None:
    """Every event that speaks of another, as votes do of a poll; None where there are more than are asked for."""
    found, is_all = await _related(client, path_of("rooms", room, "relations", event, "m.reference", version="v1"))
    return found if is_all else None


async def _related(client: Client, path: str) -> tuple[list[RoomEvent], bool]:
    """What belongs to an event in one way, and whether that is all."""
    found: list[RoomEvent] = []
    params: dict[str, str | int | list[str]] = {"limit": _RELATED_A_PAGE}
    for _page in range(_PAGES_OF_RELATED):
        try:
            said = await client.get(path, params)
        except Gone:
            return found, True
        found += events_of(said.each("chunk"))
        following = said.some_id("next_batch")
        if not following:
            return found, True
        params["from"] = following
    return found, False


def _said(filter_: JsonObject) -> str:
    return json.dumps(filter_, separators=(",", ":"), sort_keys=True)
