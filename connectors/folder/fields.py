"""Reading somebody's JSON without trusting it: each value is of the type we need, or the file is set aside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, TypeVar

from connectors.folder.client import Refused
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject, JsonValue

Word = TypeVar("Word", bound=StrEnum)
MOST_OF_A_LIST: Final = 100
_ID: Final = 300


@dataclass(frozen=True, slots=True)
class Fields:
    """One JSON object. What is missing has a default, unless it is needed; what is of the wrong kind is `Refused`."""

    values: JsonObject

    @classmethod
    def of(cls, value: JsonValue) -> Fields:
        """The object that `value` must be."""
        if not isinstance(value, dict):
            raise Refused(_("It is no JSON object."))
        return cls(value)

    def text(self, name: str) -> str:
        """A text, empty where there is none."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, str):
            raise _wrong(name, _("a text"))
        return value or ""

    def id(self, name: str) -> str | None:
        """An id, or None."""
        value = self.text(name)
        if len(value) > _ID or not value.isprintable():
            raise _wrong(name, _("an id of at most 300 printable characters"))
        return value or None

    def need_id(self, name: str) -> str:
        """An id that must be there."""
        value = self.id(name)
        if value is None:
            raise Refused(_("It lacks “{name}”.").format(name=name))
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            raise _wrong(name, _("true or false"))
        return value

    def count(self, name: str) -> int | None:
        """A count, or None."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 53:
            raise _wrong(name, _("a count"))
        return value

    def moment(self, name: str) -> datetime | None:
        """A time with its zone, or None."""
        value = self.text(name)
        if not value:
            return None
        try:
            return datetime.fromisoformat(value).astimezone(UTC) if _has_zone(value) else _refuse_moment(name)
        except (ValueError, OverflowError):
            return _refuse_moment(name)

    def need_moment(self, name: str) -> datetime:
        """A time that must be there."""
        return self.moment(name) or _refuse_moment(name)

    def word(self, name: str, words: type[Word], default: Word | None = None) -> Word:
        """One of some words."""
        value = self.text(name)
        try:
            return default if default is not None and not value else words(value)
        except ValueError:
            raise _wrong(name, ", ".join(words)) from None

    def inner(self, name: str) -> Fields:
        """An object inside, empty where there is none."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, dict):
            raise _wrong(name, _("an object"))
        return Fields(value or {})

    def each(self, name: str) -> Iterator[Fields]:
        """The objects of a list."""
        yield from map(Fields.of, self._list(name))

    def texts(self, name: str) -> list[str]:
        """The texts of a list."""
        values = self._list(name)
        if not all(isinstance(one, str) for one in values):
            raise _wrong(name, _("a list of texts"))
        return [str(one) for one in values]

    def _list(self, name: str) -> list[JsonValue]:
        value = self.values.get(name)
        if value is not None and not (isinstance(value, list) and len(value) <= MOST_OF_A_LIST):
            raise _wrong(name, _("a list of at most {most}").format(most=MOST_OF_A_LIST))
        return value or []


def _has_zone(value: str) -> bool:
    return datetime.fromisoformat(value).tzinfo is not None


def _refuse_moment(name: str) -> datetime:
    raise _wrong(name, _("a time with its zone, such as 2026-03-14T09:26:53Z"))


def _wrong(name: str, wanted: str) -> Refused:
    return Refused(_("“{name}” must be {wanted}.").format(name=name, wanted=wanted))
