"""The spelling process: reads dictionaries, which are other people's files in C++ code's hands, and may die of them.

Started by `speller.py`; reads frames from standard input, answers one frame for each, ends with its parent.
"""

from __future__ import annotations

import sys
from pathlib import Path

from hunspell import Hunspell

from inbox_app.content import caps
from inbox_app.content.frames import Answer, BadFrame, read_frame, unpack, write_frame
from inbox_app.domain.spelled import Misspelt, find_misspelt, is_known, plain
from inbox_app.spelling.dictionaries import Dictionary
from inbox_app.spelling.frames import MOST_FOUND, MOST_MEANT, Ask, Asked

if sys.platform != "win32":  # there the parent's deadline alone guards
    import resource

_KEPT = 2
"""Dictionaries held at once: each takes some ten megabytes."""


class Shelf:
    """The dictionaries in use, and the person's own words as they stand in their file."""

    def __init__(self) -> None:
        self._open: dict[Dictionary, Hunspell] = {}
        self._own: tuple[tuple[str, int], frozenset[str]] = (("", 0), frozenset())

    def knows(self, asked: Asked, word: str) -> bool:
        """Whether it is a word; what a dictionary's alphabet cannot write is not judged."""
        if word.casefold() in self._words(asked.own):
            return True
        try:
            return bool(self._read(asked.dictionary).spell(word))
        except UnicodeEncodeError:
            return True

    def meant(self, asked: Asked, word: str) -> tuple[str, ...]:
        """What may have been meant, the likeliest first; of an elided word only what follows is looked for."""
        head, apostrophe, tail = word.rpartition("'")
        if apostrophe and tail and not is_known(tail, asked.dictionary.language, lambda one: self.knows(asked, one)):
            return tuple(f"{head}'{one}" for one in self._suggest(asked, tail))
        return self._suggest(asked, word)

    def _suggest(self, asked: Asked, word: str) -> tuple[str, ...]:
        try:
            return tuple(self._read(asked.dictionary).suggest(word))[:MOST_MEANT]
        except UnicodeEncodeError:
            return ()

    def _read(self, wanted: Dictionary) -> Hunspell:
        if wanted not in self._open:
            while len(self._open) >= _KEPT:
                self._open.pop(next(iter(self._open)))
            self._open[wanted] = Hunspell(wanted.name, hunspell_data_dir=wanted.folder)
        return self._open[wanted]

    def _words(self, path: str) -> frozenset[str]:
        try:
            stamp = (path, Path(path).stat().st_mtime_ns)
            if self._own[0] != stamp:
                words = Path(path).read_text("utf-8", "replace").split()
                self._own = (stamp, frozenset(plain(one).casefold() for one in words))
        except OSError:
            return frozenset()
        return self._own[1]


def main() -> int:
    """Answer until standard input ends."""
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        if hard == resource.RLIM_INFINITY or hard >= caps.WORKER_MEMORY:
            resource.setrlimit(resource.RLIMIT_AS, (caps.WORKER_MEMORY, hard))
    shelf = Shelf()
    while True:
        try:
            packed, data = read_frame(sys.stdin.buffer)
            asked = unpack(Asked, packed)
        except BadFrame:
            return 0
        value = _work(shelf, asked, data.decode("utf-8", "surrogatepass"))
        write_frame(sys.stdout.buffer, Answer(value, refused=False, grown=0))


def _work(shelf: Shelf, asked: Asked, text: str) -> tuple[Misspelt, ...] | tuple[str, ...]:
    if asked.verb is Ask.MEANT:
        return shelf.meant(asked, plain(text))
    return find_misspelt(text, asked.dictionary.language, lambda word: shelf.knows(asked, word), MOST_FOUND)


if __name__ == "__main__":
    sys.exit(main())
