"""What is asked of the list of members, and a member in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from inbox_app.domain.loyalty import Label, Standing
from inbox_app.domain.people import MemberLine
from inbox_app.domain.words import Kind


class Order(StrEnum):
    """What the list is sorted by."""

    NAME = "name"
    MESSAGES = "messages"
    FIRST_SEEN = "first_seen"
    LAST_SEEN = "last_seen"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which members are listed, and in which order; everything empty means everybody, the last to speak first.

    Moments are milliseconds since 1970.
    """

    words: str = ""
    channel: str = ""
    tag: str = ""
    standing: Standing | None = None
    seen_since: int | None = None
    silent_since: int | None = None
    order: Order = Order.LAST_SEEN
    ascending: bool = False
    ours: bool = False
    """Instead of members those who are one of us."""


@dataclass(frozen=True, slots=True)
class ListedMember:
    """A member in the list, with the label and what it follows from."""

    line: MemberLine
    label: Label
    places: tuple[tuple[str, Kind], ...] = ()
    """Where they were met: each channel with each kind of conversation."""
