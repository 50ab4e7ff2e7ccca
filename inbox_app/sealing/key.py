"""The one key of an encrypted workspace, from which what each use needs is made.

Each use has a key of its own, so that none gives anything of another away.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from dataclasses import dataclass, field

KEY_BYTES = 32
_ID_BYTES = 8


@dataclass(frozen=True, slots=True)
class ContentKey:
    """256 random bits; never shown but as the recovery phrase."""

    value: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """A name for the key that gives nothing of it away; folders and the keyring's entry are called by it."""
        return self.derive("id")[:_ID_BYTES].hex()

    @property
    def database(self) -> str:
        """What SQLCipher takes: the raw key, so that opening a connection stretches nothing.

        https://www.zetetic.net/sqlcipher/sqlcipher-api/#key
        """
        return f"x'{self.derive('database').hex()}'"

    def derive(self, use: str) -> bytes:
        """The key of one use."""
        return hmac.digest(self.value, f"portavoce {use}".encode(), "sha256")

    def to_text(self) -> str:
        """The key as the operating system's keyring keeps it."""
        return base64.b64encode(self.value).decode("ascii")


def make_content_key() -> ContentKey:
    """A new random key."""
    return ContentKey(os.urandom(KEY_BYTES))


def content_key_from_text(text: str) -> ContentKey | None:
    """Read a key back from the keyring's text; None when it is not a key of ours."""
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return ContentKey(value) if len(value) == KEY_BYTES else None
