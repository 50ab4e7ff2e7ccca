"""HTML to plain text that keeps paragraphs, lists, quotes and where links lead, in one pass."""

from inbox_app.content import caps
from inbox_app.content.links import safe_url
from inbox_app.content.plain import safe_text
from inbox_app.content.tags import Token, tokenize, unescape

_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "pre", "blockquote"})
_LINES = frozenset(
    {"div", "tr", "li", "dt", "dd", "caption", "address", "article", "section", "center", "form", "body"}
)
_READ = _PARAGRAPHS | _LINES | {"a", "br", "hr", "img", "td", "th"}
_DEEPEST_QUOTE = 20


def to_text(source: str) -> str:
    """The readable text of any HTML, clean or not, at most `caps.TEXT_CHARS` long."""
    reader = _Reader()
    for token in tokenize(source):
        if not token.name:
            reader.text(unescape(token.source))
        elif token.name in _READ:
            reader.tag(token)
        if reader.size > caps.TEXT_CHARS:
            break
    return safe_text(reader.finish(), caps.TEXT_CHARS)


class _Reader:
    """Lines already done, the line being filled, and where in the document we are."""

    def __init__(self) -> None:
        self.size = 0
        self._lines: list[str] = []
        self._line: list[str] = []
        self._gap = False
        self._gap_quotes = _DEEPEST_QUOTE
        self._quotes = 0
        self._lists: list[int] = []
        self._pre = 0
        self._href = ""
        self._links = 0
        self._label: list[str] = []

    def text(self, text: str) -> None:
        if self._pre:
            head, *others = text.replace("\r\n", "\n").split("\n")
            self._put(head)
            for line in others:
                self._break()
                self._put(line)
            return
        words = " ".join(text.split())
        at_blank = not self._line or self._line[-1].endswith(" ")
        if words:
            before = "" if at_blank or not text[0].isspace() else " "
            self._put(f"{before}{words} " if text[-1].isspace() else f"{before}{words}")
        elif not at_blank:
            self._put(" ")

    def tag(self, tag: Token) -> None:
        name = tag.name
        if name == "br":
            self._break(keep=True)
        elif name == "a":
            self._anchor(tag)
        elif name in _PARAGRAPHS or name in _LINES or name == "hr":
            self._block(tag)
        elif name in ("td", "th") and not tag.closing and self._line:
            self._put(" " if self._line[-1].endswith(" ") else "  ")
        elif name == "img" and not tag.closing and (alt := tag.attributes().get("alt", "").strip()):
            self._put(f"[{' '.join(alt.split())}]")

    def finish(self) -> str:
        self._close_anchor()
        self._break()
        return "\n".join(self._lines).strip("\n")

    def _block(self, tag: Token) -> None:
        self._break()
        if tag.name in _PARAGRAPHS and not self._is_inner_list(tag):
            self._gap = True
            self._gap_quotes = min(self._gap_quotes, self._quotes)
        step = -1 if tag.closing else 1
        if tag.name == "blockquote":
            self._quotes = min(max(self._quotes + step, 0), _DEEPEST_QUOTE)
        elif tag.name == "pre":
            self._pre = max(self._pre + step, 0)
        elif tag.name in ("ul", "ol"):
            self._list(tag)
        elif tag.name == "li" and not tag.closing:
            self._put(self._bullet())
        elif tag.name == "hr":
            self._put("---")
            self._break()

    def _is_inner_list(self, tag: Token) -> bool:
        return tag.name in ("ul", "ol") and len(self._lists) > (1 if tag.closing else 0)

    def _list(self, tag: Token) -> None:
        if not tag.closing and len(self._lists) < _DEEPEST_QUOTE:
            self._lists.append(1 if tag.name == "ol" else 0)
        elif tag.closing and self._lists:
            self._lists.pop()

    def _bullet(self) -> str:
        indent = "  " * max(len(self._lists) - 1, 0)
        if not self._lists or self._lists[-1] == 0:
            return f"{indent}- "
        self._lists[-1] += 1
        return f"{indent}{self._lists[-1] - 1}. "

    def _anchor(self, tag: Token) -> None:
        self._close_anchor()
        if not tag.closing and self._links < caps.LINKS:
            self._links += 1
            self._href = safe_url(tag.attributes().get("href", "")) or ""
            self._label = []

    def _close_anchor(self) -> None:
        if self._href:
            label = "".join(self._label).strip()
            target = self._href.removeprefix("mailto:")
            if label and label.rstrip("/") not in (target.rstrip("/"), target.split("://")[-1].rstrip("/")):
                self._put(f" <{target}>")
        self._href = ""

    def _put(self, text: str) -> None:
        if not text:
            return
        self._gap_now()
        self._line.append(text)
        self.size += len(text)
        if self._href:
            self._label.append(text)

    def _gap_now(self) -> None:
        if self._gap and self._lines:
            self._push("", min(self._gap_quotes, self._quotes))
        self._gap, self._gap_quotes = False, _DEEPEST_QUOTE

    def _break(self, keep: bool = False) -> None:
        if self._line or keep:
            self._gap_now()
            self._push("".join(self._line), self._quotes)
            self._line.clear()

    def _push(self, line: str, depth: int) -> None:
        quotes = "> " * depth
        self._lines.append((quotes + line).rstrip())
        self.size += len(quotes) + 1
