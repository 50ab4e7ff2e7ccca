"""What can be put in where somebody types a search: values that the window and its words are made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from inbox_app.domain.ids import ViewId
from inbox_app.domain.search_pieces import Piece


class Offered(Enum):
    """What an offer is."""

    RECENT = auto()
    OPERATOR = auto()
    VALUE = auto()
    """One of the few values of `is:` and `has:`."""
    PERSON = auto()
    TAG = auto()
    CHANNEL = auto()
    ACCOUNT = auto()
    VIEW = auto()


@dataclass(frozen=True, slots=True)
class Offer:
    """One line: `name` as it is called, `about` what tells it from others, `put` what is typed for it."""

    kind: Offered
    name: str
    put: str = ""
    about: str = ""
    view: ViewId | None = None


@dataclass(frozen=True, slots=True)
class Offers:
    """All that fits what is being typed."""

    typed: str
    piece: Piece
    offers: tuple[Offer, ...]
