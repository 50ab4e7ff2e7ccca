"""How we and somebody stand: whether we block or mute them, or they us.

Nothing in a status says so; the server is asked for many people at once
(https://docs.joinmastodon.org/methods/accounts/#relationships).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from connectors.mastodon.client import Client, Forbidden, Gone, path_of
from connectors.mastodon.fields import Fields, need_list

_AT_ONCE: Final = 40
_REMEMBERED: Final = 5000
_FRESH: Final = timedelta(minutes=10)
"""So long an answer holds; what we do ourselves is asked for anew."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Towards one person."""

    blocking: bool = False
    muting: bool = False
    blocks_us: bool = False

    @classmethod
    def of(cls, said: Fields) -> Standing:
        return cls(said.flag("blocking"), said.flag("muting"), said.flag("blocked_by"))


class People:
    """Asks for one account that is signed in."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: OrderedDict[str, tuple[Standing, datetime]] = OrderedDict()
        self._untold = False
        """The server keeps none, or does not let our token see them."""

    async def standings(self, ids: Iterable[str]) -> Mapping[str, Standing]:
        """Of these people; of whom a server says nothing is missing."""
        now, wanted = self._client.now(), [*dict.fromkeys(ids)]
        old = [one for one in wanted if one not in self._known or self._known[one][1] < now - _FRESH]
        for start in () if self._untold else range(0, len(old), _AT_ONCE):
            await self._ask(old[start : start + _AT_ONCE], now)
        return {one: self._known[one][0] for one in wanted if one in self._known}

    def forget(self, person: str) -> None:
        """How we stand was just changed."""
        self._known.pop(person, None)

    async def _ask(self, ids: list[str], now: datetime) -> None:
        try:
            answer = await self._client.get(path_of("v1", "accounts", "relationships"), {"id[]": ids})
        except (Gone, Forbidden):
            self._untold = True
            return
        for one in need_list(answer.json()):
            self._known[one.need_id()] = Standing.of(one), now
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
