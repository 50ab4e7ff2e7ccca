"""Which language a short text is in, as far as its small words tell; empty where they do not."""

from __future__ import annotations

import re
from collections.abc import Mapping

from inbox_app.i18n import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected

_WORDS: Mapping[str, str] = {
    "en": (
        "the and is are you your with for this that what how when have has do does can could would it i my we not "
        "thanks thank please hello hi of to in on love there just been was were any will from"
    ),
    "it": (
        "il lo la gli le un una di del della dei che chi è sono non per con ma come quando dove ho hai ha avete "
        "grazie ciao buongiorno vorrei posso anche questo questa mi ti si ci vi nel nella più molto bello bella "
        "quanto prego al alla dal sul"
    ),
    "fr": (
        "le la les un des une est et vous je nous pas pour avec dans que qui ce cette merci bonjour sur "
        "au aux du ne plus mais avez suis très"
    ),
    "es": (
        "el la lo los las un una es y que por para con gracias hola no muy pero como cuando donde está "
        "son del al se su mi más te tienen quiero"
    ),
    "de": (
        "der die das und ist ich ihr sie nicht mit für ein eine von zu danke hallo wie wann wo kann haben habe auf "
        "im den dem auch sehr"
    ),
}
_SMALL = {code: frozenset(words.split()) for code, words in _WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+")
_MOST = 400
_NAMES = {"en": N_("English"), "it": N_("Italian"), "fr": N_("French"), "es": N_("Spanish"), "de": N_("German")}


def language_name(code: str) -> str:
    """A language as people call it; its code where we have no word for it."""
    name = _NAMES.get(code.partition("-")[0])
    return code if name is None else str(name)


def guess_language(text: str) -> str:
    """The language whose small words are most among these; one of them must lead by a word."""
    words = [word.casefold() for word in _WORD.findall(text)[:_MOST]]
    counts = sorted(((sum(word in small for word in words), code) for code, small in _SMALL.items()), reverse=True)
    (most, code), (next_most, _other) = counts[:2]
    return code if most > next_most else ""
