"""The service that is not there: one account's part of the community, its past, its present and its journal.

Everything here may read or write a file; the connector calls it off the loop.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from connectors.practice.chronicle import Chronicle
from connectors.practice.journal import Deed, Entry, Journal
from connectors.practice.life import Life
from connectors.practice.places import Place, Size
from connectors.practice.said import LIVE, WORLD, Said, origin_of
from connectors.practice.world import World
from inbox_app.contract.files import PLAIN, Files

_ANCHOR: Final = "community.json"


@dataclass(frozen=True, slots=True)
class News:
    """What is new in a stretch of time: lines of the journal and members' messages, in no order."""

    entries: tuple[Entry, ...]
    said: tuple[Said, ...]
    lines: int
    """How many lines the journal has now."""


class Community:
    """One place of one community, kept in a folder."""

    def __init__(self, folder: Path, place: Place, size: Size, seed: int, files: Files = PLAIN) -> None:
        self.folder, self.files = folder, files
        self.place, self.size, self.seed = place, size, seed
        self.journal = Journal(folder, files)
        self.chronicle = Chronicle(self.journal, self._answers, self._hearts, self._author_of)
        self.anchor = 0
        self.opened: int | None = None

    def begin(self, now: int) -> None:
        """Find the moment the community began, or let it begin now."""
        try:
            kept = json.loads(self.files.read(self.folder / _ANCHOR))
            self.anchor, self.opened = int(kept["anchor"]), kept.get("opened")
        except (OSError, ValueError, KeyError, TypeError):
            self.anchor = now
            self._keep()

    def open_doors(self, now: int) -> None:
        """Somebody looks on: from the first time on, new messages arrive."""
        if self.opened is None:
            self.opened = now
            self._keep()

    def _keep(self) -> None:
        kept = {"anchor": self.anchor, "opened": self.opened}
        self.files.write(self.folder / _ANCHOR, json.dumps(kept).encode())

    @cached_property
    def world(self) -> World:
        """The past."""
        return World(self.seed, self.place, self.size, self.anchor)

    @cached_property
    def life(self) -> Life:
        """The present."""
        return Life(self.world, self.world.block(self.world.shape.blocks - 1).posts)

    def said(self, remote_id: str) -> Said | None:
        """The message of this id, as it was first said; None where there is none."""
        origin, name = origin_of(remote_id)
        if origin == WORLD:
            return self.world.message(int(name)) if name else None
        if origin == LIVE:
            known = self.opened is not None and name.isascii() and name.isdigit()
            return self.life.arrival(self.opened or 0, int(name)) if known else None
        return self.chronicle.said(remote_id)

    def _author_of(self, remote_id: str) -> int | None:
        said = self.said(remote_id)
        return None if said is None else said.member

    def _answers(self, entry: Entry) -> Iterable[Said]:
        return self.life.answers(entry, self._target(entry), again=self.chronicle.is_answered(entry))

    def _hearts(self, entry: Entry) -> Iterable[Entry]:
        return self.life.hearts(entry, self._target(entry))

    def _target(self, entry: Entry) -> Said | None:
        return self.said(entry.target) if entry.deed is Deed.MESSAGE and entry.target else None

    def news(self, since: int, until: int, line: int) -> News:
        """What came in [since, until), and lines from `line` on with all that is due because of them."""
        self.chronicle.catch_up()
        if self.opened is not None:
            self.chronicle.let_happen(self.life.happenings(self.opened, until), until)
        said = [*self.chronicle.due(since, until, line)]
        if self.opened is not None:
            said += self.life.arrivals(self.opened, since, until)
        entries = self.chronicle.entries
        return News(entries[line:], tuple(said), len(entries))

    def as_it_stands(self, said: Said) -> Said:
        """The message with what the journal, as last read, says about it."""
        mark = self.chronicle.marks.get(said.id)
        return said if mark is None else mark.on(said)

    def count(self, until: int) -> int:
        """How many messages there are."""
        self.chronicle.catch_up()
        written = sum(entry.deed is Deed.MESSAGE for entry in self.chronicle.entries)
        arrived = 0 if self.opened is None else self.life.count(self.opened, until)
        return self.world.shape.all_messages + written + arrived + len(self.chronicle.due(0, until, 0))
