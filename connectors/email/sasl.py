"""The two ways in which a mail server is shown an OAuth token.

https://developers.google.com/gmail/imap/xoauth2-protocol, https://www.rfc-editor.org/rfc/rfc7628
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connectors.email.settings import Server


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A SASL mechanism: its name, its first words, and the answer to a server that tells why it refuses."""

    name: str
    begin: Callable[[Server, str], str]
    give_in: bytes


def _xoauth2(server: Server, token: str) -> str:
    return f"user={server.user}\x01auth=Bearer {token}\x01\x01"


def _oauthbearer(server: Server, token: str) -> str:
    user = server.user.replace("=", "=3D").replace(",", "=2C")
    return f"n,a={user},\x01host={server.host}\x01port={server.port}\x01auth=Bearer {token}\x01\x01"


MECHANISMS = (Mechanism("XOAUTH2", _xoauth2, b""), Mechanism("OAUTHBEARER", _oauthbearer, b"\x01"))
"""In the order of preference: the older one is what the large providers speak best."""


def choose_mechanism(offers: Callable[[str], bool]) -> Mechanism | None:
    """The one to use with a server that offers these."""
    return next((one for one in MECHANISMS if offers(one.name)), None)
