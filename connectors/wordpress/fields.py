"""How WordPress writes ids, times and texts: what the shared reading of JSON does not know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.shared.fields import ServiceFields, lacks
from inbox_app.contract.errors import BadAnswer
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonValue

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

    def moment(self, name: str) -> datetime | None:
        """A time in UTC, which the server writes without saying so; None where there is none."""
        try:
            moment = datetime.fromisoformat(self.text(name))
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def rendered(self, name: str) -> str:
        """The HTML that the site would show."""
        return self.inner(name).text("rendered")


def need_list(value: JsonValue) -> list[Fields]:
    """A list of objects.

    Raises:
        BadAnswer: it is none.
    """
    if not isinstance(value, list):
        raise BadAnswer(_("The site's answer is not understood: a list was expected."))
    return [Fields.of(one) for one in value]
