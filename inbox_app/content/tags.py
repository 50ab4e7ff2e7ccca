"""HTML cut into tags and text as browsers cut it (https://html.spec.whatwg.org/#tokenization), in linear time.

It serves counting, thinning and reading HTML; what is safe is decided in `html`.
"""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

_BLANK = r"[\t\n\f\r ]"
_TOKEN = re.compile(
    r"<!--(?:>|->|.*?(?:--!?>|\Z))"
    r"|<(/)?([a-zA-Z][^\t\n\f\r />]*+)"
    rf"(?:[\t\n\f\r /]++|[^\t\n\f\r />][^\t\n\f\r />=]*+"
    rf"(?:{_BLANK}*+={_BLANK}*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\t\n\f\r >\"'][^\t\n\f\r >]*+)?+)?+)*+(?:>|\Z)"
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


class Token(NamedTuple):
    """A tag, or text when it has no name; `source` is how it was written."""

    name: str
    closing: bool
    source: str

    def attributes(self) -> dict[str, str]:
        """The attributes of a tag, the first of each name, in lower case and with references read."""
        found: dict[str, str] = {}
        for name, double, single, bare in _ATTRIBUTE.findall(self.source, 1 + len(self.name)):
            found.setdefault(name.lower(), unescape(double or single or bare))
        return found


def tokenize(source: str) -> Iterator[Token]:
    """Tags and text in order; comments, declarations and the content of `RAW` elements are skipped."""
    match, position, end = _TOKEN.match, 0, len(source)
    while position < end and (found := match(source, position)):
        position = found.end()
        if found.lastgroup == "text":
            yield Token("", False, found[0])
        elif name := found[2]:
            name = name.lower()
            if name not in RAW:
                yield Token(name, found[1] is not None, found[0])
            elif found[1] is None:
                position = _skip_raw(source, position, name)


def _skip_raw(source: str, position: int, name: str) -> int:
    found = re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE).search(source, position)
    return found.start() if found else len(source)


def unescape(text: str) -> str:
    """Character references read; absurdly large ones are replaced first, since `int()` refuses them."""
    if "&" not in text:
        return text
    return html.unescape(_HUGE_REFERENCE.sub("\ufffd", text))
