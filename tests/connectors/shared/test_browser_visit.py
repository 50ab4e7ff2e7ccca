"""Through the browser and back, against an authorization server that refuses what it should."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from connectors.shared.oauth2.authorization import Authorization, challenge_of
from connectors.shared.oauth2.endpoint import TokenEndpoint
from connectors.shared.oauth2.loopback import Loopback
from connectors.shared.oauth2.service import Client, Service
from connectors.shared.oauth2.tokens import Tokens
from connectors.shared.oauth2.visit import BrowserVisit
from inbox_app.contract.errors import BadAnswer, Busy, ConnectorError, Offline, Rejected, SignInNeeded
from tests.servers.authorization import CLIENT, CLIENT_SECRET, AuthorizationServer, Person, browse

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
async def door() -> AsyncIterator[Loopback]:
    door = await Loopback.open()
    yield door
    await door.close()


@pytest.fixture
def visit(service: Service, door: Loopback) -> BrowserVisit:
    return BrowserVisit.begin(service, Client(CLIENT, CLIENT_SECRET), door, hint="anna@example.test")


async def go(url: str) -> asyncio.Task[httpx.Response]:
    return asyncio.create_task(asyncio.to_thread(browse, url))


def is_open(door: Loopback) -> bool:
    """Whether it answers; who knocks while it closes is refused, or hung up on."""
    try:
        httpx.get(f"http://127.0.0.1:{door.port}/else", trust_env=False)
    except (httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError):
        return False
    return True


async def test_consent_brings_tokens_and_a_page_that_names_none(
    server: AuthorizationServer, visit: BrowserVisit, endpoint: TokenEndpoint
) -> None:
    browser = await go(visit.url)
    tokens = await visit.finish(endpoint, NOW)
    assert server.subject_of(tokens.access) == "anna@example.test"
    assert tokens.expires_at == NOW + timedelta(hours=1)
    page = await browser
    assert "go back to Portavoce" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert not any(secret in page.text for secret in (tokens.access, tokens.refresh, visit.authorization.state))


async def test_what_is_asked_for_is_what_the_standards_want(
    server: AuthorizationServer, visit: BrowserVisit, endpoint: TokenEndpoint
) -> None:
    browser = await go(visit.url)
    await visit.finish(endpoint, NOW)
    await browser
    asked, redeemed = server.authorized[0], server.asked[0]
    assert asked["scope"] == "mail offline"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == redeemed["redirect_uri"] == f"http://127.0.0.1:{visit.door.port}"
    assert challenge_of(redeemed["code_verifier"]) == asked["code_challenge"]
    assert 43 <= len(redeemed["code_verifier"]) <= 128
    assert len(asked["state"]) >= 32


def test_the_challenge_is_that_of_the_standards_example() -> None:
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_no_two_attempts_are_alike(service: Service) -> None:
    made = [Authorization.make(service, Client("c"), "http://127.0.0.1:1/") for _ in range(3)]
    assert len({one.state for one in made}) == len({one.verifier for one in made}) == 3


async def test_a_person_who_declines_gets_a_sentence_here_and_there(
    server: AuthorizationServer, visit: BrowserVisit, endpoint: TokenEndpoint
) -> None:
    server.person = Person.DECLINES
    browser = await go(visit.url)
    with pytest.raises(SignInNeeded, match="declined in the browser"):
        await visit.finish(endpoint, NOW)
    assert "Nothing was connected" in (await browser).text
    assert server.asked == []


@pytest.mark.parametrize(
    "query",
    [
        "code=stolen&state=another",
        "code=stolen",
        "",
        "code=stolen&state={state}&state=another",
        "error=access_denied&state=another",
    ],
)
async def test_an_answer_to_something_else_is_not_ours(
    server: AuthorizationServer, visit: BrowserVisit, endpoint: TokenEndpoint, query: str
) -> None:
    browser = await go(f"{visit.door.redirect_uri}?{query.format(state=visit.authorization.state)}")
    with pytest.raises(SignInNeeded, match="does not belong to this sign-in"):
        await visit.finish(endpoint, NOW)
    assert "Nothing was connected" in (await browser).text
    assert server.asked == []


async def test_one_request_is_taken_and_a_second_refused(visit: BrowserVisit, endpoint: TokenEndpoint) -> None:
    browser = await go(visit.url)
    await visit.finish(endpoint, NOW)
    answer = str((await browser).url)
    with pytest.raises(httpx.ConnectError):
        await asyncio.to_thread(browse, answer)


async def test_a_second_request_on_a_line_held_open_gets_nothing(visit: BrowserVisit, endpoint: TokenEndpoint) -> None:
    """A line that was made before the answer came is ended with it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", visit.door.port)
    browser = await go(visit.url)
    await visit.finish(endpoint, NOW)
    await browser
    assert await asyncio.wait_for(reader.read(), 60) == b""
    writer.close()


async def test_what_a_browser_asks_for_besides_does_not_count(visit: BrowserVisit, endpoint: TokenEndpoint) -> None:
    def look_around() -> list[int]:
        with httpx.Client(trust_env=False) as client:
            icon = client.get(f"{visit.door.redirect_uri}/favicon.ico")
            return [icon.status_code, client.head(visit.door.redirect_uri).status_code]

    assert await asyncio.to_thread(look_around) == [404, 404]
    browser = await go(visit.url)
    assert (await visit.finish(endpoint, NOW)).access
    await browser


async def test_garbage_at_the_door_ends_nothing(visit: BrowserVisit, endpoint: TokenEndpoint) -> None:
    for garbage in (b"\x16\x03\x01\x02\x00\r\n\r\n", b"G" * 100_000, b"GET /\r\n"):
        _reader, writer = await asyncio.open_connection("127.0.0.1", visit.door.port)
        writer.write(garbage)
        writer.close()
    browser = await go(visit.url)
    assert (await visit.finish(endpoint, NOW)).access
    await browser


async def test_nobody_comes_and_the_port_closes(visit: BrowserVisit, endpoint: TokenEndpoint) -> None:
    with pytest.raises(SignInNeeded, match="No answer came from the browser"):
        await visit.finish(endpoint, NOW, seconds=0.05)
    assert not await asyncio.to_thread(is_open, visit.door)


async def test_giving_up_closes_the_port_and_tells_a_late_browser(visit: BrowserVisit, endpoint: TokenEndpoint) -> None:
    waiting = asyncio.create_task(visit.finish(endpoint, NOW))
    await asyncio.sleep(0)
    assert await asyncio.to_thread(is_open, visit.door)
    waiting.cancel()
    await visit.close()
    await visit.close()
    assert waiting.cancelled() or await _cancelled(waiting)
    assert not await asyncio.to_thread(is_open, visit.door)


async def _cancelled(task: asyncio.Task[Tokens]) -> bool:
    await asyncio.wait([task])
    return task.cancelled()


async def test_a_browser_that_came_before_giving_up_is_told(visit: BrowserVisit) -> None:
    browser = await go(visit.url)
    while await asyncio.to_thread(is_open, visit.door):
        pass
    await visit.close()
    assert "given up" in (await browser).text


async def authorized(visit: BrowserVisit) -> str:
    """The code of a consent, before anybody redeemed it."""
    browser = await go(visit.url)
    code = await visit.door.take(visit.authorization.read_code)
    await browser
    return code


async def test_a_code_works_once(visit: BrowserVisit, endpoint: TokenEndpoint, server: AuthorizationServer) -> None:
    code = await authorized(visit)
    tokens = await endpoint.exchange(visit.authorization, code, NOW)
    with pytest.raises(SignInNeeded, match="did not accept the browser’s answer"):
        await endpoint.exchange(visit.authorization, code, NOW)
    assert server.subject_of(tokens.access) is None


async def test_a_code_is_worthless_without_its_verifier(visit: BrowserVisit, endpoint: TokenEndpoint) -> None:
    code = await authorized(visit)
    with pytest.raises(SignInNeeded):
        await endpoint.exchange(replace(visit.authorization, verifier="x" * 86), code, NOW)


async def test_a_code_is_worthless_for_another_redirect(visit: BrowserVisit, endpoint: TokenEndpoint) -> None:
    code = await authorized(visit)
    with pytest.raises(SignInNeeded):
        await endpoint.exchange(replace(visit.authorization, redirect_uri="http://127.0.0.1:1/"), code, NOW)


def test_the_server_sends_nobody_to_a_foreign_redirect(visit: BrowserVisit) -> None:
    """The judge must be strict, or the tests above prove nothing."""
    asked = {name: value[0] for name, value in parse_qs(urlsplit(visit.url).query).items()}
    asked["redirect_uri"] = "http://elsewhere.example/"
    assert browse(f"{visit.url.partition('?')[0]}?{urlencode(asked)}").status_code == 400


async def test_a_wrong_client_is_named(visit: BrowserVisit, endpoint: TokenEndpoint) -> None:
    code = await authorized(visit)
    with pytest.raises(SignInNeeded, match="does not accept the OAuth client") as raised:
        await replace(endpoint, client=Client(CLIENT, "wrong-secret")).exchange(visit.authorization, code, NOW)
    assert code not in str(raised.value)
    assert "wrong-secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (503, b"", Offline),
        (429, b"", Busy),
        (404, b"", Rejected),
        (400, b'{"error": "temporarily_unavailable"}', Busy),
        (400, b'{"error": "invalid_scope"}', Rejected),
        (400, b'{"error": "invalid_grant"}', SignInNeeded),
        (400, b'{"error": "interaction_required"}', SignInNeeded),
        (401, b'{"error": "invalid_client"}', SignInNeeded),
        (400, b'{"error": "invalid_request"}', Busy),
        (400, b'{"error": {"code": 190, "type": "OAuthException"}}', Busy),
        (403, b'{"message": "Blocked by the gateway"}', Busy),
        (400, b"[]", Busy),
        (400, b"<html>", Offline),
        (200, b"<html>", Offline),
        (200, b"[]", BadAnswer),
        (200, b'{"access_token": "a\\r\\nb", "token_type": "bearer"}', BadAnswer),
        (200, b'{"access_token": "a", "token_type": "mac"}', BadAnswer),
        (200, b'{"access_token": "a", "refresh_token": 7, "token_type": "bearer"}', BadAnswer),
        (200, b'{"access_token": "' + b"a" * 300_000 + b'"}', Offline),
        (302, b"", Offline),
    ],
)
async def test_what_a_token_endpoint_may_say_instead(
    server: AuthorizationServer, endpoint: TokenEndpoint, status: int, body: bytes, error: type[ConnectorError]
) -> None:
    server.answers_instead.append((status, body))
    with pytest.raises(error) as raised:
        await endpoint.refresh(Tokens("old", "refresh-secret"), NOW)
    assert type(raised.value) is error
    assert "refresh-secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("status", "body"), [(503, b""), (429, b""), (400, b'{"error": "temporarily_unavailable"}'), (403, b"{}")]
)
async def test_the_time_that_it_names_is_kept(
    server: AuthorizationServer, endpoint: TokenEndpoint, status: int, body: bytes
) -> None:
    server.answers_instead.append((status, body))
    server.retry_after = "900"
    with pytest.raises(Busy) as raised:
        await endpoint.refresh(Tokens("old", "refresh-secret"), NOW)
    assert raised.value.retry_after == timedelta(minutes=15)


async def test_a_server_that_is_not_there(service: Service) -> None:
    gone = Service(service.authorize_url, "http://127.0.0.1:9/token")
    http = gone.open_http()
    with pytest.raises(Offline):
        await TokenEndpoint(gone, Client("c"), http).refresh(Tokens("", "r"), NOW)
    await http.close()


@pytest.mark.parametrize("url", ["http://login.example/token", "file:///etc/passwd", "javascript:alert(1)", "login"])
def test_only_https_or_this_computer(url: str) -> None:
    for urls in ((url, "https://login.example/token"), ("https://login.example/authorize", url)):
        with pytest.raises(Rejected):
            Service(*urls)


async def test_nothing_secret_reaches_a_log_or_a_repr(
    visit: BrowserVisit, endpoint: TokenEndpoint, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = await go(visit.url)
    tokens = await visit.finish(endpoint, NOW)
    await browser
    await endpoint.refresh(tokens, NOW)
    said = caplog.text + repr((visit, endpoint, tokens))
    for secret in (tokens.access, tokens.refresh, CLIENT_SECRET, visit.authorization.verifier):
        assert secret not in said
