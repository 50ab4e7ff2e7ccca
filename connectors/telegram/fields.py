"""Reading the service's JSON without trusting it: what is of the wrong kind is not there, or the answer is bad."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from inbox_app.contract.errors import BadAnswer
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject, JsonValue


@dataclass(frozen=True, slots=True)
class Fields:
    """One JSON object."""

    values: JsonObject

    @classmethod
    def of(cls, value: JsonValue) -> Fields:
        """The object that `value` must be."""
        if not isinstance(value, dict):
            raise BadAnswer(_("Telegram's answer is not understood: something in it is of the wrong kind."))
        return cls(value)

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def need_number(self, name: str) -> int:
        """A whole number that must be there (ids have up to 52 bits)."""
        value = self.values.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 62:
            return value
        raise BadAnswer(_("Telegram's answer is not understood: it lacks “{name}”.").format(name=name))

    def number(self, name: str) -> int:
        """A whole number, 0 where there is none."""
        return self.need_number(name) if name in self else 0

    def need_moment(self, name: str) -> datetime:
        """A time that must be there."""
        try:
            return datetime.fromtimestamp(self.need_number(name), UTC)
        except (ValueError, OverflowError, OSError):
            raise BadAnswer(_("Telegram's answer is not understood: it lacks “{name}”.").format(name=name)) from None

    def text(self, name: str) -> str:
        """A text, empty where there is none."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def flag(self, name: str) -> bool:
        """Whether it is true."""
        return self.values.get(name) is True

    def inner(self, name: str) -> Fields:
        """An object inside, empty where there is none."""
        value = self.values.get(name)
        return Fields(value if isinstance(value, dict) else {})

    def each(self, name: str) -> Iterator[Fields]:
        """The objects of a list."""
        value = self.values.get(name)
        for one in value if isinstance(value, list) else ():
            if isinstance(one, dict):
                yield Fields(one)
