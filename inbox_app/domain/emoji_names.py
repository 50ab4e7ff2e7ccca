"""Emoji by their names, as Unicode tells them, for completion while one writes: “:smi” is 😀 and its kin.

https://www.unicode.org/Public/emoji/latest/emoji-test.txt lists the same characters; Python knows their names.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

import regex

_USUAL: Final = "😊🙂😄👍❤🎉🙏😍😂😉☕🌸🔥👏💪✨🤗😅🥳👀"
_RANGES: Final = ((0x2600, 0x27BF), (0x1F300, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F900, 0x1F9FF), (0x1FA70, 0x1FAFF))
_IS_EMOJI: Final = regex.compile(r"\p{Extended_Pictographic}")
_SHOWN_AS_PICTURE: Final = regex.compile(r"\p{Emoji_Presentation}")


@dataclass(frozen=True, slots=True)
class Emoji:
    """A picture and its name."""

    text: str
    name: str


def find_emoji(typed: str, limit: int = 8) -> tuple[Emoji, ...]:
    """Those with a word that begins as typed: the usual ones first, then by the place of that word."""
    wanted = typed.casefold()
    found = [(place, one) for one in _every() if (place := _place(one.name, wanted)) is not None]
    found.sort(key=lambda hit: (hit[1].text[0] not in _USUAL, hit[0], len(hit[1].name)))
    return tuple(one for _place_of, one in found[:limit])


def _place(name: str, wanted: str) -> int | None:
    return next((place for place, word in enumerate(name.split()) if word.startswith(wanted)), None)


@cache
def _every() -> tuple[Emoji, ...]:
    letters = (chr(code) for first, last in _RANGES for code in range(first, last + 1))
    named = ((one, unicodedata.name(one, "")) for one in letters if _IS_EMOJI.match(one))
    return tuple(
        Emoji(one if _SHOWN_AS_PICTURE.match(one) else f"{one}\ufe0f", name.casefold().replace("-", " "))
        for one, name in named
        if name
    )
