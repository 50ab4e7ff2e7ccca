"""A saved list of members: which ones, said so that it means the same tomorrow, under a name that the team shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from inbox_app.domain.ids import ListId
from inbox_app.domain.jsonvalue import JsonObject, JsonValue
from inbox_app.domain.loyalty import DAY_MS, Standing
from inbox_app.domain.members_list import Order, Wanted


@dataclass(frozen=True, slots=True)
class Choice:
    """Which members, and in which order, whenever it is asked: days are counted back from then."""

    words: str = ""
    channel: str = ""
    tag: str = ""
    standing: Standing | None = None
    seen_days: int | None = None
    """They spoke within so many days."""
    silent_days: int | None = None
    order: Order = Order.LAST_SEEN
    ascending: bool = False
    ours: bool = False

    def at(self, now: int) -> Wanted:
        """What is asked of the list at this moment, in milliseconds since 1970."""
        seen, silent = (None if days is None else now - days * DAY_MS for days in (self.seen_days, self.silent_days))
        return Wanted(
            words=self.words,
            channel=self.channel,
            tag=self.tag,
            standing=self.standing,
            seen_since=seen,
            silent_since=silent,
            order=self.order,
            ascending=self.ascending,
            ours=self.ours,
        )


@dataclass(frozen=True, slots=True)
class SavedList:
    """A choice under its name."""

    id: ListId
    name: str
    choice: Choice | None
    """None where a newer Portavoce kept what this one does not know."""


def to_json(choice: Choice) -> JsonObject:
    """As it is stored and printed: only what it says."""
    nothing = Choice()
    return {name: value for name, value in asdict(choice).items() if value != getattr(nothing, name)}


def from_json(stored: Mapping[str, JsonValue]) -> Choice | None:
    """The choice that `to_json` wrote; None where a newer one said what is not known here."""
    if not stored.keys() <= {one.name for one in fields(Choice)}:
        return None
    try:
        return _read(stored)
    except ValueError:
        return None


def _read(stored: Mapping[str, JsonValue]) -> Choice:
    return Choice(
        words=str(stored.get("words", "")),
        channel=str(stored.get("channel", "")),
        tag=str(stored.get("tag", "")),
        standing=Standing(str(stored["standing"])) if "standing" in stored else None,
        seen_days=_days(stored.get("seen_days")),
        silent_days=_days(stored.get("silent_days")),
        order=Order(str(stored.get("order", Order.LAST_SEEN))),
        ascending=bool(stored.get("ascending", False)),
        ours=bool(stored.get("ours", False)),
    )


def _days(stored: JsonValue) -> int | None:
    return stored if isinstance(stored, int) else None
