"""By which words a form of address is told: tu or Lei in Italian, contracted or full forms in English.

Honest about its limits. Italian *tu* and *Lei* are found by pronouns, possessives and some forms of the most frequent
verbs; a polite *Lei* in the middle of a sentence only by its capital letter, since *lei* is also "she". English has one
"you": there the formal form means no contractions ("we're") and no casual words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import regex

from inbox_app.i18n import LazyText
from inbox_app.i18n import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected


class Address(StrEnum):
    """How one person is spoken to; the values are what is stored and printed."""

    INFORMAL = "informal"
    FORMAL = "formal"

    def word(self, language: str) -> str:
        """The form as people of that language call it."""
        return _FORMS.get((self, language.partition("-")[0])) or str(_NAMES[self])


_FORMS: Final = {(Address.INFORMAL, "it"): "tu", (Address.FORMAL, "it"): "Lei"}
_NAMES: Final[dict[Address, LazyText]] = {Address.INFORMAL: N_("informal"), Address.FORMAL: N_("formal")}


@dataclass(frozen=True, slots=True)
class AddressMark:
    """Words that tell a form of address."""

    address: Address
    start: int
    end: int


_TU: Final = (
    r"tu|te|ti|tuo|tua|tuoi|tue|hai|puoi|vuoi|sai|fai|vai|stai|devi|vieni|scrivici|facci|dicci|scusaci|"
    r"contattaci|seguici|passa a trovarci|ciao|fammi|dimmi|scrivimi"
)
_LEI_ANY: Final = (
    r"la ringraziamo|la ringrazio|la preghiamo|la invitiamo|le chiediamo|le auguriamo|le scriviamo|le inviamo"
)
_LEI_VERBS: Final = r"ci scriva|ci contatti|ci dica|mi dica|mi scriva|ci scusi|mi scusi|ci segua|gentile cliente"
_LEI_CAPITAL: Final = r"(?<=[^.!?…\s]\s)(?:Lei|Suo|Sua|Suoi|Sue)"
_CONTRACTED: Final = (
    r"\w+n['’]t|(?:i|we|you|they)['’](?:m|re|ve|ll|d)|(?:it|that|there|here|what|let|he|she)['’]s|"
    r"hey|hiya|gonna|wanna|yeah|yep|nope|cheers|guys"
)


def _whole(words: str, *, exact: bool = False) -> regex.Pattern[str]:
    return regex.compile(rf"(?<![\w'’])(?:{words})(?![\w'’])", 0 if exact else regex.IGNORECASE)


_MARKS: Final[dict[str, tuple[tuple[Address, regex.Pattern[str]], ...]]] = {
    "it": (
        (Address.INFORMAL, _whole(_TU)),
        (Address.FORMAL, _whole(f"{_LEI_ANY}|{_LEI_VERBS}")),
        (Address.FORMAL, _whole(_LEI_CAPITAL, exact=True)),
    ),
    "en": ((Address.INFORMAL, _whole(_CONTRACTED)),),
}


def address_marks(text: str, language: str) -> tuple[AddressMark, ...]:
    """What in a text tells how one person is spoken to, in its order; nothing in a language that we do not know."""
    found = [
        AddressMark(address, *one.span())
        for address, pattern in _MARKS.get(language.partition("-")[0], ())
        for one in pattern.finditer(text)
    ]
    return tuple(sorted(found, key=lambda one: one.start))
