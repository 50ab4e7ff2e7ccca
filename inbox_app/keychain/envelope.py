"""The key of a workspace and the envelope that carries one encrypted secret.

An envelope is: version (1 byte), key id (8), nonce (12), AES-256-GCM ciphertext with its tag. The
account and the name of the secret are authenticated with it, so that no row can stand in for another.
https://csrc.nist.gov/pubs/sp/800/38/d/final
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass, field

from inbox_app.domain.ids import AccountId
from inbox_app.keychain.errors import SecretDamaged, SecretOfAnotherKey

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16

_VERSION = b"\x01"
_ID_BYTES = 8
_HEAD = len(_VERSION) + _ID_BYTES


@dataclass(frozen=True, slots=True)
class WorkspaceKey:
    """One random 256-bit key; never shown."""

    value: bytes = field(repr=False)

    @property
    def key_id(self) -> str:
        """A name for the key that gives nothing of it away."""
        return hashlib.sha256(b"portavoce key id\0" + self.value).digest()[:_ID_BYTES].hex()

    def to_text(self) -> str:
        """Return the key as the operating system's keyring keeps it."""
        return base64.b64encode(self.value).decode("ascii")

    def encrypt(self, account_id: AccountId, name: str, plaintext: str) -> bytes:
        """Seal a secret of an account; twice the same gives two different envelopes."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        head = _VERSION + bytes.fromhex(self.key_id)
        nonce = os.urandom(NONCE_BYTES)
        return head + nonce + AESGCM(self.value).encrypt(nonce, plaintext.encode(), _bind(head, account_id, name))

    def decrypt(self, account_id: AccountId, name: str, envelope: bytes) -> str:
        """Open an envelope. Raises `SecretDamaged` or `SecretOfAnotherKey`."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        head, nonce, sealed = envelope[:_HEAD], envelope[_HEAD : _HEAD + NONCE_BYTES], envelope[_HEAD + NONCE_BYTES :]
        if head[:1] != _VERSION or len(sealed) < TAG_BYTES:
            raise SecretDamaged(account_id)
        if head[1:].hex() != self.key_id:
            raise SecretOfAnotherKey(account_id)
        try:
            return AESGCM(self.value).decrypt(nonce, sealed, _bind(head, account_id, name)).decode()
        except InvalidTag:
            raise SecretDamaged(account_id) from None


def make_key() -> WorkspaceKey:
    """Return a new random key."""
    return WorkspaceKey(os.urandom(KEY_BYTES))


def key_from_text(text: str) -> WorkspaceKey | None:
    """Read a key back from the keyring's text; None when it is not a key of ours."""
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return WorkspaceKey(value) if len(value) == KEY_BYTES else None


def _bind(head: bytes, account_id: AccountId, name: str) -> bytes:
    """Join what is authenticated, each part with its length, so that no two pairs look alike."""
    parts = (account_id.encode(), name.encode())
    return head + b"".join(len(part).to_bytes(4, "big") + part for part in parts)
