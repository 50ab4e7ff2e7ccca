"""Whether what was said asks something, by phrases of each language; which are data, in `resources/questions`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from inbox_app.domain.questions import is_question


def asks(text: str) -> bool:
    """Whether a text asks something, in any language we know."""
    return is_question(text, _starts())


@cache
def _starts() -> frozenset[str]:
    folder = files("resources") / "questions"
    read = (tomllib.loads(file.read_text("utf-8")) for file in folder.iterdir() if file.name.endswith(".toml"))
    return frozenset(start for one in read for start in one["starts"])
