"""The words of a text that are worth checking: no address, mention, link, variable, code or number is one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

LONGEST_WORD: Final = 60
"""Letters; nobody spells longer ones, and looking for what was meant takes a dictionary's time."""
_APOSTROPHES: Final = str.maketrans("’ʼ", "''")
_PASSED_OVER: Final = re.compile(
    r"```.*?(?:```|\Z)"  # code, and what of it is not ended yet
    r"|`[^`\n]*`"
    r"|\{\{?[^{}\n]*\}\}?"  # variables
    r"|\]\([^)\s]{0,500}\)",  # where a link of Markdown leads, and a picture's name
    re.DOTALL,
)
_PIECE: Final = re.compile(r"\S+")
_LONGEST_PIECE: Final = 200
"""Letters between two blanks; what is longer is no prose. Looking into it would take ages."""
_NO_PROSE: Final = re.compile(
    r"[\\/_~=<>|@#]"  # addresses, mentions, hash tags, links, paths, names of programs' things
    r"|^\W*(?:www\.|mailto:)"
    r"|:[\w+-]+:"  # emoji by name
    r"|[^\W_]\.[^\W\d_]{2,}",  # sites without a scheme, names of files
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f])+(?:['’ʼ-](?:[^\W\d_]|[\u0300-\u036f])+)*['’ʼ]?")
_ITALIAN: Final = (
    "l d c m n s t v gl all dall dell nell sull coll un quest quell bell sant cent tutt mezz nient anch quant dev vent "
    "trent buon grand ogn qualcos senz tant pover dov com cos"
)
_FRENCH: Final = "l d c j m n s t qu jusqu lorsqu puisqu quoiqu presqu aujourd"
_ELIDING: Final = {"it": frozenset(_ITALIAN.split()), "fr": frozenset(_FRENCH.split())}
"""Words that lose their last vowel before another, by language: before an apostrophe they need no dictionary."""


@dataclass(frozen=True, slots=True)
class Misspelt:
    """A word that no dictionary knows. Places count as Qt does, which takes two for an emoji."""

    start: int
    end: int
    word: str


def words_of(text: str) -> Iterator[tuple[int, int]]:
    """Where the words are that are worth checking."""
    place = 0
    for passed in _PASSED_OVER.finditer(text):
        yield from _words_within(text, place, passed.start())
        place = passed.end()
    yield from _words_within(text, place, len(text))


def _words_within(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for piece in _PIECE.finditer(text, start, end):
        if len(piece[0]) > _LONGEST_PIECE or _NO_PROSE.search(piece[0]):
            continue
        for found in _WORD.finditer(text, *piece.span()):
            before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
            if not (before.isdigit() or after.isdigit()) and found.end() - found.start() <= LONGEST_WORD:
                yield found.start(), found.end()


def plain(word: str) -> str:
    """A word as dictionaries write it: letters and their accents in one sign, straight apostrophes."""
    return unicodedata.normalize("NFC", word).translate(_APOSTROPHES)


def is_known(word: str, language: str, knows: Callable[[str], bool]) -> bool:
    """Whether a word, as `plain` gives it, is one, or is put together of such by apostrophes and hyphens."""
    if len(word) < 2 or knows(word):
        return True
    bare = word.rstrip("'")
    if bare != word and (len(bare) < 2 or knows(bare)):
        return True  # what stands before it is a word by itself, in single quotes
    if "-" in bare:
        return all(is_known(part, language, knows) for part in bare.split("-"))
    head, apostrophe, tail = bare.partition("'")
    if not apostrophe:
        return False
    elided = head.casefold() in _ELIDING.get(language.partition("_")[0], ()) or knows(f"{head}'") or knows(head)
    return elided and is_known(tail, language, knows)


def find_misspelt(text: str, language: str, knows: Callable[[str], bool], most: int) -> tuple[Misspelt, ...]:
    """The first words of a text that are none; `knows` is asked once for each."""
    asked: dict[str, bool] = {}
    found: list[Misspelt] = []
    counted = units = 0
    for start, end in words_of(text):
        word = plain(text[start:end])
        if word not in asked:
            asked[word] = is_known(word, language, knows)
        if asked[word]:
            continue
        shown = text[start:end].rstrip("'’ʼ")
        units += _units(text[counted:start])
        found.append(Misspelt(units, units + _units(shown), shown))
        counted = start
        if len(found) >= most:
            break
    return tuple(found)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
