"""Where an account's pull stands: what is known of each list, how far the chat's log was read, and watched threads.

The service pages its lists from now backwards, sorted by times that people's own programs wrote, and its mark of what
was seen is shared by all programs. So what was taken in is known by its ids, and all else that is new enough is news.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from connectors.bluesky.fields import Fields
from connectors.bluesky.sweep import Sweep
from connectors.shared.watching import Watch, read_watch
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.timecode import to_ms

_MOST: Final = 250
"""Entries that are known of a list: more than two pages, since news may be sorted in below the newest.

What is sorted in deeper is found by the sweep.
"""


@dataclass(frozen=True, slots=True)
class Window:
    """What was taken in of a list: the newest entries with their times. What is older than `floor` is history."""

    known: dict[str, int] = field(default_factory=dict)
    floor: int = 0

    def is_new(self, entry: str, at: datetime) -> bool:
        return _short(entry) not in self.known and to_ms(at) >= self.floor

    def with_known(self, entries: Iterable[tuple[str, datetime]]) -> Window:
        """With these taken in; where more are known than are kept, the oldest make the floor."""
        known = {**self.known, **{_short(entry): to_ms(at) for entry, at in entries}}
        if len(known) <= _MOST:
            return Window(known, self.floor)
        newest = sorted(known.items(), key=lambda one: one[1])[-_MOST:]
        return Window(dict(newest), max(self.floor, newest[0][1]))

    def raised(self, at: datetime) -> Window:
        """With everything before this moment left to the history."""
        return Window(self.known, max(self.floor, to_ms(at)))

    def to_json(self) -> JsonObject:
        return {"known": dict(self.known), "floor": self.floor}

    @classmethod
    def read(cls, said: Fields) -> Window:
        known = said.inner("known")
        return cls({entry: known.number(entry) for entry in known.values}, said.number("floor"))


def _short(entry: str) -> str:
    """Addresses are long, and a cursor is written at every pull."""
    return hashlib.blake2b(entry.encode(), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True)
class Cursor:
    """`began` is when the account was connected; `chat` is the place in the chat's log, empty before it was read."""

    began: int
    notices: Window = field(default_factory=Window)
    sweep: Sweep = field(default_factory=Sweep)
    own: Window = field(default_factory=Window)
    chat: str = ""
    watch: Watch = field(default_factory=Watch)

    def to_json(self) -> JsonObject:
        """As it is kept."""
        return {
            "began": self.began,
            "notices": self.notices.to_json(),
            "sweep": self.sweep.to_json(),
            "own": self.own.to_json(),
            "chat": self.chat,
            "threads": self.watch.to_json(),
        }


def read_cursor(value: JsonObject) -> Cursor:
    """The inverse of `to_json`.

    Raises:
        BadAnswer: we did not write this.
    """
    said = Fields(value)
    return Cursor(
        began=said.number("began"),
        notices=Window.read(said.inner("notices")),
        sweep=Sweep.read(said.inner("sweep")),
        own=Window.read(said.inner("own")),
        chat=said.text("chat"),
        watch=read_watch(said.inner("threads")),
    )
