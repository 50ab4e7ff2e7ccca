"""Reading a service's JSON without trusting it: each value is of the type we need, or the answer is a bad one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from inbox_app.contract.errors import BadAnswer
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject, JsonValue


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


def lacks(name: str) -> BadAnswer:
    """Something must be there and is not."""
    return BadAnswer(_("The server's answer is not understood: it lacks “{name}”.").format(name=name))
