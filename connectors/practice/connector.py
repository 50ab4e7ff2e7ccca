"""The practice community as a connector: pages of its past, news of its present, and a journal of what we do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Self, cast

from connectors.practice import sending, stream, wire
from connectors.practice.abilities import place_of
from connectors.practice.client import Community
from connectors.practice.people import identity
from connectors.practice.pictures import file_of
from connectors.practice.places import Place
from connectors.practice.said import ALONE
from connectors.practice.settings import Settings
from connectors.practice.weather import forecast, spoil, weather_out
from inbox_app.contract.acts import Absent, Act, CannotTell, Finding, Receipt
from inbox_app.contract.connector import (
    Connector,
    CountsRemote,
    DeletesSent,
    EditsSent,
    FetchesAttachments,
    FindsSent,
    Host,
    Listens,
    LoadsOlder,
    MarksRead,
    Moderates,
    Posts,
    Reacts,
    Report,
    Sends,
    ignore,
)
from inbox_app.contract.errors import BadAnswer, NotSent
from inbox_app.contract.limits import Limits
from inbox_app.contract.login import CheckState, CheckStep
from inbox_app.contract.remote import Batch, Event, Identity, RemoteCount
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.timecode import from_ms, to_ms
from inbox_app.domain.words import Resend


class PracticeConnector(
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
    Posts,
    CountsRemote,
):
    """One place of the community: safe to send to twice, unless its settings say otherwise."""

    counts_deleted = True
    resend = Resend.SAFE

    def __new__(cls, host: Host) -> Self:
        """One of the kinds below, by the setting `resend`."""
        return super().__new__(cast("type[Self]", _KINDS.get(host.settings.get("resend", ""), cls)))

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._settings = Settings.of(host.settings)
        chosen = self._settings
        self._town = Community(host.folder, chosen.place, chosen.size, chosen.seed, host.files)
        self._lock = asyncio.Lock()

    async def connect(self, report: Report = ignore) -> Identity:
        """Look at the weather; there is nothing else that could fail."""
        step = _("Enter the practice community")
        report(CheckStep(step, CheckState.RUNNING))
        try:
            await self._ready()
        except NotSent as failure:
            report(CheckStep(step, CheckState.FAILED, str(failure)))
            raise
        report(CheckStep(step, CheckState.PASSED))
        return identity(self._settings.place)

    async def pull(self, cursor: JsonObject | None) -> Batch:
        """The newest days block by block, as if the account had been connected before them; then what is new."""
        town = await self._ready()
        return await self.host.blocking(lambda: self._pull(town, cursor))

    async def load_older(self, cursor: JsonObject | None) -> Batch:
        """What the journal held before, then the past, newest block first."""
        town = await self._ready()
        return await self.host.blocking(lambda: self._load_older(town, cursor))

    def _pull(self, town: Community, cursor: JsonObject | None) -> Batch:
        timeline = town.world.timeline
        town.chronicle.catch_up()
        if cursor is None:
            return Batch(
                wire.naming(town), {"until": timeline.boundary, "line": len(town.chronicle.entries)}, more=True
            )
        since, line = _number(cursor, "until"), _number(cursor, "line")
        if since < timeline.anchor:
            number = timeline.block_at(since)
            until = timeline.begin(number + 1)
            return Batch(_past(town, number, since, until, history=False), {"until": until, "line": line}, more=True)
        until = max(to_ms(self.host.now()), since)
        news = town.news(since, until, line)
        told = [one for entry in news.entries for one in wire.tell_entry(town, entry)]
        told += [one for said in news.said for one in wire.tell(town, said, history=False)]
        return Batch(_in_order(told), {"until": until, "line": news.lines})

    def _load_older(self, town: Community, cursor: JsonObject | None) -> Batch:
        boundary = town.world.timeline.boundary
        town.chronicle.catch_up()
        newest = town.world.timeline.block_at(boundary)
        if cursor is None:
            told = [one for entry in town.chronicle.entries for one in wire.tell_entry(town, entry, history=True)]
            return Batch(_in_order(told), {"block": newest}, more=True)
        number = min(_number(cursor, "block"), newest)
        if number < 0:
            return Batch((), cursor)
        wanted = self.host.history_since
        since = 0 if wanted is None else to_ms(wanted)
        events = _past(town, number, since, boundary, history=True)
        return Batch(events, {"block": number - 1}, more=number > 0 and town.world.timeline.begin(number) > since)

    def listen(self) -> AsyncIterator[None]:
        """Nudges by the clock and the journal."""
        return stream.listen(self.host, self._ready)

    def limits(self, keys: tuple[str, ...]) -> Limits:
        """Comments are short; what is said to one person alone need not be."""
        private = any(key[1:].startswith(ALONE) for key in keys)
        return sending.limits(place_of(self._settings.place, private=private))

    def private_limits(self, keys: tuple[str, ...]) -> Limits:
        """Those of a direct message."""
        return sending.limits(Place.DIRECT)

    def freeze(self, act: Act, identity: Identity) -> bytes:
        """The request, all of which follows from the act."""
        return wire.freeze(act)

    async def send(self, act: Act, frozen: bytes) -> Receipt:
        """Into the journal, once for each key where the service is `safe`."""
        once = self.resend is Resend.SAFE
        return await self._write(lambda town: sending.send(town, act, frozen, self._at(), once=once))

    async def post(self, act: Act, frozen: bytes) -> Receipt:
        """A post, under which members will comment before long."""
        return await self.send(act, frozen)

    async def find_sent(self, act: Act, frozen: bytes) -> Finding:
        """The journal knows."""
        try:
            town = await self._ready()
        except (NotSent, BadAnswer):
            return CannotTell()
        entries = await self.host.blocking(town.journal.entries)
        found = next((entry for entry in entries if entry.key == act.key), None)
        return Absent() if found is None else Receipt(found.id, from_ms(found.at))

    async def mark_read(self, act: Act) -> Receipt:
        """Read up to and with this message."""
        return await self._change(act)

    async def moderate(self, act: Act) -> Receipt:
        """Hide, like, delete, block …"""
        return await self._change(act)

    async def react(self, act: Act) -> Receipt:
        """Add the emoji in `value`; with a minus before it, take it back."""
        return await self._change(act)

    async def edit(self, act: Act) -> Receipt:
        """Another text for a message of ours."""
        return await self._change(act)

    async def delete(self, act: Act) -> Receipt:
        """Take a message of ours away."""
        return await self._change(act)

    async def _change(self, act: Act) -> Receipt:
        return await self._write(lambda town: sending.change(town, act, self._at()))

    async def _write(self, write: Callable[[Community], Receipt]) -> Receipt:
        town = await self._ready()
        return await self.host.blocking(lambda: write(town))

    async def fetch_attachment(self, message: str, attachment: str) -> AsyncIterator[bytes]:
        """A file we sent, or one drawn for the message."""
        town = await self._ready()
        yield await self.host.blocking(lambda: sending.kept_file(town, attachment) or file_of(attachment))

    async def count_remote(self) -> tuple[RemoteCount, ...]:
        """Everything ever said at this place."""
        town = await self._ready()
        count = await self.host.blocking(lambda: town.count(to_ms(self.host.now())))
        return (RemoteCount(self._settings.place, count),)

    async def _ready(self) -> Community:
        """The community, if the weather lets us through.

        Raises:
            Offline, Busy, SignInNeeded, BadAnswer: that is the weather.
        """
        weather = await self.host.blocking(lambda: forecast(self.host.folder))
        await weather_out(weather)
        spoil(weather)
        async with self._lock:
            if not self._town.anchor:
                await self.host.blocking(lambda: self._town.begin(self._at()))
        return self._town

    def _at(self) -> int:
        return to_ms(self.host.now())


class CheckingPracticeConnector(PracticeConnector):
    """A community that keeps what comes twice, and where one can look."""

    resend = Resend.CHECK


class AskingPracticeConnector(PracticeConnector):
    """A community that keeps what comes twice, and where absence is no proof."""

    resend = Resend.ASK


_KINDS = {Resend.CHECK.value: CheckingPracticeConnector, Resend.ASK.value: AskingPracticeConnector}


def _past(town: Community, number: int, since: int, until: int, *, history: bool) -> tuple[Event, ...]:
    block = town.world.block(number)
    told = [wire.tell_post(town, post) for post in block.posts]
    for said in block.said:
        if since <= said.at < until:
            told += wire.tell(town, said, history=history)
    return _in_order(told)


def _in_order(told: Iterable[wire.Dated]) -> tuple[Event, ...]:
    return tuple(event for _at, event in sorted(told, key=lambda one: one[0]))


def _number(cursor: JsonObject, name: str) -> int:
    value = cursor.get(name)
    if not isinstance(value, int):
        raise BadAnswer(_("The place in the practice community is not understood."))
    return value
