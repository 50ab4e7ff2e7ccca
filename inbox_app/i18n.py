"""The language of what people read: texts go through `_`, `ngettext`, `pgettext`.

Catalogues are GNU gettext files in `resources/locale/<code>/LC_MESSAGES/portavoce.mo`, made by `make messages`; English
is the text in the code itself. Nothing is read before the first text is asked for.
https://www.gnu.org/software/gettext/manual/html_node/Locale-Names.html
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gettext import NullTranslations
    from importlib.resources.abc import Traversable

SOURCE_LANGUAGE = "en"
DOMAIN = "portavoce"


@dataclass(frozen=True, slots=True)
class LazyText:
    """A text named now and translated each time it is shown: for values made at import."""

    text: str

    def __str__(self) -> str:
        return _(self.text)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


@dataclass(frozen=True, slots=True)
class _Catalogue:
    language: str
    translations: NullTranslations


_current: _Catalogue | None = None


def _(text: str) -> str:
    """Translate one text."""
    return _catalogue().translations.gettext(text) if text else ""


def retell(sentence: str) -> str:
    """Say a stored sentence of ours in the language spoken now, in whichever it was written down.

    A service's own words stay as they are, and so does what was put together with values: that is written down anew
    where it comes from, an account's trouble with each try.
    """
    return _(_texts_of_all().get(sentence, sentence)) if sentence else ""


def ngettext(one: str, many: str, count: int) -> str:
    """Translate a text with a number, by the plural rule of the language."""
    return _catalogue().translations.ngettext(one, many, count)


def pgettext(context: str, text: str) -> str:
    """Translate a word that means two things; the context says which."""
    return _catalogue().translations.pgettext(context, text)


def lazy_gettext(text: str) -> LazyText:
    """Mark a module-level text; it is translated when it is shown."""
    return LazyText(text)


def set_language(code: str | None) -> str:
    """Speak this language (`it`, `it_IT`), or the environment's with None; return the one found.

    A language we have no catalogue for falls back to the text in the code, English.
    """
    global _current  # noqa: PLW0603  # one language per process, like the locale itself
    wanted = [code] if code else environment_languages(os.environ)
    _current = _load(wanted)
    return _current.language


def speak_for_python() -> None:
    """Let argparse ask us for its texts: gettext would answer by the environment, whatever language was chosen."""
    import argparse

    vars(argparse).update({"_": _, "ngettext": ngettext})


def current_language() -> str:
    """Return the code of the language spoken now."""
    return _catalogue().language


def available_languages() -> tuple[str, ...]:
    """Return the codes that can be chosen, the source language among them."""
    locale = _locale_folder()
    found = {f.name for f in locale.iterdir() if _file_of(f.name)} if locale.is_dir() else set()
    return tuple(sorted(found | {SOURCE_LANGUAGE}))


def environment_languages(environment: Mapping[str, str]) -> list[str]:
    """Return the languages the environment asks for, the most wanted first, as gettext does."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if locale := environment.get(variable):
            break
    else:
        return []
    if _bare(locale) in {"C", "POSIX"}:
        return []
    wanted = environment.get("LANGUAGE", "").split(":")
    return [code for code in [*wanted, locale] if code]


def _catalogue() -> _Catalogue:
    if _current is None:
        set_language(None)
    assert _current is not None  # noqa: S101
    return _current


def _load(wanted: list[str]) -> _Catalogue:
    from gettext import GNUTranslations, NullTranslations

    for code in _candidates(wanted):
        if code == SOURCE_LANGUAGE:
            break
        if file := _file_of(code):
            with file.open("rb") as stream:
                return _Catalogue(code, GNUTranslations(stream))
    return _Catalogue(SOURCE_LANGUAGE, NullTranslations())


@cache
def _texts_of_all() -> Mapping[str, str]:
    """Of each translated sentence, the text in the code."""
    found: dict[str, str] = {}
    for code in available_languages():
        # There is no other way to have gettext list what it holds.
        texts = vars(_load([code]).translations).get("_catalog", {})
        found |= {told: text for text, told in texts.items() if isinstance(text, str) and "\x04" not in text}
    return found


def _candidates(wanted: list[str]) -> Iterator[str]:
    for locale in wanted:
        code = _bare(locale).replace("-", "_")
        yield code
        yield code.partition("_")[0]


def _bare(locale: str) -> str:
    return locale.partition(".")[0].partition("@")[0]


def _file_of(code: str) -> Traversable | None:
    if not code.replace("_", "").isalnum():
        return None
    file = _locale_folder() / code / "LC_MESSAGES" / f"{DOMAIN}.mo"
    return file if file.is_file() else None


def _locale_folder() -> Traversable:
    from importlib.resources import files

    return files("resources") / "locale"
