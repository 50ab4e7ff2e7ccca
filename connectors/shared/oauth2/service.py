"""Who signs people in, and which client we are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from inbox_app.contract.addresses import Address, is_loopback
from inbox_app.contract.errors import Rejected
from inbox_app.contract.http import Http
from inbox_app.contract.texts import _

THIS_COMPUTER = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Service:
    """An authorization server: where the person is asked, where tokens come from, and what is asked for.

    Raises:
        Rejected: one of the two is no https address (or http on this computer).
    """

    authorize_url: str
    token_url: str
    scopes: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    """What else it wants to be asked with, such as `access_type=offline`."""
    loopback: str = THIS_COMPUTER
    """How the redirect names this computer; a few services know only `localhost`."""

    def __post_init__(self) -> None:
        for url in (self.authorize_url, self.token_url):
            address = Address.of(url)
            if address.scheme != "https" and not is_loopback(address.host):
                raise Rejected(_("{host} wants to talk without encryption. Use https.").format(host=address.host))

    @property
    def host(self) -> str:
        """The host that gives out tokens, as people are told."""
        return Address.of(self.token_url).host

    def open_http(self) -> Http:
        """A way to ask for tokens where the account lives on another server: with this one as its home.

        So the client's secret and the tokens go to the token endpoint and to nobody else; close it after use.
        """
        return Http(self.token_url)


@dataclass(frozen=True, slots=True)
class Client:
    """The client as which we are registered; a program on a desktop may have no secret."""

    id: str
    secret: str = field(default="", repr=False)
