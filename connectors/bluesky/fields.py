"""How the AT Protocol writes ids and kinds: what the shared reading of JSON does not know.

https://atproto.com/specs/at-uri-scheme, https://atproto.com/specs/lexicon#datetime
"""

from __future__ import annotations

from dataclasses import dataclass

from connectors.shared.fields import IsoFields, lacks
from inbox_app.contract.errors import BadAnswer
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonValue

_LONGEST = 2048


@dataclass(frozen=True, slots=True)
class Fields(IsoFields):
    """One JSON object; `need_…` raises `BadAnswer` where something is missing."""

    def need_text(self, name: str) -> str:
        """An id, an address, a DID: a text that is neither empty nor endless."""
        value = self.values.get(name)
        if isinstance(value, str) and 0 < len(value) <= _LONGEST:
            return value
        raise lacks(name)

    def need_list(self, name: str) -> list[JsonValue]:
        """A list, whatever it holds."""
        value = self.values.get(name)
        if isinstance(value, list):
            return value
        raise lacks(name)

    @property
    def type(self) -> str:
        """What kind of object it says it is."""
        return self.text("$type")


@dataclass(frozen=True, slots=True)
class Uri:
    """The parts of `at://did/collection/rkey`."""

    did: str
    collection: str
    rkey: str


def read_uri(uri: str) -> Uri:
    """The parts of a record's address.

    Raises:
        BadAnswer: it is none.
    """
    parts = uri.removeprefix("at://").split("/")
    if not uri.startswith("at://did:") or len(parts) != 3 or not all(parts):
        raise BadAnswer(_("The server's answer is not understood: something in it has no proper address."))
    return Uri(*parts)


def owner_of(uri: str) -> str:
    """The DID of whose record it is; empty where the address is none."""
    return uri.removeprefix("at://").partition("/")[0] if uri.startswith("at://did:") else ""
