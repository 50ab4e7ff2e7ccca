"""Servers from an address: our list, what a domain says of itself, common names, and what strangers may not say."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from connectors.email import discovery
from connectors.email.autoconfig import LARGEST, autoconfig_urls, read_autoconfig
from connectors.email.discovery import find_servers
from connectors.email.providers import AppPassword, find_by_address, find_by_host, read_providers
from connectors.email.settings import Protocol, Security, read_settings
from inbox_app.contract.connector import Host
from inbox_app.contract.login import CheckState, CheckStep
from tests.connectors.email.scripted import Talk, listening, silent
from tests.contract.stage import Lent
from tests.servers.certificates import Certificates
from tests.servers.programs import free_port

ADDRESS = "anna@example.org"

SERVER = """<{kind} type="{type}"><hostname>{host}</hostname><port>{port}</port><socketType>{socket}</socketType>
<username>{user}</username><authentication>{way}</authentication></{kind}>"""


def server(kind: str = "incomingServer", **changed: str) -> str:
    usual = {"type": "imap", "host": "mx.%EMAILDOMAIN%", "port": "993", "socket": "SSL", "user": "%EMAILADDRESS%"}
    return SERVER.format(kind=kind, **{**usual, "way": "password-cleartext", **changed})


SMTP = server("outgoingServer", type="smtp", port="587", socket="STARTTLS", user="%EMAILLOCALPART%")


def document(*servers: str, before: str = "") -> bytes:
    inside = "".join(servers)
    return f'{before}<clientConfig version="1.1"><emailProvider id="x">{inside}</emailProvider></clientConfig>'.encode()


class TestProviders:
    """The list that is shipped."""

    def test_it_has_some_forty_and_no_domain_twice(self) -> None:
        domains = [domain for one in read_providers() for domain in one.domains]
        assert len(read_providers()) >= 40
        assert len(domains) == len(set(domains))
        assert all(domain == domain.lower() and " " not in domain for domain in domains)

    @pytest.mark.parametrize("domain", [one.domains[0] for one in read_providers() if not one.closed])
    def test_each_gives_settings_that_make_sense(self, domain: str) -> None:
        address = f"anna@{domain.replace('*.', 'shop.')}"
        provider = find_by_address(address)
        assert provider is not None
        settings = read_settings({"address": address, **provider.settings_for(address)})
        for one in (settings.imap, settings.smtp):
            assert one.security is not Security.NONE
            assert one.user in (address, "anna")
            assert "." in one.host
        assert "{" not in provider.explain()

    def test_what_wants_an_app_password_says_where_it_is_made(self) -> None:
        for one in read_providers():
            if one.app_password is not AppPassword.NEVER or one.imap_off or one.bridge:
                assert one.page.startswith("https://")
                assert one.page in one.explain()

    def test_who_takes_no_password_has_a_sign_in_through_the_browser(self) -> None:
        for one in read_providers():
            assert one.oauth is not None or not one.oauth_only
            assert one.settings_for("a@b.c")["auth"] == ("oauth" if one.oauth_only else "password")

    def test_icloud_has_two_names_and_web_de_a_short_one(self) -> None:
        icloud, web = find_by_address("Anna@iCloud.com"), find_by_address("anna@web.de")
        assert icloud is not None
        assert web is not None
        found = icloud.settings_for("anna@icloud.com")
        assert (found["imap_user"], found["smtp_user"]) == ("anna", "anna@icloud.com")
        assert web.settings_for("anna@web.de")["smtp_user"] == "anna"

    def test_other_domains_at_a_known_host(self) -> None:
        google = find_by_host("imap.gmail.com")
        assert google is not None
        assert google.oauth is not None
        assert google.oauth.extra["access_type"] == "offline"
        assert find_by_host("127.0.0.1") is None
        assert find_by_address("anna@example.org") is None
        assert find_by_address("anna@evil-gmail.com") is None


class TestAutoconfig:
    """A document of a stranger."""

    def test_what_a_domain_says_of_itself(self) -> None:
        found = read_autoconfig(document(server(), SMTP), ADDRESS)
        assert found == {
            "imap_host": "mx.example.org",
            "imap_port": "993",
            "imap_security": "tls",
            "imap_user": ADDRESS,
            "smtp_host": "mx.example.org",
            "smtp_port": "587",
            "smtp_security": "starttls",
            "smtp_user": "anna",
        }

    def test_the_first_that_is_encrypted_and_takes_a_password_is_taken(self) -> None:
        worse = [server(type="pop3"), server(socket="plain"), server(way="GSSAPI"), server(host="bad host")]
        found = read_autoconfig(document(*worse, server(host="good.example.org"), SMTP), ADDRESS)
        assert found is not None
        assert found["imap_host"] == "good.example.org"

    @pytest.mark.parametrize(
        "bad",
        [
            b"",
            b"<html><p>Not found",
            document(server()),
            document(server(socket="plain"), SMTP),
            document(server(port="0"), SMTP),
            document(server(port="99999999999"), SMTP),
            document(server(host="localhost"), SMTP),
            document(server(host="a b.example"), SMTP),
            document(server(host="-x.example"), SMTP),
            document(server(), SMTP, before="<!DOCTYPE a>"),
            document(server(), SMTP, before='<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
            b"<a>" * 100_000,
            b"<a>" * 50,
            document(server(), SMTP) + b" " * LARGEST,
            b"\xff\xfe\x00" * 30,
        ],
    )
    def test_what_is_none_is_passed_over(self, bad: bytes) -> None:
        assert read_autoconfig(bad, ADDRESS) is None

    def test_entities_are_not_expanded(self) -> None:
        lines = ['<!DOCTYPE a [<!ENTITY x0 "x">']
        lines += [f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 12)]
        assert read_autoconfig(document("&x11;", before="".join(lines) + "]>"), ADDRESS) is None

    def test_only_the_domain_is_asked_and_only_encrypted(self) -> None:
        for url in autoconfig_urls("anna@Example.ORG"):
            assert url.startswith(("https://autoconfig.example.org/", "https://example.org/"))


@pytest.fixture
def host(lent: Lent) -> Host:
    return lent.host({}, {})


class Domain:
    """A domain's web server on this computer."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.port = free_port()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
        self.asked.append(path)
        body = self.answers.get(path.partition("?")[0])
        status = "200 OK" if body is not None else "404 Not Found"
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body or b'')}\r\n\r\n".encode() + (body or b""))
        await writer.drain()
        writer.close()


@pytest.fixture
async def domain(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Domain]:
    """The domain answers here instead of under its own names, and no server of a common name is tried."""
    domain = Domain()
    listening_at = await asyncio.start_server(domain.talk, "127.0.0.1", domain.port)
    base = f"http://127.0.0.1:{domain.port}"
    monkeypatch.setattr(discovery, "autoconfig_urls", lambda _: (f"{base}/first", f"{base}/second"))
    monkeypatch.setattr(discovery, "_NAMES", {Protocol.IMAP: (), Protocol.SMTP: ()})
    yield domain
    listening_at.close()


def at(lent: Lent, domain: Domain, steps: list[CheckStep]) -> Host:
    return replace(lent.host({}, {}, home=f"http://127.0.0.1:{domain.port}"), report=steps.append)


async def test_the_domains_word_is_taken_and_said(lent: Lent, domain: Domain) -> None:
    domain.answers = {"/second": document(server(), SMTP)}
    steps: list[CheckStep] = []
    found = await find_servers({"address": ADDRESS}, at(lent, domain, steps))
    assert found.settings["imap_host"] == "mx.example.org"
    assert found.source == "Servers as example.org itself names them."
    assert [step.state for step in steps] == [CheckState.RUNNING, CheckState.PASSED]
    assert "mx.example.org" in steps[-1].detail


async def test_a_domain_at_a_large_provider_is_told_so(lent: Lent, domain: Domain) -> None:
    domain.answers = {"/first": document(server(host="imap.gmail.com"), SMTP)}
    found = await find_servers({"address": ADDRESS}, at(lent, domain, []))
    assert found.provider is not None
    assert found.provider.name == "Gmail"


@pytest.mark.parametrize("answer", [b"<html>", b"<a>" * 30_000, b"x" * 200_000])
async def test_nonsense_of_a_domain_leaves_the_usual_names(lent: Lent, domain: Domain, answer: bytes) -> None:
    domain.answers = {"/first": answer, "/second": answer}
    steps: list[CheckStep] = []
    found = await find_servers({"address": ADDRESS}, at(lent, domain, steps))
    assert found.settings["imap_host"] == "imap.example.org"
    assert "guesses" in found.source
    assert [step.state for step in steps] == [CheckState.RUNNING, CheckState.FAILED]  # nothing was found


async def test_a_listed_provider_is_asked_nothing(lent: Lent, domain: Domain) -> None:
    found = await find_servers({"address": "anna@gmail.com"}, at(lent, domain, []))
    assert found.settings["imap_host"] == "imap.gmail.com"
    assert domain.asked == []


async def test_servers_that_were_named_are_not_looked_for(lent: Lent, domain: Domain) -> None:
    steps: list[CheckStep] = []
    await find_servers({"address": ADDRESS, "imap_host": "mail.example.org"}, at(lent, domain, steps))
    assert domain.asked == []
    assert steps == []


async def test_a_domain_that_never_ends_its_answer(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "SECONDS", 0.3)
    monkeypatch.setattr(discovery, "_NAMES", {Protocol.IMAP: (), Protocol.SMTP: ()})
    async with listening(silent) as port:
        monkeypatch.setattr(discovery, "autoconfig_urls", lambda _: (f"http://127.0.0.1:{port}/x",))
        async with asyncio.timeout(20):
            found = await find_servers({"address": ADDRESS}, host)
    assert "guesses" in found.source


class TestCommonNames:
    """Whether a mail server greets us, under a certificate that holds."""

    @pytest.fixture(autouse=True)
    def quiet(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(discovery, "autoconfig_urls", lambda _: ())
        monkeypatch.setattr(discovery, "_NAMES", dict.fromkeys(Protocol, ("nowhere.{}", "localhost")))

    def ports(self, monkeypatch: pytest.MonkeyPatch, imap: dict[Security, int], smtp: dict[Security, int]) -> None:
        shut = {one: free_port() for one in Security}
        monkeypatch.setattr(discovery, "PORTS", {Protocol.IMAP: {**shut, **imap}, Protocol.SMTP: {**shut, **smtp}})

    async def test_what_answers_is_taken_encrypted_at_once_before_later(
        self, host: Host, certificates: Certificates, trusted: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        good = certificates.good.server_context()
        async with (
            listening(greet(b"* OK hello"), good) as imaps,
            listening(greet(b"* OK hello")) as imap,
            listening(greet(b"220 hello")) as smtp,
        ):
            self.ports(monkeypatch, {Security.TLS: imaps, Security.STARTTLS: imap}, {Security.STARTTLS: smtp})
            found = await find_servers({"address": "anna@example.invalid"}, host)
        assert (found.settings["imap_host"], found.settings["imap_security"]) == ("localhost", "tls")
        assert (found.settings["smtp_port"], found.settings["smtp_security"]) == (str(smtp), "starttls")
        assert "usual names" in found.source

    @pytest.mark.parametrize("shown", ["self_signed", "expired", "wrong_host"])
    async def test_a_certificate_that_does_not_hold_is_no_answer(
        self, host: Host, certificates: Certificates, trusted: None, monkeypatch: pytest.MonkeyPatch, shown: str
    ) -> None:
        bad: ssl.SSLContext = getattr(certificates, shown).server_context()
        async with listening(greet(b"* OK hello"), bad) as imaps, listening(greet(b"220 hello")) as smtp:
            self.ports(monkeypatch, {Security.TLS: imaps}, {Security.STARTTLS: smtp})
            found = await find_servers({"address": "anna@example.invalid"}, host)
        assert "guesses" in found.source

    async def test_a_web_server_is_no_mail_server(self, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
        async with listening(greet(b"HTTP/1.1 400")) as imap, listening(greet(b"220 hello")) as smtp:
            self.ports(monkeypatch, {Security.STARTTLS: imap}, {Security.STARTTLS: smtp})
            found = await find_servers({"address": "anna@example.invalid"}, host)
        assert "guesses" in found.source


def greet(words: bytes) -> Talk:
    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(words + b"\r\n")
        await writer.drain()

    return talk
