"""What a post says in several places at once: one wording for all, and another one where a place has its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from inbox_app.actions.acting import BegunPost, Posting
from inbox_app.domain.ids import AccountId, TemplateId


@dataclass(frozen=True, slots=True)
class Post:
    """A title, where posts have one there, and a text."""

    text: str = ""
    title: str = ""

    def above(self, later: Post) -> Post:
        """Both texts, one below the other; the title that there is."""
        texts = dict.fromkeys(one for one in (self.text, later.text) if one.strip())
        return Post("\n\n".join(texts), self.title or later.title)


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

    def above(self, later: Wordings) -> Wordings:
        """What came back, above what was begun since."""
        own = {one: self.of(one).above(later.of(one)) for one in (*self.own, *later.own)}
        return replace(self, shared=self.shared.above(later.shared), own=own, template=self.template or later.template)

    def begun(self, places: Sequence[AccountId]) -> BegunPost:
        """The same as it is kept."""
        own = {one: (said.title, said.text) for one, said in self.own.items()}
        return BegunPost(self.shared.text, self.shared.title, own, tuple(places), self.template)

    @classmethod
    def of_begun(cls, kept: BegunPost) -> Wordings:
        """The inverse of `begun`."""
        own = {one: Post(text, title) for one, (title, text) in kept.own.items()}
        return cls(Post(kept.text, kept.title), own, kept.template)

    @property
    def is_empty(self) -> bool:
        """Whether nobody has written anything."""
        return not any(post.text.strip() or post.title.strip() for post in (self.shared, *self.own.values()))
