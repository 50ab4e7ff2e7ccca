"""Templates: reusable replies with their variants, and which variant fits where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from inbox_app.domain.ids import ColleagueId, TemplateId
from inbox_app.domain.inbox import DraftFile
from inbox_app.domain.macro import Step
from inbox_app.domain.words import Hat
from inbox_app.i18n import _


@dataclass(frozen=True, slots=True)
class Template:
    """One text. `language` and `channel` are empty where it fits any; `owner` is None where all may use it."""

    id: TemplateId
    name: str
    text: str
    changed_at: datetime
    folder: str = ""
    shortcut: str = ""
    keywords: str = ""
    language: str = ""
    channel: str = ""
    variant_of: TemplateId | None = None
    owner: ColleagueId | None = None
    hat: Hat | None = None
    title: str = ""
    """Of a post made from it."""
    steps: tuple[Step, ...] = ()
    question: bool = False
    files: tuple[DraftFile, ...] = ()

    @property
    def found_by(self) -> str:
        """Everything a person may type to find it."""
        return f"{self.name} {self.shortcut} {self.keywords} {self.folder} {self.text}".casefold()


@dataclass(frozen=True, slots=True)
class Family:
    """A template with its variants. Folder, shortcut, hat, steps and ownership are those of the first."""

    first: Template
    variants: tuple[Template, ...] = ()
    uses: int = 0
    last_used: datetime | None = None

    @property
    def all(self) -> tuple[Template, ...]:
        """The first and its variants."""
        return (self.first, *self.variants)

    @property
    def files(self) -> tuple[DraftFile, ...]:
        """What goes along, whichever variant is chosen."""
        return self.first.files

    @property
    def says_something(self) -> bool:
        """Whether it has words for every language and channel."""
        return bool(self.first.text.strip())

    @property
    def only_acts(self) -> bool:
        """Whether it says nothing: it is there for its steps."""
        return bool(self.first.steps) and not any(one.text.strip() for one in self.all)

    def name_for(self, one: Template) -> str:
        """The family's name, where this variant of it bears another."""
        return "" if one.name.casefold() == self.first.name.casefold() else self.first.name

    def fits(self, words: str) -> bool:
        """Whether every word is found in one of its texts."""
        everything = " ".join(one.found_by for one in self.all)
        return all(word in everything for word in words.casefold().split())

    def rank(self, words: str) -> int:
        """How well the words name it: its shortcut, its name, then the rest."""
        wanted = words.casefold().strip().lstrip("/")
        if wanted and self.first.shortcut.casefold().lstrip("/") == wanted:
            return 0
        return 1 if self.first.name.casefold().startswith(wanted) else 2


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a text is wanted: what decides between variants."""

    channel: str
    channel_name: str
    language: str = ""
    because: str = ""
    """Why that language, in a sentence."""
    is_short_enough: Callable[[Template], bool] = lambda _template: True
    used_here: Mapping[TemplateId, int] = field(default_factory=dict)
    """When each text was last used under the same post, in milliseconds since 1970."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The variant chosen, and why, in sentences."""

    template: Template
    reasons: tuple[str, ...] = ()


def choose(family: Family, here: Surroundings) -> Choice:
    """The variant in the language, for the channel, short enough, and not the one that was used here last."""
    reasons: list[str] = []
    left = [one for one in family.all if one.channel in ("", here.channel)] or list(family.all)
    left = _narrow(left, reasons, here.because, lambda one: bool(here.language) and one.language == here.language)
    left = _narrow(left, [], "", lambda one: one.language in ("", here.language))
    made_for = _("Made for {channel}.").format(channel=here.channel_name)
    left = _narrow(left, reasons, made_for, lambda one: one.channel == here.channel)
    left = _narrow(left, reasons, _("The others are too long for this channel."), here.is_short_enough)
    least = min(here.used_here.get(one.id, 0) for one in left)
    rested = _("Another wording than the last one under this post.")
    left = _narrow(left, reasons, rested, lambda one: here.used_here.get(one.id, 0) == least)
    return Choice(left[0], tuple(reasons))


def _narrow(left: list[Template], reasons: list[str], why: str, keep: Callable[[Template], bool]) -> list[Template]:
    """Those to keep, where there are any; a reason is given only where it decided something."""
    kept = [one for one in left if keep(one)]
    if kept and len(kept) < len(left) and why:
        reasons.append(why)
    return kept or left
