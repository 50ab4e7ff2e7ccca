"""Address lists of headers (https://www.rfc-editor.org/rfc/rfc5322#section-3.4), read in one pass without recursion."""

import re

from inbox_app.content import caps
from inbox_app.content.parsed import Mailbox
from inbox_app.content.plain import safe_line
from inbox_app.content.words import decode_words

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*+)"?|<((?:@[^<>:]*+:)?[^<>,]*+)>?|([(),;:>])|([^"<>(),;:]++)', re.DOTALL)
_PAREN = re.compile(r"\\.|[()]", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]+")
_ADDRESS_CHARS = 320


def parse_addresses(text: str) -> tuple[Mailbox, ...]:
    """The mailboxes of a From, To or Cc value, groups opened up; at most `caps.ADDRESSES`."""
    reader = _Reader()
    position = 0
    while position < len(text) and len(reader.found) < caps.ADDRESSES:
        token = _TOKEN.match(text, position)
        if token is None:  # a lone backslash cannot stop us
            position += 1
            continue
        position = token.end()
        if token[3] == "(":
            position = reader.comment(text, position)
        else:
            reader.take(token)
    reader.flush()
    return tuple(reader.found[: caps.ADDRESSES])


class _Reader:
    """The mailbox being read and those already found."""

    def __init__(self) -> None:
        self.found: list[Mailbox] = []
        self._words: list[str] = []
        self._angle: str | None = None
        self._comment = ""

    def take(self, token: re.Match[str]) -> None:
        quoted, angle, sign, plain = token.groups()
        if quoted is not None:
            self._words.append(_ESCAPED.sub(r"\1", quoted))
        elif angle is not None:
            self._angle = angle if self._angle is None else self._angle
        elif sign == ":" and "@" not in "".join(self._words):
            self._words.clear()  # a group's name
        elif sign in (",", ";"):
            self.flush()
        else:
            self._words.append(sign or plain)

    def comment(self, text: str, position: int) -> int:
        """Skip a comment that began before `position`, however deep it nests; the end's position."""
        depth, start = 1, position
        for paren in _PAREN.finditer(text, position):
            depth += {"(": 1, ")": -1}.get(paren[0], 0)
            if depth == 0:
                self._comment = self._comment or text[start : paren.start()]
                return paren.end()
        return len(text)

    def flush(self) -> None:
        words = "".join(self._words).strip()
        address, name = self._angle, words
        if address is None:
            name, address = _split_bare(words)
            name = name or self._comment
        if name or address:
            self.found.append(_mailbox(name, address))
        self._words.clear()
        self._angle, self._comment = None, ""


def _split_bare(words: str) -> tuple[str, str]:
    """`a@b`, `Ann a@b` and mere names, without angle brackets."""
    head, _, last = words.rpartition(" ")
    if "@" in last:
        return head, last
    first, _, tail = words.partition(" ")
    return (tail, first) if "@" in first else (words, "")


def _mailbox(name: str, address: str) -> Mailbox:
    if address.startswith("@") and ":" in address:
        address = address.rpartition(":")[2]  # an obsolete route
    address = safe_line(_BLANK.sub("", address.removeprefix("mailto:"))[:_ADDRESS_CHARS], _ADDRESS_CHARS)
    name = safe_line(decode_words(name), caps.NAME_CHARS)
    return Mailbox("" if name.strip("'\"") == address else name, address)
