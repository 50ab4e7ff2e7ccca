"""Mastodon as a channel: mentions, comments under our posts and direct conversations, one sign-in an account."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from connectors.mastodon import compose, doing, stream
from connectors.mastodon.client import Client, Forbidden, Gone, path_of
from connectors.mastodon.cursor import read_cursor
from connectors.mastodon.fields import Fields
from connectors.mastodon.lists import Lists
from connectors.mastodon.notebook import Notebook
from connectors.mastodon.older import History, read_marks, to_json
from connectors.mastodon.people import People
from connectors.mastodon.pulling import Found, Puller, tell
from connectors.mastodon.registration import keys_of
from connectors.mastodon.sending import Sending
from connectors.mastodon.server import Server, read_server
from connectors.mastodon.settings import read_server as read_address
from connectors.mastodon.stream import Heard
from connectors.mastodon.telling import Teller
from connectors.mastodon.threads import Threads
from connectors.mastodon.wire import Account, Reader
from connectors.shared.checks import reported
from inbox_app.content.worker import Worker
from inbox_app.contract.acts import Act, Finding, Receipt
from inbox_app.contract.archive import Archive
from inbox_app.contract.connector import (
    Connector,
    DeletesSent,
    EditsSent,
    FetchesAttachments,
    FindsSent,
    Host,
    Listens,
    LoadsOlder,
    Moderates,
    Posts,
    Reacts,
    ReadsArchive,
    Report,
    Sends,
    ignore,
)
from inbox_app.contract.errors import Rejected, SignInNeeded
from inbox_app.contract.http import Http
from inbox_app.contract.limits import Limits
from inbox_app.contract.remote import Batch, Event, Identity, MessageSeen
from inbox_app.contract.texts import _
from inbox_app.domain.abilities import YES, Abilities
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.timecode import from_ms, to_ms
from inbox_app.domain.words import Action, Resend


class MastodonConnector(
    Connector,
    Sends,
    FindsSent,
    Listens,
    LoadsOlder,
    Moderates,
    Reacts,
    EditsSent,
    DeletesSent,
    FetchesAttachments,
    Posts,
    ReadsArchive,
):
    """One account on one server."""

    resend: ClassVar[Resend] = Resend.SAFE
    remembers_key_for: ClassVar[timedelta | None] = timedelta(minutes=55)
    """Servers keep a key for an hour."""
    settle_time: ClassVar[timedelta] = timedelta(seconds=75)
    """Servers write a key down after the status is made, and some never look at it."""
    longest_try: ClassVar[timedelta] = timedelta(minutes=10)
    """As long as the largest files need to be uploaded and worked on."""

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._notebook: Notebook | None = None
        self._session: _Session | None = None
        self._stream_http: Http | None = None
        self._hints: set[str] = set()
        self._watched: frozenset[str] = frozenset()
        self._began: datetime | None = None

    @classmethod
    def open_archive(cls, host: Host, kind: str, path: Path) -> Archive:  # noqa: ARG003 - it has one format
        """What a server gave out at `path`."""
        from connectors.mastodon.archive import Outbox
        from connectors.shared.downloads.reading import Download

        return Download(host, path, Outbox)

    async def connect(self, report: Report = ignore) -> Identity:
        """Ask the server for its rules and for who we are."""
        me = (await self._open(report)).me
        return Identity(
            remote_id=me.handle,
            handle=f"@{me.handle}",
            name=me.name,
            handles=frozenset({me.handle, f"@{me.handle}"}),
            avatar_url=me.avatar,
            abilities=Abilities({Action.REPLY: YES, Action.REPLY_PRIVATELY: YES}),
        )

    async def pull(self, cursor: JsonObject | None) -> Batch:
        """Notifications, our own statuses and conversations forward; then threads that may have changed."""
        session, now = await self._ready(), self.host.now()
        if cursor is None:
            begun = await session.puller.begin(now)
            self._began = from_ms(begun.began)
            return Batch((), begun.to_json())
        before, found = read_cursor(cursor), Found()
        self._began = from_ms(before.began)
        after, more = await session.puller.news(before, found)
        if not more:
            hints, self._hints = self._hints, set()
            after = await session.puller.look_again(after, found, to_ms(now), hints)
        self._watched = after.watch.ids
        events = await tell(session.teller(self.host, self._began), found)
        await self._learn_names(events)
        return Batch(tuple(events), after.to_json(), more)

    async def load_older(self, cursor: JsonObject | None) -> Batch:
        """The next older page of whichever list has the newest left."""
        session = await self._ready()
        placed, marks = await session.history.page(read_marks(cursor), self.host.history_since)
        teller = session.teller(self.host, self._began or self.host.now())
        events = await teller.events(placed, history=True)
        await self._learn_names(events)
        return Batch(tuple(events), to_json(marks), any(not mark.done for mark in marks.values()))

    async def listen(self) -> AsyncGenerator[None, None]:
        """A nudge whenever the server's stream tells of something."""
        session = await self._ready()
        home = read_address(self.host.settings.get("server", ""))
        address = stream.stream_home(home, session.server)
        http = self.host.http
        if address != home:
            http = self._stream_http = self._stream_http or Http(address)
        headers = await session.client.authorization()
        async with aclosing(stream.listen(http, headers, self._concerns)) as nudges:
            async for _nudge in nudges:
                yield

    def _concerns(self, heard: Heard) -> bool:
        """The stream also tells of everything that those say whom we follow; of that only what we watch matters."""
        if heard.name in stream.NOTICES:
            return True
        if heard.name == stream.UPDATE:
            return self._session is not None and heard.account == self._session.me.id
        changed = heard.name in (stream.EDIT, stream.DELETE) and heard.status in self._watched
        if changed:
            self._hints.add(heard.status)
        return changed

    def limits(self, keys: tuple[str, ...]) -> Limits:
        """The server's own, as it last said; less what it takes to name those who are answered."""
        book = self._notebook or Notebook(self.host.folder, self.host.files)
        return book.server.limits(book.reserved(keys))

    def freeze(self, act: Act, identity: Identity) -> bytes:
        """The request, all of which follows from the act and our server's name."""
        return compose.freeze(act, identity.handle.rpartition("@")[2])

    async def send(self, act: Act, frozen: bytes) -> Receipt:
        """A reply or a new direct message."""
        return await (await self._ready()).sending.send(act, frozen)

    async def post(self, act: Act, frozen: bytes) -> Receipt:
        """A public post, under which others can comment."""
        return await self.send(act, frozen)

    async def find_sent(self, act: Act, frozen: bytes) -> Finding:
        """By parent and text, among what stands below the parent and among our own statuses."""
        return await (await self._ready()).sending.find(act, frozen)

    async def moderate(self, act: Act) -> Receipt:
        """Favourite, block, mute, take either back, report."""
        session = await self._ready()
        return await doing.moderate(session.client, session.people, act)

    async def react(self, act: Act) -> Receipt:
        """Favourite or boost."""
        return await doing.react((await self._ready()).client, act)

    async def edit(self, act: Act) -> Receipt:
        """Another text for a message of ours."""
        session = await self._ready()
        return await doing.edit(session.client, act, session.server)

    async def delete(self, act: Act) -> Receipt:
        """Take a message of ours away."""
        return await doing.delete((await self._ready()).client, act)

    async def fetch_attachment(self, message: str, attachment: str) -> AsyncIterator[bytes]:
        """The file from where the server keeps it; its address is asked for anew, since such addresses expire."""
        session = await self._ready()
        answer = await session.client.get(path_of("v1", "statuses", message))
        media = next((one for one in session.reader.status(answer.json()).media if one.id == attachment), None)
        if media is None or not media.url:
            raise Rejected(_("This file is no longer on the server."))
        async for piece in self.host.http.download(media.url):
            yield piece

    async def close(self) -> None:
        """Hang up."""
        self._session = None
        await self.host.http.close()
        if self._stream_http is not None:
            await self._stream_http.close()

    async def _ready(self) -> _Session:
        return self._session or await self._open(ignore)

    async def _open(self, report: Report) -> _Session:
        session = await sign_in(self.host, report)
        book = await self._book()
        book.learn_server(session.server)
        await self.host.blocking(book.keep)
        self._session = session
        return session

    async def _book(self) -> Notebook:
        if self._notebook is None:
            self._notebook = await self.host.blocking(lambda: Notebook(self.host.folder, self.host.files))
        return self._notebook

    async def _learn_names(self, events: list[Event]) -> None:
        told = [event.message for event in events if isinstance(event, MessageSeen)]
        costs = {one.remote_id: compose.reserved(Fields(one.extra or {}).texts("mentions")) for one in told}
        book = await self._book()
        book.learn_names(costs)
        await self.host.blocking(book.keep)


@dataclass(frozen=True, slots=True)
class _Session:
    """A sign-in that was tested, and the parts that work with it."""

    client: Client
    server: Server
    me: Account
    reader: Reader
    puller: Puller
    history: History
    sending: Sending
    people: People

    @classmethod
    def of(cls, client: Client, server: Server, me: Account, content: Worker) -> _Session:
        reader = Reader(server.domain)
        lists, threads = Lists(client, reader, me.id), Threads(client, reader, me.id)
        puller = Puller(client, reader, lists, threads, me.id)
        history = History(lists, threads, puller)
        sending = Sending(client, reader, lists, threads, server, me, content)
        return cls(client, server, me, reader, puller, history, sending, People(client))

    def teller(self, host: Host, began: datetime) -> Teller:
        return Teller(self.me, host.content, began.astimezone(UTC), self.people)


async def sign_in(host: Host, report: Report) -> _Session:
    """Ask the server for its rules, and who we are there; each step reported."""
    home = read_address(host.settings.get("server", ""))
    name = urlsplit(home).hostname or ""
    client = Client(host.http, keys_of(host, home), host.note_limit, host.now)
    with reported(report, _("Reach the server {host}").format(host=name)):
        server = await _ask_server(client, name)
    with reported(report, _("Sign in")):
        me = await _ask_who_we_are(client, Reader(server.domain))
    return _Session.of(client, server, me, host.content)


async def _ask_server(client: Client, host: str) -> Server:
    try:
        return read_server((await client.get(path_of("v2", "instance"))).json(), host)
    except (Gone, Forbidden):
        return read_server((await client.get(path_of("v1", "instance"))).json(), host)


async def _ask_who_we_are(client: Client, reader: Reader) -> Account:
    try:
        answer = await client.get(path_of("v1", "accounts", "verify_credentials"))
    except Forbidden as refused:
        raise SignInNeeded(str(refused)) from refused
    return reader.account(Fields.of(answer.json()))
