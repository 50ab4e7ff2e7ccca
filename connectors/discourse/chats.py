"""Private conversations: the two lists of them, and of each what is above the highest post that was told.

https://docs.discourse.org/#tag/Private-Messages
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from connectors.discourse.client import CHUNK, Client, Forbidden, Gone
from connectors.discourse.cursor import Cursor
from connectors.discourse.telling import Teller
from connectors.discourse.wire import Chat, Post, Topic
from inbox_app.contract.remote import Event

_MOST: Final = 5
"""Conversations that are read in one pull; the others have their turn in the next."""


@dataclass(frozen=True, slots=True)
class Chats:
    """Asks for one account."""

    client: Client
    username: str

    async def listed(self, page: int = 0) -> list[Chat]:
        """A page of both lists, those that were silent the longest first."""
        found = {one.id: one for one in await self.client.chats(self.username, page=page)}
        found |= {one.id: one for one in await self.client.chats(self.username, sent=True, page=page)}
        return sorted(found.values(), key=lambda one: (one.bumped_at, one.id))

    async def news(self, cursor: Cursor, teller: Teller) -> tuple[list[Event], list[Chat]]:
        """What was said since, and up to where each conversation is told."""
        events: list[Event] = []
        told: list[Chat] = []
        for one in await self.listed():
            if one.highest <= cursor.chats.get(one.id, 0) or len(told) >= _MOST:
                continue
            topic, posts = await self._topic(one.id), list[Post]()
            if topic is not None:
                posts = await self._above(topic, one, cursor)
                events += await teller.events(posts, {topic.id: topic})
            told.append(replace(one, highest=max([one.highest, *(post.number for post in posts)])))
        return events, told

    async def _topic(self, number: int) -> Topic | None:
        try:
            return await self.client.topic(number)
        except (Gone, Forbidden):
            return None

    async def _above(self, topic: Topic, chat: Chat, cursor: Cursor) -> list[Post]:
        """Of one that was never told only what is new since we were connected: the rest is history."""
        known = cursor.chats.get(chat.id)
        posts = {one.id: one for one in topic.posts}
        missing = [one for one in topic.stream if one not in posts]
        while missing:
            chunk, missing = missing[-CHUNK:], missing[:-CHUNK]
            page = await self.client.some_of(topic.id, chunk)
            posts |= {one.id: one for one in page}
            if any(self._is_told(one, known, cursor) for one in page):
                break
        return [one for one in posts.values() if not self._is_told(one, known, cursor)]

    def _is_told(self, one: Post, known: int | None, cursor: Cursor) -> bool:
        return one.number <= known if known is not None else one.written_at < cursor.began_at
