"""A second reading of the notifications, far below the newest: what was listed late is found there.

The list is sorted by what people's own programs say, so that a mention that a slow server passed on today may stand
below hundreds of likes. A few pages are read in each pull, down to a month ago, then again from the top. What was told
of messages is remembered; likes and reposts are counted with what they are about.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from connectors.bluesky.fields import Fields
from connectors.bluesky.wire import Notice
from connectors.shared.packed import pack, unpack
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.timecode import to_ms

SAID: Final = frozenset({"mention", "reply", "quote"})
"""Notifications of messages."""
HORIZON_MS: Final = 30 * 24 * 3600 * 1000
_MOST: Final = 2000
_MINUTE: Final = 60_000


@dataclass(frozen=True, slots=True)
class Sweep:
    """`place` is the next page, empty at the top. `told` are messages by a number of theirs, with the minute of each.

    What is older than `floor` was forgotten, and is not looked for. In the first round everything from
    before the account was connected is history; once a round is `whole`, whatever was not told is news. `gap` is closed
    at the end of the round.
    """

    place: str = ""
    told: Mapping[int, int] = field(default_factory=dict)
    floor: int = 0
    whole: bool = False
    gap: str = ""

    def is_news(self, one: Notice, began: int, now: int) -> bool:
        """Whether it is of a message that was never told."""
        at = to_ms(one.at)
        told = one.reason not in SAID or _number(one) in self.told
        return not told and at >= self._end(now) and (self.whole or at >= began)

    def with_told(self, notices: Iterable[Notice]) -> Sweep:
        """With these told; of too many the oldest are forgotten."""
        fresh = {_number(one): to_ms(one.at) // _MINUTE for one in notices if one.reason in SAID}
        newest = sorted({**self.told, **fresh}.items(), key=lambda one: one[1])[-_MOST:]
        return replace(self, told=dict(newest))

    def reads_on(self, page: Iterable[Notice], after: str, now: int) -> bool:
        """Whether the next page may hold something."""
        oldest = min((to_ms(one.at) for one in page), default=now)
        return after not in ("", self.place) and oldest >= self._end(now)

    def ended(self, now: int) -> Sweep:
        """At the top again; what was forgotten meanwhile is not looked for in the next round."""
        far = (now - HORIZON_MS) // _MINUTE
        kept = {number: minute for number, minute in self.told.items() if minute >= far}
        forgotten = (min(kept.values()) + 1) * _MINUTE if len(kept) >= _MOST else 0
        return Sweep(told=kept, floor=forgotten, whole=True)

    def _end(self, now: int) -> int:
        return max(self.floor, now - HORIZON_MS)

    def to_json(self) -> JsonObject:
        return {
            "place": self.place,
            "told": pack((minute, number) for number, minute in self.told.items()),
            "floor": self.floor,
            "whole": self.whole,
            "gap": self.gap,
        }

    @classmethod
    def read(cls, said: Fields) -> Sweep:
        told = {number: minute for minute, number in unpack(said.text("told"), 2, _MOST)}
        return cls(said.text("place"), told, said.number("floor"), said.flag("whole"), said.text("gap"))


def _number(one: Notice) -> int:
    return int.from_bytes(hashlib.blake2b(one.id.encode(), digest_size=5).digest())
