"""Reading a service's JSON without trusting it: each value is of the type we need, or the answer is a bad one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self, TypeGuard

from inbox_app.contract.errors import BadAnswer
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject, JsonValue

_LARGEST: Final = 2**63
"""No id and no count of a service is larger, and the database could not keep it."""


@dataclass(frozen=True, slots=True)
class ServiceFields:
    """One JSON object. What may be missing has a default; a channel adds what its service writes ids and times in."""

    values: JsonObject

    @classmethod
    def of(cls, value: JsonValue) -> Self:
        """The object that `value` must be."""
        if not isinstance(value, dict):
            raise BadAnswer(_("The server's answer is not understood: something in it is of the wrong kind."))
        return cls(value)

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def text(self, name: str) -> str:
        """A text, empty where there is none."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def flag(self, name: str) -> bool:
        """Whether it is true."""
        return self.values.get(name) is True

    def inner(self, name: str) -> Self:
        """An object inside, empty where there is none."""
        value = self.values.get(name)
        return type(self)(value if isinstance(value, dict) else {})

    def each(self, name: str) -> Iterator[Self]:
        """The objects of a list that may be missing; what is none is passed over."""
        value = self.values.get(name)
        for one in value if isinstance(value, list) else ():
            if isinstance(one, dict):
                yield type(self)(one)

    def texts(self, name: str) -> list[str]:
        """The texts of a list."""
        value = self.values.get(name)
        return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class IsoFields(ServiceFields):
    """The same of a service that writes times as texts (ISO 8601), and numbers that are ids or counts."""

    def number(self, name: str) -> int:
        """An id or a count, 0 where there is none."""
        value = self.values.get(name)
        return value if _is_number(value) else 0

    def need_number(self, name: str) -> int:
        """An id."""
        if not (found := self.number(name)):
            raise lacks(name)
        return found

    def numbers(self, name: str) -> list[int]:
        """The ids of a list."""
        value = self.values.get(name)
        return [one for one in value if _is_number(one)] if isinstance(value, list) else []

    def moment(self, name: str) -> datetime | None:
        """A time in UTC, which some write without saying so; None where there is none that could be one."""
        try:
            moment = datetime.fromisoformat(self.text(name))
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    def need_moment(self, name: str) -> datetime:
        """A time that must be there."""
        if (found := self.moment(name)) is None:
            raise lacks(name)
        return found


def _is_number(value: JsonValue) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < _LARGEST


def lacks(name: str) -> BadAnswer:
    """Something must be there and is not."""
    return BadAnswer(_("The server's answer is not understood: it lacks “{name}”.").format(name=name))
