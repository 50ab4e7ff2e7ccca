"""Matrix as a channel: rooms with their threads, direct chats and invitations, one device an account."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar, Final
from urllib.parse import urlsplit

from connectors.matrix import compose, doing, media, stream
from connectors.matrix.client import Client, Refusal, path_of
from connectors.matrix.cursor import read_cursor
from connectors.matrix.directs import Directs
from connectors.matrix.older import History, read_marks, to_json
from connectors.matrix.pulling import Puller
from connectors.matrix.rooms import Rooms
from connectors.matrix.sending import Sending
from connectors.matrix.settings import DEVICE, read_home
from connectors.matrix.telling import Teller, Us
from connectors.matrix.tokens import TOKEN, Refreshing, refreshable
from connectors.shared.checks import reported
from connectors.shared.oauth2.renewal import Renewal
from inbox_app.contract.acts import Act, Finding, Receipt
from inbox_app.contract.connector import (
    Connector,
    DeletesSent,
    EditsSent,
    FetchesAttachments,
    FindsSent,
    Host,
    Listens,
    LoadsOlder,
    MarksRead,
    Moderates,
    Reacts,
    Report,
    Sends,
    ignore,
)
from inbox_app.contract.files import Files
from inbox_app.contract.http import Http
from inbox_app.contract.limits import Limits
from inbox_app.contract.remote import Batch, Identity
from inbox_app.contract.texts import _
from inbox_app.domain.abilities import YES, Abilities
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.timecode import from_ms
from inbox_app.domain.words import Action, Resend

_UPLOAD: Final = "largest-file"


class MatrixConnector(
    Connector,
    Sends,
    FindsSent,
    Listens,
    LoadsOlder,
    MarksRead,
    Moderates,
    Reacts,
    EditsSent,
    DeletesSent,
    FetchesAttachments,
):
    """One account on one homeserver."""

    resend: ClassVar[Resend] = Resend.CHECK
    settle_time: ClassVar[timedelta] = timedelta(seconds=20)
    """A server that is slow may say a message after the line to it was cut."""
    longest_try: ClassVar[timedelta] = timedelta(minutes=5)
    """As long as the largest file needs to be uploaded."""

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._session: _Session | None = None
        self._began: datetime | None = None
        self._since = ""
        self._listening: Http | None = None
        self._renewal = Renewal(host, Refreshing(host.http)) if refreshable(host.secrets) else None

    async def connect(self, report: Report = ignore) -> Identity:
        """Ask the server who we are."""
        us = (await self._open(report)).us
        return Identity(
            remote_id=us.id,
            handle=us.id,
            name=us.name,
            handles=frozenset({us.id}),
            abilities=Abilities({Action.REPLY: YES, Action.REPLY_PRIVATELY: YES}),
        )

    async def pull(self, cursor: JsonObject | None) -> Batch:
        """One sync; then what was edited, reacted to or left out."""
        session, now = await self._ready(), self.host.now()
        if cursor is None:
            events, after = await session.puller.begin(now)
        else:
            events, after = await session.puller.pull(read_cursor(cursor), now, self.host.history_since)
        self._began, self._since = from_ms(after.began), after.since
        return Batch(tuple(events), after.to_json(), after.has_work)

    async def load_older(self, cursor: JsonObject | None) -> Batch:
        """The next older page of whichever room has the newest left."""
        session, since = await self._ready(), self.host.history_since
        marks = await session.history.begin() if cursor is None else read_marks(cursor)
        events, marks = await session.history.page(marks, since, self._began or self.host.now())
        return Batch(tuple(events), to_json(marks), any(one.wants(since) for one in marks.values()))

    async def listen(self) -> AsyncGenerator[None, None]:
        """A nudge whenever a sync that waits is answered with something."""
        session = await self._ready()
        self._listening = self._listening or Http(self._home, deadline=stream.DEADLINE)
        line = replace(session.client, http=self._listening)
        async with aclosing(stream.listen(line, session.us.id, lambda: self._since)) as nudges:
            async for _nudge in nudges:
                yield

    def limits(self, keys: tuple[str, ...]) -> Limits:
        """The same in every room; how large a file may be is the server's own, as it last said."""
        return compose.limits(_read_number(self.host.files, self._note))

    def freeze(self, act: Act, identity: Identity) -> bytes:
        """The message, all of which follows from the act."""
        return compose.freeze(act)

    async def send(self, act: Act, frozen: bytes) -> Receipt:
        """An answer, where what it answers stands: in the room, or in its thread; or the direct chat with somebody."""
        return await (await self._ready()).sending.send(act, frozen)

    async def find_sent(self, act: Act, frozen: bytes) -> Finding:
        """By the key that our messages carry."""
        return await (await self._ready()).sending.find(act, frozen)

    async def moderate(self, act: Act) -> Receipt:
        """Delete, turn out, ban, let back in, report; accept or decline an invitation. A like is a reaction."""
        session = await self._ready()
        if act.action is Action.LIKE:
            return await doing.react(session.client, session.us.id, replace(act, value=""))
        return await doing.moderate(session.client, session.us.id, act)

    async def react(self, act: Act) -> Receipt:
        """Any emoji."""
        session = await self._ready()
        return await doing.react(session.client, session.us.id, act)

    async def edit(self, act: Act) -> Receipt:
        """Another text for a message of ours."""
        session = await self._ready()
        return await doing.edit(session.client, session.sending.rooms, act)

    async def delete(self, act: Act) -> Receipt:
        """Take a message of ours back."""
        return await doing.delete((await self._ready()).client, act)

    async def mark_read(self, act: Act) -> Receipt:
        """Tell the server how far we have read."""
        return await doing.mark_read((await self._ready()).client, act)

    async def fetch_attachment(self, message: str, attachment: str) -> AsyncIterator[bytes]:
        """A file from where our server keeps it, or fetches it from another."""
        async for piece in media.download((await self._ready()).client, attachment):
            yield piece

    async def sign_out(self) -> None:
        """End the session that our sign-in made; one that was made elsewhere is somebody else's to end."""
        if self.host.settings.get(DEVICE):
            await self._client().post(path_of("logout"))

    async def close(self) -> None:
        """Hang up."""
        self._session = None
        if self._renewal is not None:
            await self._renewal.close()
        listening, self._listening = self._listening, None
        await self.host.http.close()
        if listening is not None:
            await listening.close()

    @property
    def _home(self) -> str:
        return read_home(self.host.settings.get("server", ""))

    @property
    def _note(self) -> Path:
        return self.host.folder / _UPLOAD

    def _client(self) -> Client:
        return Client(self.host.http, lambda: self.host.secrets.get(TOKEN, ""), self._renewal)

    async def _ready(self) -> _Session:
        return self._session or await self._open(ignore)

    async def _open(self, report: Report) -> _Session:
        client, host = self._client(), urlsplit(self._home).hostname or ""
        with reported(report, _("Reach the server {host}").format(host=host)):
            await client.get("/_matrix/client/versions")
        with reported(report, _("Sign in")):
            me = (await client.get(path_of("account", "whoami"))).need_id("user_id")
            us = Us(me, await _name_of(client, me))
        largest = await media.largest(client)
        await self.host.blocking(lambda: _keep_number(self.host.files, self._note, largest))
        self._session = _Session.of(client, us, self.host)
        return self._session


@dataclass(frozen=True, slots=True)
class _Session:
    """A sign-in that was tested, and the parts that work with it."""

    client: Client
    us: Us
    puller: Puller
    history: History
    sending: Sending

    @classmethod
    def of(cls, client: Client, us: Us, host: Host) -> _Session:
        rooms = Rooms(client, us.id)
        teller = Teller(us, rooms, host.content)
        puller = Puller(client, rooms, teller, us.id)
        sending = Sending(client, rooms, Directs(client, rooms, us.id), us.id)
        return cls(client, us, puller, History(client, rooms, teller, puller, us.id), sending)


async def _name_of(client: Client, me: str) -> str:
    try:
        return (await client.get(path_of("profile", me, "displayname"))).text("displayname")
    except Refusal:
        return ""


def _read_number(files: Files, path: Path) -> int | None:
    try:
        return int(files.read(path)) or None
    except (OSError, ValueError):
        return None


def _keep_number(files: Files, path: Path, number: int | None) -> None:
    if number != _read_number(files, path):
        files.write(path, str(number or 0).encode())
