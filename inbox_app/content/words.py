"""Encoded words in headers (https://www.rfc-editor.org/rfc/rfc2047), in linear time and tolerant."""

import re
from binascii import Error, a2b_base64, a2b_qp

from inbox_app.content.charset import decode_header, find_codec

_WORD = re.compile(r"=\?([A-Za-z0-9_.:()+*\-]{1,64})\?([bBqQ])\?([^?]*)\?=")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]+")


def decode_words(text: str) -> str:
    """The text with its encoded words read; what is not one stays as it is."""
    if "=?" not in text:
        return text
    done: list[str] = []
    charset, held, end = "", bytearray(), 0
    for word in _WORD.finditer(text):
        gap = text[end : word.start()]
        follows = end > 0 and not gap.strip()
        name = word[1].lower().split("*")[0]
        if not (follows and name == charset):  # characters may be split between words of one charset
            done.append(_characters(bytes(held), charset))
            held.clear()
        if not follows:
            done.append(gap)
        charset, end = name, word.end()
        held += _decode_word(word[2], word[3], name)
    done.append(_characters(bytes(held), charset))
    done.append(text[end:])
    return "".join(done)


def _characters(data: bytes, charset: str) -> str:
    """No guessing by statistics here: words are too short for it, and it is slow."""
    codec = find_codec(charset)
    return data.decode(codec, "replace") if codec else decode_header(data)


def _decode_word(encoding: str, payload: str, charset: str) -> bytes:
    if encoding in "bB":
        return decode_base64_text(payload)
    raw = payload.encode(find_codec(charset) or "utf-8", "replace") if not payload.isascii() else payload.encode()
    return a2b_qp(raw, header=True)


def decode_base64_text(payload: str) -> bytes:
    """Base64 without regard to padding and stray characters."""
    clean = _NOT_BASE64.sub("", payload)
    if len(clean) % 4 == 1:
        clean = clean[:-1]
    try:
        return a2b_base64(clean + "=" * (-len(clean) % 4))
    except Error:
        return b""
