"""Record keys of ours: made from an act alone, so that each try of it writes the same record. Pure.

https://atproto.com/specs/tid
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

_SIGNS: Final = "234567abcdefghijklmnopqrstuvwxyz"
_CLOCKS: Final = 1024


def tid_of(decided_at: datetime, key: str) -> str:
    """The key of the record that an act writes.

    Its milliseconds are those of the decision; the rest follows from the act's own key, so that two acts of one
    millisecond do not meet.
    """
    chance = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    micros = round(decided_at.timestamp() * 1000) * 1000 + chance % 1000
    number = (micros << 10) | (chance // 1000 % _CLOCKS)
    return "".join(_SIGNS[number >> shift & 31] for shift in range(60, -1, -5))
