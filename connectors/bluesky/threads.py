"""Where a post belongs: under a post of ours, or in somebody's thread that names, answers or quotes us.

Each post names the first of its thread, and the address of that says whose it is. The service shows what stands above
and below by https://docs.bsky.app/docs/api/app-bsky-feed-get-post-thread.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final

from connectors.bluesky import wire
from connectors.bluesky.client import Client, Gone, Params
from connectors.bluesky.fields import owner_of
from connectors.bluesky.wire import Node, Post
from connectors.shared.watching import Sighting
from inbox_app.domain.timecode import to_ms
from inbox_app.domain.words import Kind

_REMEMBERED: Final = 5000
_DEEP: Final = 20
"""Levels that are asked for at once: JSON that nests deeper than 64 is refused, and each level nests it by two."""
_HIGH: Final = 40
_CLIMBS: Final = 10
_DIVES: Final = 25
"""Questions for what lies deeper, whether the thread is deep or wide."""


@dataclass(frozen=True, slots=True)
class Place:
    """A post's place. `anchor` is the post from which its thread is looked at again.

    Without an anchor it is other people's earlier talk: context.
    """

    kind: Kind
    anchor: str | None
    post: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A post, its place, and whether its thread's author hid it."""

    post: Post
    place: Place
    hidden: bool = False

    @property
    def is_post(self) -> bool:
        """Whether it is one of our own first posts, which are never work to do."""
        return self.place.post == self.post.uri

    @property
    def sighting(self) -> Sighting | None:
        """For the watch; context is not watched."""
        if self.place.anchor is None:
            return None
        return Sighting(self.place.anchor, self.post.uri, self.place.kind, to_ms(self.post.sort_at))


def place_of(post: Post, above: Place | None, me: str) -> Place:
    """The place of a post below a placed one; None where it is a root, or nobody can see what it answers."""
    if owner_of(post.top) == me:
        return Place(Kind.COMMENTS, post.top, post=post.top)
    if above is not None and above.anchor:
        return above
    return Place(Kind.MENTION, post.uri if concerns(post, me) else None)


def concerns(post: Post, me: str) -> bool:
    """Whether we wrote it, or it names, answers or quotes us."""
    answers = post.parent is not None and owner_of(post.parent.uri) == me
    named = any(facet.did == me for facet in post.facets)
    return post.author.did == me or answers or named or any(card.quoted == me for card in post.cards)


def oldest_first(posts: Iterable[Post]) -> list[Post]:
    """In time, and within one moment by address: an answer never stands before what it answers."""
    return sorted(posts, key=lambda one: (one.sort_at, one.uri))


class Threads:
    """Places posts, asking the server for what stands above them where that is not known."""

    def __init__(self, client: Client, me: str) -> None:
        self._client = client
        self._me = me
        self._known: OrderedDict[str, Place] = OrderedDict()
        self._hidden: dict[str, frozenset[str]] = {}

    async def chain(self, post: Post) -> list[Placed]:
        """The post with whatever stands above it that was not placed before, from the top down."""
        if post.parent is None or post.parent.uri in self._known:
            return [self._put(post)]
        return [self._put(one) for one in await self._above(post)]

    async def below(self, anchor: str) -> list[Placed] | None:
        """A placed post and everything below it; None where it is gone."""
        node = await self._thread(anchor, depth=_DEEP)
        if node is None:
            return None
        self._hidden[anchor] = frozenset(node.post.hidden)
        found, cut = {anchor: node.post}, _cut_off(node)
        found |= {one.post.uri: one.post for one in wire.below(node)}
        for uri in islice(cut, _DIVES):  # it grows while it is read
            if (more := await self._thread(uri, depth=_DEEP)) is not None:
                found |= {one.post.uri: one.post for one in wire.below(more)}
                cut += _cut_off(more)
        return [self._put(one) for one in oldest_first(found.values())]

    def put_anchor(self, anchor: str, place: Place) -> None:
        """Know a place from an earlier pull."""
        self._remember(anchor, place)

    async def _above(self, post: Post) -> list[Post]:
        """The chain from the top down; what is gone in between ends it."""
        found = [post]
        for _climb in range(_CLIMBS):
            node = await self._thread(found[0].uri, height=_HIGH)
            if node is None:
                break
            found = [*wire.chain_of(node)[:-1], *found]
            if node.parent is None or found[0].parent is None:
                break
        return found

    async def _thread(self, uri: str, *, depth: int = 0, height: int = 0) -> Node | None:
        """What the server shows; nothing where the post is gone, or kept from us."""
        params: Params = {"uri": uri, "depth": depth, "parentHeight": height}
        try:
            return wire.thread(await self._client.get("app.bsky.feed.getPostThread", params))
        except Gone:
            return None

    def _put(self, post: Post) -> Placed:
        above = None if post.parent is None else self._known.get(post.parent.uri)
        place = place_of(post, above, self._me)
        self._remember(post.uri, place)
        if post.uri == post.top and post.author.did == self._me:
            self._hidden[post.uri] = frozenset(post.hidden)
        return Placed(post, place, post.uri in self._hidden.get(post.top, ()))

    def _remember(self, uri: str, place: Place) -> None:
        self._known[uri] = place
        self._known.move_to_end(uri)
        while len(self._known) > _REMEMBERED:
            self._hidden.pop(self._known.popitem(last=False)[0], None)


def _cut_off(node: Node) -> list[str]:
    """The posts at the lowest level that was asked for which have answers still further down."""
    at = [node]
    for _level in range(_DEEP):
        at = [reply for one in at for reply in one.replies]
    return [one.post.uri for one in at if one.post.replies]
