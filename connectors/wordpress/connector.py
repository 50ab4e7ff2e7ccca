"""WordPress as a channel: the comments of one site, those that wait for a moderator among them."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Final

from connectors.shared.checks import reported
from connectors.shared.sites import place_of
from connectors.wordpress import compose, doing
from connectors.wordpress.abilities import of_account
from connectors.wordpress.client import Client
from connectors.wordpress.cursor import read_cursor, read_place
from connectors.wordpress.listing import Listing
from connectors.wordpress.older import History, to_json
from connectors.wordpress.posts import Posts
from connectors.wordpress.pulling import Puller
from connectors.wordpress.sending import Sending
from connectors.wordpress.settings import PASSWORD, SITE, USER, read_site
from connectors.wordpress.site import ask_site, who_we_are
from connectors.wordpress.telling import Teller
from connectors.wordpress.wire import Site, User
from inbox_app.contract.acts import Act, Finding, Receipt
from inbox_app.contract.connector import (
    Connector,
    CountsRemote,
    DeletesSent,
    EditsSent,
    FindsSent,
    Host,
    LoadsOlder,
    Moderates,
    Report,
    Sends,
    ignore,
)
from inbox_app.contract.limits import Counting, Limits
from inbox_app.contract.remote import Batch, Identity, RemoteCount
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Resend

_LONGEST_TITLE: Final = 60
"""Signs of a site's title that go into an account's name, by which one site is told from another."""


class WordPressConnector(Connector, Sends, FindsSent, LoadsOlder, Moderates, EditsSent, DeletesSent, CountsRemote):
    """One user on one site."""

    resend: ClassVar[Resend] = Resend.CHECK
    settle_time: ClassVar[timedelta] = timedelta(seconds=60)
    """A slow site may still be writing when we have given up."""

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._session: _Session | None = None
        self._began: int | None = None

    async def connect(self, report: Report = ignore) -> Identity:
        """Ask the site for its interface and for who we are."""
        session = await self._open(report)
        me, place = session.me, place_of(session.site)
        handle = f"{me.slug}@{place}"
        return Identity(
            remote_id=f"{me.id}@{place}",
            handle=handle,
            name=f"{me.name} · {session.title}" if session.title else me.name,
            handles=frozenset({handle}),
            avatar_url=me.avatar,
            abilities=of_account(me),
        )

    async def pull(self, cursor: JsonObject | None) -> Batch:
        """New comments, what waits for a moderator, and what is different among those that are there."""
        session = await self._ready()
        if cursor is None:
            begun = await session.puller.begin()
            self._began = begun.began
            return Batch((), begun.to_json())
        before = read_cursor(cursor)
        self._began = before.began
        events, after, more = await session.puller.news(before, self._teller(session))
        return Batch(tuple(events), after.to_json(), more)

    async def load_older(self, cursor: JsonObject | None) -> Batch:
        """The next older page."""
        session = await self._ready()
        events, place, more = await session.history.page(read_place(cursor), self._teller(session))
        return Batch(tuple(events), to_json(place), more)

    def limits(self, keys: tuple[str, ...]) -> Limits:
        """Comments take no files."""
        return Limits(text=compose.LONGEST, counting=Counting.BYTES, files=0)

    def freeze(self, act: Act, identity: Identity) -> bytes:
        """The request, all of which follows from the act."""
        return compose.freeze(act)

    async def send(self, act: Act, frozen: bytes) -> Receipt:
        """An answer to a comment."""
        return await (await self._ready()).sending.send(act, frozen)

    async def find_sent(self, act: Act, frozen: bytes) -> Finding:
        """By author and text, below what was answered."""
        return await (await self._ready()).sending.find(act, frozen)

    async def moderate(self, act: Act) -> Receipt:
        """Approve, hold, spam, trash, delete."""
        return await doing.moderate((await self._ready()).client, act)

    async def edit(self, act: Act) -> Receipt:
        """Another text for a comment, ours or, for moderators, anybody's."""
        return await doing.edit((await self._ready()).client, act)

    async def delete(self, act: Act) -> Receipt:
        """Take a comment of ours away."""
        return await doing.delete((await self._ready()).client, act)

    async def count_remote(self) -> tuple[RemoteCount, ...]:
        """All that we may see."""
        session = await self._ready()
        return (RemoteCount(_("Comments"), await session.listing.count()),)

    async def close(self) -> None:
        """Hang up."""
        self._session = None
        await self.host.http.close()

    def _teller(self, session: _Session) -> Teller:
        return Teller(session.site, session.me, self.host.content, self._began, self.host.history_since)

    async def _ready(self) -> _Session:
        return self._session or await self._open(ignore)

    async def _open(self, report: Report) -> _Session:
        settings = self.host.settings
        site = read_site(settings.get(SITE.name, ""))
        password = self.host.secrets.get(PASSWORD.name, "")
        asking = Client(self.host.http, site, settings.get(USER.name, ""), password)
        with reported(report, _("Reach the site {site}").format(site=place_of(site))):
            client, said = await ask_site(asking)
        me = await who_we_are(client, report)
        self._session = _Session.of(self.host, client, said, me)
        return self._session


@dataclass(frozen=True, slots=True)
class _Session:
    """A sign-in that was tested, and the parts that work with it."""

    site: str
    title: str
    client: Client
    me: User
    listing: Listing
    puller: Puller
    history: History
    sending: Sending

    @classmethod
    def of(cls, host: Host, client: Client, said: Site, me: User) -> _Session:
        listing, posts = Listing(client, me, host.history_since), Posts(client, me)
        return cls(
            client.site,
            html.unescape(said.name)[:_LONGEST_TITLE],
            client,
            me,
            listing,
            Puller(listing, posts),
            History(listing, posts),
            Sending(client, listing, me, host.content),
        )
