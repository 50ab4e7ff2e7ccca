"""The request for what we write, and whether a comment is what we wrote. Pure.

https://developer.wordpress.org/rest-api/reference/comments/#create-a-comment
"""

from __future__ import annotations

import html
import json
import re
from typing import Final

from connectors.wordpress.fields import Fields
from inbox_app.contract.acts import Act
from inbox_app.contract.decoding import parse_json

LONGEST: Final = 65_525
"""Bytes of a comment's text; the site refuses more."""
_CURLY: Final = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})
_DASHES: Final = re.compile(r"-+")


def freeze(act: Act) -> bytes:
    """The body of the request, fixed for all tries."""
    target = act.target
    body = {
        "post": int(target.post) if target and target.post and target.post.isdecimal() else 0,
        "parent": int(target.remote_id) if target and target.remote_id.isdecimal() else 0,
        "content": as_html(act.text),
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True).encode()


def read_frozen(frozen: bytes) -> Fields:
    """The inverse of `freeze`."""
    return Fields.of(parse_json(frozen))


def as_html(text: str) -> str:
    """What people write is text; a site takes HTML, in which lines and addresses are as people write them."""
    return html.escape(text.strip(), quote=False)


def size(content: str) -> int:
    """How long the site thinks it is."""
    return len(content.encode("utf-8", "surrogatepass"))


def as_text(raw: str) -> str | None:
    """A comment as it was written, where that is mere text; None where there are tags in it."""
    return None if "<" in raw else html.unescape(raw).strip()


def same_text(sent: str, shown: str) -> bool:
    """Whether a comment shows what was sent: the site turns quotes and dashes into finer ones."""
    return _bare(sent) == _bare(shown)


def _bare(text: str) -> str:
    return _DASHES.sub("-", "".join(text.translate(_CURLY).split())).casefold()
