"""A service that lies in a file: what it accepted is there for every process, and is the judge of "sent once".

Each line is one request that reached it: the key, the bytes, and whether a new message came of it.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Request:
    """One request that reached the service."""

    key: str
    data: str
    made: bool


@dataclass(frozen=True, slots=True)
class FileService:
    """`remembers` keys: a repeated one brings no second message."""

    path: Path
    remembers: bool = False

    def accept(self, key: str, data: bytes) -> str:
        """Take a message; its remote id."""
        made = not (self.remembers and self.holds(key))
        line = json.dumps({"key": key, "data": data.decode(), "made": made}) + "\n"
        target = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(target, line.encode())
        finally:
            os.close(target)
        return f"remote-{key}"

    def requests(self) -> list[Request]:
        """Everything that reached it, in order."""
        if not self.path.exists():
            return []
        return [Request(**json.loads(line)) for line in self.path.read_text().splitlines()]

    def holds(self, key: str) -> bool:
        """Whether a message of this key is there."""
        return any(request.key == key for request in self.requests())

    def copies(self) -> Counter[str]:
        """How many messages there are of each key."""
        return Counter(request.key for request in self.requests() if request.made)

    def bytes_of(self, key: str) -> set[str]:
        """The different bytes that came with one key; never more than one."""
        return {request.data for request in self.requests() if request.key == key}
