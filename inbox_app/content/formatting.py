"""Light formatting as people type it (`**bold**`, `*slanted*`, lists, links, `![](leaf.png)`) turned into simple HTML.

A small part of https://spec.commonmark.org/, in linear time; what does not look like formatting stays as it was typed.
"""

import re
from collections.abc import Iterator, Mapping
from html import escape

from inbox_app.content.links import safe_url

_INLINE = re.compile(
    r"!\[(?P<alt>[^\]\n]{0,200})\]\((?P<picture>[^()\n]{1,200})\)"
    r"|\[(?P<label>[^\[\]\n]{1,300})\]\((?P<target>[^()\s]{1,2000})\)"
    r"|(?<![\w*])\*\*(?P<bold>\S(?:[^*\n]{0,500}?\S)?)\*\*(?![\w*])"
    r"|(?<![\w*])\*(?P<slanted>\S(?:[^*\n]{0,500}?\S)?)\*(?![\w*])"
    r"|(?P<address>https?://[^\s<>\"“”]{3,2000})",
    re.IGNORECASE,
)
_ITEM = re.compile(r"(?:[-*•]|(?P<number>\d{1,3})[.)])[ \t]+(?P<words>\S.*)")
_TRAILING = ".,;:!?)]}'’»"
Pictures = Mapping[str, str]
"""File name to content id, of the pictures that go along."""


def is_formatted(text: str, pictures: Pictures) -> bool:
    """Whether anything in it would look different as HTML; a bare web address does not."""
    if any(_ITEM.match(line) for line in text.split("\n")):
        return True
    return any(
        found["address"] is None and not (found["picture"] and found["picture"] not in pictures)
        for found in _INLINE.finditer(text)
    )


def named_pictures(text: str) -> frozenset[str]:
    """The file names that stand in the text as pictures."""
    return frozenset(found["picture"] for found in _INLINE.finditer(text) if found["picture"])


def to_html(text: str, pictures: Pictures) -> str:
    """The text as paragraphs and lists."""
    return "\n".join(_blocks(text.split("\n"), pictures))


def to_plain(text: str, pictures: Pictures) -> str:
    """The text for whoever sees no HTML: as it was typed, but for pictures and links."""

    def plain(found: re.Match[str]) -> str:
        if found["picture"]:
            return f"[{found['alt'] or found['picture']}]" if found["picture"] in pictures else found[0]
        if found["label"] and safe_url(found["target"]):
            return f"{found['label']} <{found['target']}>"
        return found[0]

    return _INLINE.sub(plain, text)


def _blocks(lines: list[str], pictures: Pictures) -> Iterator[str]:
    words: list[str] = []
    items: list[str] = []
    ordered = False
    for line in [*lines, ""]:
        item = _ITEM.match(line)
        if items and (item is None or bool(item["number"]) != ordered):
            yield _list(items, ordered)
            items = []
        if words and (item is not None or not line.strip()):
            yield f"<p>{'<br>'.join(words)}</p>"
            words = []
        if item is not None:
            ordered = bool(item["number"])
            items.append(_spans(item["words"], pictures))
        elif line.strip():
            words.append(_spans(line.rstrip(), pictures))


def _list(items: list[str], ordered: bool) -> str:
    name = "ol" if ordered else "ul"
    return f"<{name}>{''.join(f'<li>{item}</li>' for item in items)}</{name}>"


def _spans(line: str, pictures: Pictures) -> str:
    done: list[str] = []
    end = 0
    for found in _INLINE.finditer(line):
        done += [escape(line[end : found.start()], quote=False), _span(found, pictures)]
        end = found.end()
    return "".join([*done, escape(line[end:], quote=False)])


def _span(found: re.Match[str], pictures: Pictures) -> str:
    if found["picture"] in pictures:
        return f'<img src="cid:{pictures[found["picture"]]}" alt="{escape(found["alt"] or found["picture"])}">'
    if found["label"] and (url := safe_url(found["target"])):
        return f'<a href="{escape(url)}">{escape(found["label"], quote=False)}</a>'
    if found["bold"]:
        return f"<b>{escape(found['bold'], quote=False)}</b>"
    if found["slanted"]:
        return f"<i>{escape(found['slanted'], quote=False)}</i>"
    if found["address"]:
        return _bare_link(found["address"])
    return escape(found[0], quote=False)


def _bare_link(address: str) -> str:
    url = address.rstrip(_TRAILING)
    safe = safe_url(url)
    if safe is None:
        return escape(address, quote=False)
    return f'<a href="{escape(safe)}">{escape(url, quote=False)}</a>{escape(address[len(url) :], quote=False)}'
