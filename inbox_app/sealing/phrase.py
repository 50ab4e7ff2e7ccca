"""The recovery phrase: the key itself, written so that a person can print it, keep it and type it.

Fourteen groups of four signs: 256 bits of key and 24 of a checksum. The signs are Crockford's, in which nothing looks
like anything else. Groups and not words: a list of words speaks one language, and each of its words is longer than what
it carries. https://www.crockford.com/base32.html
"""

from __future__ import annotations

import hashlib

from inbox_app.sealing.key import KEY_BYTES, ContentKey

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("OIL", "011")
_CHECK_BYTES = 3
_LENGTH = (KEY_BYTES + _CHECK_BYTES) * 8 // 5
GROUP, GROUPS = 4, _LENGTH // 4


class Unreadable(ValueError):
    """What was typed is no recovery phrase."""


class WrongLength(Unreadable):
    """Signs are missing, or there are too many; `found` says how many there are."""

    def __init__(self, found: int) -> None:
        super().__init__(found)
        self.found = found


class Mistyped(Unreadable):
    """As long as a phrase, with at least one sign that is not right."""


def phrase_of(key: ContentKey) -> str:
    """The phrase of a key, in groups parted by hyphens."""
    signs = _to_signs(key.value + _check(key.value))
    return "-".join(signs[at : at + GROUP] for at in range(0, _LENGTH, GROUP))


def read_phrase(typed: str) -> ContentKey:
    """The key that a phrase is; case, blanks and hyphens do not matter.

    Raises:
        WrongLength, Mistyped
    """
    signs = "".join(typed.replace("-", " ").split()).upper().translate(_READ_AS)
    if len(signs) != _LENGTH:
        raise WrongLength(len(signs))
    if any(sign not in _SIGNS for sign in signs):
        raise Mistyped
    number = 0
    for sign in signs:
        number = number << 5 | _SIGNS.index(sign)
    data = number.to_bytes(KEY_BYTES + _CHECK_BYTES, "big")
    value, check = data[:KEY_BYTES], data[KEY_BYTES:]
    if _check(value) != check:
        raise Mistyped
    return ContentKey(value)


def _to_signs(data: bytes) -> str:
    number, signs = int.from_bytes(data, "big"), []
    for _place in range(_LENGTH):
        number, sign = divmod(number, len(_SIGNS))
        signs.append(_SIGNS[sign])
    return "".join(reversed(signs))


def _check(value: bytes) -> bytes:
    return hashlib.sha256(b"portavoce recovery phrase\0" + value).digest()[:_CHECK_BYTES]
