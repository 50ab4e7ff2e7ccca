"""Which dictionaries there are: the person's own folder first, then where systems and office programs keep them.

Two files make one, `NAME.aff` and `NAME.dic`, in the format of Hunspell: https://hunspell.github.io/
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"([a-z]{2,3})(?:[_-]([A-Za-z]{2,4}))?(?:[_-][\w.-]+)?")
_LINUX: Final = (
    "/usr/share/hunspell",
    "/usr/local/share/hunspell",
    "/usr/share/myspell",
    "/usr/share/myspell/dicts",
    "/run/host/usr/share/hunspell",
    "/usr/lib/libreoffice/share/extensions/dict-*",
    "/usr/lib64/libreoffice/share/extensions/dict-*",
    "/opt/libreoffice*/share/extensions/dict-*",
)
_MACOS: Final = (
    "~/Library/Spelling",
    "/Library/Spelling",
    "/opt/homebrew/share/hunspell",
    "/usr/local/share/hunspell",
    "/Applications/LibreOffice.app/Contents/Resources/extensions/dict-*",
)
_WINDOWS: Final = ("LibreOffice/share/extensions/dict-*", "LibreOffice*/share/extensions/dict-*")


@dataclass(frozen=True, slots=True)
class Dictionary:
    """One that can be read. `language` is as in `it` or `it_IT`."""

    language: str
    folder: str
    name: str


def places(own: Path, environment: Mapping[str, str] | None = None) -> list[str]:
    """Where to look, patterns among them; what comes first is preferred."""
    env = os.environ if environment is None else environment
    if sys.platform == "win32":
        roots = [env[name] for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "PROGRAMW6432") if name in env]
        usual = [f"{root}/{place}" for root in roots for place in _WINDOWS]
    elif sys.platform == "darwin":
        usual = [*_MACOS]
    else:
        data = env.get("XDG_DATA_HOME") or "~/.local/share"
        usual = [f"{data}/hunspell", *_LINUX]
    return [str(own), *usual, *_brought_along()]


def _brought_along() -> list[str]:
    """What comes with the library itself."""
    found = find_spec("hunspell")
    return [str(Path(place) / "dictionaries") for place in (found.submodule_search_locations or ())] if found else []


def find_dictionaries(where: Iterable[str]) -> tuple[Dictionary, ...]:
    """All that can be read, one for each language as it is called; touches the disk."""
    found: dict[str, Dictionary] = {}
    for pattern in where:
        for folder in _folders(pattern):
            for affixes in sorted(folder.glob("*.aff")):
                named = _NAME.fullmatch(affixes.stem)
                if named is None or not affixes.with_suffix(".dic").is_file():
                    continue
                language = named[1] if named[2] is None else f"{named[1]}_{named[2].upper()}"
                found.setdefault(language, Dictionary(language, str(folder), affixes.stem))
    return tuple(found[language] for language in sorted(found))


def choose(known: Sequence[Dictionary], language: str, home: str = "") -> Dictionary | None:
    """The one for a language: as it is called, as people speak it here, or any of it."""
    wanted = language.replace("-", "_")
    bare = wanted.partition("_")[0]
    of_it = [one for one in known if one.language.partition("_")[0] == bare] if bare else []
    preferred = (wanted, home.replace("-", "_"), bare, f"{bare}_{bare.upper()}", f"{bare}_US")
    return min(of_it, key=lambda one: _rank(one.language, preferred), default=None)


def _rank(language: str, preferred: Sequence[str]) -> int:
    return next((place for place, one in enumerate(preferred) if one == language), len(preferred))


def _folders(pattern: str) -> list[Path]:
    place = Path(pattern).expanduser()
    try:
        found = sorted(place.parent.glob(place.name)) if "*" in place.name else _starred(place)
        return [one for one in found if one.is_dir()]
    except OSError:
        return []


def _starred(place: Path) -> list[Path]:
    """The place itself, or those that fit where a folder above has a star."""
    if "*" not in str(place):
        return [place]
    root = Path(place.anchor)
    return sorted(root.glob(str(place.relative_to(root))))
