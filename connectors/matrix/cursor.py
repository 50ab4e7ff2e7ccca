"""Where an account's pull stands: the sync's token, gaps that are not loaded yet, and what is to be looked at again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Final

from connectors.matrix.fields import Fields
from inbox_app.contract.errors import BadAnswer
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject

_MOST_RELATED: Final = 400


class Why(StrEnum):
    """What happened to an event that is looked at again."""

    EDITED = "edited"
    REACTED = "reacted"
    REDACTED = "redacted"


@dataclass(frozen=True, slots=True)
class Look:
    """An event to be looked at again."""

    room: str
    event: str
    why: Why


@dataclass(frozen=True, slots=True)
class Gap:
    """Part of a room's timeline that a sync left out: backwards from `at` as far as `to` or the time `since`.

    Without `at` it begins with the newest, without `to` only the time ends it.

    `entered` marks what was said before we came into the room.
    """

    name: str
    room: str
    at: str
    to: str
    since: int
    pages: int = 0
    entered: bool = False


@dataclass(frozen=True, slots=True)
class Cursor:
    """`began` is when the account was connected, `synced` when the last sync was; both in milliseconds.

    `related` are reactions and edits with the event that they belong to: once taken back they no longer say it.
    `invites` are those that were told, by room, with the id that they were told under.
    """

    began: int
    since: str
    synced: int
    gaps: tuple[Gap, ...] = ()
    looks: tuple[Look, ...] = ()
    related: Mapping[str, str] = field(default_factory=dict)
    invites: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_work(self) -> bool:
        """Whether something is left to be asked for."""
        return bool(self.gaps or self.looks)

    def with_looks(self, looks: Iterable[Look]) -> Cursor:
        """With these events to be looked at again, each once."""
        return replace(self, looks=tuple(dict.fromkeys((*self.looks, *looks))))

    def with_related(self, related: Mapping[str, str]) -> Cursor:
        """Knowing these too; the oldest are forgotten."""
        kept = [*{**self.related, **related}.items()][-_MOST_RELATED:]
        return replace(self, related=dict(kept))

    def to_json(self) -> JsonObject:
        """As it is kept."""
        return {
            "began": self.began,
            "since": self.since,
            "synced": self.synced,
            "gaps": [asdict(one) for one in self.gaps],
            "looks": [[one.room, one.event, one.why.value] for one in self.looks],
            "related": {**self.related},
            "invites": {**self.invites},
        }


def read_cursor(value: JsonObject) -> Cursor:
    """The inverse of `to_json`.

    Raises:
        BadAnswer: we did not write this.
    """
    said = Fields(value)
    try:
        return Cursor(
            began=said.number("began"),
            since=said.need_id("since"),
            synced=said.number("synced"),
            gaps=tuple(map(_gap, said.each("gaps"))),
            looks=tuple(map(_look, _lists(said, "looks"))),
            related=_texts(said.inner("related")),
            invites=_texts(said.inner("invites")),
        )
    except ValueError:
        raise BadAnswer(_("The note of how far this account was loaded cannot be read. Add it again.")) from None


def _gap(said: Fields) -> Gap:
    return Gap(
        name=said.need_id("name"),
        room=said.need_id("room"),
        at=said.some_id("at"),
        to=said.some_id("to"),
        since=said.number("since"),
        pages=said.number("pages"),
        entered=said.flag("entered"),
    )


def _look(said: list[str]) -> Look:
    room, event, why = said
    return Look(room, event, Why(why))


def _lists(said: Fields, name: str) -> list[list[str]]:
    value = said.values.get(name)
    lists = value if isinstance(value, list) else []
    return [[str(part) for part in one] for one in lists if isinstance(one, list)]


def _texts(said: Fields) -> dict[str, str]:
    return {name: said.text(name) for name in said.values}
