"""Files of any size, sealed piece by piece: written and read with little memory, and from any place.

A file is a mark, a salt, pieces of 64 KiB under AES-256-GCM, and a seal that binds its content's SHA-256. Its own key
is made from the salt; a piece's nonce is its number and whether it is the last one, so that none can be moved, left out
or cut off (the STREAM construction). https://eprint.iacr.org/2015/189
"""

from __future__ import annotations

import hmac
import io
import os
from typing import TYPE_CHECKING, BinaryIO

from inbox_app.sealing.files import SALT_BYTES, Spoilt
from inbox_app.sealing.key import ContentKey

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PIECE = 64 * 1024
_MARK = b"PVS1"
_HEAD = len(_MARK) + SALT_BYTES
_TAG_BYTES, _SEAL_BYTES = 16, 32
_SEALED_PIECE = PIECE + _TAG_BYTES


class ContentSealer:
    """Names, writes and reads the sealed files of a workspace."""

    def __init__(self, key: ContentKey) -> None:
        self._names, self._content = key.derive("names of files"), key.derive("content of files")

    def name(self, digest: str) -> str:
        """What a content's file is called: nobody without the key can tell whether a known file is there."""
        return hmac.digest(self._names, digest.encode("ascii"), "sha256").hex()

    def writer(self, target: BinaryIO) -> SealedWriter:
        """Seal into an empty file."""
        salt = os.urandom(SALT_BYTES)
        target.write(_MARK + salt)
        return SealedWriter(target, self._own_key(salt))

    def open(self, source: BinaryIO, digest: str) -> BinaryIO:
        """The content of a sealed file, which is closed with it. Raises `Spoilt`, here or while it is read."""
        head = source.read(_HEAD)
        if len(head) != _HEAD or head[: len(_MARK)] != _MARK:
            raise Spoilt("not a sealed file")
        return io.BufferedReader(_SealedReader(source, self._own_key(head[len(_MARK) :]), digest), PIECE)

    def _own_key(self, salt: bytes) -> bytes:
        return hmac.digest(self._content, salt, "sha256")


class SealedWriter:
    """Takes content in any portions; `finish` writes what is left."""

    def __init__(self, target: BinaryIO, key: bytes) -> None:
        self._target, self._key, self._cipher = target, key, _cipher(key)
        self._waiting, self._count = bytearray(), 0

    def write(self, data: bytes) -> None:
        """Seal what makes whole pieces; the last one is always kept back."""
        self._waiting += data
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), is_last=False)
            del self._waiting[:PIECE]

    def finish(self, digest: str) -> None:
        """Seal the rest, and say whose content it is."""
        self._seal(bytes(self._waiting), is_last=True)
        self._target.write(_bind(self._key, digest))

    def _seal(self, piece: bytes, *, is_last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._count, is_last=is_last), piece, None))
        self._count += 1


class _SealedReader(io.RawIOBase):
    def __init__(self, source: BinaryIO, key: bytes, digest: str) -> None:
        self._source, self._cipher = source, _cipher(key)
        body = source.seek(0, os.SEEK_END) - _HEAD - _SEAL_BYTES
        self._pieces = max(1, -(-body // _SEALED_PIECE))
        self._size = body - self._pieces * _TAG_BYTES
        source.seek(_HEAD + max(body, 0))
        if self._size < 0 or not hmac.compare_digest(source.read(), _bind(key, digest)):
            raise Spoilt("a sealed file is not whole, or not the one it is called by")
        self._at, self._number, self._piece = 0, -1, b""
        if not self._size:
            self._open(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        room = memoryview(buffer).cast("B")
        if self._at >= self._size:
            return 0
        number, start = divmod(self._at, PIECE)
        given = self._open(number)[start : start + len(room)]
        room[: len(given)] = given
        self._at += len(given)
        return len(given)

    def close(self) -> None:
        self._source.close()
        super().close()

    def _open(self, number: int) -> bytes:
        from cryptography.exceptions import InvalidTag

        if number != self._number:
            self._source.seek(_HEAD + number * _SEALED_PIECE)
            is_last = number == self._pieces - 1
            length = self._size - number * PIECE + _TAG_BYTES if is_last else _SEALED_PIECE
            try:
                self._piece = self._cipher.decrypt(_nonce(number, is_last=is_last), self._source.read(length), None)
            except InvalidTag:
                raise Spoilt("a sealed file was changed") from None
            self._number = number
        return self._piece


def _cipher(key: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _bind(key: bytes, digest: str) -> bytes:
    return hmac.digest(key, f"content {digest}".encode("ascii"), "sha256")
