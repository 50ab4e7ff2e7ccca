"""How far back the history of a new account is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from inbox_app.domain.timecode import to_ms

USUAL: Final = timedelta(days=90)
"""Unless the person asks for something else."""
ALL: Final = "all"
"""The value of the account's setting `history` that asks for everything; otherwise it is a number of days."""


def history_since(settings: Mapping[str, str], now: datetime) -> int | None:
    """The moment in milliseconds; None for everything there is."""
    wanted = settings.get("history", "")
    if wanted == ALL:
        return None
    return to_ms(now - (timedelta(days=int(wanted)) if wanted.isdigit() else USUAL))
