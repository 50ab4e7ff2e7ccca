"""Bluesky as a channel: mentions, comments under our posts and private conversations, one sign-in an account."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Protocol
from urllib.parse import urlsplit

from connectors.bluesky import compose, wire
from connectors.bluesky.chats import Chats
from connectors.bluesky.client import Client, Keys, Nobody
from connectors.bluesky.cursor import read_cursor
from connectors.bluesky.doing import Doing
from connectors.bluesky.fields import Fields, owner_of
from connectors.bluesky.lists import Lists
from connectors.bluesky.media import fetch_blob
from connectors.bluesky.oauth import KEY, OAuthKeys
from connectors.bluesky.older import History, read_marks, to_json
from connectors.bluesky.pulling import Found, Puller, tell
from connectors.bluesky.sending import Sending
from connectors.bluesky.session import SessionKeys
from connectors.bluesky.settings import chat_of, directory_of, read_server
from connectors.bluesky.telling import Teller
from connectors.bluesky.threads import Threads
from connectors.bluesky.wire import Person
from connectors.shared.checks import reported
from inbox_app.contract.acts import Act, Finding, Receipt
from inbox_app.contract.connector import (
    Connector,
    DeletesSent,
    FetchesAttachments,
    FindsSent,
    Host,
    LoadsOlder,
    MarksRead,
    Moderates,
    Posts,
    Reacts,
    Report,
    Sends,
    ignore,
)
from inbox_app.contract.errors import ConnectorError, Rejected
from inbox_app.contract.limits import Limits
from inbox_app.contract.login import CheckState, CheckStep
from inbox_app.contract.remote import Batch, Identity
from inbox_app.contract.texts import _
from inbox_app.domain.abilities import YES, Abilities, Ability
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.timecode import from_ms
from inbox_app.domain.words import Action, Resend


class OurKeys(Keys, Protocol):
    """Keys that belong to a session, which can be ended."""

    async def end(self) -> None: ...
    async def close(self) -> None: ...


class BlueskyConnector(
    Connector, Sends, FindsSent, LoadsOlder, MarksRead, Moderates, Reacts, DeletesSent, FetchesAttachments, Posts
):
    """One account on the server that keeps it."""

    resend: ClassVar[Resend] = Resend.SAFE
    settle_time: ClassVar[timedelta] = timedelta(seconds=60)
    """A private message may still be on its way between two services when the answer is lost."""

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._keys: OurKeys = keys_of(host)
        self._session: _Session | None = None
        self._began: datetime | None = None

    async def connect(self, report: Report = ignore) -> Identity:
        """Sign in, or prove that the session still holds, and see whether it may read private messages."""
        session = await self._open(report)
        me, chat = session.me, await self._see_chats(session.chats, report)
        return Identity(
            remote_id=me.did,
            handle=f"@{me.handle}",
            name=me.name,
            handles=frozenset({me.handle, f"@{me.handle}", me.did}),
            avatar_url=me.avatar if me.avatar.startswith("https://") else "",
            abilities=Abilities({Action.REPLY: YES, Action.REPLY_PRIVATELY: chat, Action.MARK_READ: chat}),
        )

    async def pull(self, cursor: JsonObject | None) -> Batch:
        """Notifications, our own posts and private messages forward; then threads that may have changed."""
        session, now = await self._ready(), self.host.now()
        if cursor is None:
            begun = await session.puller.begin(now)
            self._began = from_ms(begun.began)
            return Batch((), begun.to_json())
        before, found = read_cursor(cursor), Found()
        self._began = began = from_ms(before.began)
        after, more = await session.puller.news(before, found)
        if not more:
            after = await session.puller.sweep(after, found, now)
            after = await session.puller.look_again(after, found, now)
            after, more = await session.puller.chats(after, found, began)
        events = await tell(session.teller(self.host, began), found)
        return Batch(tuple(events), after.to_json(), more)

    async def load_older(self, cursor: JsonObject | None) -> Batch:
        """The next older page of whichever list has the newest left."""
        session = await self._ready()
        teller = session.teller(self.host, self._began or self.host.now())
        events, marks = await session.history.page(read_marks(cursor), teller, self.host.history_since)
        return Batch(tuple(events), to_json(marks), any(not mark.done for mark in marks.values()))

    def limits(self, keys: tuple[str, ...]) -> Limits:
        """The same for everybody; in private longer, and without files."""
        return compose.limits_of(keys)

    def private_limits(self, keys: tuple[str, ...]) -> Limits:
        """Those of private messages."""
        return compose.CHAT_LIMITS

    def freeze(self, act: Act, identity: Identity) -> bytes:
        """The record under its key, or the private message."""
        return compose.freeze(act)

    async def send(self, act: Act, frozen: bytes) -> Receipt:
        """An answer or a private message."""
        return await (await self._ready()).sending.send(act, frozen)

    async def post(self, act: Act, frozen: bytes) -> Receipt:
        """A post, under which others can comment."""
        return await self.send(act, frozen)

    async def find_sent(self, act: Act, frozen: bytes) -> Finding:
        """By its key in our repository; a private message by its text."""
        return await (await self._ready()).sending.find(act, frozen)

    async def moderate(self, act: Act) -> Receipt:
        """Like, hide, block, mute, report."""
        return await (await self._ready()).doing.moderate(act)

    async def react(self, act: Act) -> Receipt:
        """Like or repost; in private any emoji."""
        return await (await self._ready()).doing.react(act)

    async def delete(self, act: Act) -> Receipt:
        """Take a post of ours away."""
        return await (await self._ready()).doing.delete(act)

    async def mark_read(self, act: Act) -> Receipt:
        """How far we have read in private."""
        return await (await self._ready()).doing.mark_read(act)

    async def fetch_attachment(self, message: str, attachment: str) -> AsyncIterator[bytes]:
        """The file from the server of whoever wrote the post."""
        session = await self._ready()
        did = owner_of(message)
        if not did:
            raise Rejected(_("This file is no longer on the server."))
        directory = directory_of(self.host.settings)
        async for piece in fetch_blob(self.host.http, session.client.home, directory, did, attachment):
            yield piece

    async def close(self) -> None:
        """Hang up."""
        self._session = None
        await self._keys.close()
        await self.host.http.close()

    async def sign_out(self) -> None:
        """End the session, which was begun for this account alone."""
        await self._keys.end()

    async def _see_chats(self, chats: Chats, report: Report) -> Ability:
        """Without them everything else works."""
        try:
            await chats.begin()
            problem = chats.refused
        except ConnectorError as failure:
            problem = str(failure)
        report(CheckStep(_("Private messages"), CheckState.PASSED, problem))
        return Ability(False, chats.refused) if chats.refused else YES

    async def _ready(self) -> _Session:
        return self._session or await self._open(ignore)

    async def _open(self, report: Report) -> _Session:
        home = read_server(self.host.settings.get("server", ""))
        client = Client(self.host.http, home, self._keys, self.host.note_limit, self.host.now)
        with reported(report, _("Reach the server {host}").format(host=urlsplit(home).hostname or "")):
            await replace(client, keys=Nobody()).get("com.atproto.server.describeServer")
        with reported(report, _("Sign in")):
            me = await _ask_who_we_are(client)
        self._session = _Session.of(client, me, self.host)
        return self._session


@dataclass(frozen=True, slots=True)
class _Session:
    """A sign-in that was tested, and the parts that work with it."""

    client: Client
    me: Person
    chats: Chats
    puller: Puller
    history: History
    sending: Sending
    doing: Doing

    @classmethod
    def of(cls, client: Client, me: Person, host: Host) -> _Session:
        lists, threads = Lists(client, me.did), Threads(client, me.did)
        chats = Chats(client, me.did, chat_of(host.settings), host.content)
        puller = Puller(lists, threads, chats, me.did)
        history = History(lists, threads, chats, puller)
        return cls(
            client,
            me,
            chats,
            puller,
            history,
            Sending(client, chats, me.did),
            Doing(client, lists, chats, me.did),
        )

    def teller(self, host: Host, began: datetime) -> Teller:
        return Teller(self.me, host.content, began.astimezone(UTC))


def keys_of(host: Host) -> OurKeys:
    """What shows the server who we are: what the browser's sign-in left, or a session by app password."""
    return OAuthKeys(host) if host.secrets.get(KEY) else SessionKeys(host)


async def _ask_who_we_are(client: Client) -> Person:
    """The session proves who we are; the profile adds how people see us, where it can be had."""
    session = Fields.of(await client.get("com.atproto.server.getSession"))
    bare = Person(session.need_text("did"), session.text("handle").lower())
    try:
        return wire.person(Fields.of(await client.get("app.bsky.actor.getProfile", {"actor": bare.did})))
    except Rejected:
        return bare
