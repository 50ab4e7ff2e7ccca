"""How Telegram writes ids and times: what the shared reading of JSON does not know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.shared.fields import ServiceFields, lacks


@dataclass(frozen=True, slots=True)
class Fields(ServiceFields):
    """One JSON object; `need_…` raises `BadAnswer` where something is missing."""

    def need_number(self, name: str) -> int:
        """A whole number that must be there (ids have up to 52 bits)."""
        value = self.values.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 62:
            return value
        raise lacks(name)

    def number(self, name: str) -> int:
        """A whole number, 0 where there is none."""
        return self.need_number(name) if name in self else 0

    def numbers(self, name: str) -> list[int]:
        """The whole numbers of a list."""
        value = self.values.get(name)
        listed = value if isinstance(value, list) else []
        return [one for one in listed if isinstance(one, int) and not isinstance(one, bool)]

    def need_moment(self, name: str) -> datetime:
        """A time that must be there."""
        try:
            return datetime.fromtimestamp(self.need_number(name), UTC)
        except (ValueError, OverflowError, OSError):
            raise lacks(name) from None
