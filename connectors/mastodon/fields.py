"""How Mastodon writes ids and lists: what the shared reading of JSON does not know."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.shared.fields import IsoFields, lacks
from inbox_app.contract.errors import BadAnswer
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonValue


@dataclass(frozen=True, slots=True)
class Fields(IsoFields):
    """One JSON object; `need_…` raises `BadAnswer` where something is missing."""

    def need_id(self, name: str = "id") -> str:
        """An id: a text, or a number on servers that write one."""
        value = self.values.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and 0 < len(value) <= 200:
            return value
        raise lacks(name)

    def some_id(self, name: str) -> str | None:
        """An id, or None."""
        return None if self.values.get(name) is None else self.need_id(name)


def need_list(value: JsonValue) -> list[Fields]:
    """A list of objects.

    Raises:
        BadAnswer: it is none.
    """
    if not isinstance(value, list):
        raise BadAnswer(_("The server's answer is not understood: a list was expected."))
    return [Fields.of(one) for one in value]
