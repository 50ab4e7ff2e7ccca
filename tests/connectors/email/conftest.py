"""What the e-mail connector's tests share: a connector for a user of the real servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TypeVar

import pytest

from connectors.email.connector import EmailConnector
from inbox_app.content.worker import Worker
from inbox_app.contract.connector import Host
from inbox_app.contract.http import Http
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import MailUser
from tests.servers.smtp import SmtpServer

T = TypeVar("T")


class MakeConnector(Protocol):
    """Makes a connector for a user of the real servers; `changed` settings go over the usual ones."""

    def __call__(
        self, user: MailUser, smtp: SmtpServer | None = None, *, since: datetime | None = None, **changed: str
    ) -> EmailConnector: ...


@pytest.fixture
async def content() -> AsyncIterator[Worker]:
    """A real worker process."""
    worker = Worker()
    yield worker
    await worker.close()


def run_in_thread(call: Callable[[], T], /) -> Awaitable[T]:
    """What the program's bounded executor does."""
    return asyncio.get_running_loop().run_in_executor(None, call)


async def keep_nothing(_: Mapping[str, str]) -> None:
    """Mail passwords are never renewed."""


@dataclass(frozen=True)
class Hosting:
    """Makes hosts with real parts."""

    content: Worker
    folder: Path

    def host(self, settings: Mapping[str, str], password: str, since: datetime | None = None) -> Host:
        return Host(
            settings=settings,
            secrets={"password": password},
            keep=keep_nothing,
            http=Http.__new__(Http),  # mail needs none
            content=self.content,
            blocking=run_in_thread,
            now=lambda: datetime.now(UTC),
            folder=self.folder,
            history_since=since,
        )


@pytest.fixture
def hosting(content: Worker, tmp_path: Path) -> Hosting:
    return Hosting(content, tmp_path)


def settings_for(user: MailUser, dovecot: Dovecot, smtp: SmtpServer | None = None, **changed: str) -> dict[str, str]:
    """The settings of a user of the test servers, encrypted both ways."""
    return {
        "address": user.address,
        "name": "Anna Prova",
        "imap_host": "localhost",
        "imap_port": str(dovecot.imaps_port),
        "smtp_host": "localhost",
        "smtp_port": str(smtp.port if smtp else 1),
        "smtp_security": "starttls",
        **changed,
    }


@pytest.fixture
def trusted(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the tests' own authority, as a person does with SSL_CERT_FILE."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))


@pytest.fixture
async def connect(hosting: Hosting, dovecot: Dovecot, trusted: None) -> AsyncIterator[MakeConnector]:
    """Makes connectors for users, and closes them at the end."""
    made: list[EmailConnector] = []

    def make(
        user: MailUser, smtp: SmtpServer | None = None, *, since: datetime | None = None, **changed: str
    ) -> EmailConnector:
        connector = EmailConnector(hosting.host(settings_for(user, dovecot, smtp, **changed), user.password, since))
        made.append(connector)
        return connector

    yield make
    for connector in made:
        await connector.close()
