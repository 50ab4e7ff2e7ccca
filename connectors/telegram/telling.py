"""From updates to events, in their order, with what earlier ones told in mind."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from connectors.telegram.abilities import Rights, in_private
from connectors.telegram.client import Client
from connectors.telegram.cursor import Cursor
from connectors.telegram.fields import Fields
from connectors.telegram.wire import (
    Bot,
    counts_in,
    id_of,
    is_message,
    is_post,
    message_of,
    post_of,
    reactions_in,
)
from inbox_app.contract.errors import BadAnswer, Rejected
from inbox_app.contract.remote import ConversationSeen, Event, MessageSeen, PostSeen, ReactionsSeen
from inbox_app.domain.abilities import Abilities
from inbox_app.domain.words import Kind


class Teller:
    """Tells one pull's updates. `rights` are known for as long as the connector lives, or until they change."""

    def __init__(self, client: Client, us: Bot, rights: dict[int, Rights]) -> None:
        self._client = client
        self._us = us
        self._rights = rights

    async def tell(self, update: Fields, cursor: Cursor, events: list[Event]) -> Cursor:
        """One update; what we asked not to be told of is passed over."""
        for name in ("message", "edited_message"):
            if name in update:
                return await self.tell_message(update.inner(name), cursor, events)
        if "message_reaction" in update:
            return self._tell_reaction(update.inner("message_reaction"), cursor, events)
        if "message_reaction_count" in update:
            said = update.inner("message_reaction_count")
            events.append(ReactionsSeen(id_of(said), counts_in(said)))
        if "my_chat_member" in update:
            self._tell_rights(update.inner("my_chat_member"), events)
        return cursor

    async def tell_message(self, said: Fields, cursor: Cursor, events: list[Event]) -> Cursor:
        """A message, or a channel's post; the post above a comment is told first where it was not seen before."""
        if is_post(said):
            events.append(PostSeen(post_of(said)))
            return cursor.with_post(id_of(said))
        if not is_message(said):
            return cursor
        albums, whole = cursor.albums.joined(said)
        if whole is None:
            return cursor
        cursor, said = replace(cursor, albums=albums), albums.rooted(whole)
        above = said.inner("reply_to_message")
        if is_post(above) and id_of(above) not in cursor.posts:
            cursor = await self.tell_message(above, cursor, events)
        message = message_of(said, self._us, frozenset(cursor.posts), await self._abilities(said))
        events.append(MessageSeen(message))
        return cursor

    def tell_ours(self, remote_id: str, reaction: str, cursor: Cursor, events: list[Event]) -> Cursor:
        """A reaction of our own, which the service does not tell."""
        return _told(remote_id, cursor.with_ours(remote_id, reaction), events)

    def _tell_reaction(self, said: Fields, cursor: Cursor, events: list[Event]) -> Cursor:
        name = id_of(said)
        old, new = reactions_in(said, "old_reaction"), reactions_in(said, "new_reaction")
        return _told(name, cursor.with_change(name, old, new), events)

    def _tell_rights(self, said: Fields, events: list[Event]) -> None:
        """The bot was let in, promoted, muted or thrown out."""
        chat, rights = said.inner("chat"), Rights.of(said.inner("new_chat_member"))
        number = chat.need_number("id")
        self._rights[number] = rights
        kind = Kind.DIRECT if chat.text("type") == "private" else Kind.ROOM
        can = rights.of_conversation()
        events.append(ConversationSeen(kind, (str(number),), title=chat.text("title"), abilities=can))

    async def _abilities(self, said: Fields) -> Abilities | None:
        ours = said.inner("from").number("id") == self._us.id
        chat = said.inner("chat")
        if chat.text("type") == "private":
            return in_private(ours=ours)
        rights = await self._rights_in(chat.need_number("id"))
        if rights is None:
            return None
        mutes = chat.text("type") == "supergroup"
        return rights.abilities(ours=ours, person="sender_chat" not in said, mutes=mutes)

    async def _rights_in(self, chat: int) -> Rights | None:
        """None where the answer makes no sense, which is no fault of the message that it was asked for."""
        if chat not in self._rights:
            rights = Rights()
            with suppress(Rejected):  # thrown out meanwhile: what can be done is told by its own update
                try:
                    member = await self._client.read("getChatMember", {"chat_id": chat, "user_id": self._us.id})
                    rights = Rights.of(Fields.of(member))
                except BadAnswer:
                    return None
            self._rights[chat] = rights  # not before it is known: the question may fail
        return self._rights[chat]


def _told(remote_id: str, cursor: Cursor, events: list[Event]) -> Cursor:
    ours = cursor.ours.get(remote_id, "")
    counts = tuple(sorted(cursor.reactions.get(remote_id, {}).items()))
    events.append(ReactionsSeen(remote_id, counts, frozenset({ours} if ours else ())))
    return cursor
