"""What a question is by the words of the guide; the phrases with which one begins are data, read by the program too."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

PHRASES = Path(__file__).parent.parent / "resources" / "questions"
ADDRESS = re.compile(r"\S*(?:://|www\.)\S*|\S*[./]\S*\?(?=\w)\S*")
SENTENCE = re.compile(r"[.!;\n]")


def is_question(text: str) -> bool:
    """A question mark outside of an address, or a sentence that begins like a question, in its first 4,000 signs."""
    told = text[:4000]
    if "?" in ADDRESS.sub(" ", told):
        return True
    return any(_plain(sentence).startswith(phrase) for sentence in SENTENCE.split(told) for phrase in _phrases())


def _plain(sentence: str) -> str:
    """Small letters without accents; what ends a line is a space too, so that it ends a phrase."""
    letters = unicodedata.normalize("NFKD", sentence.replace("’", "'").lower())
    return "".join(sign for sign in letters if not unicodedata.combining(sign)).lstrip(" \t") + " "


@cache
def _phrases() -> tuple[str, ...]:
    read = (tomllib.loads(file.read_text("utf-8")) for file in sorted(PHRASES.glob("*.toml")))
    return tuple(f"{start} " for one in read for start in one["starts"])
