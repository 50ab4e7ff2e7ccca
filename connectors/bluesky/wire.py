"""From a server's answers to plain values; pure (https://docs.bsky.app/docs/api/app-bsky-feed-get-post-thread)."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from connectors.bluesky.fields import Fields, owner_of
from inbox_app.domain.jsonvalue import JsonValue

POST: Final = "app.bsky.feed.post"
LIKE: Final = "app.bsky.feed.like"
REPOST: Final = "app.bsky.feed.repost"
BLOCK: Final = "app.bsky.graph.block"
_NO_HANDLE: Final = "handle.invalid"
"""How everybody is called whose handle leads to somebody else."""
_MOST: Final = 50
"""Files, labels or facets that are read of one post."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How we and somebody stand. What a list of people does to them, only a change of the list undoes."""

    blocking: str = ""
    """The address of our own record that blocks them."""
    blocked_by_list: bool = False
    blocks_us: bool = False
    muted: bool = False
    muted_by_list: bool = False

    @property
    def apart(self) -> bool:
        """Whether we block them, or they us: nothing can be answered then."""
        return bool(self.blocking) or self.blocked_by_list or self.blocks_us


NEUTRAL: Final = Standing()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody; `did` never changes, the handle may."""

    did: str
    handle: str
    name: str = ""
    avatar: str = ""
    standing: Standing = NEUTRAL
    takes_chat: bool = False
    """Whether they let us write to them in private."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A record in one of its versions."""

    uri: str
    cid: str


@dataclass(frozen=True, slots=True)
class Facet:
    """What a stretch of text is: a link, a mention, a hashtag. Counted in bytes of UTF-8."""

    start: int
    end: int
    uri: str = ""
    did: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of a post, kept on its author's server."""

    cid: str
    media_type: str
    size: int
    description: str = ""
    url: str = ""

    @property
    def name(self) -> str:
        """A name for it; the service keeps none."""
        return f"{self.cid[-8:]}{mimetypes.guess_extension(self.media_type) or ''}"


@dataclass(frozen=True, slots=True)
class Card:
    """A link that a post shows with a title, or a post that it quotes."""

    uri: str
    title: str
    quoted: str = ""
    """The quoted post's author's DID."""


@dataclass(frozen=True, slots=True)
class Post:
    """A post, whoever wrote it."""

    uri: str
    cid: str
    author: Person
    created_at: datetime
    indexed_at: datetime
    text: str
    facets: tuple[Facet, ...] = ()
    root: Ref | None = None
    parent: Ref | None = None
    blobs: tuple[Blob, ...] = ()
    cards: tuple[Card, ...] = ()
    labels: tuple[str, ...] = ()
    language: str = ""
    likes: int = 0
    reposts: int = 0
    replies: int = 0
    liked: str = ""
    reposted: str = ""
    """The addresses of our own like and repost."""
    reply_disabled: bool = False
    gate: str = ""
    """The address of the post's thread gate."""
    hidden: tuple[str, ...] = ()
    """Replies that its author hid."""

    @property
    def sort_at(self) -> datetime:
        """The server's own order: a date of the future counts from its arrival."""
        return min(self.created_at, self.indexed_at)

    @property
    def top(self) -> str:
        """The address of the first post of its thread."""
        return self.root.uri if self.root is not None else self.uri


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification. `subject` is the post that it is about."""

    uri: str
    reason: str
    subject: str
    at: datetime

    @property
    def id(self) -> str:
        return f"{self.uri}|{self.reason}"


@dataclass(frozen=True, slots=True)
class Node:
    """A post in its thread; a post that is gone or kept from us is no node."""

    post: Post
    parent: Node | None
    replies: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A page of somebody's own posts, newest first; a repost is none, and `size` counts those too."""

    posts: tuple[Post, ...]
    cursor: str
    size: int


@dataclass(frozen=True, slots=True)
class NoticePage:
    """A page of notifications, newest first."""

    notices: tuple[Notice, ...]
    cursor: str


def person(said: Fields) -> Person:
    viewer, did, handle = said.inner("viewer"), said.need_text("did"), said.text("handle").lower()
    return Person(
        did=did,
        handle=did if handle in ("", _NO_HANDLE) else handle,
        name=said.text("displayName"),
        avatar=said.text("avatar"),
        standing=standing(viewer),
        takes_chat=_takes_chat(said.inner("associated").inner("chat").text("allowIncoming"), viewer),
    )


def standing(viewer: Fields) -> Standing:
    """How we stand to somebody (`app.bsky.actor.defs#viewerState`); a list's block is named in the place of ours."""
    blocking = viewer.text("blocking")
    ours = f"/{BLOCK}/" in blocking
    return Standing(
        blocking=blocking if ours else "",
        blocked_by_list="blockingByList" in viewer or (bool(blocking) and not ours),
        blocks_us=viewer.flag("blockedBy"),
        muted=viewer.flag("muted") and "mutedByList" not in viewer,
        muted_by_list="mutedByList" in viewer,
    )


def _takes_chat(allows: str, viewer: Fields) -> bool:
    """Whoever says nothing is written to by those whom they follow."""
    return allows == "all" or (allows in ("", "following") and bool(viewer.text("followedBy")))


def post(value: JsonValue) -> Post:
    """A post as a server shows it (`app.bsky.feed.defs#postView`)."""
    said = Fields.of(value)
    record, viewer, gate = said.inner("record"), said.inner("viewer"), said.inner("threadgate")
    indexed = said.need_moment("indexedAt")
    labels = [*said.each("labels"), *record.inner("labels").each("values")]
    reply = record.inner("reply")
    return Post(
        uri=said.need_text("uri"),
        cid=said.need_text("cid"),
        author=person(said.inner("author")),
        created_at=record.moment("createdAt") or indexed,
        indexed_at=indexed,
        text=record.text("text"),
        facets=tuple(facets(record)),
        root=_ref(reply.inner("root")),
        parent=_ref(reply.inner("parent")),
        blobs=tuple(_blobs(record.inner("embed"), said.inner("embed")))[:_MOST],
        cards=tuple(_cards(said.inner("embed"))),
        labels=tuple(dict.fromkeys(one.text("val") for one in labels[:_MOST] if not one.flag("neg"))),
        language=next(iter(record.texts("langs")), ""),
        likes=said.number("likeCount"),
        reposts=said.number("repostCount"),
        replies=said.number("replyCount"),
        liked=viewer.text("like"),
        reposted=viewer.text("repost"),
        reply_disabled=viewer.flag("replyDisabled"),
        gate=gate.text("uri"),
        hidden=tuple(gate.inner("record").texts("hiddenReplies")),
    )


def posts(value: JsonValue) -> tuple[Post, ...]:
    return tuple(post(one) for one in Fields.of(value).need_list("posts"))


def feed(value: JsonValue) -> FeedPage:
    said = Fields.of(value)
    entries = [Fields.of(one) for one in said.need_list("feed")]
    own = [post(one.inner("post").values) for one in entries if "reason" not in one]
    return FeedPage(tuple(own), said.text("cursor"), len(entries))


def notices(value: JsonValue) -> NoticePage:
    said = Fields.of(value)
    found = [Fields.of(one) for one in said.need_list("notifications")]
    return NoticePage(tuple(map(_notice, found)), said.text("cursor"))


def _notice(said: Fields) -> Notice:
    subject, at = said.text("reasonSubject"), said.need_moment("indexedAt")
    return Notice(said.need_text("uri"), said.need_text("reason"), subject, at)


def thread(value: JsonValue) -> Node | None:
    """A thread from any of its posts, upwards and downwards; its depth is bounded by what was asked for."""
    return _node(Fields.of(value).inner("thread"))


def chain_of(node: Node) -> list[Post]:
    """What stands above a post, from the top down, and the post itself."""
    found, at = [node.post], node.parent
    while at is not None:
        found.append(at.post)
        at = at.parent
    return found[::-1]


def below(node: Node) -> Iterator[Node]:
    """Every node below another."""
    for reply in node.replies:
        yield reply
        yield from below(reply)


def _node(said: Fields) -> Node | None:
    if not isinstance(said.values.get("post"), dict):
        return None
    parent = _node(said.inner("parent"))
    replies = [_node(one) for one in said.each("replies")]
    return Node(post(said.values["post"]), parent, tuple(one for one in replies if one is not None))


def _ref(said: Fields) -> Ref | None:
    uri, cid = said.text("uri"), said.text("cid")
    return Ref(uri, cid) if owner_of(uri) and cid else None


def facets(record: Fields) -> Iterator[Facet]:
    """What the stretches of a post's or a message's text are."""
    for one in [*record.each("facets")][:_MOST]:
        index = one.inner("index")
        for feature in [*one.each("features")][:_MOST]:
            yield Facet(
                index.number("byteStart"),
                index.number("byteEnd"),
                uri=feature.text("uri"),
                did=feature.text("did"),
                tag=feature.text("tag"),
            )


def _blobs(record: Fields, view: Fields) -> Iterator[Blob]:
    """The files of a post: what they are stands in its record, where pictures can be seen in the server's view."""
    if "media" in record:
        yield from _blobs(record.inner("media"), view.inner("media"))
    shown = [*view.each("images")]
    for number, image in enumerate(record.each("images")):
        url = shown[number].text("fullsize") if number < len(shown) else ""
        yield from _blob(image.inner("image"), image.text("alt"), url)
    yield from _blob(record.inner("video"), record.text("alt"), "")


def _blob(said: Fields, description: str, url: str) -> Iterator[Blob]:
    cid = said.inner("ref").text("$link")
    if cid:
        yield Blob(cid, said.text("mimeType") or "application/octet-stream", said.number("size"), description, url)


def _cards(view: Fields) -> Iterator[Card]:
    if "media" in view:
        yield from _cards(view.inner("media"))
        yield from _cards(view.inner("record"))
        return
    external = view.inner("external")
    if external.text("uri"):
        yield Card(external.text("uri"), external.text("title"))
    quoted = view.inner("record")
    author = quoted.inner("author")
    if author.text("did"):
        yield Card(quoted.text("uri"), quoted.inner("value").text("text"), author.text("did"))
