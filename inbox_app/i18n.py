"""The language of what people read: texts go through `_`, `ngettext`, `pgettext`.

Catalogues are GNU gettext files in `resources/locale/<code>/LC_MESSAGES/portavoce.mo`, made by `make messages`; English
is the text in the code itself. Nothing is read before the first text is asked for.
https://www.gnu.org/software/gettext/manual/html_node/Locale-Names.html
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gettext import NullTranslations
    from importlib.resources.abc import Traversable

SOURCE_LANGUAGE = "en"
DOMAIN = "portavoce"
_LEAST_FIXED = 16
"""A sentence with values says at least so much by itself, or a service's own words might be taken for it."""
_LONGEST_STORED = 1_000


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

    What was put together with values is taken apart again, and a value that is a sentence of ours is told as well. A
    service's own words stay as they are.
    """
    return _retold(sentence, current_language()) if sentence else ""


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


@lru_cache(maxsize=256)
def _retold(sentence: str, _language: str) -> str:
    text = _texts_of_all().get(sentence)
    if text is not None or len(sentence) > _LONGEST_STORED:
        return _(text or sentence)
    for form in _forms():
        values = form.values_in(sentence)
        if values is not None:
            return _(form.text).format(**{name: _value(said) for name, said in values.items()})
    return sentence


def _value(said: str) -> str:
    """A value in the language spoken now, where it is a sentence: an account may well be called like a page of ours."""
    return retell(said) if said.endswith(".") else said


@dataclass(frozen=True, slots=True)
class _Form:
    """A sentence with places for values, as one language has it: what is fixed, and the names of what lies between."""

    text: str
    fixed: tuple[str, ...]
    names: tuple[str, ...]

    def values_in(self, sentence: str) -> Mapping[str, str] | None:
        """What stands at the places of a sentence that has this form: each as short as it can be, and never nothing."""
        first, *between, last = self.fixed
        if not (sentence.startswith(first) and sentence.endswith(last)):
            return None
        said, values = sentence[len(first) : len(sentence) - len(last)], list[str]()
        for fixed in between:
            value, is_there, said = said.partition(fixed)
            if not is_there:
                return None
            values.append(value)
        values.append(said)
        found = dict(zip(self.names, values, strict=True))
        return found if all(values) and [found[name] for name in self.names] == values else None


@cache
def _forms() -> Sequence[_Form]:
    """The sentences with values of all languages, those that say most first: they are least like anything else."""
    found = [_form(text, told) for told, text in _texts_of_all().items() if "{" in told]
    known = [one for one in found if one is not None and len("".join(one.fixed)) >= _LEAST_FIXED]
    return sorted(known, key=lambda one: -len("".join(one.fixed)))


def _form(text: str, told: str) -> _Form | None:
    """None where a value is put in by more than its name, or two stand side by side: nobody knows which is which."""
    from string import Formatter

    parts = [*Formatter().parse(told)]
    names = tuple(name for _fixed, name, _spec, _how in parts if name is not None)
    fixed = tuple(said for said, _name, _spec, _how in parts) + (("",) if parts[-1][1] is not None else ())
    plain = all(name.isidentifier() for name in names) and not any(spec or how for _said, _name, spec, how in parts)
    return _Form(text, fixed, names) if plain and all(fixed[1:-1]) else None


@cache
def _texts_of_all() -> Mapping[str, str]:
    """Of each translated sentence, the text in the code, which is its own in the language of the code."""
    found: dict[str, str] = {}
    for code in available_languages():
        # There is no other way to have gettext list what it holds.
        texts = vars(_load([code]).translations).get("_catalog", {})
        ours = {told: text for text, told in texts.items() if isinstance(text, str) and text and "\x04" not in text}
        found |= {text: text for text in ours.values()} | ours
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
