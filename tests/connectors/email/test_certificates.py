"""One very certificate, pinned by its fingerprint beforehand; nothing offers to go on without."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

import pytest

from connectors.email.connector import EmailConnector
from connectors.email.login import EmailSignIn
from inbox_app.contract.errors import Offline
from inbox_app.contract.login import Done, Form
from tests.connectors.email.conftest import MakeHost, settings_for
from tests.connectors.email.scripted import Imap, Smtp, listening
from tests.servers.certificates import Certificate, Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer

FOLDERS = {
    "LIST": b'* LIST (\\HasNoChildren) "/" INBOX\r\n* LIST (\\Sent) "/" Sent\r\n',
    "EXAMINE": b"* 0 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 1] ok\r\n",
}
SECRET = "correct horse battery"


def fingerprint(certificate: Certificate) -> str:
    der = ssl.PEM_cert_to_DER_cert(certificate.certificate.read_text())
    return hashlib.sha256(der).hexdigest()


@dataclass
class Servers:
    """Both servers of an account, and what they heard."""

    imap: Imap
    smtp: Smtp
    settings: dict[str, str]


@pytest.fixture
async def servers(certificates: Certificates) -> AsyncIterator[Servers]:
    """Servers that signed their certificate themselves."""
    imap, smtp = Imap(FOLDERS), Smtp()
    shown = certificates.self_signed.server_context()
    async with AsyncExitStack() as stack:
        ports = [await stack.enter_async_context(listening(one.talk, shown)) for one in (imap, smtp)]
        settings = {
            "address": "anna@example.org",
            "imap_host": "localhost",
            "imap_port": str(ports[0]),
            "smtp_host": "localhost",
            "smtp_port": str(ports[1]),
        }
        yield Servers(imap, smtp, settings)


def pinned(servers: Servers, digits: str) -> dict[str, str]:
    return {**servers.settings, "imap_certificate": digits, "smtp_certificate": digits}


async def test_the_pinned_certificate_is_taken_in_any_spelling(
    servers: Servers, certificates: Certificates, make_host: MakeHost
) -> None:
    digits = fingerprint(certificates.self_signed)
    spelled = "SHA256:" + ":".join(digits[place : place + 2] for place in range(0, 64, 2)).upper()
    for one in (digits, spelled):
        connector = EmailConnector(make_host(pinned(servers, one), SECRET))
        assert (await connector.connect()).handle == "anna@example.org"
        await connector.close()


async def test_another_certificate_is_refused_before_a_word_is_said(
    servers: Servers, certificates: Certificates, make_host: MakeHost
) -> None:
    right, wrong = fingerprint(certificates.self_signed), fingerprint(certificates.good)
    for names, heard in (({"imap_certificate": wrong}, servers.imap), ({"smtp_certificate": wrong}, servers.smtp)):
        before = len(heard.heard)
        connector = EmailConnector(make_host({**pinned(servers, right), **names}, SECRET))
        with pytest.raises(Offline, match="another certificate than the one you pinned") as raised:
            await connector.connect()
        await connector.close()
        assert right[:2].upper() in str(raised.value)
        assert heard.heard[before:] == []


@pytest.mark.parametrize("shown", ["good", "expired", "wrong_host"])
async def test_a_pin_stands_even_above_an_authoritys_word(
    certificates: Certificates, make_host: MakeHost, trusted: None, shown: str
) -> None:
    """Whoever pinned a certificate wants that one, however valid another may be."""
    certificate: Certificate = getattr(certificates, shown)
    async with listening(Imap(FOLDERS).talk, certificate.server_context()) as port:
        account = {
            "address": "anna@example.org",
            "imap_host": "localhost",
            "imap_port": str(port),
            "imap_certificate": fingerprint(certificates.self_signed),
        }
        connector = EmailConnector(make_host(account, SECRET))
        with pytest.raises(Offline, match="another certificate"):
            await connector.connect()
        await connector.close()


@pytest.mark.server
async def test_with_starttls_too_and_without_an_authority(
    dovecot: Dovecot, smtp_server: SmtpServer, certificates: Certificates, make_host: MakeHost
) -> None:
    user = dovecot.new_user("anna")
    right, wrong = fingerprint(certificates.good), fingerprint(certificates.self_signed)
    account = settings_for(user, dovecot, smtp_server, imap_security="starttls", imap_port=str(dovecot.imap_port))
    pins = {"imap_certificate": right, "smtp_certificate": right}
    connector = EmailConnector(make_host({**account, **pins}, user.password))
    assert (await connector.connect()).handle == user.address
    await connector.close()
    for name in pins:
        connector = EmailConnector(make_host({**account, **pins, name: wrong}, user.password))
        with pytest.raises(Offline, match="another certificate"):
            await connector.connect()
        await connector.close()


async def test_the_form_shows_the_fingerprint_and_offers_no_way_past_it(
    servers: Servers, certificates: Certificates, make_host: MakeHost
) -> None:
    flow = EmailSignIn(replace(make_host({}, ""), kept=None))
    await flow.start(servers.settings)
    form = await flow.go_on({"password": SECRET})
    assert isinstance(form, Form)
    shown = fingerprint(certificates.self_signed)
    spelled = ":".join(shown[place : place + 2] for place in range(0, 64, 2)).upper()
    assert "signed its certificate itself" in form.problem
    assert spelled in form.problem
    assert {field.name: field.advanced for field in form.fields}["imap_certificate"] is True
    assert servers.imap.heard == []

    again = await flow.go_on({"password": SECRET})
    assert isinstance(again, Form)
    other = await flow.go_on({"password": SECRET, "imap_certificate": spelled})
    assert isinstance(other, Form)
    assert "SMTP certificate" in other.problem
    done = await flow.go_on({"password": SECRET, "imap_certificate": spelled, "smtp_certificate": spelled})
    assert isinstance(done, Done)
    assert done.settings["imap_certificate"] == spelled
