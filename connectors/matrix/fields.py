"""How Matrix writes ids, times and counts: what the shared reading of JSON does not know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from connectors.shared.fields import ServiceFields, lacks

_LONGEST_ID: Final = 1000
_LAST_MS: Final = 253_370_764_800_000
"""The year 9999: what lies behind it is no time that could be shown."""


@dataclass(frozen=True, slots=True)
class Fields(ServiceFields):
    """One JSON object; `need_…` raises `BadAnswer` where something is missing."""

    def some_id(self, name: str) -> str:
        """An id or a token of the server, empty where there is none that could be one."""
        value = self.text(name)
        return value if len(value) <= _LONGEST_ID else ""

    def need_id(self, name: str) -> str:
        """An id or a token that must be there."""
        value = self.some_id(name)
        if not value:
            raise lacks(name)
        return value

    def number(self, name: str, otherwise: int = 0) -> int:
        """A whole number; some old servers write levels as texts."""
        value = self.values.get(name)
        if isinstance(value, str) and value.lstrip("-").isdecimal() and value.isascii():
            return int(value[:16])
        return value if isinstance(value, int) and not isinstance(value, bool) else otherwise

    def moment(self, name: str) -> datetime:
        """A time in milliseconds, 1970 where there is none that could be one."""
        return datetime.fromtimestamp(min(max(self.number(name), 0), _LAST_MS) / 1000, UTC)
