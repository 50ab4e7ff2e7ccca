"""Reading a server's JSON without trusting it: each value is of the type we need, or the answer is a bad one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from inbox_app.contract.errors import BadAnswer
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject, JsonValue


@dataclass(frozen=True, slots=True)
class Fields:
    """One JSON object. What may be missing has a default; `need_…` raises `BadAnswer` where it is."""

    values: JsonObject

    @classmethod
    def of(cls, value: JsonValue) -> Fields:
        """The object that `value` must be."""
        if not isinstance(value, dict):
            raise BadAnswer(_("The server's answer is not understood: something in it is of the wrong kind."))
        return cls(value)

    def need_id(self, name: str = "id") -> str:
        """An id: a text, or a number on servers that write one."""
        value = self.values.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and 0 < len(value) <= 200:
            return value
        raise BadAnswer(_("The server's answer is not understood: it lacks “{name}”.").format(name=name))

    def some_id(self, name: str) -> str | None:
        """An id, or None."""
        return None if self.values.get(name) is None else self.need_id(name)

    def need_moment(self, name: str) -> datetime:
        """A time of the server."""
        moment = self.moment(name)
        if moment is None:
            raise BadAnswer(_("The server's answer is not understood: it lacks “{name}”.").format(name=name))
        return moment

    def moment(self, name: str) -> datetime | None:
        """A time, or None where there is none that could be one."""
        try:
            moment = datetime.fromisoformat(self.text(name))
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def text(self, name: str) -> str:
        """A text, empty where there is none."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int:
        """A count, 0 where there is none."""
        value = self.values.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0

    def flag(self, name: str) -> bool:
        """Whether it is true."""
        return self.values.get(name) is True

    def inner(self, name: str) -> Fields:
        """An object inside, empty where there is none."""
        value = self.values.get(name)
        return Fields(value if isinstance(value, dict) else {})

    def each(self, name: str) -> Iterator[Fields]:
        """The objects of a list; what is none is passed over."""
        yield from objects(self.values.get(name))

    def texts(self, name: str) -> list[str]:
        """The texts of a list."""
        value = self.values.get(name)
        return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def objects(value: JsonValue) -> Iterator[Fields]:
    """The objects of a list that may be missing."""
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            yield Fields(one)


def need_list(value: JsonValue) -> list[Fields]:
    """A list of objects.

    Raises:
        BadAnswer: it is none.
    """
    if not isinstance(value, list):
        raise BadAnswer(_("The server's answer is not understood: a list was expected."))
    return [Fields.of(one) for one in value]
