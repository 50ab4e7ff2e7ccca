"""What is to be known of a message besides its text: a seal, a list, a machine, an appointment, a failed delivery."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Final

from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.poll import Poll

STAR: Final = "⭐"
"""Our reaction on a mail that is starred."""


class Seal(StrEnum):
    """How a mail was encrypted or signed; nothing of it is opened or verified here."""

    PGP = "pgp"
    SMIME = "smime"


class Standing(StrEnum):
    """Where something said in public stands with the site's moderators."""

    PUBLIC = "public"
    HELD = "held"
    SPAM = "spam"
    TRASH = "trash"


class Fate(StrEnum):
    """What a delivery report says of one address (https://www.rfc-editor.org/rfc/rfc3464#section-2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One address of a delivery report: what became of the mail there, and the servers' own words."""

    address: str
    fate: Fate
    status: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Meeting:
    """An appointment. Its times are as on a clock in `zone` (`2026-11-27T12:00`, a mere date for whole days)."""

    summary: str
    start: str
    end: str = ""
    zone: str = ""
    place: str = ""
    organizer: str = ""
    method: str = ""
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Marks:
    """All of it; most messages have none. `mailing_list` is the list's own name for itself."""

    encrypted: Seal | None = None
    signed: Seal | None = None
    mailing_list: str = ""
    automatic: bool = False
    meetings: tuple[Meeting, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    standing: Standing | None = None
    """None where a channel knows no such thing; what is there is told each time, or the last word would stay."""
    warned: bool = False
    """Whether its title warns of what it says, which nobody should read unasked."""
    poll: Poll | None = None

    @property
    def failures(self) -> tuple[Delivery, ...]:
        """The addresses that a delivery report gives up."""
        return tuple(one for one in self.deliveries if one.fate is Fate.FAILED)

    def unasked(self, title: str, text: str) -> str:
        """What is shown of a message where nobody asked to read it: the list, a notification, whom one answers."""
        return title if self.warned and title else text

    def wordless(self) -> Marks:
        """Without what names or quotes anybody."""
        return replace(self, mailing_list="", meetings=(), deliveries=(), poll=None)

    def to_json(self) -> JsonObject:
        """Only what there is; empty for most messages."""
        facts = {name: value for name, value in asdict(replace(self, poll=None)).items() if value}
        told: JsonObject = {name: [*value] if isinstance(value, tuple) else value for name, value in facts.items()}
        return told if self.poll is None else told | {"poll": self.poll.to_json()}

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> Marks:
        """The inverse of `to_json`; what a newer program wrote and this one does not know is passed over."""
        sealed, signed = stored.get("encrypted"), stored.get("signed")
        return cls(
            encrypted=Seal(str(sealed)) if sealed else None,
            signed=Seal(str(signed)) if signed else None,
            mailing_list=str(stored.get("mailing_list", "")),
            automatic=bool(stored.get("automatic", False)),
            meetings=tuple(_meeting(one) for one in _objects(stored.get("meetings"))),
            deliveries=tuple(_delivery(one) for one in _objects(stored.get("deliveries"))),
            standing=Standing(str(stored["standing"])) if stored.get("standing") else None,
            warned=bool(stored.get("warned", False)),
            poll=Poll.from_json(stored.get("poll")),
        )


NO_MARKS = Marks()


def stored_marks(stored: str | None) -> Marks:
    """Those of a row."""
    return Marks.from_json(json.loads(stored)) if stored else NO_MARKS


def _objects(stored: object) -> Iterable[Mapping[str, object]]:
    return [one for one in stored if isinstance(one, dict)] if isinstance(stored, list) else []


def _meeting(stored: Mapping[str, object]) -> Meeting:
    words = {name: str(stored.get(name, "")) for name in Meeting.__slots__ if name != "repeats"}
    return Meeting(**words, repeats=bool(stored.get("repeats", False)))


def _delivery(stored: Mapping[str, object]) -> Delivery:
    words = {name: str(stored.get(name, "")) for name in ("address", "status", "said")}
    return Delivery(fate=Fate(str(stored.get("fate", Fate.FAILED))), **words)
