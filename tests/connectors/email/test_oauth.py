"""Signing in through the browser and staying signed in: Dovecot and a submission server that ask our own
authorization server about each token."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from connectors.email.connector import EmailConnector
from connectors.email.login import EmailSignIn
from connectors.shared.oauth2.tokens import ACCESS, REFRESH, Tokens
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import SignInNeeded
from inbox_app.contract.login import CheckState, CheckStep, Done, Form, OpenBrowser
from inbox_app.contract.remote import Identity, RemoteMessage
from tests.connectors.email.mails import answer_to, mail, messages, pull_all
from tests.contract.stage import Lent
from tests.servers.authorization import CLIENT_SECRET, Person, browse
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.oauth_place import OAuthPlace, open_place

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("trusted")]


@pytest.fixture
def place(certificates: Certificates, tmp_path: Path) -> Iterator[OAuthPlace]:
    with open_place(certificates, tmp_path) as place:
        yield place


@pytest.fixture
async def flow(place: OAuthPlace, lent: Lent) -> AsyncIterator[EmailSignIn]:
    flow = EmailSignIn(visitor(lent))
    yield flow
    await flow.close()


def visitor(lent: Lent) -> Host:
    """A host as before there is an account."""
    return replace(lent.host({}, {}), kept=None)


async def walk(flow: EmailSignIn, place: OAuthPlace) -> Done | Form:
    """The whole way, the browser's part included."""
    assert isinstance(await flow.start(place.settings), Form)
    opened = await flow.go_on({**place.settings, "oauth_client_secret": CLIENT_SECRET})
    assert isinstance(opened, OpenBrowser), opened
    browser = asyncio.create_task(asyncio.to_thread(browse, opened.url))
    step = await flow.go_on({})
    await browser
    assert isinstance(step, Done | Form)
    return step


@pytest.fixture
async def connector(place: OAuthPlace, lent: Lent, flow: EmailSignIn) -> AsyncIterator[EmailConnector]:
    """The connector of an account that signed in through the browser, its secrets in `lent.kept`."""
    done = await walk(flow, place)
    assert isinstance(done, Done)
    lent.kept.update(done.secrets)
    connector = EmailConnector(lent.host(done.settings, {}))
    yield connector
    await connector.close()


async def question(connector: EmailConnector, place: OAuthPlace, subject: str) -> RemoteMessage:
    """Somebody writes, and the mail is pulled."""
    writer = place.dovecot.new_user("ben")
    cursor = (await connector.pull(None)).cursor
    raw = mail(subject, f"{subject}@example.test", From=writer.address, To=place.user.address)
    place.dovecot.deliver(place.user, raw)
    (asked,) = messages(*await pull_all(connector, cursor))
    return asked


async def answer(connector: EmailConnector, asked: RemoteMessage) -> None:
    act = answer_to(asked, key=uuid4().hex)
    await connector.send(act, connector.freeze(act, Identity("a", "a")))


async def test_the_whole_way_through_the_browser(place: OAuthPlace, flow: EmailSignIn) -> None:
    done = await walk(flow, place)
    assert isinstance(done, Done)
    assert done.identity.handle == place.user.address
    assert done.secrets["oauth_client_secret"] == CLIENT_SECRET
    assert place.oauth.subject_of(done.secrets[ACCESS]) == place.user.address
    assert not {CLIENT_SECRET, done.secrets[ACCESS], done.secrets[REFRESH]} & set(done.settings.values())
    assert place.oauth.authorized[0]["login_hint"] == place.user.address


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
async def test_mail_is_pulled_and_sent_with_tokens(
    certificates: Certificates, tmp_path: Path, lent: Lent, mechanism: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with open_place(certificates, tmp_path, mechanism) as place:
        done = await walk(EmailSignIn(visitor(lent)), place)
        assert isinstance(done, Done), done.problem
        connector = EmailConnector(lent.host(done.settings, done.secrets))
        await answer(connector, await question(connector, place, "first"))
        assert len(place.smtp.accepted) == 1
        await connector.close()
    for secret in (done.secrets[ACCESS], done.secrets[REFRESH], CLIENT_SECRET):
        assert secret not in caplog.text


async def test_a_token_that_was_refused_is_renewed_and_nobody_notices(
    connector: EmailConnector, place: OAuthPlace, lent: Lent
) -> None:
    before = Tokens.from_secrets(lent.kept)
    for subject in ("one", "two"):
        place.oauth.end_access()
        await connector.connect()
        asked = await question(connector, place, subject)
        place.oauth.end_access()
        await answer(connector, asked)
    assert len(place.smtp.accepted) == 2
    after = Tokens.from_secrets(lent.kept)
    assert after.refresh != before.refresh
    assert place.oauth.subject_of(after.access) == place.user.address


async def test_the_smtp_server_alone_refuses_and_is_told_that_we_heard_why(
    connector: EmailConnector, place: OAuthPlace
) -> None:
    asked = await question(connector, place, "x")
    place.oauth.end_access()
    await answer(connector, asked)
    assert place.smtp.tokens.gave_in == [b""]
    assert len(place.smtp.accepted) == 1


async def test_listening_renews_a_refused_token(connector: EmailConnector, place: OAuthPlace) -> None:
    place.oauth.end_access()
    nudges = connector.listen()
    async with asyncio.timeout(20):
        await anext(nudges)
        place.dovecot.deliver(place.user, mail("x", To=place.user.address))
        await anext(nudges)
    await nudges.aclose()


async def test_a_withdrawn_consent_asks_to_sign_in_again(connector: EmailConnector, place: OAuthPlace) -> None:
    place.oauth.revoke()
    with pytest.raises(SignInNeeded, match="has ended this sign-in"):
        await connector.connect()


async def test_a_token_of_somebody_else_is_not_ours(place: OAuthPlace, flow: EmailSignIn) -> None:
    """The person chose another account in the browser than the one that was named."""
    other = place.dovecot.new_user("other")
    await flow.start(place.settings)
    opened = await flow.go_on({**place.settings, "oauth_client_secret": CLIENT_SECRET})
    assert isinstance(opened, OpenBrowser)
    hint = place.user.address.replace("@", "%40")
    url = opened.url.replace(hint, other.address.replace("@", "%40"))
    browser = asyncio.create_task(asyncio.to_thread(browse, url))
    step = await flow.go_on({})
    await browser
    assert isinstance(step, Form)
    assert "did not accept the browser's sign-in" in step.problem


async def test_a_server_without_tokens_says_so(place: OAuthPlace, flow: EmailSignIn, dovecot: Dovecot) -> None:
    await flow.start({**place.settings, "imap_port": str(dovecot.imaps_port)})
    opened = await flow.go_on({"oauth_client_secret": CLIENT_SECRET})
    assert isinstance(opened, OpenBrowser)
    browser = asyncio.create_task(asyncio.to_thread(browse, opened.url))
    step = await flow.go_on({})
    await browser
    assert isinstance(step, Form)
    assert "takes no sign-in through the browser" in step.problem


async def test_tokens_that_were_renewed_during_the_test_are_the_ones_to_keep(
    place: OAuthPlace, flow: EmailSignIn, lent: Lent
) -> None:
    place.oauth.access_life = timedelta(seconds=30)  # as good as over at once
    done = await walk(flow, place)
    assert isinstance(done, Done)
    assert len(place.oauth.asked) > 1
    connector = EmailConnector(lent.host(done.settings, done.secrets))
    await connector.connect()
    await connector.close()


async def test_declining_comes_back_to_the_form_and_can_be_mended(place: OAuthPlace, flow: EmailSignIn) -> None:
    place.oauth.person = Person.DECLINES
    step = await walk(flow, place)
    assert isinstance(step, Form)
    assert "declined in the browser" in step.problem
    place.oauth.person = Person.CONSENTS
    assert isinstance(await walk(flow, place), Done)


async def test_closing_the_dialog_closes_the_port(place: OAuthPlace, flow: EmailSignIn) -> None:
    await flow.start(place.settings)
    opened = await flow.go_on({**place.settings, "oauth_client_secret": CLIENT_SECRET})
    assert isinstance(opened, OpenBrowser)
    waiting = asyncio.create_task(flow.go_on({}))
    await asyncio.sleep(0)
    waiting.cancel()
    await flow.close()
    with pytest.raises(httpx.ConnectError):
        await asyncio.to_thread(browse, opened.url)
    assert place.oauth.asked == []


async def test_signing_in_again_needs_neither_the_address_nor_the_clients_secret(
    place: OAuthPlace, connector: EmailConnector, lent: Lent
) -> None:
    host = lent.host(place.settings, dict(lent.kept))
    flow = EmailSignIn(host)
    form = await flow.start(place.settings)
    assert isinstance(form, Form)
    assert form.title == "Sign in again"
    assert "address" not in {field.name for field in form.fields}
    opened = await flow.go_on({"auth": "oauth"})
    assert isinstance(opened, OpenBrowser)
    browser = asyncio.create_task(asyncio.to_thread(browse, opened.url))
    done = await flow.go_on({})
    await browser
    assert isinstance(done, Done)
    assert done.identity.remote_id == place.user.address.lower()
    assert done.secrets["oauth_client_secret"] == CLIENT_SECRET


async def test_each_step_is_told(place: OAuthPlace, lent: Lent) -> None:
    steps: list[CheckStep] = []
    flow = EmailSignIn(replace(visitor(lent), report=steps.append))
    assert isinstance(await walk(flow, place), Done)
    passed = [step.name for step in steps if step.state is CheckState.PASSED]
    assert passed.index("Sign in to the IMAP server localhost") < passed.index("Sign in to the SMTP server localhost")
