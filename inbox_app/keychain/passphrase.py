"""The key under a passphrase: random like any other, sealed by what scrypt makes of the passphrase.

https://www.rfc-editor.org/rfc/rfc7914 (scrypt)
"""

from __future__ import annotations

import os
import unicodedata
from dataclasses import replace
from pathlib import Path

from inbox_app.keychain.envelope import NONCE_BYTES, WorkspaceKey, make_key
from inbox_app.keychain.errors import PassphraseFileUnreadable, PassphraseNeeded, WrongPassphrase
from inbox_app.keychain.keyfile import KeyRecord, PassphraseLock, hold_key_record, read_key_record, write_key_record

# 128 MiB and about half a second for each guess.
_N, _R, _P = 2**17, 8, 1
_SALT_BYTES = 16


def open_passphrase_key(key_file: Path, passphrase: str, *, afresh: bool = False) -> WorkspaceKey:
    """Unseal the workspace's key, or make one when there never was one. Blocks; raises `KeychainError`.

    `afresh` makes a new one although there was one: what the old one sealed stays closed.
    """
    if not passphrase:
        raise PassphraseNeeded
    known = read_key_record(key_file)
    if known and known.passphrase and not afresh:
        return _unseal(known, known.passphrase, passphrase)
    with hold_key_record(key_file) as record:
        if record.passphrase and not afresh:
            return _unseal(record, record.passphrase, passphrase)
        key = make_key()
        write_key_record(key_file, replace(record, passphrase=_seal(record, key, passphrase)))
        return key


def read_passphrase_file(path: Path) -> str:
    """Return the first line. Raises `PassphraseFileUnreadable`."""
    try:
        with path.open(encoding="utf-8") as file:
            return file.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise PassphraseFileUnreadable(path) from error


def _seal(record: KeyRecord, key: WorkspaceKey, passphrase: str) -> PassphraseLock:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    empty = PassphraseLock(_N, _R, _P, os.urandom(_SALT_BYTES), os.urandom(NONCE_BYTES), b"")
    sealed = AESGCM(_stretch(passphrase, empty)).encrypt(empty.nonce, key.value, record.workspace.encode())
    return replace(empty, sealed=sealed)


def _unseal(record: KeyRecord, lock: PassphraseLock, passphrase: str) -> WorkspaceKey:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher = AESGCM(_stretch(passphrase, lock))
    try:
        return WorkspaceKey(cipher.decrypt(lock.nonce, lock.sealed, record.workspace.encode()))
    except InvalidTag:
        raise WrongPassphrase from None


def _stretch(passphrase: str, lock: PassphraseLock) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    # The same accented letters may be typed in two ways.
    text = unicodedata.normalize("NFC", passphrase)
    return Scrypt(salt=lock.salt, length=32, n=lock.n, r=lock.r, p=lock.p).derive(text.encode())
