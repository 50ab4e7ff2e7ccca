"""Marks in a stranger's HTML where quotes and signatures begin, by the names that mail programs give them.

The names (classes, ids, styles) do not survive cleaning, so the marks are set before it: `<br class="quoted">` and the
like, which `folding.split_html` finds again. Text that looks like the headers of a quoted mail counts too.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from inbox_app.content.folding import (
    FORWARD,
    LABEL,
    MARK,
    ORIGINAL,
    Piece,
    PieceKind,
    any_word,
    are_headers,
    known_marks,
    settle,
    split_html,
)
from inbox_app.content.tags import Token, tokenize, unescape

_KNOWN = known_marks("html")


def _called(names: Sequence[str]) -> re.Pattern[str]:
    """Finds one of these among an element's classes and its id."""
    return re.compile(rf"(?:^|\s)(?:x_)?(?:{any_word(names)})(?:\s|$)")


_QUOTES, _SIGNATURES, _REST = (_called(_KNOWN[name]) for name in ("quotes", "signatures", "rest"))
_REST_STYLES = re.compile(any_word(_KNOWN["rest_styles"]), re.IGNORECASE)
_CONTAINERS = frozenset({"div", "blockquote", "span", "table", "pre", "section"})
_KINDS = "|".join(PieceKind)
_OURS = re.compile(rf"(?:{_KINDS})")
_NEAR = 80
"""Tokens looked at after a place that may begin a quote."""
_NEAR_CHARS = 1_500


def mark(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens with marks among them; each place is looked at once, and from it only a few tokens on."""
    if any(token.name == "br" and _ANY_MARK.fullmatch(token.source) for token in tokens):
        yield from tokens  # marked already
        return
    state = _State()
    for place, token in enumerate(tokens):
        before, after = state.step(token, tokens, place)
        if before is not None:
            yield _mark_of(before)
        yield token
        if after is not None:
            yield _mark_of(after)


class _State:
    """Inside which marked element we are, and how deep elements of its name have opened in it since."""

    def __init__(self) -> None:
        self._inside = ""
        self._depth = 0
        self._rest = False

    def step(self, token: Token, tokens: Sequence[Token], place: int) -> tuple[PieceKind | None, PieceKind | None]:
        """The marks before and after a token."""
        if self._rest:
            return None, None
        if self._inside:
            return None, self._follow(token)
        if not token.name:
            return self._judge_text(token, tokens, place), None
        if token.closing or token.name not in _CONTAINERS:
            return None, None
        return self._judge_tag(token, tokens, place), None

    def _follow(self, token: Token) -> PieceKind | None:
        if token.name != self._inside:
            return None
        self._depth += -1 if token.closing else 1
        if self._depth:
            return None
        self._inside = ""
        return PieceKind.SAID

    def _judge_text(self, token: Token, tokens: Sequence[Token], place: int) -> PieceKind | None:
        text = unescape(token.source[:_NEAR_CHARS])
        if FORWARD.match(text):
            self._rest = True
            return None
        if ORIGINAL.match(text) or (LABEL.match(text) and are_headers(_near(tokens, place))):
            self._rest = True
            return PieceKind.QUOTED
        if text.strip() == "--" and place + 1 < len(tokens) and tokens[place + 1].name in ("br", "div", "p"):
            return PieceKind.SIGNATURE
        return None

    def _judge_tag(self, token: Token, tokens: Sequence[Token], place: int) -> PieceKind | None:
        names = token.attributes() if "=" in token.source else {}
        called = f"{names.get('class', '')} {names.get('id', '')}"
        if _REST.search(called) or _REST_STYLES.search(names.get("style", "")):
            self._rest = True
            return PieceKind.QUOTED
        cited = token.name == "blockquote" and (names.get("type", "").lower() == "cite" or "cite" in names)
        cited = cited or names.get("name", "") == "quote"
        if cited or _QUOTES.search(called):
            if FORWARD.match(_near(tokens, place)):
                self._rest = True
                return None
            self._inside, self._depth = token.name, 1
            return PieceKind.QUOTED
        if _SIGNATURES.search(called):
            self._inside, self._depth = token.name, 1
            return PieceKind.SIGNATURE
        return None


def _near(tokens: Sequence[Token], place: int) -> str:
    """The text from here on, as far as it matters."""
    following = islice(tokens, place, place + _NEAR)
    return " ".join(unescape(one.source[:300]) for one in following if not one.name).strip()[:_NEAR_CHARS]


def _mark_of(kind: PieceKind) -> Token:
    return Token("br", False, MARK.format(kind=kind))


def is_mark(attribute: str, value: str) -> bool:
    """Whether an attribute of a line break is one of our marks."""
    return attribute == "class" and _OURS.fullmatch(value) is not None


def fold(cleaned: str) -> str:
    """Cleaned HTML with its marks set right: each piece stands alone, and what is to be seen is not marked."""
    pieces = split_html(cleaned)
    if len(pieces) < 2:
        return without_marks(cleaned)
    settled = settle(list(_balanced(cleaned)), str.strip, _is_empty)
    if len(settled) < 2:
        return without_marks(cleaned)
    return "".join(_marked(one, first=place == 0) for place, one in enumerate(settled))


def without_marks(cleaned: str) -> str:
    """The HTML as if nothing were to be folded."""
    return _ANY_MARK.sub("", cleaned).strip()


_ANY_MARK = re.compile(rf'<br class="(?:{_KINDS})">')
_VOID = frozenset({"br", "hr", "img", "col"})


def _marked(piece: Piece, *, first: bool) -> str:
    if first and piece.kind is PieceKind.SAID:
        return piece.content
    return MARK.format(kind=piece.kind) + piece.content


def _balanced(cleaned: str) -> Iterator[Piece]:
    """The pieces, each with what was open before it opened again and with what it leaves open closed."""
    kind, source, opened = PieceKind.SAID, list[str](), list[Token]()
    for token in tokenize(cleaned):
        if token.name == "br" and (found := _ANY_MARK.fullmatch(token.source)):
            yield Piece(kind, "".join(source) + _closers(opened))
            kind = PieceKind(found[0].split('"')[1])
            source = [one.source for one in opened]
            continue
        source.append(token.source)
        if token.closing and opened and opened[-1].name == token.name:
            opened.pop()
        elif token.name and not token.closing and token.name not in _VOID:
            opened.append(token)
    yield Piece(kind, "".join(source))


def _closers(opened: Sequence[Token]) -> str:
    return "".join(f"</{one.name}>" for one in reversed(opened))


def _is_empty(content: str) -> bool:
    """Whether there is nothing to read or see in it, whatever lists and links stand around that."""
    if "<img" in content:
        return False
    return not any(not token.name and unescape(token.source).strip() for token in tokenize(content))
