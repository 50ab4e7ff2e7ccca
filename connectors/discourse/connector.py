"""Discourse as a channel: the topics of a forum that concern one of its users, and their private messages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from connectors.discourse import compose, doing
from connectors.discourse.chats import Chats
from connectors.discourse.client import Client
from connectors.discourse.cursor import Cursor, read_cursor
from connectors.discourse.deciding import decide, is_review
from connectors.discourse.listing import Listing
from connectors.discourse.older import History, read_place
from connectors.discourse.pulling import Puller
from connectors.discourse.reviewing import Queue
from connectors.discourse.sending import Sending
from connectors.discourse.settings import KEY, SITE, USER, category_of, read_site, topics_of
from connectors.discourse.site import keys_of, who_we_are, withdraw
from connectors.discourse.telling import Teller, avatar
from connectors.discourse.topics import Topics
from connectors.discourse.wire import User
from connectors.shared.sites import place_of
from inbox_app.contract.acts import Act, Finding, Receipt
from inbox_app.contract.connector import (
    Connector,
    DeletesSent,
    EditsSent,
    FetchesAttachments,
    FindsSent,
    Host,
    LoadsOlder,
    Moderates,
    Posts,
    Reacts,
    Report,
    Sends,
    ignore,
)
from inbox_app.contract.limits import Limits
from inbox_app.contract.remote import Batch, Identity
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Action, Resend


class DiscourseConnector(
    Connector, Sends, Posts, FindsSent, LoadsOlder, Moderates, Reacts, EditsSent, DeletesSent, FetchesAttachments
):
    """One user of one forum."""

    resend: ClassVar[Resend] = Resend.CHECK
    settle_time: ClassVar[timedelta] = timedelta(seconds=60)
    """A slow forum may still be writing when we have given up."""

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._session: _Session | None = None
        self._began: tuple[int, datetime] | None = None

    async def connect(self, report: Report = ignore) -> Identity:
        """Ask the forum who we are."""
        session = await self._open(report)
        me, site = session.me, session.client.site
        handle = f"{me.username}@{place_of(site)}"
        return Identity(
            remote_id=f"{me.id}@{place_of(site)}",
            handle=handle,
            name=me.name or me.username,
            handles=frozenset({handle}),
            avatar_url=avatar(me.avatar, site),
        )

    async def pull(self, cursor: JsonObject | None) -> Batch:
        """New posts and private messages, and what is different among those that are there."""
        session = await self._ready()
        if cursor is None:
            begun = await session.puller.begin(self.host.now())
            self._note(begun)
            return Batch((), begun.to_json())
        before = read_cursor(cursor)
        self._note(before)
        events, after, more = await session.puller.news(before, self._teller(session))
        return Batch(tuple(events), after.to_json(), more)

    async def load_older(self, cursor: JsonObject | None) -> Batch:
        """The next older page."""
        session = await self._ready()
        events, place, more = await session.history.page(read_place(cursor), self._teller(session))
        return Batch(tuple(events), place.to_json(), more)

    def limits(self, keys: tuple[str, ...]) -> Limits:
        """As forums are set up; one that is stricter says so when it refuses."""
        most, largest = compose.MOST_FILES, compose.LARGEST_FILE
        return Limits(text=compose.LONGEST, files=most, file_size=largest, descriptions=True)

    def freeze(self, act: Act, identity: Identity) -> bytes:
        """The request, all of which follows from the act and the category that was chosen for topics."""
        return compose.freeze(act, category_of(self.host.settings))

    async def send(self, act: Act, frozen: bytes) -> Receipt:
        """An answer in a topic or a private conversation."""
        return await (await self._ready()).sending.send(act, frozen)

    async def post(self, act: Act, frozen: bytes) -> Receipt:
        """A topic, under which others can answer."""
        return await self.send(act, frozen)

    async def find_sent(self, act: Act, frozen: bytes) -> Finding:
        """By author and Markdown, in the topic; a topic by its title too."""
        return await (await self._ready()).sending.find(act, frozen)

    async def moderate(self, act: Act) -> Receipt:
        """Like, report, delete; decide what waits in the review queue."""
        if is_review(act.target):
            return await decide((await self._ready()).client, act)
        return await doing.moderate((await self._ready()).client, act)

    async def react(self, act: Act) -> Receipt:
        """Like, or take a like back."""
        return await doing.react((await self._ready()).client, act)

    async def edit(self, act: Act) -> Receipt:
        """Another text for a post."""
        return await doing.edit((await self._ready()).client, act)

    async def delete(self, act: Act) -> Receipt:
        """Take a post of ours away, also one that waits."""
        if is_review(act.target):
            return await decide((await self._ready()).client, replace(act, action=Action.DELETE))
        return await doing.delete((await self._ready()).client, act)

    async def fetch_attachment(self, message: str, attachment: str) -> AsyncIterator[bytes]:
        """The file from where its post names it; our key goes along only to the forum itself."""
        session = await self._ready()
        async for piece in self.host.http.download(attachment, headers=session.client.keys.headers):
            yield piece

    async def sign_out(self) -> None:
        """Take back the key that the forum made for us."""
        await withdraw(self._client())

    async def close(self) -> None:
        """Hang up."""
        self._session = None
        await self.host.http.close()

    def _note(self, cursor: Cursor) -> None:
        self._began = (cursor.began, cursor.began_at)

    def _teller(self, session: _Session) -> Teller:
        """Before the first pull all that is there is past."""
        began, began_at = self._began or (2**62, datetime.max.replace(tzinfo=UTC))
        return Teller(
            session.client.site,
            session.me,
            self.host.content,
            topics_of(self.host.settings),
            began,
            began_at,
            self.host.history_since,
        )

    async def _ready(self) -> _Session:
        return self._session or await self._open(ignore)

    async def _open(self, report: Report) -> _Session:
        client = self._client()
        self._session = _Session.of(client, await who_we_are(client, report))
        return self._session

    def _client(self) -> Client:
        host = self.host
        keys = keys_of(host.settings.get(USER.name, ""), host.secrets.get(KEY.name, ""))
        return Client(host.http, read_site(host.settings.get(SITE.name, "")), keys, host.now, host.note_limit)


@dataclass(frozen=True, slots=True)
class _Session:
    """A sign-in that was tested, and the parts that work with it."""

    client: Client
    me: User
    puller: Puller
    history: History
    sending: Sending

    @classmethod
    def of(cls, client: Client, me: User) -> _Session:
        listing, topics, chats = Listing(client), Topics(client), Chats(client, me.username)
        return cls(
            client,
            me,
            Puller(client, listing, topics, chats, Queue(client, topics) if me.reviews else None),
            History(client, listing, topics, chats),
            Sending(client, me),
        )
