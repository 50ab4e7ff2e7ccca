"""The members of the practice community and the brand they write to; no person and no firm of these names is meant."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from connectors.practice.abilities import of_account
from connectors.practice.phrases import names
from connectors.practice.places import Place
from connectors.practice.stories import Character, stories
from inbox_app.contract.remote import Identity, RemoteAuthor

BRAND: Final = "Fornace Melagrana"
_DOMAIN: Final = "fornacemelagrana.example"
_STEP: Final = 1237
"""Prime to the number of names, so that neighbours in number do not share a name."""
_OTHER_IN: Final = 25
"""One person in so many has a name of another script."""

_HANDLE_OF_PLACE = {
    Place.COMMENTS: "@{}",
    Place.DIRECT: "@{}",
    Place.MAIL: "{}@mail.example",
    Place.ROOM: "@{}:rooms.example",
    Place.FORUM: "{}",
    Place.REVIEWS: "{}",
}
_OUR_HANDLE = {
    Place.COMMENTS: "@fornacemelagrana",
    Place.DIRECT: "@melagrana.studio",
    Place.MAIL: f"ciao@{_DOMAIN}",
    Place.ROOM: "@melagrana:rooms.example",
    Place.FORUM: "melagrana_studio",
    Place.REVIEWS: BRAND,
}


@dataclass(frozen=True, slots=True)
class Person:
    """A person by number: the same number in two places is the same person under two handles."""

    name: str
    slug: str
    language: str
    first_name: str
    """What one calls them."""


@cache
def cast(place: Place) -> tuple[Character, ...]:
    """The characters of the stories at a place: the first of its members."""
    return stories().cast(place)


@cache
def guests(place: Place) -> tuple[Character, ...]:
    """The characters who come to a place later; their numbers are below zero."""
    return stories().guests(place)


def number_of(place: Place, who: str) -> int:
    """The number of a character among the members of a place."""
    known = [one.key for one in cast(place)]
    return known.index(who) if who in known else -1 - [one.key for one in guests(place)].index(who)


def person(place: Place, first_person: int, member: int) -> Person:
    """The member of this number at a place."""
    if member < len(cast(place)):
        one = cast(place)[member] if member >= 0 else guests(place)[-1 - member]
        language = one.language if one.language in ("en", "it") else "en"
        return _named(one.name, one.handle or _slug(one.name, "_"), language)
    return _person(first_person + member)


def author(place: Place, who: Person, member: int) -> RemoteAuthor:
    """The member as the service names them."""
    handle = _HANDLE_OF_PLACE[place].format(who.slug)
    remote_id = handle if place is Place.MAIL else f"{place}-{member}"
    return RemoteAuthor(remote_id, handle, who.name, _portrait(place, member))


def _portrait(place: Place, member: int) -> str:
    """The picture of a character who has chosen one; a mail brings none."""
    if place is Place.MAIL or member >= len(cast(place)):
        return ""
    return drawn("faces", (cast(place)[member] if member >= 0 else guests(place)[-1 - member]).key)


@cache
def drawn(kind: str, name: str) -> str:
    """The address of a picture of ours, where one was drawn."""
    return f"bundled:{kind}/{name}" if (files("resources") / "pictures" / kind / f"{name}.png").is_file() else ""


@cache
def identity(place: Place) -> Identity:
    """Who we are at a place."""
    handle = _OUR_HANDLE[place]
    remote_id = handle if place is Place.MAIL else f"{place}-us"
    return Identity(remote_id, handle, BRAND, frozenset({handle}), abilities=of_account(place))


@cache
def ourselves(place: Place) -> RemoteAuthor:
    """We as the author of a message."""
    we = identity(place)
    return RemoteAuthor(we.remote_id, we.handle, we.name, drawn("faces", "melagrana"))


def _person(number: int) -> Person:
    if number % _OTHER_IN == _OTHER_IN - 1:
        whole = names().full
        turn, index = divmod(number // _OTHER_IN, len(whole))
        name, handle = whole[index]
        return _named(name, _numbered(handle, turn), "en")
    language = "en" if number % 2 else "it"
    first, last = names().first[language], names().last[language]
    turn, place = divmod(number // 2, len(first) * len(last))
    index = place * _STEP % (len(first) * len(last))
    name = f"{first[index % len(first)]} {last[index // len(first)]}"
    return _named(name, _numbered(_slug(name, "."), turn), language)


def _named(name: str, slug: str, language: str) -> Person:
    return Person(name, slug, language, name.split(" ", maxsplit=1)[0])


def _numbered(handle: str, turn: int) -> str:
    return f"{handle}{turn + 1}" if turn else handle


def _slug(name: str, joint: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", joint, plain.replace("'", "")).strip(joint) or f"guest{joint}{len(name)}"
