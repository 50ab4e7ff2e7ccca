"""A folder as a channel: any program drops events there and picks up answers (`docs/guide/folder.md`).

What was read is moved to `taken` with the next pull, when the program has kept it: the cursor names it until then. A
death in between reads it again, or moves it only, and neither loses nor doubles anything.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import ClassVar, Final

from connectors.folder import stream, wire
from connectors.folder.client import FILE_LIMIT, Client, Dropped, Refused
from connectors.folder.settings import read_name, read_path
from connectors.shared.checks import reported
from inbox_app.content.parsed import Unparsable
from inbox_app.contract.acts import Act, Receipt
from inbox_app.contract.connector import (
    Connector,
    DeletesSent,
    EditsSent,
    FetchesAttachments,
    Host,
    Listens,
    Moderates,
    Reacts,
    Report,
    Sends,
    ignore,
)
from inbox_app.contract.errors import Offline, Rejected
from inbox_app.contract.limits import Limits
from inbox_app.contract.remote import Batch, Event, Identity, MessageSeen, RemoteAuthor
from inbox_app.contract.texts import _
from inbox_app.domain.abilities import YES, Abilities
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Action, Resend

FILES_A_PULL: Final = 100
_STILL_WRITTEN: Final = timedelta(seconds=5)
"""A file that is no JSON may be half of one, unless it has lain there for longer than this."""


class FolderConnector(Connector, Sends, Listens, Moderates, Reacts, EditsSent, DeletesSent, FetchesAttachments):
    """One folder."""

    resend: ClassVar[Resend] = Resend.SAFE
    remembers_key_for: ClassVar[timedelta | None] = timedelta(days=1)
    """How long the other program leaves what it took in `answers/taken`."""

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._known: frozenset[Dropped] = frozenset()

    async def connect(self, report: Report = ignore) -> Identity:
        """Make what is missing in the folder, and see that we may write there."""
        client = self._client()
        with reported(report, _("Use the folder {path}").format(path=client.root)):
            await self.host.blocking(client.prepare)
        name = read_name(self.host.settings)
        return Identity(str(client.root), name, name, abilities=Abilities({Action.REPLY: YES}))

    async def pull(self, cursor: JsonObject | None) -> Batch:
        """The oldest files that were not read before."""
        client, before = self._client(), _read_cursor(cursor)
        await self.host.blocking(partial(client.take, before))
        found, more = await self.host.blocking(partial(client.look, FILES_A_PULL, frozenset(before)))
        events: list[Event] = []
        read: list[Dropped] = []
        for one in found:
            event = await self._read(client, one)
            if event is not None:
                events.append(event)
                read.append(one)
        self._known = frozenset(found)
        return Batch(tuple(events), _cursor(read), more and bool(read))

    async def listen(self) -> AsyncGenerator[None, None]:
        """A nudge within seconds of a file's arrival."""
        async with aclosing(stream.listen(self._client(), self.host.blocking, lambda: self._known)) as nudges:
            async for _nudge in nudges:
                yield

    def limits(self, keys: tuple[str, ...]) -> Limits:
        """Any text; files as large as we read them ourselves."""
        return Limits(files=20, file_size=FILE_LIMIT, descriptions=True)

    def freeze(self, act: Act, identity: Identity) -> bytes:
        """The answer's file."""
        return wire.answer(act)

    async def send(self, act: Act, frozen: bytes) -> Receipt:
        """Put the answer down under its key, which is its id from now on."""
        await self._put(act, frozen)
        return Receipt(act.key)

    async def moderate(self, act: Act) -> Receipt:
        """Ask the other program to do it."""
        return await self._ask(act)

    async def react(self, act: Act) -> Receipt:
        """Ask the other program to do it."""
        return await self._ask(act)

    async def edit(self, act: Act) -> Receipt:
        """Ask the other program to do it."""
        return await self._ask(act)

    async def delete(self, act: Act) -> Receipt:
        """Ask the other program to do it."""
        return await self._ask(act)

    async def fetch_attachment(self, message: str, attachment: str) -> AsyncIterator[bytes]:
        """A file of the folder, known by its name in it."""
        client, at = self._client(), 0
        while piece := await self.host.blocking(partial(client.piece_of, attachment, at)):
            yield piece
            at += len(piece)

    async def _ask(self, act: Act) -> Receipt:
        await self._put(act, wire.answer(act))
        return Receipt(act.target.remote_id if act.target else act.key)

    async def _put(self, act: Act, body: bytes) -> None:
        if not act.key.isalnum():
            raise Rejected(_("This answer has a key that is no file's name."))
        client = self._client()
        await self.host.blocking(partial(client.answer, act.key, body, wire.files(act)))

    async def _read(self, client: Client, one: Dropped) -> Event | None:
        """What a file tells; None where it was set aside, or is taken for unfinished."""
        us = RemoteAuthor(str(client.root), read_name(self.host.settings))
        reading = wire.Reading(us, client.size_of)
        try:
            event = await self.host.blocking(partial(_event, client, reading, one))
        except Refused as refused:
            if not (isinstance(refused, wire.NotJson) and self._may_be_growing(one)):
                await self.host.blocking(partial(client.refuse, one, str(refused)))
            return None
        except FileNotFoundError:
            return None
        except OSError as failure:
            raise Offline(
                _("The folder {path} cannot be used: {reason}.").format(path=client.root, reason=failure.strerror)
            ) from failure
        return await self._cleaned(event)

    def _may_be_growing(self, one: Dropped) -> bool:
        return 0 <= self.host.now().timestamp() - one.changed / 1e9 < _STILL_WRITTEN.total_seconds()

    async def _cleaned(self, event: Event) -> Event:
        """With HTML that may be shown."""
        if not isinstance(event, MessageSeen) or event.message.html is None:
            return event
        clean = await self.host.content.clean(event.message.html)
        if isinstance(clean, Unparsable):
            return MessageSeen(replace(event.message, html=None))
        return MessageSeen(replace(event.message, html=clean.html or None, text=event.message.text or clean.text))

    def _client(self) -> Client:
        return Client(read_path(self.host.settings))


def _event(client: Client, reading: wire.Reading, one: Dropped) -> Event:
    try:
        one.name.encode()
    except UnicodeEncodeError:
        raise Refused(_("Its name is not written in UTF-8.")) from None
    return reading.event(client.read(one))


def _cursor(read: list[Dropped]) -> JsonObject:
    return {"read": [[one.name, one.size, one.changed, one.number] for one in read]}


def _read_cursor(cursor: JsonObject | None) -> list[Dropped]:
    """What the last batch was read from; a cursor that we did not write names nothing."""
    entries = (cursor or {}).get("read")
    return [one for entry in (entries if isinstance(entries, list) else ()) for one in _dropped(entry)]


def _dropped(entry: object) -> list[Dropped]:
    match entry:
        case [str(name), int(size), int(changed), int(number)] if "/" not in name and "\\" not in name:
            return [Dropped(name, size, changed, number)]
    return []
