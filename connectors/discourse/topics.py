"""The topics that posts stand in, each asked for once in a while: they say what concerns us and what may be done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from connectors.discourse.client import Client, Forbidden, Gone
from connectors.discourse.wire import Post, Topic

_FRESH: Final = timedelta(minutes=10)
_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Topics:
    """Asks for one account. What is kept spares a pull that was told to wait its first requests the next time."""

    client: Client
    _kept: dict[int, tuple[datetime, Topic]] = field(default_factory=dict)

    async def of(self, posts: Iterable[Post], *, anew: bool = False) -> dict[int, Topic]:
        """The topics of these posts that we may see; `anew` where something in them is known to be different."""
        found = {}
        for number in dict.fromkeys(one.topic for one in posts):
            topic = await self.one(number, anew=anew)
            if topic is not None:
                found[number] = topic
        return found

    async def one(self, number: int, *, anew: bool = False) -> Topic | None:
        """One topic, None where it is gone or out of our sight."""
        now = self.client.now()
        kept = self._kept.get(number)
        if kept is not None and not anew and now - kept[0] < _FRESH:
            return kept[1]
        try:
            topic = await self.client.topic(number)
        except (Gone, Forbidden):
            return None
        self._kept.pop(number, None)
        self._kept[number] = (now, topic)
        if len(self._kept) > _MOST:
            self._kept.pop(next(iter(self._kept)))
        return topic
