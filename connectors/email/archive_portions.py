"""An archive in portions that fit into one transaction each, with a place behind each to go on from. Blocking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice

from connectors.email.archive_files import Mail, Pile, Source, Step
from inbox_app.contract.archive import MOST_EVENTS, Skipped
from inbox_app.domain.jsonvalue import JsonObject

_BYTES = 4 * 2**20
"""What one portion holds at most, but for a single larger mail."""


@dataclass(frozen=True, slots=True)
class Portion:
    """Some mails and the place behind them; `done` counts bytes or files, as the pile does."""

    mails: tuple[Mail, ...]
    skipped: tuple[Skipped, ...]
    cursor: JsonObject
    done: int


@dataclass(frozen=True, slots=True)
class _Place:
    """So many files are done, and this far in the next; `proof` is of what lies before, so that a change is noticed."""

    files: int = 0
    at: int = 0
    proof: str = ""

    @classmethod
    def from_json(cls, cursor: JsonObject | None) -> _Place:
        match cursor:
            case {"files": int(files), "at": int(at), "proof": str(proof)} if files >= 0 and at >= 0:
                return cls(files, at, proof)
        return cls()

    def to_json(self) -> JsonObject:
        return {"files": self.files, "at": self.at, "proof": self.proof}


class _Trail:
    """The names of the files that are done, as one digest."""

    def __init__(self) -> None:
        self._names = sha256()
        self.files = 0
        self.size = 0

    def leave(self, source: Source, size: int) -> None:
        """This file is done."""
        self._names.update(source.mark.encode("utf-8", "surrogateescape") + b"\0")
        self.files += 1
        self.size += size

    def at(self, source: Source | None, at: int) -> _Place:
        """The place in the file that follows."""
        proof = self._names.copy()
        if source is not None and at:
            status = source.path.stat()
            proof.update(f"{source.mark}\0{status.st_size}\0{status.st_mtime_ns}".encode("utf-8", "surrogateescape"))
        return _Place(self.files, at, proof.hexdigest()[:32])


@dataclass(slots=True)
class _Heap:
    """What is gathered for the next portion."""

    mails: list[Mail] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    size: int = 0

    def add(self, found: Mail | Skipped) -> bool:
        """Take it; whether that is enough."""
        if isinstance(found, Skipped):
            self.skipped.append(found)
        else:
            self.mails.append(found)
            self.size += len(found.raw)
        return len(self.mails) + len(self.skipped) >= MOST_EVENTS or self.size >= _BYTES

    def hand_over(self, place: _Place, done: int) -> Portion:
        """Everything, and be empty."""
        portion = Portion(tuple(self.mails), tuple(self.skipped), place.to_json(), done)
        self.mails, self.skipped, self.size = [], [], 0
        return portion


def portions(pile: Pile, cursor: JsonObject | None) -> Iterator[Portion]:
    """Everything behind the cursor, or everything where it does not suit what is there."""
    begin, trail, heap = _valid(pile, _Place.from_json(cursor)), _Trail(), _Heap()
    for source in pile.walk():
        at = begin.at if trail.files == begin.files else 0
        for step in pile.read(source, at) if trail.files >= begin.files else ():
            if heap.add(step.found):
                yield heap.hand_over(trail.at(source, step.end), _done(pile, trail, step))
        trail.leave(source, _size(pile, source))
    if heap.mails or heap.skipped:
        yield heap.hand_over(trail.at(None, 0), trail.size)


def measure(pile: Pile) -> int:
    """What `Portion.done` grows to."""
    return sum(_size(pile, source) for source in pile.walk())


def _valid(pile: Pile, place: _Place) -> _Place:
    trail, following = _Trail(), iter(pile.walk())
    for source in islice(following, place.files):
        trail.leave(source, 0)
    if trail.files < place.files:
        return _Place()
    return place if trail.at(next(following, None), place.at) == place else _Place()


def _size(pile: Pile, source: Source) -> int:
    return source.path.stat().st_size if pile.per_byte else 1


def _done(pile: Pile, trail: _Trail, step: Step) -> int:
    return trail.size + (step.read if pile.per_byte else 1)
