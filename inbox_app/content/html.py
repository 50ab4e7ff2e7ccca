"""HTML of strangers made safe to lay out: thinned under caps, cleaned by nh3, links by our own rule.

What comes out holds a few plain elements, links that `links.safe_url` allows and images by `cid:` or as the inert
addresses of `elsewhere`; no style, nothing that loads, and no class but that of our own marks where something is to be
folded.
"""

import re

import nh3

from inbox_app.content import caps, elsewhere
from inbox_app.content.links import safe_url
from inbox_app.content.marking import fold, is_mark, mark, without_marks
from inbox_app.content.parsed import CleanHtml
from inbox_app.content.plain import safe_text
from inbox_app.content.reading import to_text
from inbox_app.content.tags import Token, tokenize

_TAGS = frozenset({
    "a", "abbr", "b", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd",
    "del", "dfn", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd",
    "li", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var"
})  # fmt: skip
_NESTING = _TAGS - {
    "p", "li", "dd", "dt", "tr", "td", "th", "tbody", "thead", "tfoot", "colgroup", "caption", "br", "col", "hr", "img",
}  # fmt: skip
"""What can pile up: the others are void, or end where the next begins."""
_CELL = {"colspan", "rowspan", "align", "valign"}
_ATTRIBUTES = {
    "*": {"dir"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": _CELL,
    "th": _CELL,
    "ol": {"start"},
    "p": {"align"},
    "div": {"align"},
    "br": {"class"},
}
_WORD = re.compile(r"[A-Za-z0-9%-]{1,12}")
_CID = re.compile(r"cid:[^\s\"'<>\\\x00-\x20]{1,900}", re.IGNORECASE)
_IMAGE = re.compile(r'<img(?P<attributes>(?: [a-z]+="[^"]*")*)>')
_MOST_PASSES = 6


def clean(source: str) -> CleanHtml:
    """Safe HTML and its text; beyond the caps only text. Cleaning twice changes nothing."""
    rule = _Rule()
    cleaned = _settle(source, rule) if len(source) <= caps.HTML_CHARS else None
    if cleaned is None or len(cleaned) > caps.HTML_CHARS:
        return CleanHtml("", to_text(source), too_large=True)
    return CleanHtml(cleaned, to_text(elsewhere.settled(without_marks(cleaned))))


def _settle(source: str, rule: "_Rule") -> str | None:
    """Clean until nothing changes: what reads differently the second time is how cleaners are fooled."""
    thin = _thin(safe_text(source))
    if thin is None:
        return None
    before, after = "", _clean_once(thin, rule)
    passes = 1
    while after != before and passes < _MOST_PASSES:
        before, after = after, _clean_once(after, rule)
        passes += 1
    return _fold(after, rule) if after == before else None


def _fold(cleaned: str, rule: "_Rule") -> str:
    """With the folds where they belong; HTML that does not take being cut stays whole."""
    folded = fold(cleaned)
    return folded if _clean_once(folded, rule) == folded else without_marks(cleaned)


def _clean_once(source: str, rule: "_Rule") -> str:
    rule.links = rule.remote = 0
    cleaned = nh3.clean(
        source,
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        attribute_filter=rule,
        url_schemes={"http", "https", "mailto", "cid", elsewhere.SCHEME[:-1]},
        link_rel=None,
    )
    return safe_text(_IMAGE.sub(_settle_image, cleaned)).strip()


def _thin(source: str) -> str | None:
    """Only the tags we keep, so that no other parsing mode can begin; None when they nest too deep."""
    kept: list[str] = []
    opened: dict[str, int] = {}
    depth = 0
    for token in mark(list(tokenize(source))):
        name = token.name
        if not name or (name in _TAGS and not _is_tracker(token)):
            kept.append(token.source)
        if name in _NESTING:
            depth += _step(token, opened)
            if depth > caps.HTML_DEPTH:
                return None
    return "".join(kept)


def _is_tracker(token: Token) -> bool:
    """Whether it is a picture from elsewhere that only tells that the mail was opened."""
    if token.name != "img":
        return False
    attributes = token.attributes()
    return elsewhere.keep(attributes.get("src", "").strip()) is not None and elsewhere.is_tracker(attributes)


def _step(tag: Token, opened: dict[str, int]) -> int:
    """How one tag changes the depth; a closing tag counts only when such an element is open."""
    count = opened.get(tag.name, 0)
    if tag.closing:
        opened[tag.name] = max(count - 1, 0)
        return -1 if count else 0
    opened[tag.name] = count + 1
    return 1


class _Rule:
    """Our own rule for attributes, asked by nh3 for each that is left."""

    def __init__(self) -> None:
        self.links = self.remote = 0

    def __call__(self, tag: str, attribute: str, value: str) -> str | None:
        if attribute == "href":
            self.links += 1
            return safe_url(value) if self.links <= caps.LINKS else None
        if attribute == "src":
            return self._source(value.strip())
        if attribute == "alt" or is_mark(attribute, value):
            return value
        if attribute == "class":
            return None
        return value if _WORD.fullmatch(value) else None

    def _source(self, value: str) -> str | None:
        if _CID.fullmatch(value):
            return f"cid:{value[4:]}"
        kept = elsewhere.keep(value)
        self.remote += kept is not None
        return kept if self.remote <= caps.REMOTE_IMAGES else None


def _settle_image(image: re.Match[str]) -> str:
    return image[0] if ' src="' in image["attributes"] else elsewhere.described(image[0])
