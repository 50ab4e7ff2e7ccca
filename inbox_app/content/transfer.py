"""Content-Transfer-Encoding undone (https://www.rfc-editor.org/rfc/rfc2045#section-6), whatever state it is in."""

import re
from binascii import Error, a2b_base64, a2b_qp, a2b_uu

_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]*\r?\n", re.MULTILINE)


def decode_body(body: bytes, encoding: str) -> tuple[bytes, bool]:
    """The bytes that were meant, and whether the encoding was in order."""
    name = encoding.strip().lower().strip("\"'")
    if name == "base64":
        return _from_base64(body)
    if name in ("quoted-printable", "quotedprintable"):
        return a2b_qp(body), True
    if name in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _from_uu(body)
    return body, name in ("", "7bit", "8bit", "binary", "7-bit", "8-bit")


def _from_base64(body: bytes) -> tuple[bytes, bool]:
    try:
        return a2b_base64(body), True
    except Error:
        clean = body.translate(None, _NOT_BASE64)
    if len(clean) % 4 == 1:
        clean = clean[:-1]
    return a2b_base64(clean + b"=" * (-len(clean) % 4)), False


def _from_uu(body: bytes) -> tuple[bytes, bool]:
    begin = _UU_BEGIN.search(body)
    if begin is None:
        return body, False
    done: list[bytes] = []
    for line in body[begin.end() :].split(b"\n"):
        data = line.rstrip(b"\r")
        if data in (b"end", b"`", b" ", b""):
            break
        try:
            done.append(a2b_uu(data))
        except Error:
            return b"".join(done), False
    return b"".join(done), True
