"""How WordPress writes texts and lists: what the shared reading of JSON does not know."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.shared.fields import IsoFields
from inbox_app.contract.errors import BadAnswer
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonValue


@dataclass(frozen=True, slots=True)
class Fields(IsoFields):
    """One JSON object; `need_…` raises `BadAnswer` where something is missing."""

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
