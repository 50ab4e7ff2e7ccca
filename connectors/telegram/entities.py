"""Formatting both ways: Telegram keeps it beside the text, as stretches counted in UTF-16. Pure.

https://core.telegram.org/bots/api#messageentity
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from connectors.telegram.fields import Fields
from inbox_app.content.links import safe_url
from inbox_app.domain.jsonvalue import JsonObject, JsonValue

_TAGS: Final = {
    "bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "code": "code", "pre": "code",
    "blockquote": "blockquote", "expandable_blockquote": "blockquote",
}  # fmt: skip
_LINK: Final = "text_link"
_MOST: Final = 200
_DEEPEST: Final = 8
_TYPED: Final = re.compile(
    r"\[(?P<label>[^\[\]\n]{1,300})\]\((?P<target>[^()\s]{1,2000})\)"
    r"|(?<![\w*])\*\*(?P<bold>\S(?:[^*\n]{0,500}?\S)?)\*\*(?![\w*])"
    r"|(?<![\w*])\*(?P<italic>\S(?:[^*\n]{0,500}?\S)?)\*(?![\w*])"
    r"|`(?P<code>[^`\n]{1,500})`"
)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """From one place to another, in units of UTF-16."""

    start: int
    end: int
    kind: str
    url: str = ""


def html_of(said: Fields) -> str | None:
    """A message's text with its formatting; None where it has none that plain text does not show as well."""
    name = "text" if "text" in said else "caption"
    stretches = [*_stretches(said, "entities" if name == "text" else "caption_entities")]
    if not any(one.kind in _TAGS or one.kind == _LINK for one in stretches):
        return None
    units = said.text(name).encode("utf-16-le", "replace")
    # Cut wherever one begins or ends, each piece is whole by itself, however they overlap.
    cuts = sorted({0, len(units) // 2, *(one.start for one in stretches), *(one.end for one in stretches)})
    cuts = [one for one in cuts if one <= len(units) // 2]
    pieces = []
    for start, end in pairwise(cuts):
        shown = units[start * 2 : end * 2].decode("utf-16-le", "replace")
        around = [one for one in stretches if one.start <= start and end <= one.end][:_DEEPEST]
        pieces.append(_wrapped(html.escape(shown, quote=False).replace("\n", "<br>"), shown, around))
    return "".join(pieces)


def read_typed(text: str) -> tuple[str, list[JsonValue]]:
    """What people type as `**bold**`, `*slanted*`, a code or a link, without its signs, and the stretches."""
    plain: list[str] = []
    found: list[JsonValue] = []
    at, done = 0, 0
    for one in _TYPED.finditer(text):
        kind = one.lastgroup or ""
        words, url = (one["label"], safe_url(one["target"])) if kind == "target" else (one[kind], None)
        if kind == "target" and url is None:
            continue
        before = text[at : one.start()]
        offset, length = done + _units(before), _units(words)
        stretch: JsonObject = {"type": _LINK if url else kind, "offset": offset, "length": length}
        found.append({**stretch, "url": url} if url else stretch)
        plain += [before, words]
        at, done = one.end(), offset + length
    return "".join([*plain, text[at:]]), found


def _stretches(said: Fields, name: str) -> Iterator[_Stretch]:
    for number, one in enumerate(said.each(name)):
        if number >= _MOST:
            return
        start, length = one.number("offset"), one.number("length")
        if start >= 0 and length > 0:
            yield _Stretch(start, start + length, one.text("type"), one.text("url"))


def _wrapped(inner: str, shown: str, around: list[_Stretch]) -> str:
    for one in reversed(around):
        target = one.url if one.kind == _LINK else shown if one.kind == "url" else ""
        url = safe_url(target) if target else None
        if url is not None:
            inner = f'<a href="{html.escape(url)}">{inner}</a>'
        elif tag := _TAGS.get(one.kind):
            inner = f"<{tag}>{inner}</{tag}>"
    return inner


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
