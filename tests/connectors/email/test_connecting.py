"""Every way in which signing in can fail has its own sentence, and none of them asks to look away."""

from __future__ import annotations

import logging
import ssl
from collections.abc import AsyncIterator, Mapping

import pytest

from connectors.email import line, submission
from connectors.email.connector import EmailConnector
from inbox_app.contract.errors import Busy, ConnectorError, Offline, Rejected, SignInNeeded
from inbox_app.contract.login import CheckState, CheckStep, Done, Form
from tests.connectors.email.conftest import MakeConnector, MakeHost, settings_for
from tests.connectors.email.scripted import Imap, Smtp, listening, silent
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.programs import free_port
from tests.servers.smtp import SmtpServer

SECRET = "correct horse battery"
LOOPBACK = {"imap_security": "none", "smtp_security": "none", "imap_host": "127.0.0.1", "smtp_host": "127.0.0.1"}
FOLDERS = {
    "LIST": b'* LIST (\\HasNoChildren) "/" INBOX\r\n* LIST (\\Sent) "/" Sent\r\n',
    "EXAMINE": b"* 0 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 1] ok\r\n",
}


async def failure(connector: EmailConnector, error: type[ConnectorError]) -> tuple[str, CheckStep]:
    """The sentence with which `connect` fails, and the step it names."""
    steps: list[CheckStep] = []
    with pytest.raises(error) as raised:
        await connector.connect(steps.append)
    await connector.close()
    assert raised.value.code == error.code
    assert steps[-1].state is CheckState.FAILED
    assert steps[-1].detail == str(raised.value)
    return str(raised.value), steps[-1]


@pytest.fixture
def make(make_host: MakeHost) -> MakeHost:
    return make_host


def settings(**changed: str) -> dict[str, str]:
    return {"address": "anna@example.org", **LOOPBACK, **changed}


@pytest.mark.server
async def test_a_wrong_password_names_the_server_and_the_user(
    dovecot: Dovecot, make_host: MakeHost, trusted: None
) -> None:
    user = dovecot.new_user("anna")
    connector = EmailConnector(make_host(settings_for(user, dovecot), SECRET))
    sentence, step = await failure(connector, SignInNeeded)
    assert sentence == (
        f"The IMAP server localhost refused the password of {user.address}. "
        "Check the password; some providers want an app password."
    )
    assert step.name == "Sign in to the IMAP server localhost"


@pytest.mark.server
async def test_a_wrong_password_at_the_smtp_server_alone(
    dovecot: Dovecot, smtp_server: SmtpServer, connect: MakeConnector
) -> None:
    user = dovecot.new_user("anna")
    sentence, step = await failure(connect(user, smtp_server, smtp_user="nobody@example.test"), SignInNeeded)
    assert sentence.startswith("The SMTP server localhost refused the password of nobody@example.test.")
    assert step.name == "Sign in to the SMTP server localhost"


@pytest.mark.server
async def test_starttls_works_and_the_password_waits_for_it(dovecot: Dovecot, connect: MakeConnector) -> None:
    user = dovecot.new_user("anna")
    connector = connect(user, imap_security="starttls", imap_port=str(dovecot.imap_port))
    cursor = (await connector.pull(None)).cursor
    assert set(cursor["folders"]) == {"INBOX", "Sent"}  # type: ignore[arg-type]


@pytest.mark.server
async def test_a_folder_that_is_not_there_is_named(
    dovecot: Dovecot, smtp_server: SmtpServer, connect: MakeConnector
) -> None:
    connector = connect(dovecot.new_user("anna"), smtp_server, folders="Orders")
    with pytest.raises(Rejected, match="no folder named “Orders”"):
        await connector.connect(lambda _step: None)


async def test_a_host_that_does_not_exist(make_host: MakeHost) -> None:
    sentence, step = await failure(
        EmailConnector(make_host(settings(imap_host="imap.invalid", imap_security="tls"), SECRET)), Offline
    )
    assert sentence.startswith("No IMAP server named imap.invalid was found.")
    assert step.name == "Find the IMAP server imap.invalid"


async def test_a_port_where_nobody_listens(make_host: MakeHost) -> None:
    port = free_port()
    sentence, step = await failure(EmailConnector(make_host(settings(imap_port=str(port)), SECRET)), Offline)
    assert sentence.startswith(f"The IMAP server 127.0.0.1 takes no connections on port {port}.")
    assert step.name == f"Connect to port {port}"


@pytest.fixture(params=["expired", "wrong_host", "self_signed", "unknown"])
def bad_certificate(
    request: pytest.FixtureRequest, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> tuple[ssl.SSLContext, str]:
    """A server's TLS with a certificate that must be refused, and words of the sentence that says so."""
    words = {
        "expired": "has expired",
        "wrong_host": "belongs to another name",
        "self_signed": "signed its certificate itself",
        "unknown": "signed by nobody this computer trusts",
    }[request.param]
    if request.param != "unknown":
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    shown = certificates.good if request.param == "unknown" else getattr(certificates, request.param)
    return shown.server_context(), words


async def test_a_bad_certificate_is_refused_by_imap(
    make_host: MakeHost, bad_certificate: tuple[ssl.SSLContext, str]
) -> None:
    context, words = bad_certificate
    server = Imap({})
    async with listening(server.talk, context) as port:
        account = settings(imap_host="localhost", imap_security="tls", imap_port=str(port))
        sentence, step = await failure(EmailConnector(make_host(account, SECRET)), Offline)
    assert words in sentence
    assert step.name == "Check the certificate of the IMAP server localhost"
    assert not server.heard


async def test_a_bad_certificate_is_refused_by_smtp(
    make_host: MakeHost, bad_certificate: tuple[ssl.SSLContext, str]
) -> None:
    context, words = bad_certificate
    server = Smtp()
    async with listening(Imap(FOLDERS).talk) as imap, listening(server.talk, context) as port:
        account = settings(imap_port=str(imap), smtp_host="localhost", smtp_security="tls", smtp_port=str(port))
        sentence, _step = await failure(EmailConnector(make_host(account, SECRET)), Offline)
    assert words in sentence
    assert "SMTP server localhost" in sentence
    assert not server.heard


async def test_a_server_without_starttls_gets_no_password(make_host: MakeHost) -> None:
    server = Imap({})
    async with listening(server.talk) as port:
        account = settings(imap_security="starttls", imap_port=str(port))
        sentence, _step = await failure(EmailConnector(make_host(account, SECRET)), Offline)
    assert "offers no encryption (STARTTLS)" in sentence
    assert server.heard == ["CAPABILITY"]


async def test_an_smtp_server_without_starttls_gets_no_password(make_host: MakeHost) -> None:
    server = Smtp()
    async with listening(Imap(FOLDERS).talk) as imap, listening(server.talk) as port:
        account = settings(imap_port=str(imap), smtp_security="starttls", smtp_port=str(port))
        sentence, _step = await failure(EmailConnector(make_host(account, SECRET)), Offline)
    assert "offers no encryption (STARTTLS)" in sentence
    assert server.heard == ["EHLO"]


async def test_a_password_is_never_shown_as_if_it_were_a_token(make_host: MakeHost) -> None:
    server = Smtp(offers=("AUTH XOAUTH2 OAUTHBEARER",))
    async with listening(Imap(FOLDERS).talk) as imap, listening(server.talk) as port:
        account = settings(imap_port=str(imap), smtp_port=str(port))
        sentence, _step = await failure(EmailConnector(make_host(account, SECRET)), SignInNeeded)
    assert "offers no way to sign in with a password" in sentence
    assert server.heard == ["EHLO"]


async def test_a_refused_password_is_tried_once(make_host: MakeHost) -> None:
    server = Smtp("auth", "535 5.7.8 no", offers=("AUTH PLAIN LOGIN CRAM-MD5",))
    async with listening(Imap(FOLDERS).talk) as imap, listening(server.talk) as port:
        account = settings(imap_port=str(imap), smtp_port=str(port))
        await failure(EmailConnector(make_host(account, SECRET)), SignInNeeded)
    assert server.heard.count("AUTH") == 1


async def test_plain_text_on_a_tls_port(make_host: MakeHost) -> None:
    async with listening(Imap({}).talk) as port:
        account = settings(imap_security="tls", imap_port=str(port))
        sentence, _step = await failure(EmailConnector(make_host(account, SECRET)), Offline)
    assert "does not speak TLS" in sentence


async def test_a_server_that_never_answers(make_host: MakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "CONNECT_SECONDS", 0.3)
    async with listening(silent) as port:
        account = settings(imap_security="tls", imap_port=str(port))
        sentence, _step = await failure(EmailConnector(make_host(account, SECRET)), Offline)
    assert "did not answer in time" in sentence


async def test_a_busy_server_is_busy_and_not_a_wrong_password(make_host: MakeHost) -> None:
    answer = b"NO [UNAVAILABLE] The user database is down\r\n"
    async with listening(Imap({"AUTHENTICATE": answer}).talk) as port:
        sentence, _step = await failure(EmailConnector(make_host(settings(imap_port=str(port)), SECRET)), Busy)
    assert "The user database is down" in sentence


async def test_a_server_that_repeats_the_password_does_not_get_it_into_our_words(
    make_host: MakeHost, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = f"NO [AUTHENTICATIONFAILED] {SECRET} is wrong\r\n".encode()
    async with listening(Imap({"AUTHENTICATE": answer}).talk) as port:
        connector = EmailConnector(make_host(settings(imap_port=str(port)), SECRET))
        with pytest.raises(SignInNeeded) as raised:
            await connector.connect()
    assert "It says: “… is wrong”" in str(raised.value)
    assert SECRET not in caplog.text + repr(raised.value) + repr(raised.value.__cause__)


async def test_a_good_bye_instead_of_a_greeting(make_host: MakeHost) -> None:
    async with listening(Imap({}, greeting=b"* BYE too many connections\r\n").talk) as port:
        connector = EmailConnector(make_host(settings(imap_port=str(port)), SECRET))
        with pytest.raises(Busy, match="too many connections"):
            await connector.connect()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"address": "anna"}, "is not an e-mail address"),
        ({"imap_security": "none", "imap_host": "imap.example.org"}, "Without encryption"),
        ({"smtp_security": "ssl"}, "is no encryption for the SMTP server"),
        ({"imap_port": "70000"}, "is not a port of the IMAP server"),
        ({"auth": "kerberos"}, "is no way to sign in"),
        ({"auth": "oauth"}, "not known where anna@example.org signs in"),
        ({"auth": "oauth", "address": "anna@gmail.com"}, "an OAuth client of your own is needed"),
        ({"imap_certificate": "AB:CD"}, "is no fingerprint of the IMAP server's certificate"),
        ({"imap_certificate": "ab" * 32}, "shows no certificate without encryption"),
        ({"aliases": "help@example.org, shop"}, "among the aliases is not an e-mail address"),
    ],
)
async def test_settings_that_make_no_sense(make_host: MakeHost, changed: Mapping[str, str], words: str) -> None:
    connector = EmailConnector(make_host(settings(**changed), SECRET))
    with pytest.raises(Rejected, match=words):
        await connector.connect()


class TestSignIn:
    """The form, its guesses, and the way back to it."""

    @pytest.fixture
    async def ports(self) -> AsyncIterator[dict[str, str]]:
        async with listening(Imap(FOLDERS).talk) as imap, listening(Smtp().talk) as smtp:
            yield {**LOOPBACK, "imap_port": str(imap), "smtp_port": str(smtp)}

    async def test_the_form_guesses_from_the_address(self, make_host: MakeHost) -> None:
        from connectors.email.login import EmailSignIn

        form = await EmailSignIn(make_host({}, "")).start({"address": "anna@example.org"})
        assert isinstance(form, Form)
        defaults = {field.name: field.default for field in form.fields}
        assert defaults["imap_host"] == "imap.example.org"
        assert defaults["smtp_host"] == "smtp.example.org"
        assert defaults["imap_security"] == "tls"

    async def test_a_failed_test_comes_back_with_its_sentence_and_then_works(
        self, make_host: MakeHost, ports: dict[str, str]
    ) -> None:
        from connectors.email.login import EmailSignIn

        flow = EmailSignIn(make_host({}, ""))
        await flow.start({"address": "anna@example.org", **ports, "imap_port": str(free_port())})
        form = await flow.go_on({"password": SECRET})
        assert isinstance(form, Form)
        assert "takes no connections" in form.problem
        done = await flow.go_on({"password": SECRET, "imap_port": ports["imap_port"]})
        assert isinstance(done, Done)
        assert done.secrets == {"password": SECRET}
        assert done.settings["imap_user"] == "anna@example.org"
        assert done.identity.handle == "anna@example.org"
        assert SECRET not in done.settings.values()


def test_the_waits_are_bounded() -> None:
    assert line.CONNECT_SECONDS + line.READ_SECONDS <= 60
    assert submission.STEP_SECONDS <= 60
