"""Time-coded row numbers: a message's id carries its place in time.

Full text is quick only when the index's row number is in date order, also after a back-fill. So a message's id is
its order time in milliseconds, shifted to leave room for the messages of the same millisecond.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

SEQUENCE_BITS = 20
"""Room for a million messages in one millisecond (mail knows only whole seconds, and imports come in floods)."""

_LAST_MS = (1 << (63 - SEQUENCE_BITS)) - 1


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970 in UTC; earlier moments count as 1970."""
    return min(max(int(moment.timestamp() * 1000), 0), _LAST_MS)


def from_ms(milliseconds: int) -> datetime:
    """The moment of `to_ms`, in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def in_ms(span: timedelta) -> int:
    """A span in whole milliseconds, rounded up: what waits until a moment never goes before it."""
    return -(span // timedelta(milliseconds=-1))


def first_id(milliseconds: int) -> int:
    """The smallest id that a message of this millisecond can have."""
    return milliseconds << SEQUENCE_BITS


def ms_of(message_id: int) -> int:
    """The millisecond an id stands for."""
    return message_id >> SEQUENCE_BITS
