"""What the e-mail connector's tests share: connectors for users of the real servers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Protocol

import pytest

from connectors.email.connector import EmailConnector
from inbox_app.contract.connector import Host
from tests.contract.stage import Lent
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import MailUser
from tests.servers.smtp import SmtpServer


class MakeConnector(Protocol):
    """Makes a connector for a user of the real servers; `changed` settings go over the usual ones."""

    def __call__(
        self, user: MailUser, smtp: SmtpServer | None = None, *, since: datetime | None = None, **changed: str
    ) -> EmailConnector: ...


class MakeHost(Protocol):
    """Makes a host with real parts."""

    def __call__(self, settings: dict[str, str], password: str, since: datetime | None = None) -> Host: ...


@pytest.fixture
def make_host(lent: Lent) -> MakeHost:
    def make(settings: dict[str, str], password: str, since: datetime | None = None) -> Host:
        return lent.host(settings, {"password": password}, history_since=since)

    return make


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
async def connect(make_host: MakeHost, dovecot: Dovecot, trusted: None) -> AsyncIterator[MakeConnector]:
    """Makes connectors for users, and closes them at the end."""
    made: list[EmailConnector] = []

    def make(
        user: MailUser, smtp: SmtpServer | None = None, *, since: datetime | None = None, **changed: str
    ) -> EmailConnector:
        connector = EmailConnector(make_host(settings_for(user, dovecot, smtp, **changed), user.password, since))
        made.append(connector)
        return connector

    yield make
    for connector in made:
        await connector.close()
