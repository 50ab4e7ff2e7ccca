"""From a forum's answers to plain values; pure (https://docs.discourse.org/)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final
from zlib import crc32

from connectors.discourse.fields import Fields
from inbox_app.domain.jsonvalue import JsonValue
from inbox_app.domain.poll import Poll, choices

_TELLS_AS: Final = 2
"""Raised when posts are told differently, so that those that were told before are told again."""
_SAID: Final = frozenset({1, 2})
"""The types of posts in which somebody says something; others note what was done, or are whispered among the staff."""
_TALK: Final = frozenset({1, 2, 3, 15})
"""The types of notifications that say: you were mentioned, answered, quoted, your group was mentioned."""
_PRIVATE: Final = "private_message"


class Mark(IntEnum):
    """What one can do to a post, by the number of it on every forum."""

    LIKE = 2
    INAPPROPRIATE = 4
    SPAM = 8


class Level(IntEnum):
    """How closely we follow a topic: the forum's own word for what is of concern to us."""

    MUTED = 0
    REGULAR = 1
    TRACKING = 2
    WATCHING = 3


@dataclass(frozen=True, slots=True)
class User:
    """Who we are there."""

    id: int
    username: str
    name: str
    avatar: str
    is_staff: bool
    reviews: bool = False
    """Whether the forum's review queue is open to us."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A poll of a post, with its title and its choices as HTML."""

    title: str
    poll: Poll


@dataclass(frozen=True, slots=True)
class Post:
    """One post. `raw` is its Markdown, None where the answer did not bring it; `number` counts within the topic."""

    id: int
    topic: int
    number: int
    reply_to: int
    user: int
    username: str
    name: str
    avatar: str
    written_at: datetime
    changed_at: datetime | None
    raw: str | None
    cooked: str
    version: int
    yours: bool
    hidden: bool
    deleted: bool
    by_author: bool
    likes: int
    marked: frozenset[int]
    may_mark: frozenset[int]
    may_edit: bool
    may_delete: bool
    title: str
    asked: Asked | None = None

    @property
    def place(self) -> str:
        """By what it is known: an answer names its parent by number, never by id."""
        return f"{self.topic}/{self.number}"

    @property
    def digest(self) -> int:
        """32 bits, and others whenever something of what is told of it is another."""
        said = self.cooked if self.raw is None else self.raw
        told = (_TELLS_AS, self.reply_to, said, self.version, self.hidden, self.deleted, self.likes)
        more = (sorted(self.marked), sorted(self.may_mark), self.may_edit, self.may_delete)
        votes = () if self.asked is None else (self.asked,)
        return crc32(repr((told, more, *votes)).encode("utf-8", "surrogatepass"))


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic or a private conversation, with the posts that the answer brought; `stream` has the ids of all."""

    id: int
    title: str
    slug: str
    author: int
    level: int
    is_private: bool
    is_closed: bool
    may_reply: bool
    comments: int
    posts: tuple[Post, ...]
    stream: tuple[int, ...]

    @property
    def first(self) -> Post | None:
        """What began it, where the answer brought it."""
        return next((one for one in self.posts if one.number == 1), None)


@dataclass(frozen=True, slots=True)
class Chat:
    """A private conversation in a list of them."""

    id: int
    highest: int
    bumped_at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification about a post; `post` is 0 where it is about something else."""

    id: int
    post: int


def read_user(value: JsonValue) -> User:
    """Ourselves."""
    said = Fields.of(Fields.of(value).values.get("current_user"))
    return User(
        id=said.need_number("id"),
        username=said.text("username"),
        name=said.text("name"),
        avatar=said.text("avatar_template"),
        is_staff=said.flag("admin") or said.flag("moderator"),
        reviews=said.flag("can_review") or said.flag("admin") or said.flag("moderator"),
    )


def read_latest(value: JsonValue) -> tuple[Post, ...]:
    """The newest posts of public topics, newest first."""
    return _posts(Fields.of(value).need_each("latest_posts"))


def read_topic(value: JsonValue) -> Topic:
    """One topic."""
    said = Fields.of(value)
    details, stream = said.inner("details"), said.inner("post_stream")
    return Topic(
        id=said.need_number("id"),
        title=said.text("title"),
        slug=said.text("slug"),
        author=said.number("user_id") or details.inner("created_by").number("id"),
        level=details.number("notification_level"),
        is_private=said.text("archetype") == _PRIVATE,
        is_closed=said.flag("closed") or said.flag("archived"),
        may_reply=details.flag("can_create_post"),
        comments=max(said.number("posts_count") - 1, 0),
        posts=_posts(stream.each("posts")),
        stream=tuple(stream.numbers("stream")),
    )


def read_stream(value: JsonValue) -> tuple[Post, ...]:
    """Some posts of a topic, newest first."""
    return _posts(Fields.of(value).inner("post_stream").need_each("posts"))


def read_chats(value: JsonValue) -> tuple[Chat, ...]:
    """A list of private conversations, those with the newest posts first."""
    listed = Fields.of(value).inner("topic_list").need_each("topics")
    return tuple(
        Chat(one.need_number("id"), one.number("highest_post_number"), one.need_moment("bumped_at")) for one in listed
    )


def read_notices(value: JsonValue) -> tuple[Notice, ...]:
    """Notifications, oldest first."""
    listed = [
        Notice(
            one.need_number("id"),
            one.inner("data").number("original_post_id") if one.number("notification_type") in _TALK else 0,
        )
        for one in Fields.of(value).need_each("notifications")
    ]
    return tuple(sorted(listed, key=lambda one: one.id))


def read_post(value: JsonValue) -> Post:
    """One post."""
    return _post(Fields.of(value))


def _posts(listed: Iterable[Fields]) -> tuple[Post, ...]:
    said = [_post(one) for one in listed if one.number("post_type") in _SAID]
    return tuple(sorted(said, key=lambda one: one.id, reverse=True))


def _post(said: Fields) -> Post:
    marks = [one for one in said.each("actions_summary") if one.number("id")]
    version = said.number("version")
    return Post(
        id=said.need_number("id"),
        topic=said.need_number("topic_id"),
        number=said.need_number("post_number"),
        reply_to=said.number("reply_to_post_number"),
        user=said.number("user_id"),
        username=said.text("username"),
        name=said.text("name"),
        avatar=said.text("avatar_template"),
        written_at=said.need_moment("created_at"),
        changed_at=said.moment("updated_at") if version > 1 else None,
        raw=said.text("raw") if "raw" in said else None,
        cooked=said.text("cooked"),
        version=version,
        yours=said.flag("yours"),
        hidden=said.flag("hidden"),
        deleted="deleted_at" in said or said.flag("user_deleted"),
        by_author=said.flag("user_deleted"),
        likes=sum(one.number("count") for one in marks if one.number("id") == Mark.LIKE),
        marked=frozenset(one.number("id") for one in marks if one.flag("acted")),
        may_mark=frozenset(one.number("id") for one in marks if one.flag("can_act")),
        may_edit=said.flag("can_edit"),
        may_delete=said.flag("can_delete"),
        title=said.text("topic_title"),
        asked=next(map(_asked, said.each("polls")), None),
    )


def _asked(said: Fields) -> Asked:
    """Votes are left out where the forum shows them to those who voted only, or at the end."""
    options = [*said.each("options")]
    poll = Poll(
        choices([one.text("html") for one in options], [_votes(one) for one in options]),
        voters=said.number("voters"),
        multiple=said.text("type") == "multiple",
        closed=said.text("status") == "closed",
        closes_at=said.moment("close"),
    )
    return Asked(said.text("title"), poll)


def _votes(option: Fields) -> int | None:
    return option.number("votes") if option.values.get("votes") is not None else None
