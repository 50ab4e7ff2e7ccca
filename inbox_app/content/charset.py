"""Bytes to text, whatever the sender called the charset.

Names are read as browsers read them (https://encoding.spec.whatwg.org/), since senders mean the wider sets.
"""

import re
from encodings.aliases import aliases

from inbox_app.content import caps

_WIDER = {
    "us-ascii": "utf-8", "ascii": "utf-8", "ansi_x3.4-1968": "utf-8", "646": "utf-8",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "8859-1": "cp1252",
    "iso_8859-1": "cp1252", "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874",
    "iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8", "iso-8859-6-i": "iso-8859-6",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "cp936": "gb18030",
    "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "ks_c_5601": "cp949", "ksc5601": "cp949",
    "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932", "windows-31j": "cp932",
    "x-euc-jp": "euc_jp", "iso-2022-jp": "iso2022_jp_ext", "x-x-big5": "cp950", "big5": "cp950",
    "unicode-1-1-utf-7": "utf-7", "utf8mb4": "utf-8", "unicode-1-1-utf-8": "utf-8", "unicode": "utf-16",
    "x-mac-roman": "mac_roman", "macintosh": "mac_roman", "x-mac-cyrillic": "mac_cyrillic", "x-roman8": "hp_roman8",
    "cp-850": "cp850", "cp-1252": "cp1252", "x-cp1252": "cp1252", "ansi": "cp1252", "win-1251": "cp1251",
}  # fmt: skip
_WINDOWS = re.compile(r"(?:x-)?(?:windows|cp|win)-?(\d{3,4})")
_PLAUSIBLE = re.compile(r"[a-z0-9][a-z0-9_:+.-]{0,39}")
_NOT_CHARSETS = frozenset({
    "base64_codec", "bz2_codec", "hex_codec", "quopri_codec", "rot_13", "uu_codec", "zlib_codec", "mbcs", "oem",
    "punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined"
})  # fmt: skip
"""Codecs that are no charsets; some turn a little into much, or take quadratic time."""
_KNOWN = (
    frozenset(aliases)
    | frozenset(aliases.values())
    | {"cp720", "cp737", "cp856", "cp874", "koi8_t", "koi8_u", "utf_8_sig"}
)
_SIGNS = re.compile(r"[^a-z0-9]+")


def find_codec(declared: str | None) -> str | None:
    """Python's name for a declared charset, or None when there is no such charset."""
    name = (declared or "").strip().strip("\"'").lower().split("*")[0]
    if not _PLAUSIBLE.fullmatch(name):
        return None
    if name not in _WIDER and (windows := _WINDOWS.fullmatch(name)):
        name = f"cp{windows[1]}"
    return _look_up(_WIDER.get(name, name))


def _look_up(name: str) -> str | None:
    plain = _SIGNS.sub("_", name)
    if plain not in _KNOWN:  # asking Python about thousands of unknown names takes seconds
        return None
    found = aliases.get(plain, plain)
    return None if found in _NOT_CHARSETS else found


def decode(data: bytes, declared: str | None) -> tuple[str, bool]:
    """The text, and whether its charset had to be guessed. Never raises."""
    codec = find_codec(declared)
    if codec is None and data.isascii():
        return data.decode("ascii"), False
    if codec is not None:
        text = data.decode(codec, "replace")
        if text.count("\ufffd") <= 1 + len(text) // 200:
            return text, False
    return _guess(data), True


def decode_header(data: bytes) -> str:
    """Raw header bytes: UTF-8 (RFC 6532), otherwise the Western set, which loses nothing."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _guess(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        codec = _detect(data) or "cp1252"
        return data.decode(codec, "replace")


def _detect(data: bytes) -> str | None:
    from charset_normalizer import from_bytes  # costs 90 ms, and few mails need it

    best = from_bytes(_sample(data)).best()
    return find_codec(best.encoding) if best else None


def _sample(data: bytes) -> bytes:
    """The lines that tell something: those with bytes above ASCII."""
    lines: list[bytes] = []
    size = 0
    for line in data[: 16 * caps.GUESS_BYTES].splitlines(keepends=True):
        if not line.isascii():
            lines.append(line)
            size += len(line)
            if size >= caps.GUESS_BYTES:
                break
    return b"".join(lines)[: caps.GUESS_BYTES] or data[: caps.GUESS_BYTES]
