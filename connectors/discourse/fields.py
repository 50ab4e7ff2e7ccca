"""How Discourse names lists that must be there: what the shared reading of JSON does not know."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.shared.fields import IsoFields, lacks


@dataclass(frozen=True, slots=True)
class Fields(IsoFields):
    """One JSON object; `need_…` raises `BadAnswer` where something is missing."""

    def need_each(self, name: str) -> list[Fields]:
        """The objects of a list that must be there."""
        if not isinstance(self.values.get(name), list):
            raise lacks(name)
        return list(self.each(name))
