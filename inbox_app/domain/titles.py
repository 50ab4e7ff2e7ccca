"""Titles of conversations and one-line snippets, as the list shows them."""

from __future__ import annotations

import re

SNIPPET_LENGTH = 200
_LOOKED_AT = 4 * SNIPPET_LENGTH

# "Answer" and "forward" as mail programs write them, from Danish to Chinese; a counter may follow: Re[2], Re(3).
_ANSWERS = (
    "re", "r", "rif", "ref", "res", "resp", "rep", "rép", "aw", "antw", "antwort", "sv", "vs", "bls", "odp", "ynt",
    "atb", "vá", "ha", "απ", "σχετ", "отв", "ответ", "回复", "回覆", "答复", "返信",
)  # fmt: skip
_FORWARDS = (
    "fw", "fwd", "wg", "tr", "rv", "enc", "i", "inoltro", "inoltra", "doorst", "vb", "vl", "pd", "vidarebefordrat",
    "transf", "továbbítás", "πρθ", "прв", "пер", "转发", "轉寄", "転送",
)  # fmt: skip


def _prefix(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\s*(?:{'|'.join(words)})\s*(?:[\[(]\d{{1,4}}[\])])?\s?[:：]\s*", re.IGNORECASE)


_PREFIX, _PASSED_ON = _prefix(_ANSWERS + _FORWARDS), _prefix(_FORWARDS)


def bare_title(title: str) -> str:
    """A subject without its `Re:`, `AW:`, `Fwd:` …; the subject itself if nothing else is left."""
    bare = title
    while found := _PREFIX.match(bare):
        bare = bare[found.end() :]
    return bare.strip() or title.strip()


def is_passed_on(title: str) -> bool:
    """Whether a subject says that somebody forwards what somebody else wrote."""
    return _PASSED_ON.match(title) is not None


# What is quoted by `>`, with the line that leads in ("On …, Maya wrote:"), and a signature (RFC 3676, 4.3).
_NOT_SAID = re.compile(r"^(?:[^>\n][^\n]*:[ \t]*\n\s*)?(?:>[^\n]*(?:\n|\Z))+|^-- ?\n.*\Z", re.MULTILINE | re.DOTALL)


def snippet_of(text: str) -> str:
    """The beginning of what a text itself says, in one line; of what it quotes where it says nothing itself."""
    begin = text[:_LOOKED_AT]
    said = _NOT_SAID.sub("", begin) if ">" in begin or "--" in begin else begin
    return " ".join((said.strip() or begin).split())[:SNIPPET_LENGTH]
