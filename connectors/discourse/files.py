"""The files of a post: what its HTML shows or links of the forum's own uploads. Pure.

https://meta.discourse.org/t/what-are-short-upload-urls/186614
"""

from __future__ import annotations

import html
import mimetypes
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urljoin, urlsplit

from inbox_app.contract.remote import RemoteAttachment

_LINK: Final = re.compile(r"<a\b([^>]{0,2000})>([^<]{0,300})", re.IGNORECASE)
_PICTURE: Final = re.compile(r"<img\b([^>]{0,2000})>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"\b([a-z-]+)=\"([^\"]*)\"", re.IGNORECASE)
_UPLOADS: Final = "/uploads/"
_MOST: Final = 50


def files_of(cooked: str, site: str) -> tuple[RemoteAttachment, ...]:
    """Pictures and attached files, each once; smileys and what lies elsewhere are no files of the post."""
    found: dict[str, RemoteAttachment] = {}
    for url, name in _named(cooked):
        if not url or len(found) >= _MOST:
            continue
        whole = urljoin(f"{site}/", html.unescape(url))
        path = urlsplit(whole).path
        if _UPLOADS in path and whole not in found:
            label = html.unescape(name).strip() or path.rpartition("/")[2]
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            found[whole] = RemoteAttachment(whole, label, kind, url=whole)
    return tuple(found.values())


def _named(cooked: str) -> Iterator[tuple[str, str]]:
    for attributes, text in _LINK.findall(cooked):
        said = dict(_ATTRIBUTE.findall(attributes))
        if "attachment" in said.get("class", "").split():
            yield said.get("href", ""), text
    for attributes in _PICTURE.findall(cooked):
        said = dict(_ATTRIBUTE.findall(attributes))
        if "emoji" not in said.get("class", "").split():
            yield said.get("src", ""), said.get("alt", "")
