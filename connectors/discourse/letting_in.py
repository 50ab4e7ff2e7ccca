"""The forum's own page on which a person lets a program in, and what it shows for the program to read.

The page makes a key and encrypts it for a key pair of ours, made for this one sign-in. It sends its answer only to
addresses that the forum's owner has allowed, which a desktop program has none of: the person copies it.
https://meta.discourse.org/t/user-api-keys-specification/48536
"""

from __future__ import annotations

import binascii
import json
import secrets
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from connectors.discourse.fields import Fields
from inbox_app.contract.errors import SignInNeeded
from inbox_app.contract.texts import _

_BITS: Final = 2048
_LONGEST: Final = 4096


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of the person's browser to the page."""

    site: str
    pair: rsa.RSAPrivateKey = field(repr=False)
    nonce: str = field(repr=False)
    client_id: str

    @classmethod
    def begin(cls, site: str) -> Visit:
        """A pair and a nonce that only this visit knows."""
        pair = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
        return cls(site, pair, secrets.token_hex(16), secrets.token_hex(16))

    @property
    def url(self) -> str:
        """The page's address."""
        public = self.pair.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        asked = {
            "application_name": "Portavoce",
            "client_id": self.client_id,
            "scopes": "read,write",
            "public_key": public.decode("ascii"),
            "nonce": self.nonce,
        }
        return f"{self.site}/user-api-key/new?{urlencode(asked)}"

    def read(self, shown: str) -> str:
        """The key in what the page showed.

        Raises:
            SignInNeeded: it is not what the page showed, or that of another visit.
        """
        try:
            sealed = b64decode("".join(shown.split())[:_LONGEST], validate=True)
            # The forum's way, which it has used since these keys exist; what comes out is checked by the nonce.
            said = Fields.of(json.loads(self.pair.decrypt(sealed, padding.PKCS1v15())))
        except (binascii.Error, ValueError) as bad:
            raise SignInNeeded(
                _("This is not what the forum’s page shows. Copy all of the block of letters and paste it here.")
            ) from bad
        if not secrets.compare_digest(said.text("nonce").encode(), self.nonce.encode()) or not said.text("key"):
            raise SignInNeeded(_("The page’s answer does not belong to this sign-in. Start it again."))
        return said.text("key")
