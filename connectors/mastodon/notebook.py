"""What outlives the process beside the database: the server's rules, and what naming people costs in each thread.

The limits of a message are asked for when nobody is connected, so they are written down when they are learned.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from connectors.mastodon.fields import Fields
from connectors.mastodon.server import Server
from inbox_app.contract.files import Files
from inbox_app.domain.jsonvalue import JsonValue

_FILE: Final = "server.json"
_MOST_NAMES: Final = 2000


class Notebook:
    """One account's; reading what is not there gives what is usual."""

    def __init__(self, folder: Path, files: Files) -> None:
        self._path, self._files = folder / _FILE, files
        self._changed = False
        said = Fields(_read(files, self._path))
        self.server = Server.from_json(said.values.get("server"))
        self._names = {key: said.inner("names").number(key) for key in said.inner("names").values}

    def reserved(self, keys: tuple[str, ...]) -> int:
        """What naming those who are answered takes of a message's length."""
        return max((self._names.get(key, 0) for key in keys), default=0)

    def learn_server(self, server: Server) -> None:
        """The server's rules as they are now."""
        if server != self.server:
            self.server, self._changed = server, True

    def learn_names(self, names: dict[str, int]) -> None:
        """What it costs to answer these messages."""
        new = {key: cost for key, cost in names.items() if self._names.get(key) != cost}
        if new:
            self._names = dict([*self._names.items(), *new.items()][-_MOST_NAMES:])
            self._changed = True

    def keep(self) -> None:
        """Write it down if anything is new; blocking."""
        if self._changed:
            kept = {"server": self.server.to_json(), "names": self._names}
            self._files.write(self._path, json.dumps(kept).encode())
            self._changed = False


def _read(files: Files, path: Path) -> dict[str, JsonValue]:
    try:
        kept = json.loads(files.read(path))
    except (OSError, ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}
