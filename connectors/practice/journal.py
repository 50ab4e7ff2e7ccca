"""What was done to the community: one line of JSON each, appended and synced, so that it outlives the process.

A line counts when it ends: what a crash tore is passed over, and the next line starts on a line of its own.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import Any, Final

from inbox_app.contract.files import PLAIN, Files

NAME: Final = "journal.jsonl"


class Deed(StrEnum):
    """What a line tells."""

    MESSAGE = "message"
    """Ours, or, with a member, somebody's from outside."""
    POST = "post"
    EDIT = "edit"
    DELETE = "delete"
    HIDE = "hide"
    SHOW = "show"
    REACT = "react"
    UNREACT = "unreact"
    BLOCK = "block"
    UNBLOCK = "unblock"
    REPORT = "report"
    """With the reason as its value."""
    READ = "read"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `at` is in milliseconds; `id` is the new message's or post's; `target` is what it is about."""

    at: int
    deed: Deed
    id: str = ""
    key: str = ""
    target: str = ""
    member: int | None = None
    text: str = ""
    title: str = ""
    keys: tuple[str, ...] = ()
    post: str | None = None
    value: str = ""
    files: tuple[str, ...] = ()
    private: bool = False
    """To one person alone, at a place where others read along."""


class Journal:
    """The file, read as far as it goes. Safe to use from several threads."""

    def __init__(self, folder: Path, files: Files = PLAIN) -> None:
        self._path, self._files = folder / NAME, files
        self._lock = Lock()
        self._entries: list[Entry] = []
        self._read = 0

    def entries(self) -> tuple[Entry, ...]:
        """All lines so far; their order never changes, so a count of them is a cursor."""
        with self._lock:
            self._read_on()
            return tuple(self._entries)

    def append(self, entry: Entry, *, once: bool) -> Entry:
        """Keep an entry and return it; with `once`, the one that is there where its key was seen before."""
        with self._lock:
            self._end_torn_line()
            self._read_on()
            if once and (known := self._of_key(entry.key)):
                return known
            self._write(_to_line(entry))
            self._read_on()
            return entry

    def _of_key(self, key: str) -> Entry | None:
        return next((one for one in self._entries if key and one.key == key), None)

    def _read_on(self) -> None:
        new = self._content()[self._read :]
        whole = new[: new.rfind(b"\n") + 1]
        self._read += len(whole)
        self._entries += [entry for line in whole.splitlines() if (entry := _from_line(line))]

    def _end_torn_line(self) -> None:
        content = self._content()
        if content and not content.endswith(b"\n"):
            self._write(b"\n")

    def _content(self) -> bytes:
        try:
            return self._files.read(self._path)
        except FileNotFoundError:
            return b""

    def _write(self, data: bytes) -> None:
        self._files.append(self._path, data)


def _to_line(entry: Entry) -> bytes:
    kept = {name: value for name, value in asdict(entry).items() if value is not False and value not in ("", None, ())}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace") + b"\n"


def _from_line(line: bytes) -> Entry | None:
    try:
        said: dict[str, Any] = json.loads(line)
        return Entry(**{**said, "deed": Deed(said["deed"]), **_tuples(said)})
    except (ValueError, TypeError, KeyError):
        return None


def _tuples(said: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(said[name]) for name in ("keys", "files") if name in said}
