"""From a site's answers to plain values; pure (https://developer.wordpress.org/rest-api/reference/comments/)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from urllib.parse import unquote
from zlib import crc32

from connectors.shared.fields import lacks
from connectors.wordpress.fields import Fields, need_list
from inbox_app.contract.errors import BadAnswer
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonValue

MODERATES: Final = "moderate_comments"
_WRITES: Final = "edit_posts"
_ROUTE: Final = re.compile(r"/wp/v2/([a-z0-9_-]{1,60})/(\d{1,18})(?:$|[?&])")
_COMMENTS: Final = frozenset({"comment", "", "review"})
_PINGS: Final = frozenset({"pingback", "trackback"})
_TELLS_AS: Final = 1
"""Raised when comments are told differently, so that those that were told before are told again."""


class Status(StrEnum):
    """Where a comment stands on the site, by the words of its interface."""

    APPROVED = "approved"
    HOLD = "hold"
    SPAM = "spam"
    TRASH = "trash"


_STATUSES = {one.value: one for one in Status}


@dataclass(frozen=True, slots=True)
class Site:
    """What a site says of itself. `authorize_url` is empty where it takes no application passwords."""

    home: str
    name: str
    authorize_url: str


@dataclass(frozen=True, slots=True)
class User:
    """Who we are there."""

    id: int
    slug: str
    name: str
    avatar: str = ""
    moderates: bool = False
    writes: bool = False


@dataclass(frozen=True, slots=True)
class PostRef:
    """The post of a comment, and by which of the site's lists it is asked for: posts, pages, a plugin's own."""

    id: int
    list: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment. `raw` is as it was written, None where we may not see that; `html` is as the site shows it."""

    id: int
    post: PostRef
    parent: int
    user: int
    name: str
    mail: str
    page: str
    avatar: str
    written_at: datetime
    raw: str | None
    html: str
    link: str
    status: Status
    is_ping: bool = False
    may_change: bool = False
    """Whether the site says that we may change or delete it."""

    @property
    def digest(self) -> int:
        """32 bits, and others whenever something of what is told of it is another."""
        return crc32(repr((_TELLS_AS, replace(self, avatar=""))).encode("utf-8", "surrogatepass"))


@dataclass(frozen=True, slots=True)
class Post:
    """What comments hang under. `html` is empty where a password hides it."""

    id: int
    title: str
    html: str
    link: str
    published_at: datetime
    picture: str
    is_open: bool
    author: int = 0
    author_name: str = ""


def read_site_answer(value: JsonValue) -> Site:
    """The index of the interface.

    Raises:
        BadAnswer: it is no WordPress, or one without the interface that we need.
    """
    said = Fields.of(value)
    if "wp/v2" not in said.texts("namespaces"):
        raise BadAnswer(_("This is no WordPress site, or its programming interface is switched off."))
    passwords = said.inner("authentication").inner("application-passwords")
    return Site(
        said.text("home") or said.text("url"), said.text("name"), passwords.inner("endpoints").text("authorization")
    )


def read_user(value: JsonValue) -> User:
    """Ourselves."""
    said = Fields.of(value)
    capabilities = said.inner("capabilities")
    return User(
        id=said.need_number("id"),
        slug=said.text("slug") or said.text("username"),
        name=said.text("name"),
        avatar=_avatar(said.inner("avatar_urls")),
        moderates=capabilities.flag(MODERATES),
        writes=capabilities.flag(_WRITES),
    )


def read_comments(value: JsonValue) -> tuple[Comment, ...]:
    """A page of them, newest first; what other plugins keep in the same table is left out."""
    listed = [one for one in need_list(value) if one.text("type") in _COMMENTS | _PINGS]
    return tuple(sorted(map(read_comment, listed), key=lambda one: one.id, reverse=True))


def read_comment(said: Fields) -> Comment:
    """One comment."""
    content, links = said.inner("content"), said.inner("_links")
    written_at = said.moment("date_gmt")
    if written_at is None:
        raise lacks("date_gmt")
    return Comment(
        id=said.need_number("id"),
        post=PostRef(said.number("post"), _list_of(links)),
        parent=said.number("parent"),
        user=said.number("author"),
        name=said.text("author_name"),
        mail=said.text("author_email").strip().lower(),
        page=said.text("author_url"),
        avatar=_avatar(said.inner("author_avatar_urls")),
        written_at=written_at,
        raw=content.text("raw") if "raw" in content else None,
        html=content.text("rendered"),
        link=said.text("link"),
        status=_status(said.text("status")),
        is_ping=said.text("type") in _PINGS,
        may_change=_may_change(links),
    )


def read_post(said: Fields) -> Post:
    """One post, with its picture where that came along."""
    embedded = said.inner("_embedded")
    pictures = [one.text("source_url") for one in embedded.each("wp:featuredmedia")]
    authors = [one.text("name") for one in embedded.each("author")]
    content = said.inner("content")
    return Post(
        id=said.need_number("id"),
        title=said.rendered("title"),
        html="" if content.flag("protected") else content.text("rendered"),
        link=said.text("link"),
        published_at=said.moment("date_gmt") or datetime.fromtimestamp(0, UTC),
        picture=next(filter(None, pictures), ""),
        is_open=said.text("comment_status") != "closed",
        author=said.number("author"),
        author_name=next(filter(None, authors), ""),
    )


def _status(said: str) -> Status:
    """The comments of a post in the trash have a status of their own, which is as good as the trash."""
    return _STATUSES.get(said, Status.TRASH)


def _list_of(links: Fields) -> str:
    """The list of the site in which the comment's post stands, from the link that leads to it; never followed."""
    for up in links.each("up"):
        if found := _ROUTE.search(unquote(up.text("href")[:2000])):
            return found.group(1)
    return ""


def _may_change(links: Fields) -> bool:
    return any("POST" in one.inner("targetHints").texts("allow") for one in links.each("self"))


def _avatar(sizes: Fields) -> str:
    return sizes.text("96") or sizes.text("48")
