"""A connector whose every answer a test decides."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from inbox_app.contract.acts import Absent, Act, CannotTell, Finding, Receipt
from inbox_app.contract.connector import (
    Connector,
    CountsRemote,
    FindsSent,
    FinishesSent,
    Host,
    Listens,
    LoadsOlder,
    Moderates,
    Report,
    Sends,
    ignore,
    verbs_of,
)
from inbox_app.contract.login import SignIn
from inbox_app.contract.manifest import Level, Manifest
from inbox_app.contract.remote import Batch, Identity, RemoteCount
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Resend
from tests.fakes.service import FileService


@dataclass
class Script:
    """What happens next. Each list is used up from its front; an empty one means that all goes well."""

    before: list[BaseException | None] = field(default_factory=list)
    """Raised by a send before the service has it; None for no fault this time."""
    after: list[BaseException | None] = field(default_factory=list)
    """Raised by a send after the service has it; None for no fault this time."""
    find: list[BaseException | CannotTell] = field(default_factory=list)
    connect: list[BaseException] = field(default_factory=list)
    finish: list[BaseException] = field(default_factory=list)
    pulls: list[Batch | BaseException] = field(default_factory=list)
    older: list[Batch | BaseException] = field(default_factory=list)
    nudges: asyncio.Queue[BaseException | None] = field(default_factory=asyncio.Queue)
    counts: tuple[RemoteCount, ...] = ()
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    times: list[datetime] = field(default_factory=list)
    """When each call came."""
    asked: list[tuple[str, JsonObject | None]] = field(default_factory=list)
    """Every call, as (verb, cursor)."""


class FakeConnector(Connector):
    """Its service and its script stand on the class, which `fake_channel` makes anew for each test."""

    service: ClassVar[FileService]
    script: ClassVar[Script]

    async def connect(self, report: Report = ignore) -> Identity:
        self.script.asked.append(("connect", None))
        if self.script.connect:
            raise self.script.connect.pop(0)
        we = self.host.settings["we"]
        return Identity(we, f"@{we}", "We", frozenset({f"@{we}"}))

    async def pull(self, cursor: JsonObject | None) -> Batch:
        self.script.asked.append(("pull", cursor))
        self.script.times.append(self.script.now())
        if not self.script.pulls:
            return Batch((), cursor or {"at": 0})
        answer = self.script.pulls.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer


class FakeSender(FakeConnector, Sends, FinishesSent, Moderates):
    """Sends into the service's file."""

    resend = Resend.ASK

    def freeze(self, act: Act, identity: Identity) -> bytes:
        """Never twice the same bytes, as with a date or a boundary in a mail."""
        return f"{act.text} {uuid.uuid4()}".encode()

    async def send(self, act: Act, frozen: bytes) -> Receipt:
        self.script.asked.append(("send", None))
        self.script.times.append(self.script.now())
        return self._take(act, frozen)

    async def moderate(self, act: Act) -> Receipt:
        self.script.asked.append(("moderate", None))
        return self._take(act, b"hide")

    def _take(self, act: Act, frozen: bytes) -> Receipt:
        early = self.script.before.pop(0) if self.script.before else None
        if early is not None:
            raise early
        remote_id = self.service.accept(act.key, frozen)
        fault = self.script.after.pop(0) if self.script.after else None
        if fault is not None:
            raise fault
        return Receipt(remote_id)

    async def finish_sent(self, act: Act, frozen: bytes, receipt: Receipt) -> None:
        self.script.asked.append(("finish", None))
        if self.script.finish:
            raise self.script.finish.pop(0)


class FakeReader(FakeConnector, LoadsOlder, Listens, CountsRemote):
    """Reads history, hears nudges and counts; sends nothing."""

    async def load_older(self, cursor: JsonObject | None) -> Batch:
        self.script.asked.append(("older", cursor))
        if not self.script.older:
            return Batch((), cursor or {"from": 0})
        answer = self.script.older.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    async def listen(self) -> AsyncIterator[None]:
        while True:
            heard = await self.script.nudges.get()
            if heard is not None:
                raise heard
            yield

    async def count_remote(self) -> tuple[RemoteCount, ...]:
        self.script.asked.append(("count", None))
        return self.script.counts


class FakeFinder(FakeSender, FindsSent):
    """Can look into the file."""

    async def find_sent(self, act: Act, frozen: bytes) -> Finding:
        self.script.asked.append(("find", None))
        if self.script.find:
            answer = self.script.find.pop(0)
            if isinstance(answer, BaseException):
                raise answer
            return answer
        return Receipt(f"remote-{act.key}") if self.service.holds(act.key) else Absent()


def fake_channel(
    service: FileService,
    script: Script | None = None,
    *,
    resend: Resend = Resend.ASK,
    finds: bool | None = None,
    remembers_for: timedelta | None = None,
    settle: timedelta = timedelta(0),
    poll: timedelta = timedelta(minutes=1),
    base: type[FakeConnector] | None = None,
) -> Manifest:
    """A channel `fake` of that policy. `CHECK` can look, the others only when told so."""
    can_find = resend is Resend.CHECK if finds is None else finds
    parent = base or (FakeFinder if can_find else FakeSender)
    made = type(
        "ScriptedConnector",
        (parent,),
        {
            "service": service,
            "script": script or Script(),
            "resend": resend,
            "remembers_key_for": remembers_for,
            "settle_time": settle,
        },
    )
    return Manifest("fake", "Fake", Level.WORKS, verbs_of(made), (), lambda: made, _no_sign_in, poll=poll)


def _no_sign_in(host: Host) -> SignIn:
    raise NotImplementedError
