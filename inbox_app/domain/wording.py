"""A template as a person writes it, and whether it makes sense."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from inbox_app.domain.errors import WrongUse
from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.macro import Step
from inbox_app.domain.placeholders import strange_names
from inbox_app.domain.templates import Family, Template
from inbox_app.domain.words import Hat
from inbox_app.i18n import _

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Wording:
    """What a person wrote of a template: the values of a row."""

    name: str
    text: str
    folder: str = ""
    shortcut: str = ""
    keywords: str = ""
    language: str = ""
    channel: str = ""
    owner: ColleagueId | None = None
    hat: Hat | None = None
    title: str = ""
    steps: tuple[Step, ...] = ()
    question: bool = False
    variant_of: str = ""
    """The name of the template that this is another wording of, where it bears a name of its own."""


def wording_of(template: Template, variant_of: str = "") -> Wording:
    """The inverse: what was written of a template that is there."""
    return Wording(
        name=template.name,
        text=template.text,
        folder=template.folder,
        shortcut=template.shortcut,
        keywords=template.keywords,
        language=template.language,
        channel=template.channel,
        owner=template.owner,
        hat=template.hat,
        title=template.title,
        steps=template.steps,
        question=template.question,
        variant_of=variant_of,
    )


def checked(wording: Wording) -> Wording:
    """The template as it is kept.

    Raises:
        WrongUse: it makes no sense; the sentence says what.
    """
    name, shortcut, language = wording.name.strip(), wording.shortcut.strip(), wording.language.strip().lower()
    if not name or "\n" in name:
        raise WrongUse(_("A template needs a name, in one line."))
    if not wording.text.strip() and not wording.steps:
        raise WrongUse(_("The template “{name}” says nothing and does nothing.").format(name=name))
    if shortcut and (not shortcut.strip("/") or len(shortcut.split()) > 1):
        raise WrongUse(_("The shortcut {shortcut} must be one word, as in /thanks.").format(shortcut=shortcut))
    if language and _LANGUAGE.fullmatch(language) is None:
        raise WrongUse(_("“{language}” is no code of a language, as it or en are.").format(language=language))
    for strange in strange_names(f"{wording.title}\n{wording.text}"):
        sentence = _(
            "{wrong} in “{template}” is no variable: “portavoce template variables” lists them. "
            "Write {as_is} to say just that."
        )
        as_is = f"{{{{{strange}}}}}"
        raise WrongUse(sentence.format(wrong=f"{{{strange}}}", template=name, as_is=as_is))
    return replace(
        wording,
        name=name,
        shortcut=f"/{shortcut.lstrip('/')}" if shortcut else "",
        language=language,
        folder=wording.folder.strip(),
        keywords=" ".join(wording.keywords.split()),
        variant_of=wording.variant_of.strip(),
    )


def twin(known: Sequence[Family], wording: Wording) -> Template | None:
    """The text of the same name, language, channel and owner."""
    wanted = (wording.name.casefold(), wording.language, wording.channel, wording.owner)
    every = (one for family in known for one in family.all)
    return next((one for one in every if (one.name.casefold(), one.language, one.channel, one.owner) == wanted), None)
