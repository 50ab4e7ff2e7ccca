"""Text and what its stretches are, both ways: links, mentions and hashtags by offsets in bytes of UTF-8. Pure.

https://docs.bsky.app/docs/advanced-guides/post-richtext
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import quote

from connectors.bluesky.wire import Facet
from inbox_app.domain.jsonvalue import JsonObject

WEB: Final = "https://bsky.app"
_LINK: Final = re.compile(r"https?://[^\s<>\"]+")
_MENTION: Final = re.compile(
    r"(?<![\w@.])@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9])", re.IGNORECASE
)
_TAG: Final = re.compile(r"(?<!\S)#([^\W\d_][\w-]{0,63}|\d*[^\W\d][\w-]{0,62})")
_CLOSING: Final = {")": "(", "]": "["}
_SHORT: Final = ("…", "...")
_TRAILING: Final = ".,;:!?'\"…"
_FEATURE: Final = "app.bsky.richtext.facet#"


def as_html(text: str, facets: Iterable[Facet]) -> str:
    """The text as HTML, not cleaned yet."""
    return "".join(
        f'<a href="{html.escape(address)}">{_escape(piece)}</a>' if address else _escape(piece)
        for piece, address in _pieces(text, facets)
    )


def as_text(text: str, facets: Iterable[Facet]) -> str:
    """The text for reading and searching: addresses that were shortened to be shown are whole."""
    return "".join(address if address and piece.endswith(_SHORT) else piece for piece, address in _pieces(text, facets))


def _pieces(text: str, facets: Iterable[Facet]) -> Iterator[tuple[str, str]]:
    """The text in pieces, with where each leads; facets that overlap, or do not fit the text, are passed over."""
    raw, at = text.encode("utf-8", "replace"), 0
    for facet in sorted(facets, key=lambda one: (one.start, one.end)):
        address = address_of(facet)
        if not address or not at <= facet.start < facet.end <= len(raw):
            continue
        before, inside = _read(raw[at : facet.start]), _read(raw[facet.start : facet.end])
        if before is None or inside is None:
            continue
        yield before, ""
        yield inside, address
        at = facet.end
    yield raw[at:].decode(errors="replace"), ""


def address_of(facet: Facet) -> str:
    """Where a facet leads; empty for one that leads nowhere we know."""
    if facet.uri:
        return facet.uri
    if facet.did:
        return f"{WEB}/profile/{quote(facet.did, safe=':')}"
    return f"{WEB}/hashtag/{quote(facet.tag, safe='')}" if facet.tag else ""


def mentioned(text: str) -> list[str]:
    """The handles that a text names, each once."""
    return [*dict.fromkeys(one.group(1).lower() for one in _MENTION.finditer(_without_links(text)))]


def facets_of(text: str, dids: Mapping[str, str]) -> list[JsonObject]:
    """The facets of a text of ours; `dids` are those of the handles that it names, and who has none is no mention."""
    bare = _without_links(text)
    found: list[tuple[int, int, JsonObject]] = []
    for link in _LINK.finditer(text):
        uri = _trimmed(link.group())
        found.append((link.start(), link.start() + len(uri), {"$type": f"{_FEATURE}link", "uri": uri}))
    found += [
        (name.start(), name.end(), {"$type": f"{_FEATURE}mention", "did": did})
        for name in _MENTION.finditer(bare)
        if (did := dids.get(name.group(1).lower()))
    ]
    found += [(tag.start(), tag.end(), {"$type": f"{_FEATURE}tag", "tag": tag.group(1)}) for tag in _TAG.finditer(bare)]
    return [
        {"index": {"byteStart": _bytes(text[:start]), "byteEnd": _bytes(text[:end])}, "features": [feature]}
        for start, end, feature in sorted(found, key=lambda one: one[:2])
    ]


def _without_links(text: str) -> str:
    """As long as the text; what looks like a name inside an address names nobody."""
    return _LINK.sub(lambda link: " " * len(link.group()), text)


def _trimmed(link: str) -> str:
    """Without the signs that end the sentence around it."""
    while link and (link[-1] in _TRAILING or (link[-1] in _CLOSING and _CLOSING[link[-1]] not in link)):
        link = link[:-1]
    return link


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _read(raw: bytes) -> str | None:
    """The text of these bytes; None where they begin or end inside a sign."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None


def _escape(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")
