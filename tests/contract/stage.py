"""The stage of a connector's tests: a service that the test can move, and the connector that must notice."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Self, TypeVar
from uuid import uuid4

from inbox_app.content.worker import Worker
from inbox_app.contract.acts import Act, Target
from inbox_app.contract.connector import Connector, Host
from inbox_app.contract.http import Http
from inbox_app.contract.manifest import Manifest
from inbox_app.contract.remote import RemoteMessage
from inbox_app.domain.words import ActKind

T = TypeVar("T")


@dataclass(slots=True)
class Lent:
    """What a `Host` lends, made for one test and closed after it."""

    folder: Path
    kept: dict[str, str] = field(default_factory=dict)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4))
    _closing: AsyncExitStack = field(default_factory=AsyncExitStack)

    def host(
        self,
        settings: Mapping[str, str],
        secrets: Mapping[str, str],
        *,
        home: str = "",
        history_since: datetime | None = None,
    ) -> Host:
        """A host for one connector, like the program's own."""
        http, worker = Http(home, deadline=10), Worker()
        self._closing.push_async_callback(http.close)
        self._closing.push_async_callback(worker.close)
        return Host(
            settings=settings,
            secrets={**secrets, **self.kept},
            keep=self._keep,
            http=http,
            content=worker,
            blocking=self._blocking,
            now=lambda: datetime.now(UTC),
            folder=self.folder,
            history_since=history_since,
            kept=self._read,
        )

    async def _read(self) -> Mapping[str, str]:
        return dict(self.kept)

    async def _keep(self, secrets: Mapping[str, str]) -> None:
        self.kept.update(secrets)

    def _blocking(self, call: Callable[[], T]) -> Awaitable[T]:
        return asyncio.get_running_loop().run_in_executor(self._pool, call)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._closing.aclose()
        self._pool.shutdown(wait=False, cancel_futures=True)


class Nonsense(StrEnum):
    """What a broken or hostile service may answer."""

    GARBAGE = "garbage"
    CUT = "cut short"
    ENDLESS = "endless"
    """More than any answer may have."""


class Stage(ABC):
    """One service with one account of ours on it, and somebody outside who writes to us.

    Made fresh for each test. What a service cannot do is said by its manifest's verbs; the tests of those verbs are not
    collected for it.
    """

    manifest: Manifest
    secrets: tuple[str, ...] = ()
    """Values that must not appear in any log line."""
    more_than_a_page: int = 5
    """So many messages of the past fill more than one page of history."""

    @abstractmethod
    async def connector(self, *, history_since: datetime | None = None) -> Connector:
        """A new connector for our account, connected to nothing yet."""

    @abstractmethod
    async def arrive(self, text: str, *, to: RemoteMessage | None = None) -> None:
        """Somebody outside writes, or answers a message that was pulled before; visible to a pull when this returns."""

    @abstractmethod
    async def copies(self, text: str) -> int:
        """How many messages of ours with this text the service (or the other person) has: the oracle."""

    @abstractmethod
    async def go_down(self) -> None:
        """The service stops answering."""

    @abstractmethod
    async def come_up(self) -> None:
        """The service answers again."""

    @abstractmethod
    async def refuse_sign_in(self) -> None:
        """From now on our credentials are wrong."""

    @abstractmethod
    async def speak_nonsense(self, kind: Nonsense) -> None:
        """From now on the service answers like this; where it has no line of its own, it does what comes nearest."""


def reply(text: str, to: RemoteMessage, *, key: str | None = None) -> Act:
    """An answer to a pulled message, as the outbox would make it."""
    target = Target(
        remote_id=to.remote_id,
        keys=to.keys,
        author_handle=to.author.handle,
        author_name=to.author.name,
        text=to.text,
        title=to.title,
        sent_at=to.sent_at,
        post=to.post,
        recipients=to.recipients,
        extra=to.extra,
    )
    return Act(
        key=key or uuid4().hex,
        kind=ActKind.REPLY,
        conversation_kind=to.kind,
        decided_at=datetime.now(UTC),
        text=text,
        title=to.title,
        target=target,
    )
