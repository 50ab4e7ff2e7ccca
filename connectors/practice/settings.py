"""The settings of an account in the practice community."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from connectors.practice.places import Place, Size
from inbox_app.contract.errors import Rejected
from inbox_app.contract.login import Field, FieldType
from inbox_app.contract.texts import _
from inbox_app.domain.words import Resend

EVERYTHING = "all"
"""How much of the history is loaded: a community is there to be had whole."""


def make_fields() -> tuple[Field, ...]:
    """The fields in the language of now."""
    sizes, resends = tuple(Size), tuple(Resend)
    return (
        Field("place", _("Place"), FieldType.CHOICE, required=True, choices=tuple(Place)),
        Field("size", _("Size"), FieldType.CHOICE, default=Size.SMALL, choices=sizes),
        Field("seed", _("Seed"), default="1", advanced=True),
        Field("resend", _("Repeated sends"), FieldType.CHOICE, default=Resend.SAFE, choices=resends, advanced=True),
    )


FIELDS = make_fields()


@dataclass(frozen=True, slots=True)
class Settings:
    """Which place of which community, and what it does with a message that comes twice."""

    place: Place
    size: Size
    seed: int
    resend: Resend

    @classmethod
    def of(cls, said: Mapping[str, str]) -> Self:
        """From an account's settings.

        Raises:
            Rejected: a setting is not one of its choices.
        """
        try:
            return cls(
                Place(said["place"]),
                Size(said.get("size") or Size.SMALL),
                int(said.get("seed") or 1),
                Resend(said.get("resend") or Resend.SAFE),
            )
        except (KeyError, ValueError) as wrong:
            raise Rejected(
                _("The practice community has no such place or size. Places: {places}; sizes: {sizes}.").format(
                    places=", ".join(Place), sizes=", ".join(Size)
                )
            ) from wrong


def accounts(size: str, seed: int) -> tuple[Mapping[str, str], ...]:
    """The settings of the accounts that make up a whole community."""
    return tuple({"place": place.value, "size": Size(size).value, "seed": str(seed)} for place in Place)
