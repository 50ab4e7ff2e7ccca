"""HTML cut into tags and text as browsers cut it (https://html.spec.whatwg.org/#tokenization), in linear time.

It serves counting, thinning and reading HTML; what is safe is decided in `html`.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

_BLANK = r"[\t\n\f\r ]"
_TOKEN = re.compile(
    r"<!--(?:>|->|.*?(?:--!?>|\Z))"
    r"|<(?P<close>/)?(?P<name>[a-zA-Z][^\t\n\f\r />]*+)"
    rf"(?P<attributes>(?:[\t\n\f\r /]++|[^\t\n\f\r />][^\t\n\f\r />=]*+"
    rf"(?:{_BLANK}*+={_BLANK}*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\t\n\f\r >\"'][^\t\n\f\r >]*+)?+)?+)*+)(?:>|\Z)"
    r"|<[!?/][^>]*+(?:>|\Z)"
    r"|(?P<text>(?:[^<]++|<(?![a-zA-Z/!?]))++|<)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"([^\t\n\f\r />][^\t\n\f\r />=]*+)"
    rf"(?:{_BLANK}*+={_BLANK}*+(?:\"([^\"]*+)\"?|'([^']*+)'?|([^\t\n\f\r >\"'][^\t\n\f\r >]*+))?+)?+"
)
_HUGE_REFERENCE = re.compile(r"&#(?:[0-9]{9,}|[xX][0-9a-fA-F]{9,});?")

RAW = frozenset({"script", "style", "title", "xmp", "iframe", "noembed", "noframes", "textarea"})
"""Elements whose content is no markup and nothing to read."""

VOID = frozenset({"br", "col", "hr", "img"})
"""Elements without content, of those that we keep."""


@dataclass(slots=True)
class Tag:
    """One tag; `source` is how it was written."""

    name: str
    closing: bool
    source: str
    written: str

    def attributes(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, double, single, bare in _ATTRIBUTE.findall(self.written):
            found.setdefault(name.lower(), unescape(double or single or bare))
        return found


def tokenize(source: str) -> Iterator[Tag | str]:
    """Tags and text in order; comments, declarations and the content of `RAW` elements are skipped."""
    position, end = 0, len(source)
    while position < end:
        token = _TOKEN.match(source, position)
        if token is None:  # cannot happen: a lone "<" is text
            return
        position = token.end()
        if (text := token["text"]) is not None:
            yield text
        elif name := token["name"]:
            tag = Tag(name.lower(), token["close"] is not None, token[0], token["attributes"])
            if tag.name in RAW:
                position = position if tag.closing else _skip_raw(source, position, tag.name)
            else:
                yield tag


def _skip_raw(source: str, position: int, name: str) -> int:
    found = re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE).search(source, position)
    return found.start() if found else len(source)


def unescape(text: str) -> str:
    """Character references read; absurdly large ones are replaced first, since `int()` refuses them."""
    if "&" not in text:
        return text
    return html.unescape(_HUGE_REFERENCE.sub("\ufffd", text))
