"""What was said in the community and under which post: the generator's plain values, and the names of things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.practice.places import Place

LETTER = {
    Place.COMMENTS: "c",
    Place.DIRECT: "d",
    Place.MAIL: "m",
    Place.ROOM: "r",
    Place.FORUM: "f",
    Place.REVIEWS: "v",
}
WORLD, LIVE, JOURNAL, ANSWER = "", "l", "j", "a"
"""Where a message comes from, as the second letter of its id: the past, new arrivals, the journal, answers to us."""
ALONE = "alone-"
"""Before a handle, in the key of a conversation with that person alone."""
_MAIL_DOMAIN = "@mail.fornacemelagrana.example>"


@dataclass(frozen=True, slots=True)
class Said:
    """One message. `member` is None for us; `at` is in milliseconds; `keys` are as in the contract."""

    id: str
    member: int | None
    at: int
    text: str
    keys: tuple[str, ...]
    parent: str | None = None
    post: str | None = None
    title: str = ""
    calls_us: bool = True
    likes: int = 0
    hidden: bool = False
    edited_at: int | None = None
    deleted_at: int | None = None
    files: tuple[str, ...] = ()
    key: str | None = None
    """The client-made key of ours that it came with."""
    closed: bool = False
    """The conversation's reply window is over."""
    private: bool = False
    """Between us and one member alone, at a place where others read along."""


@dataclass(frozen=True, slots=True)
class Published:
    """One post, ours or (in the forum) a member's topic."""

    id: str
    member: int | None
    at: int
    title: str
    text: str
    comments: int | None = None
    reactions: int | None = None
    language: str = "en"
    theme: str = ""
    """What is said under it."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What it is about, for those who comment."""
    picture: str = ""


def message_id(place: Place, origin: str, name: str) -> str:
    """The remote id of a message; in the mail place it looks like a Message-ID."""
    plain = f"{LETTER[place]}{origin}{name}"
    return f"<{plain}{_MAIL_DOMAIN}" if place is Place.MAIL else plain


def origin_of(remote_id: str) -> tuple[str, str]:
    """The origin and the name in a message's id; the name is empty where the id is none of ours."""
    plain = remote_id.removeprefix("<").removesuffix(_MAIL_DOMAIN)[1:]
    if plain[:1] in (LIVE, JOURNAL, ANSWER):
        return plain[0], plain[1:]
    return WORLD, plain if plain.isascii() and plain.isdigit() else ""
