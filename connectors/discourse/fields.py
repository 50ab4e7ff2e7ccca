"""How Discourse writes ids and times: what the shared reading of JSON does not know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.shared.fields import ServiceFields, lacks

_LARGEST = 2**63


@dataclass(frozen=True, slots=True)
class Fields(ServiceFields):
    """One JSON object; `need_…` raises `BadAnswer` where something is missing."""

    def number(self, name: str) -> int:
        """An id or a count, 0 where there is none."""
        value = self.values.get(name)
        fits = isinstance(value, int) and not isinstance(value, bool) and 0 < value < _LARGEST
        return value if fits and isinstance(value, int) else 0

    def need_number(self, name: str) -> int:
        """An id."""
        if not (found := self.number(name)):
            raise lacks(name)
        return found

    def numbers(self, name: str) -> list[int]:
        """The ids of a list."""
        value = self.values.get(name)
        listed = value if isinstance(value, list) else []
        return [one for one in listed if isinstance(one, int) and not isinstance(one, bool) and 0 < one < _LARGEST]

    def need_each(self, name: str) -> list[Fields]:
        """The objects of a list that must be there."""
        if not isinstance(self.values.get(name), list):
            raise lacks(name)
        return list(self.each(name))

    def moment(self, name: str) -> datetime | None:
        """A time in UTC; None where there is none."""
        try:
            moment = datetime.fromisoformat(self.text(name))
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def need_moment(self, name: str) -> datetime:
        """A time that must be there."""
        if (found := self.moment(name)) is None:
            raise lacks(name)
        return found
