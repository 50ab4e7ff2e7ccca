"""The settings of a feed: its address, and the whole of it as a secret where there is a key or a password in it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from connectors.feed.address import MASK, FeedAddress, read_address
from inbox_app.contract.addresses import Address
from inbox_app.contract.errors import Rejected
from inbox_app.contract.login import Field, FieldType
from inbox_app.contract.manifest import Sealed
from inbox_app.contract.texts import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected

URL = Field("url", N_("Address of the feed"), required=True, hint=N_("Such as https://example.org/comments/feed/"))
ADDRESS = Field(
    "address",
    N_("Address with its key"),
    FieldType.SECRET,
    hint=N_("Only where there is a key or a password in it: the whole address once more. Nobody sees it here"),
    advanced=True,
)
PRIVATE = Field(
    "private",
    N_("Name for a private address"),
    hint=N_("Only where the whole address is a secret: this name is shown in place of all that follows the site"),
    advanced=True,
)
FIELDS = (URL, ADDRESS, PRIVATE)


def home_of(settings: Mapping[str, str]) -> str:
    """The site's address. Raises `Rejected` where what is written there is none."""
    return str(Address.of(read_address(settings.get(URL.name, "")).shown))


def address_of(settings: Mapping[str, str], secrets: Mapping[str, str]) -> FeedAddress:
    """The address that is asked.

    Raises:
        Rejected: it is none.
    """
    return read_address(secrets.get(ADDRESS.name) or settings.get(URL.name, ""), settings.get(PRIVATE.name, ""))


def kept(address: FeedAddress) -> tuple[dict[str, str], dict[str, str]]:
    """What is stored of an address: the setting that everybody may see, and the secret."""
    named = {PRIVATE.name: address.name} if address.name else {}
    return {URL.name: address.shown, **named}, {ADDRESS.name: address.url} if address.is_private else {}


def seal(settings: Mapping[str, str]) -> Sealed | None:
    """What an earlier version kept with its key in the clear; None where there is nothing to hide."""
    try:
        address = read_address(settings.get(URL.name, ""))
    except Rejected:
        return None
    if not address.is_private:
        return None
    shown, secrets = kept(address)
    return Sealed({**settings, **shown}, secrets, address.shown, handle_of(address.shown))


def handle_of(shown: str) -> str:
    """How the account is called."""
    return unquote(shown.partition("://")[2]) if f"/{MASK}/" in shown else shown.partition("://")[2]
