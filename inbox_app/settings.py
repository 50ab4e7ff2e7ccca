"""What the person prefers on this computer, kept in one small JSON file.

Reading never fails: a value that makes no sense falls back to its default, and the file that held
it is set aside whole. Keys of a newer program are kept. What belongs to a brand lies in its workspace.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.jsonvalue import JsonValue
from inbox_app.i18n import _
from inbox_app.paths import LockTimeout, hold_lock, replace_file

SHORTEST_UNDO = 10
LONGEST_UNDO = 120
REMEMBERED_WORKSPACES = 10

T = TypeVar("T")
Word = TypeVar("Word", bound=StrEnum)
Listener = Callable[["Settings"], None]

log = logging.getLogger(__name__)


def local_zone() -> ZoneInfo:
    """The zone of this computer's clock, by its name; UTC where the system names none."""
    import tzlocal

    return tzlocal.get_localzone()


class SettingsNotSaved(UserFacingError):
    """A preference could not be written; the old ones still hold."""

    code = "settings_not_saved"


class Theme(StrEnum):
    """Which colours the window wears."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Density(StrEnum):
    """How close the rows stand."""

    COMFORTABLE = "comfortable"
    COMPACT = "compact"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A part of the day, in local time, in which nothing makes itself heard."""

    begin: time
    end: time

    def cover(self, moment: time) -> bool:
        """Tell whether a time of day is quiet; hours may pass midnight, equal ends mean all day and night."""
        if self.begin < self.end:
            return self.begin <= moment < self.end
        return moment >= self.begin or moment < self.end


@dataclass(frozen=True, slots=True)
class Settings:
    """All preferences; what is not in the file has the value it has here."""

    language: str | None = None
    """A language code; None follows the environment."""
    theme: Theme = Theme.SYSTEM
    density: Density = Density.COMFORTABLE
    text_scale: float = 1.0
    """Size of all text, 0.5 to 3, on top of the system's own."""
    motion: bool = True
    """Whether things may move a little, where the desktop does not ask for less."""
    undo_seconds: int = SHORTEST_UNDO
    """How long a send can be taken back: 10 to 120 seconds."""
    notifications: bool = True
    badge: bool = True
    """Whether the icon shows how many conversations are unread, where the desktop draws such a number."""
    spelling: bool = True
    """Whether what is written is looked through for misspelt words."""
    withhold_deleted: bool = False
    """Whether the texts of deleted messages are shown only to whoever asks for one."""
    quiet_hours: QuietHours | None = None
    muted_accounts: tuple[str, ...] = ()
    """Accounts whose new messages are not told by a notification; their ids."""
    telling_views: tuple[str, ...] = ()
    """Views of which new messages are always told, whatever the account; their ids."""
    silent_views: tuple[str, ...] = ()
    """Views of which new messages are not told, unless one of `telling_views` shows them too."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Keys that the person chose, by the names of commands."""
    last_workspace: str | None = None
    """The reference of the workspace that opens by itself: the window's last one, or one that a command made since."""
    recent_workspaces: tuple[str, ...] = ()
    """References, the newest first, the last one included."""
    unknown: Mapping[str, JsonValue] = field(default_factory=dict)
    """Keys that a newer program wrote, kept as they are."""

    def opened(self, reference: str) -> Settings:
        """Return the preferences after a workspace was opened."""
        others = [r for r in self.recent_workspaces if r != reference]
        recent = (reference, *others)[:REMEMBERED_WORKSPACES]
        return replace(self, last_workspace=reference, recent_workspaces=recent)

    def used(self, reference: str) -> Settings:
        """Return the preferences after a command worked in a workspace: offered, but not what opens by itself.

        A `sync` by the clock must not decide which brand a person finds at the next login.
        """
        if self.last_workspace is None:
            return self.opened(reference)
        known = self.recent_workspaces
        return self if reference in known else self.opened(reference).opened(self.last_workspace)


class SettingsFile:
    """The preferences on disk, shared by all our processes of this person."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._listeners: list[Listener] = []
        self._lock = threading.Lock()
        self.current = self._read_calmly()

    @property
    def folder(self) -> Path:
        """Where the file is, or will be."""
        return self._path.parent

    def change(self, edit: Callable[[Settings], Settings]) -> Settings:
        """Apply an edit to what the file holds now, save it, tell the listeners; return the new ones.

        Raises `SettingsNotSaved`, having changed nothing. Blocks for a few milliseconds of disk.
        """
        try:
            with self._lock, hold_lock(self._path.with_suffix(".lock")):
                changed = edit(self._read())
                replace_file(self._path, _to_bytes(changed))
                self.current = changed
        except (OSError, LockTimeout) as error:
            raise SettingsNotSaved(
                _("The preferences could not be saved in {path}: {reason}. Check the disk and try again.").format(
                    path=self._path, reason=error.args[-1]
                )
            ) from error
        self._tell(changed)
        return changed

    def look_again(self) -> tuple[Settings, Settings] | None:
        """How they were and how they are, where another process changed them; the listeners hear of it.

        What cannot be read now stays as it was known.
        """
        with self._lock:
            try:
                now = self._read()
            except OSError as error:
                log.warning("The preferences cannot be read again: %s", error)
                return None
            before, self.current = self.current, now
        if now == before:
            return None
        self._tell(now)
        return before, now

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after each change made here, in the thread that made it; return what ends it."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def _tell(self, now: Settings) -> None:
        for listener in tuple(self._listeners):
            listener(now)

    def _read_calmly(self) -> Settings:
        try:
            return self._read()
        except OSError as error:
            log.warning("The preferences cannot be read, the defaults hold: %s", error)
            return Settings()

    def _read(self) -> Settings:
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return Settings()
        settings, problems = parse_settings(content)
        if problems:
            aside = self._set_aside(content)
            log.warning("Preferences not understood (%s); the file is kept as %s", "; ".join(problems), aside)
        return settings

    def _set_aside(self, content: bytes) -> Path:
        # Named by content: the same damage read at each start is kept once.
        mark = hashlib.sha256(content).hexdigest()[:8]
        aside = self._path.with_name(f"{self._path.stem}.damaged-{mark}{self._path.suffix}")
        if not aside.exists():
            replace_file(aside, content)
        return aside


def parse_settings(content: bytes) -> tuple[Settings, list[str]]:
    """Read preferences as far as they make sense; name what does not."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        return Settings(), [f"not JSON: {error}"]
    if not isinstance(data, dict):
        return Settings(), ["not an object"]
    values = _Values(data)
    return values.take_all(), values.problems


class _Values:
    """Takes known keys out of a JSON object; what remains is unknown."""

    def __init__(self, data: dict[str, JsonValue]) -> None:
        self._data = data
        self.problems: list[str] = []

    def take(self, key: str, read: Callable[[JsonValue], T], default: T) -> T:
        if key not in self._data:
            return default
        value = self._data.pop(key)
        try:
            return read(value)
        except (TypeError, ValueError) as error:
            self.problems.append(f"{key}: {error}")
            return default

    def take_all(self) -> Settings:
        usual = Settings()
        return Settings(
            language=self.take("language", _optional(_read_text), usual.language),
            theme=self.take("theme", _one_of(Theme), usual.theme),
            density=self.take("density", _one_of(Density), usual.density),
            text_scale=self.take("text_scale", _between(0.5, 3.0), usual.text_scale),
            motion=self.take("motion", _read_flag, usual.motion),
            undo_seconds=self.take("undo_seconds", _read_undo, usual.undo_seconds),
            notifications=self.take("notifications", _read_flag, usual.notifications),
            badge=self.take("badge", _read_flag, usual.badge),
            spelling=self.take("spelling", _read_flag, usual.spelling),
            withhold_deleted=self.take("withhold_deleted", _read_flag, usual.withhold_deleted),
            quiet_hours=self.take("quiet_hours", _optional(_read_hours), usual.quiet_hours),
            muted_accounts=self.take("muted_accounts", _read_texts, usual.muted_accounts),
            telling_views=self.take("telling_views", _read_texts, usual.telling_views),
            silent_views=self.take("silent_views", _read_texts, usual.silent_views),
            keys=self.take("keys", _read_keys, usual.keys),
            last_workspace=self.take("last_workspace", _optional(_read_text), usual.last_workspace),
            recent_workspaces=self.take("recent_workspaces", _read_texts, usual.recent_workspaces),
            unknown=self._data,
        )


def _one_of(words: type[Word]) -> Callable[[JsonValue], Word]:
    return lambda value: words(_read_text(value))


def _read_text(value: JsonValue) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("not a text")
    return value


def _read_texts(value: JsonValue) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return tuple(map(_read_text, value))


def _read_keys(value: JsonValue) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return {name: _read_text(key) for name, key in value.items()}


def _read_flag(value: JsonValue) -> bool:
    if not isinstance(value, bool):
        raise TypeError("neither true nor false")
    return value


def _between(least: float, most: float) -> Callable[[JsonValue], float]:
    def read(value: JsonValue) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise ValueError(f"not a number from {least:g} to {most:g}")
        return float(value)

    return read


def _read_undo(value: JsonValue) -> int:
    return int(_between(SHORTEST_UNDO, LONGEST_UNDO)(value))


def _read_hours(value: JsonValue) -> QuietHours:
    begin, end = map(time.fromisoformat, _read_texts(value))
    if begin.tzinfo or end.tzinfo:
        raise ValueError("not in local time")
    return QuietHours(begin, end)


def _optional(read: Callable[[JsonValue], T]) -> Callable[[JsonValue], T | None]:
    return lambda value: None if value is None else read(value)


def _to_bytes(settings: Settings) -> bytes:
    """Write only what differs from the default, so that a better default reaches everybody."""
    usual = to_json(Settings())
    own = {key: value for key, value in to_json(settings).items() if value != usual[key]}
    return json.dumps({**settings.unknown, **own}, indent=2, ensure_ascii=False).encode() + b"\n"


def to_json(settings: Settings) -> dict[str, JsonValue]:
    """All of them as they stand in the file, but for what a newer program wrote."""
    hours = settings.quiet_hours
    return {
        "language": settings.language,
        "theme": settings.theme,
        "density": settings.density,
        "text_scale": settings.text_scale,
        "motion": settings.motion,
        "undo_seconds": settings.undo_seconds,
        "notifications": settings.notifications,
        "badge": settings.badge,
        "spelling": settings.spelling,
        "withhold_deleted": settings.withhold_deleted,
        "quiet_hours": [hours.begin.isoformat("minutes"), hours.end.isoformat("minutes")] if hours else None,
        "muted_accounts": list(settings.muted_accounts),
        "telling_views": list(settings.telling_views),
        "silent_views": list(settings.silent_views),
        "keys": dict(settings.keys),
        "last_workspace": settings.last_workspace,
        "recent_workspaces": list(settings.recent_workspaces),
    }
