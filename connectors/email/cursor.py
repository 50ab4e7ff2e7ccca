"""How far each folder has been pulled, as the JSON that is kept with the events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from connectors.email import uids
from inbox_app.domain.jsonvalue import JsonObject, JsonValue


@dataclass(frozen=True, slots=True)
class FolderMark:
    """One folder: everything up to `uid` is pulled.

    `held` counts the mails at or below `uid`, `watched` are the newest of their UIDs: by these a removal is noticed.
    `day` is the day of the last new mail; `catching_up` is set while the folder is read again after a new UIDVALIDITY:
    what is older than that day was there before.
    """

    validity: int
    uid: int
    held: int = 0
    watched: frozenset[int] = frozenset()
    modseq: int | None = None
    unread: frozenset[int] | None = frozenset()
    """Of the watched ones those not read: who left it was read, who joins it is unread again; None as below."""
    starred: frozenset[int] | None = frozenset()
    """Of the watched ones those with a star; None where nobody ever asked."""
    day: date = date.min
    start: int = 0
    """The first UID that came after connecting; what lies below is history."""
    catching_up: date | None = None
    below: int = 0
    """The highest UID of a comparison under way with all that is stored (see `comparing`); 0 where none is."""
    again: bool = False
    """Whether something left the folder since that comparison began."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """All folders by name; the mail that was completed last, and the bytes that others still lack (see `slow_line`)."""

    folders: Mapping[str, FolderMark] = field(default_factory=dict)
    completed: str = ""
    lacking: int = 0
    away: frozenset[str] = frozenset()
    """Followed folders that were missing or refused the last time; their marks wait for them."""

    def with_folder(self, name: str, mark: FolderMark) -> Cursor:
        """The same with one folder's mark replaced."""
        return replace(self, folders={**self.folders, name: mark})

    def without(self, name: str) -> Cursor:
        """The same without a folder that is followed no longer."""
        return replace(self, folders={key: mark for key, mark in self.folders.items() if key != name})

    def to_json(self) -> JsonObject:
        """What `from_json` reads."""
        marks: JsonObject = {"folders": {name: _mark_to_json(mark) for name, mark in self.folders.items()}}
        return marks | {"completed": self.completed, "lacking": self.lacking, "away": [*sorted(self.away)]}

    @classmethod
    def from_json(cls, value: JsonObject | None) -> Cursor:
        """An empty one for None; ValueError for what we did not write."""
        folders = {name: _mark_from_json(mark) for name, mark in _folders(value).items()}
        away = (value or {}).get("away")
        names = frozenset(one for one in away if isinstance(one, str)) if isinstance(away, list) else frozenset[str]()
        return cls(folders, _text(value, "completed"), _number(value or {}, "lacking", 0), names)


@dataclass(frozen=True, slots=True)
class OlderMark:
    """One folder on the way back: everything from `below` up to `top`, where it began, is loaded."""

    validity: int
    below: int
    top: int


def older_to_json(marks: Mapping[str, OlderMark]) -> JsonObject:
    """The cursor of a back-fill."""
    return {
        "folders": {
            name: {"validity": mark.validity, "below": mark.below, "top": mark.top} for name, mark in marks.items()
        }
    }


def older_from_json(value: JsonObject | None) -> dict[str, OlderMark]:
    """The inverse of `older_to_json`."""
    return {
        name: OlderMark(_number(mark, "validity"), _number(mark, "below"), _number(mark, "top", 0))
        for name, mark in _folders(value).items()
    }


def _folders(value: JsonObject | None) -> dict[str, JsonValue]:
    folders = (value or {}).get("folders", {})
    if isinstance(folders, dict):
        return folders
    raise ValueError("no folders in the cursor")


def _mark_to_json(mark: FolderMark) -> JsonObject:
    return {
        "validity": mark.validity,
        "uid": mark.uid,
        "held": mark.held,
        "watched": uids.pack(mark.watched),
        "modseq": mark.modseq,
        "unseen": None if mark.unread is None else uids.pack(mark.unread),
        "starred": None if mark.starred is None else uids.pack(mark.starred),
        "day": mark.day.isoformat(),
        "start": mark.start,
        "catching_up": mark.catching_up.isoformat() if mark.catching_up else None,
        "below": mark.below,
        "again": mark.again,
    }


def _mark_from_json(value: JsonValue) -> FolderMark:
    modseq = value.get("modseq") if isinstance(value, dict) else None
    starred = value.get("starred") if isinstance(value, dict) else None
    return FolderMark(
        validity=_number(value, "validity"),
        uid=_number(value, "uid"),
        held=_number(value, "held"),
        watched=uids.unpack(_text(value, "watched")),
        modseq=modseq if isinstance(modseq, int) else None,
        unread=_unread(value),
        starred=uids.unpack(starred) if isinstance(starred, str) else None,
        day=date.fromisoformat(_text(value, "day")),
        start=_number(value, "start"),
        catching_up=date.fromisoformat(text) if (text := _text(value, "catching_up")) else None,
        # An earlier version passed over what was removed far below: compare everything once.
        below=_number(value, "below", _number(value, "uid")),
        again=isinstance(value, dict) and value.get("again") is True,
    )


def _unread(value: JsonValue) -> frozenset[int] | None:
    """An earlier version kept `unread`, and only where changes are not numbered."""
    kept = value if isinstance(value, dict) else {}
    if isinstance(unseen := kept.get("unseen"), str):
        return uids.unpack(unseen)
    return uids.unpack(_text(value, "unread")) if "unread" in kept and kept.get("modseq") is None else None


def _number(value: JsonValue, name: str, otherwise: int | None = None) -> int:
    """The number of this name; `otherwise` stands in where an earlier version wrote none."""
    found = value.get(name, otherwise) if isinstance(value, dict) else None
    if isinstance(found, int) and not isinstance(found, bool):
        return found
    raise ValueError(f"no {name} in the cursor")


def _text(value: JsonValue, name: str) -> str:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""
