"""From posts and topics to the events of the contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urljoin

from connectors.discourse.abilities import abilities
from connectors.discourse.files import files_of
from connectors.discourse.polls import words_of
from connectors.discourse.review_wire import Person
from connectors.discourse.settings import Topics
from connectors.discourse.wire import Level, Post, Topic, User
from connectors.shared.sites import place_of
from inbox_app.content.parsed import CleanHtml, Unparsable
from inbox_app.content.worker import Worker
from inbox_app.contract.remote import (
    Event,
    MessageGone,
    MessageSeen,
    PostSeen,
    ReactionsSeen,
    RemoteAuthor,
    RemoteMessage,
    RemotePost,
)
from inbox_app.contract.texts import _
from inbox_app.domain.marks import Marks, Standing
from inbox_app.domain.poll import Poll, choices
from inbox_app.domain.words import Direction, Kind

LIKE: Final = "❤"
_AVATAR: Final = "96"


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells what was seen for one account. What was there before `began` came, or was said before `began_at`, is past.

    A topic that we began is a post of ours, under which all others are comments; one that somebody else began begins
    with their message.
    """

    site: str
    me: User
    content: Worker
    topics: Topics
    began: int
    began_at: datetime
    since: datetime | None = None

    def wants(self, post: Post, topic: Topic) -> bool:
        """Whether a post is of concern: by what we follow on the forum, or all of it."""
        if post.yours or topic.is_private or topic.author == self.me.id:
            return True
        least = Level.REGULAR if self.topics is Topics.ALL else Level.TRACKING
        return topic.level >= least

    def reaches(self, post: Post) -> bool:
        """Whether history reaches back to it."""
        return self.since is None or post.written_at >= self.since

    async def events(self, posts: Iterable[Post], topics: Mapping[int, Topic]) -> list[Event]:
        """Our own topics first, then posts, oldest first."""
        seen = sorted(posts, key=lambda one: (one.written_at, one.id))
        ours = [topics[one] for one in dict.fromkeys(one.topic for one in seen) if self.is_ours(topics[one])]
        # What was just seen is newer than the topic, which may have been asked for a while ago.
        first = {one.topic: one for one in seen if one.number == 1}
        told: list[Event] = [PostSeen(await self._post(one, first.get(one.id, one.first))) for one in ours]
        for one in seen:
            told += await self._said(one, topics[one.topic])
        return told

    async def _said(self, one: Post, topic: Topic) -> list[Event]:
        if one.number == 1 and self.is_ours(topic):
            return []
        if one.deleted:
            return [MessageGone(one.place, by_author=one.by_author)]
        told: list[Event] = [MessageSeen(await self._message(one, topic))]
        if one.likes:
            told.append(self.reactions(one))
        return told

    def reactions(self, one: Post) -> ReactionsSeen:
        """All likes as they stand."""
        counts = ((LIKE, one.likes),) if one.likes else ()
        return ReactionsSeen(one.place, counts, frozenset({LIKE}) if 2 in one.marked else frozenset())

    async def _message(self, one: Post, topic: Topic) -> RemoteMessage:
        clean, (text, poll) = await self._clean(one), await self._words(one)
        return RemoteMessage(
            remote_id=one.place,
            kind=Kind.DIRECT if topic.is_private else Kind.FORUM,
            keys=(str(topic.id),),
            author=self._author(one),
            direction=Direction.OUTGOING if one.yours else Direction.INCOMING,
            sent_at=one.written_at,
            text=clean.text if text is None else text,
            parent=self._parent(one, topic),
            post=str(topic.id) if self.is_ours(topic) else None,
            title=topic.title,
            html=clean.html or None,
            edited_at=one.changed_at,
            attachments=files_of(one.cooked, self.site),
            url=f"{self.site}/t/{topic.slug or '-'}/{topic.id}/{one.number}",
            needs_work=not one.hidden,
            history=self._is_past(one, topic),
            hidden=one.hidden,
            abilities=abilities(one, topic),
            extra={"id": one.id},
            marks=Marks(standing=Standing.HELD if one.hidden else Standing.PUBLIC, poll=poll),
        )

    def _parent(self, one: Post, topic: Topic) -> str | None:
        """What answers nothing in particular answers the topic."""
        if one.number == 1:
            return None
        above = one.reply_to or 1
        return None if above == 1 and self.is_ours(topic) else f"{one.topic}/{above}"

    def is_ours(self, topic: Topic) -> bool:
        """Whether it is a post of ours to which others answer."""
        return topic.author == self.me.id and not topic.is_private

    def _is_past(self, one: Post, topic: Topic) -> bool:
        return one.written_at < self.began_at if topic.is_private else one.id <= self.began

    def _author(self, one: Post) -> RemoteAuthor:
        author = self.person(Person(one.user, one.username, one.name, one.avatar))
        return replace(author, is_bot=one.user < 1)

    def person(self, one: Person | None) -> RemoteAuthor:
        """Somebody on the forum; None is the forum itself."""
        if one is None:
            return RemoteAuthor(f"@{place_of(self.site)}", place_of(self.site), is_bot=True)
        return RemoteAuthor(
            remote_id=f"{one.id or one.username}@{place_of(self.site)}",
            handle=f"@{one.username}",
            name=one.name or one.username,
            avatar_url=avatar(one.avatar, self.site),
            profile_url=f"{self.site}/u/{one.username}",
        )

    async def words(self, html: str) -> str:
        """The words of HTML."""
        clean = await self.content.clean(html)
        return _unreadable() if isinstance(clean, Unparsable) else clean.text

    async def _post(self, topic: Topic, first: Post | None) -> RemotePost:
        text, poll = (None, None) if first is None else await self._words(first)
        return RemotePost(
            remote_id=str(topic.id),
            title=topic.title,
            text="" if first is None else (text or (await self._clean(first)).text),
            published_at=self.began_at if first is None else first.written_at,
            author=None if first is None else self._author(first),
            url=f"{self.site}/t/{topic.slug or '-'}/{topic.id}",
            comment_count=topic.comments,
            reaction_count=None if first is None else first.likes,
            poll=poll,
        )

    async def _words(self, one: Post) -> tuple[str | None, Poll | None]:
        """The Markdown, None where the answer did not bring it, and the poll with its choices as words."""
        if one.asked is None:
            return one.raw, None
        title, listed = one.asked.title, one.asked.poll.choices
        texts = [" ".join((await self.words(each)).split()) for each in (title, *(choice.text for choice in listed))]
        poll = replace(one.asked.poll, choices=choices(texts[1:], [choice.votes for choice in listed]))
        return None if one.raw is None else words_of(one.raw, texts[0], poll), poll

    async def _clean(self, one: Post) -> CleanHtml:
        clean = await self.content.clean(one.cooked)
        if isinstance(clean, Unparsable):
            return CleanHtml("", _unreadable())
        return clean


def _unreadable() -> str:
    return _("This post could not be read safely. Open it on the forum.")


def avatar(template: str, site: str) -> str:
    """A picture's address; forums give it with a hole for its size."""
    return urljoin(f"{site}/", template.replace("{size}", _AVATAR)) if template else ""
