"""The settings of an account: the forum as people write it, which topics come in, and whose key is used."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from connectors.shared import sites
from inbox_app.contract.addresses import Address
from inbox_app.contract.login import Field, FieldType
from inbox_app.contract.texts import _
from inbox_app.contract.texts import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected


class Topics(StrEnum):
    """Which of the forum's topics come in."""

    MINE = "mine"
    ALL = "all"


SITE: Final = Field(
    "site",
    N_("Forum"),
    FieldType.HOST,
    required=True,
    hint=N_("The address of its front page, such as forum.example.org"),
)
TOPICS: Final = Field(
    "topics",
    N_("Topics"),
    FieldType.CHOICE,
    default=Topics.MINE.value,
    choices=(Topics.MINE.value, Topics.ALL.value),
    words=(N_("Those that I take part in, watch or am named in"), N_("All that I can see")),
)
USER: Final = Field(
    "user",
    N_("User name"),
    hint=N_("Only with a key that an administrator made: the user to speak as"),
    advanced=True,
)
KEY: Final = Field(
    "key",
    N_("Key"),
    FieldType.SECRET,
    hint=N_("Leave it empty to be let in by the forum’s own page"),
    advanced=True,
    also="api_key",
)
CATEGORY: Final = Field(
    "category",
    N_("Category of new topics"),
    hint=N_("The number at the end of its address: 5 in …/c/news/5"),
    advanced=True,
)
FIELDS: Final = (SITE, TOPICS, USER, KEY, CATEGORY)


def home_of(settings: Mapping[str, str]) -> str:
    """The forum's server. Raises `Rejected` where what is written there is none."""
    return str(Address.of(read_site(settings.get(SITE.name, ""))))


def read_site(written: str) -> str:
    """`https://forum.example.org` from what somebody typed or copied, also where a forum lives below a path.

    Raises:
        Rejected: it is no address, or it would be asked without encryption.
    """
    refusal = _("“{site}” is not the address of a forum. Give one such as forum.example.org.")
    return sites.read_site(written, refusal, _front)


def topics_of(settings: Mapping[str, str]) -> Topics:
    """What the person chose."""
    return Topics.ALL if settings.get(TOPICS.name) == Topics.ALL.value else Topics.MINE


def category_of(settings: Mapping[str, str]) -> int:
    """The category in which topics are begun; 0 leaves it to the forum."""
    written = settings.get(CATEGORY.name, "").strip().rstrip("/").rpartition("/")[2][:18]
    return int(written) if written.isascii() and written.isdecimal() else 0


def _front(path: str) -> str:
    """The path before where somebody may be when they copy the address: a topic, a category, a list."""
    parts = path.strip("/").split("/")
    for number, part in enumerate(parts):
        if part in {"t", "c", "u", "latest", "top", "categories", "admin"}:
            parts = parts[:number]
            break
    return f"/{'/'.join(parts)}" if any(parts) else ""
