"""What services send, made storable: no absurd lengths, characters or dates reach the tables.

PostgreSQL refuses NUL in a text and an index entry above 2,700 bytes, SQLite refuses lone surrogates; one such
value would stop a whole batch for ever.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256

from inbox_app.domain.timecode import to_ms

TEXT = 1_000_000
"""Characters of a message's text; the raw mail is kept whole beside it."""
HTML = 2_000_000
LINE = 1_000
"""Titles, names of files and whatever else is one line."""
NAME = 200
_URL = 4_000
_KEY_BYTES = 1_000
_LARGEST = 2**31 - 1
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def clean(text: str, limit: int = LINE) -> str:
    """`text` of at most `limit` characters, each of which both databases accept."""
    if len(text) > limit:
        text = text[:limit]
    if text.isascii() and "\0" not in text:
        return text
    return _UNSTORABLE.sub("\ufffd", text)


def clean_url(url: str) -> str:
    """A web address, or nothing: a cut one would lead elsewhere."""
    return clean(url, _URL) if len(url) <= _URL else ""


def clean_html(html: str | None) -> str | None:
    """HTML, or nothing where it is too large to be shown; the text stays."""
    return clean(html, HTML) if html and len(html) <= HTML else None


def clean_key(key: str) -> str:
    """A remote id or thread key; one that no index takes is replaced by its digest, so that it stays itself."""
    if len(key) <= _KEY_BYTES and key.isascii() and "\0" not in key:
        return key
    raw = key.encode("utf-8", "surrogatepass")
    return clean(key) if len(raw) <= _KEY_BYTES else "sha256:" + sha256(raw).hexdigest()


def moment(when: datetime) -> int:
    """Milliseconds since 1970, and at least 1: the number 0 means "no message"; a time without a zone is UTC."""
    return max(to_ms(when if when.tzinfo else when.replace(tzinfo=UTC)), 1)


def some_moment(when: datetime | None) -> int | None:
    """`moment`, or None."""
    return None if when is None else moment(when)


def number(value: int) -> int:
    """A count or a size as both databases can hold it."""
    return min(max(value, 0), _LARGEST)


def to_json(value: Mapping[str, object] | Sequence[tuple[str, str, str]] | None) -> str | None:
    """JSON in ASCII, which no database refuses; None for nothing."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True) if value else None
