"""Small files that are read whole: sealed one record after the other, so that something can be appended to them.

A file begins with a mark and a salt, from which its own key is made; a record is its length, a nonce, and AES-256-GCM
over the bytes and the file's name. A record that a crash tore at the end counts as not written.
https://csrc.nist.gov/pubs/sp/800/38/d/final
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator
from pathlib import Path

from inbox_app.sealing.key import ContentKey

_MARK = b"PVR1"
SALT_BYTES = 16
_HEAD = len(_MARK) + SALT_BYTES
_LENGTH_BYTES, _NONCE_BYTES, _TAG_BYTES = 4, 12, 16
_RECORD = _LENGTH_BYTES + _NONCE_BYTES
_PRIVATE = 0o600
# Windows would turn line ends into two bytes.
_BINARY = getattr(os, "O_BINARY", 0)


class Spoilt(OSError):
    """A sealed file was changed, or was sealed with another key."""


class PlainFiles:
    """The same without a key, in the workspace of whoever wants none."""

    def read(self, path: Path) -> bytes:
        """All that was written. Raises `FileNotFoundError`."""
        return path.read_bytes()

    def write(self, path: Path, data: bytes) -> None:
        """Replace a file, whole or not at all."""
        _replace(path, data)

    def append(self, path: Path, data: bytes) -> None:
        """Add to a file, on disk when this returns; it is made when it is missing."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def size(self, path: Path) -> int:
        """How many bytes `read` would give. Raises `FileNotFoundError`."""
        return path.stat().st_size


class SealedFiles:
    """Reads and writes files so that nobody without the key learns more of one than about how long it is."""

    def __init__(self, key: ContentKey) -> None:
        self._key = key.derive("files")

    def read(self, path: Path) -> bytes:
        """All that was written. Raises `FileNotFoundError`; `Spoilt` is another `OSError`."""
        content = path.read_bytes()
        if not content:
            return b""
        if content[: len(_MARK)] != _MARK:
            raise Spoilt(f"{path.name} is not sealed")
        return b"".join(self._records(path, content))

    def write(self, path: Path, data: bytes) -> None:
        """Replace a file, whole or not at all."""
        head = _new_head()
        _replace(path, head + self._seal(path, head, data))

    def append(self, path: Path, data: bytes) -> None:
        """Add to a file, on disk when this returns; it is made when it is missing."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | _BINARY, _PRIVATE), "r+b") as file:
            content = file.read()
            end, head = _end_of_last(content), content[:_HEAD]
            if end < _HEAD:
                head, end = _new_head(), _HEAD
                file.seek(0)
                file.write(head)
            file.seek(end)
            file.write(self._seal(path, head, data))
            file.truncate()
            file.flush()
            os.fsync(file.fileno())

    def size(self, path: Path) -> int:
        """How many bytes `read` would give. Raises `FileNotFoundError`."""
        return sum(len(sealed) - _TAG_BYTES for _nonce, sealed in _cut(path.read_bytes()))

    def _seal(self, path: Path, head: bytes, data: bytes) -> bytes:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self._key_of(head)).encrypt(nonce, data, path.name.encode())
        return len(sealed).to_bytes(_LENGTH_BYTES, "big") + nonce + sealed

    def _records(self, path: Path, content: bytes) -> Iterator[bytes]:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        cipher = AESGCM(self._key_of(content[:_HEAD]))
        for nonce, sealed in _cut(content):
            try:
                yield cipher.decrypt(nonce, sealed, path.name.encode())
            except InvalidTag:
                raise Spoilt(f"{path.name} cannot be opened with this key") from None

    def _key_of(self, head: bytes) -> bytes:
        return hmac.digest(self._key, head[len(_MARK) :], "sha256")


def files_of(key: ContentKey | None) -> PlainFiles | SealedFiles:
    """How files are kept where this is the key, or there is none."""
    return PlainFiles() if key is None else SealedFiles(key)


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, _PRIVATE), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _new_head() -> bytes:
    return _MARK + os.urandom(SALT_BYTES)


def _cut(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Nonce and ciphertext of each whole record."""
    at = _HEAD
    while at + _RECORD <= len(content):
        begin = at + _RECORD
        at = begin + int.from_bytes(content[at : at + _LENGTH_BYTES], "big")
        if at > len(content) or at - begin < _TAG_BYTES:
            return
        yield content[begin - _NONCE_BYTES : begin], content[begin:at]


def _end_of_last(content: bytes) -> int:
    """Where the last whole record ends; before the head's end where there is not even a head."""
    if len(content) < _HEAD:
        return 0
    return _HEAD + sum(_RECORD + len(sealed) for _nonce, sealed in _cut(content))
