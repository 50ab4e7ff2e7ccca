"""What a post says in several places at once: one wording for all, and another one where a place has its own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from inbox_app.actions.acting import Posting
from inbox_app.domain.ids import AccountId, TemplateId


@dataclass(frozen=True, slots=True)
class Post:
    """A title, where posts have one there, and a text."""

    text: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Wordings:
    """`own` are the places that say it in their own way."""

    shared: Post = field(default_factory=Post)
    own: dict[AccountId, Post] = field(default_factory=dict)
    template: TemplateId | None = None

    def of(self, place: AccountId | None) -> Post:
        """What is said there; None is the wording for all."""
        return self.shared if place is None else self.own.get(place, self.shared)

    def saying(self, place: AccountId | None, post: Post) -> Wordings:
        """The same, but for what is said there; what equals the wording for all is no own one."""
        if place is None:
            return replace(self, shared=post, own={one: said for one, said in self.own.items() if said != post})
        others = {one: said for one, said in self.own.items() if one != place}
        return replace(self, own=others if post == self.shared else {**others, place: post})

    def postings(self, places: list[AccountId]) -> list[Posting]:
        """One post a place."""
        return [Posting(one, self.of(one).text, self.of(one).title, self.template) for one in places]

    @property
    def is_empty(self) -> bool:
        """Whether nobody has written anything."""
        return not any(post.text.strip() or post.title.strip() for post in (self.shared, *self.own.values()))
