"""What we said and did ourselves, which the service tells no bot: kept until a batch that tells it is kept.

So it works as the service's own updates do. Each entry has a name of its own, a batch's cursor names those that it
told, and the next pull, which is given that cursor only if the batch was kept, forgets them. What a refused batch or a
killed process told is told again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from connectors.telegram.fields import Fields
from inbox_app.contract.files import Files
from inbox_app.domain.jsonvalue import JsonObject

log = logging.getLogger(__name__)

_FILE: Final = "own.json"
MOST_TOLD: Final = 100
"""Entries of one batch; the others come with the next."""


@dataclass(frozen=True, slots=True)
class Own:
    """One of them: a message as the service gave it back, or our reaction to the message called `target`."""

    name: str
    said: JsonObject | None = None
    target: str = ""
    reaction: str = ""

    def to_json(self) -> JsonObject:
        """As it is kept."""
        return {"name": self.name, "said": self.said, "target": self.target, "reaction": self.reaction}


class OwnWords:
    """One account's; everything blocks. A disk that takes nothing never turns what was sent into what was not."""

    def __init__(self, folder: Path, files: Files) -> None:
        self._path, self._files = folder / _FILE, files
        self._entries: list[Own] | None = None

    def note_said(self, messages: Iterable[Fields]) -> None:
        """Messages of ours that the service took."""
        self._put([*self._all(), *(Own(_new_name(), said=one.values) for one in messages)])

    def note_reaction(self, target: str, reaction: str) -> None:
        """Our reaction to a message as it stands now; empty for none."""
        self._put([*self._all(), Own(_new_name(), target=target, reaction=reaction)])

    def left(self, told: Iterable[str]) -> tuple[Own, ...]:
        """What is to be told still, oldest first, where batches that were kept told these."""
        known = frozenset(told)
        left = [one for one in self._all() if one.name not in known]
        if len(left) != len(self._all()):
            self._put(left)
        return tuple(left[:MOST_TOLD])

    def _all(self) -> list[Own]:
        if self._entries is None:
            self._entries = [*_read(self._files, self._path)]
        return self._entries

    def _put(self, entries: list[Own]) -> None:
        self._entries = entries
        try:
            self._files.write(self._path, json.dumps([one.to_json() for one in entries]).encode())
        except OSError as full:
            log.warning("What the bot said itself could not be written down: %s", full.strerror)


def _read(files: Files, path: Path) -> Iterable[Own]:
    try:
        kept = json.loads(files.read(path))
    except FileNotFoundError:
        return
    except (OSError, ValueError, RecursionError) as damaged:
        log.warning("What the bot said itself could not be read: %s", type(damaged).__name__)
        return
    for said in Fields({"all": kept}).each("all"):
        yield Own(said.text("name"), said.inner("said").values or None, said.text("target"), said.text("reaction"))


def _new_name() -> str:
    return uuid4().hex
