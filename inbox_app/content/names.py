"""Names of attachments that are safe to show and to save under, on every system."""

import re
import unicodedata

from inbox_app.content import caps

_SEPARATOR = re.compile(r"[/\\]")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_DEVICES = r"con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]"
_RESERVED = re.compile(rf"({_DEVICES})\s*(\..*)?", re.IGNORECASE)
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,12}")
_SCANNED = 1_000


def safe_name(name: str, fallback: str = "attachment") -> str:
    """A base name of at most `caps.FILE_NAME_BYTES` UTF-8 bytes that keeps its extension."""
    base = _SEPARATOR.split(name[-_SCANNED:])[-1]
    base = unicodedata.normalize("NFC", base)
    base = "".join(" " if char.isspace() else char for char in base if unicodedata.category(char) not in _HIDDEN)
    base = _trim(unicodedata.normalize("NFC", _FORBIDDEN.sub("_", base)))
    if not base:
        return fallback
    if _RESERVED.fullmatch(base):
        base = f"_{base}"
    return _shorten(base)


def _trim(name: str) -> str:
    """No hidden files, and no end that Windows would drop."""
    return name.strip(" ").lstrip(".").strip(" ").rstrip(". ")


def _shorten(name: str) -> str:
    if len(name.encode()) <= caps.FILE_NAME_BYTES:
        return name
    stem, dot, end = name.rpartition(".")
    extension = dot + end
    if not _EXTENSION.fullmatch(extension):
        stem, extension = name, ""
    room = caps.FILE_NAME_BYTES - len(extension)
    cut = stem.encode()[:room].decode("utf-8", "ignore").rstrip(". ")
    return cut + extension
