"""Updates that cannot be read: kept as they came, and told as a gap, so that one of them never holds up the rest.

The service forgets an update once the next is asked for, so this is the only copy. What came within one hour is one
gap: a kind of message that this version does not understand may come many times.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from inbox_app.contract.files import Files
from inbox_app.contract.remote import GapFound
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonValue

_FOLDER: Final = "unread"
_MOST_KEPT: Final = 1000


def keep(updates: list[JsonValue], folder: Path, files: Files) -> None:
    """Write them down before the service is told to forget them; blocking. Raises `OSError`.

    A file's name follows from what is in it, so that what comes again is kept once.
    """
    place = folder / _FOLDER
    for one in updates:
        content = json.dumps(one, sort_keys=True).encode()
        files.write(place / f"{hashlib.sha256(content).hexdigest()[:24]}.json", content)
    kept = sorted(place.iterdir(), key=lambda path: path.stat().st_mtime)
    for old in kept[:-_MOST_KEPT]:
        old.unlink(missing_ok=True)


def gap(now: datetime) -> GapFound:
    """What is said of them on the ledger."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    return GapFound(
        f"unread-{hour:%Y-%m-%dT%H}",
        hour,
        hour + timedelta(hours=1),
        can_close=False,
        reason=_(
            "Something that came from Telegram could not be understood. It is kept as it came, in the account’s folder "
            "of the workspace; open Telegram to read it."
        ),
    )
