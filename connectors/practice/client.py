"""The service that is not there: one account's part of the community, its past, its present and its journal.

Everything here may read or write a file; the connector calls it off the loop.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from connectors.practice.journal import Deed, Entry, Journal
from connectors.practice.life import Life
from connectors.practice.places import Place, Size
from connectors.practice.said import ANSWER, JOURNAL, LIVE, WORLD, Said, origin_of
from connectors.practice.world import Block, World

_ANCHOR: Final = "community.json"
HEART: Final = "❤️"


@dataclass(slots=True)
class Marks:
    """What the journal says about one message."""

    hidden: bool | None = None
    text: str | None = None
    edited_at: int | None = None
    deleted_at: int | None = None
    reactions: set[str] = field(default_factory=set)

    def note(self, entry: Entry) -> None:
        """Take one more line about it."""
        match entry.deed:
            case Deed.HIDE | Deed.SHOW:
                self.hidden = entry.deed is Deed.HIDE
            case Deed.EDIT:
                self.text, self.edited_at = entry.text, entry.at
            case Deed.DELETE:
                self.deleted_at = self.deleted_at or entry.at
            case Deed.REACT:
                self.reactions.add(entry.value)
            case Deed.UNREACT:
                self.reactions.discard(entry.value)
            case _:
                pass


UNMARKED: Final = Marks()


class Community:
    """One place of one community, kept in a folder."""

    def __init__(self, folder: Path, place: Place, size: Size, seed: int) -> None:
        self.folder = folder
        self.place, self.size, self.seed = place, size, seed
        self.journal = Journal(folder)
        self.anchor = 0
        self.opened: int | None = None
        self._marks: tuple[int, dict[str, Marks]] = (0, {})

    def begin(self, now: int) -> None:
        """Find the moment the community began, or let it begin now."""
        try:
            kept = json.loads((self.folder / _ANCHOR).read_text("utf-8"))
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
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self.folder / (_ANCHOR + ".new")
        fresh.write_text(json.dumps({"anchor": self.anchor, "opened": self.opened}), "utf-8")
        fresh.replace(self.folder / _ANCHOR)

    @cached_property
    def world(self) -> World:
        """The past."""
        return World(self.seed, self.place, self.size, self.anchor)

    @cached_property
    def life(self) -> Life:
        """The present."""
        return Life(self.world, self.block(self.world.shape.blocks - 1).posts)

    def block(self, number: int) -> Block:
        """One stretch of the past, as generated."""
        return self.world.block(number)

    def said(self, remote_id: str) -> Said | None:
        """The message of this id, as it was first said; None where there is none."""
        origin, name = origin_of(remote_id)
        if origin == WORLD:
            return self.world.message(int(name)) if name else None
        if origin == LIVE and name.isdigit() and self.opened is not None:
            return self.life.arrival(self.opened, int(name))
        if origin in (JOURNAL, ANSWER):
            return next((one for one in self._later() if one.id == remote_id), None)
        return None

    def _later(self) -> Iterator[Said]:
        for entry in self.journal.entries():
            if entry.deed is Deed.MESSAGE:
                yield said_in(entry)
            yield from self.answers(entry)

    def answers(self, entry: Entry) -> list[Said]:
        """What members say to this line, also what is not due yet."""
        if entry.deed is Deed.MESSAGE and entry.member is None and entry.target:
            # An answer to an answer is looked up among the lines before; it cannot go round in circles.
            return list(self.life.answers(entry, self.said(entry.target)))
        return list(self.life.answers(entry, None))

    def present(self, since: int, until: int, line: int) -> tuple[list[Said], int]:
        """Members' messages due in [since, until), answers to lines from `line` on included; and the count of lines."""
        entries = self.journal.entries()
        due = list(self.life.arrivals(self.opened, max(since, self.anchor), until))
        for number, entry in enumerate(entries):
            floor = since if number < line else 0
            due += [one for one in self.answers(entry) if floor <= one.at < until]
        return due, len(entries)

    def marks(self) -> dict[str, Marks]:
        """What the journal says about messages, by their ids."""
        entries = self.journal.entries()
        if self._marks[0] != len(entries):
            marks: dict[str, Marks] = {}
            for entry in entries:
                if entry.target and entry.deed is not Deed.MESSAGE:
                    marks.setdefault(entry.target, Marks()).note(entry)
            self._marks = (len(entries), marks)
        return self._marks[1]

    def as_it_stands(self, said: Said) -> Said:
        """The message with what the journal says about it."""
        mark = self.marks().get(said.id)
        if mark is None:
            return said
        return replace(
            said,
            hidden=said.hidden if mark.hidden is None else mark.hidden,
            text=said.text if mark.text is None else mark.text,
            edited_at=mark.edited_at or said.edited_at,
            deleted_at=mark.deleted_at or said.deleted_at,
        )

    def count(self, until: int) -> int:
        """How many messages there are."""
        due, _lines = self.present(self.anchor, until, 0)
        written = sum(entry.deed is Deed.MESSAGE for entry in self.journal.entries())
        return self.world.shape.all_messages + len(due) + written

    def horizon(self, until: int) -> tuple[int, int]:
        """Two numbers that change when something is new."""
        due, lines = self.present(self.anchor, until, 0)
        return len(due), lines


def said_in(entry: Entry) -> Said:
    """The message that a line holds."""
    return Said(
        id=entry.id,
        member=entry.member,
        at=entry.at,
        text=entry.text,
        keys=entry.keys,
        parent=entry.target or None,
        post=entry.post,
        title=entry.title,
        files=entry.files,
        key=entry.key or None,
    )
