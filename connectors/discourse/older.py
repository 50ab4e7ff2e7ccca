"""History, newest page first: the list of public posts down to the day that was asked for, then private talk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from connectors.discourse.chats import Chats
from connectors.discourse.client import CHUNK, Client, Forbidden, Gone
from connectors.discourse.fields import Fields
from connectors.discourse.listing import Listing
from connectors.discourse.telling import Teller
from connectors.discourse.topics import Topics
from connectors.discourse.wire import Post
from inbox_app.contract.remote import Event
from inbox_app.domain.jsonvalue import JsonObject

_SLICE: Final = 20
_TOP: Final = 2**62
_MOST_PAGES: Final = 1000


@dataclass(frozen=True, slots=True)
class Place:
    """Where it goes on: below a post, or in a conversation of a page of the lists, so many posts from its end."""

    below: int = _TOP
    in_chats: bool = False
    page: int = 0
    chat: int = 0
    """The conversation that is being read; those of the page that were silent for less time are done."""
    deep: int = 0

    def to_json(self) -> JsonObject:
        """As it is kept."""
        return {"below": self.below, "chats": self.in_chats, "page": self.page, "chat": self.chat, "deep": self.deep}


def read_place(value: JsonObject | None) -> Place:
    """The inverse of `to_json`."""
    if value is None:
        return Place()
    said = Fields(value)
    return Place(
        said.number("below"), said.flag("chats"), said.number("page"), said.number("chat"), said.number("deep")
    )


@dataclass(frozen=True, slots=True)
class History:
    """Loads it for one account that is signed in."""

    client: Client
    listing: Listing
    topics: Topics
    chats: Chats

    async def page(self, place: Place, teller: Teller) -> tuple[list[Event], Place, bool]:
        """The next older page, the place after it, and whether there is more."""
        if place.in_chats:
            return await self._talk(place, teller)
        page = await (self.listing.newest() if place.below == _TOP else self.listing.below(place.below))
        posts = [one for one in page.posts if one.id <= teller.began][:_SLICE]
        bottom = posts[-1].id if len(posts) == _SLICE else page.bottom
        old = [one for one in posts if teller.reaches(one) and not one.deleted]
        topics = await self.topics.of(old)
        wanted = [one for one in old if one.topic in topics and teller.wants(one, topics[one.topic])]
        events = await teller.events([one for one in wanted if not topics[one.topic].is_private], topics)
        done = not 1 < bottom < _TOP or any(not teller.reaches(one) for one in posts)
        return events, Place(in_chats=True) if done else replace(place, below=bottom), True

    async def _talk(self, place: Place, teller: Teller) -> tuple[list[Event], Place, bool]:
        """Twenty posts of one conversation, the newest first; then the conversation before it."""
        listed = list(reversed(await self.chats.listed(place.page)))
        if not listed or place.page >= _MOST_PAGES:
            return [], place, False
        ids = [one.id for one in listed]
        number = ids.index(place.chat) if place.chat in ids else 0
        posts, deep = await self._posts(listed[number].id, place.deep if place.chat == ids[number] else 0, teller)
        events = [] if posts is None else await self._told(posts, teller)
        if deep:
            return events, replace(place, chat=ids[number], deep=deep), True
        if number + 1 < len(ids):
            return events, replace(place, chat=ids[number + 1], deep=0), True
        return events, replace(place, page=place.page + 1, chat=0, deep=0), True

    async def _posts(self, chat: int, deep: int, teller: Teller) -> tuple[list[Post] | None, int]:
        """The posts above `deep` ones from the end, and how deep that was; 0 where that was all."""
        topic = await self.topics.one(chat)
        if topic is None:
            return None, 0
        left = topic.stream[: len(topic.stream) - deep]
        chunk = left[-CHUNK:]
        try:
            posts = await self.client.some_of(chat, chunk) if chunk else ()
        except (Gone, Forbidden):
            return None, 0
        past = [one for one in posts if teller.reaches(one) and not one.deleted]
        ends = len(left) <= CHUNK or any(not teller.reaches(one) for one in posts)
        return past, 0 if ends else deep + len(chunk)

    async def _told(self, posts: list[Post], teller: Teller) -> list[Event]:
        return await teller.events(posts, await self.topics.of(posts))
