"""A table to begin with: every column that is read, called as a person calls it, and two people who do not exist.

https://www.rfc-editor.org/rfc/rfc2606 keeps example.org for this.
"""

from __future__ import annotations

from inbox_app.domain.people import AddressForm, Fact
from inbox_app.exchange.member_survey import COLUMNS
from inbox_app.exchange.sheets import write_rows
from inbox_app.i18n import _
from inbox_app.storage import member_facts
from inbox_app.storage.store import Store


async def sample_sheet(store: Store) -> str:
    """The table in the language of the interface; fields of this workspace stand in it, and are left empty."""
    own = [one.name for one in await store.read(member_facts.fields)]
    heads = [_heads()[column] for column in COLUMNS]
    people = [[one.get(column, "") for column in COLUMNS] + [""] * len(own) for one in _people()]
    return write_rows([*heads, *own], people)


def _heads() -> dict[str, str]:
    """What the columns are called; `exchange/sheets.py` knows these words in each of our languages."""
    return {
        "id": "id",
        "name": _("full name"),
        "email": _("e-mail"),
        "handle": _("username"),
        Fact.PREFERRED_NAME: _("preferred name"),
        Fact.ADDRESS_FORM: _("form of address"),
        Fact.PRONOUNS: _("pronouns"),
        Fact.LANGUAGE: _("language"),
        Fact.CONSENT: _("consent"),
        "tags": _("tags"),
    }


def _people() -> tuple[dict[str, str], ...]:
    """One of whom everything is told, and one of whom as much as it takes."""
    maya = {
        "name": "Maya Rossi",
        "email": "maya.rossi@example.org; maya@example.org",
        "handle": "@maya@social.example.org",
        Fact.PREFERRED_NAME: "Maya",
        Fact.ADDRESS_FORM: AddressForm.TU.value,
        Fact.PRONOUNS: _("she/her"),
        Fact.LANGUAGE: "it",
        Fact.CONSENT: _("yes"),
        "tags": _("friend; press"),
    }
    return maya, {"name": "Tom Weber", "email": "tom.weber@example.org", Fact.LANGUAGE: "en"}
