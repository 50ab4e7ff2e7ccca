"""The submission server's own log of what it accepted: the oracle for "sent once", which outlives any client."""

import base64
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message the server took responsibility for."""

    at: datetime
    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message_id(self) -> str:
        """Its Message-ID, or an empty text."""
        return str(message_from_bytes(self.raw)["Message-ID"] or "").strip()


class AcceptedLog:
    """A file with one line for each accepted message, on the disk before the server answers."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, sender: str, recipients: list[str], raw: bytes) -> None:
        line = json.dumps(
            {
                "at": datetime.now(UTC).isoformat(),
                "sender": sender,
                "recipients": recipients,
                "raw": base64.b64encode(raw).decode("ascii"),
            }
        )
        with self.path.open("a", encoding="ascii") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())

    def read(self) -> list[Accepted]:
        """All accepted messages, oldest first."""
        if not self.path.exists():
            return []
        return [_accepted(line) for line in self.path.read_text(encoding="ascii").splitlines()]


def _accepted(line: str) -> Accepted:
    entry = json.loads(line)
    return Accepted(
        at=datetime.fromisoformat(entry["at"]),
        sender=entry["sender"],
        recipients=tuple(entry["recipients"]),
        raw=base64.b64decode(entry["raw"]),
    )
