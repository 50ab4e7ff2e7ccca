"""Titles of conversations and one-line snippets, as the list shows them."""

from __future__ import annotations

import re

SNIPPET_LENGTH = 200
_LOOKED_AT = 4 * SNIPPET_LENGTH

# "Answer" and "forward" as mail programs write them, from Danish to Chinese; a counter may follow: Re[2], Re(3).
_WORDS = (
    "re", "r", "rif", "ref", "res", "resp", "rep", "rép", "aw", "antw", "antwort", "sv", "vs", "bls", "odp", "ynt",
    "atb", "vá", "ha", "απ", "σχετ", "отв", "ответ", "回复", "回覆", "答复", "返信",
    "fw", "fwd", "wg", "tr", "rv", "enc", "i", "inoltro", "inoltra", "doorst", "vb", "vl", "pd", "vidarebefordrat",
    "transf", "továbbítás", "πρθ", "прв", "пер", "转发", "轉寄", "転送",
)  # fmt: skip
_PREFIX = re.compile(rf"\s*(?:{'|'.join(_WORDS)})\s*(?:[\[(]\d{{1,4}}[\])])?\s?[:：]\s*", re.IGNORECASE)


def bare_title(title: str) -> str:
    """A subject without its `Re:`, `AW:`, `Fwd:` …; the subject itself if nothing else is left."""
    bare = title
    while found := _PREFIX.match(bare):
        bare = bare[found.end() :]
    return bare.strip() or title.strip()


def snippet_of(text: str) -> str:
    """The beginning of a text in one line."""
    return " ".join(text[:_LOOKED_AT].split())[:SNIPPET_LENGTH]
