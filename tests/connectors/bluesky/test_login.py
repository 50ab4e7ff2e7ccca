"""Connecting an account: by app password, and through the browser, which the test plays on the server's own page."""

from __future__ import annotations

import asyncio
import json
import re
import time
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from connectors.bluesky import MANIFEST
from connectors.bluesky.connector import BlueskyConnector
from connectors.bluesky.dpop import ProofKey
from connectors.bluesky.identity import find_server
from connectors.bluesky.login import BlueskySignIn
from connectors.bluesky.oauth import KEY, find_doors
from connectors.bluesky.settings import PASSWORD, read_server
from connectors.shared.oauth2.tokens import ACCESS, EXPIRES, REFRESH
from inbox_app.contract.errors import BadAnswer, Rejected, SignInNeeded
from inbox_app.contract.http import Http
from inbox_app.contract.login import CheckState, CheckStep, Done, Form, OpenBrowser, Step
from tests.connectors.bluesky.stage import BlueskyStage
from tests.contract.connector_tests import pull_all
from tests.servers.bluesky import BlueskyUser
from tests.servers.gateway import Request, Response

pytestmark = [pytest.mark.server, pytest.mark.timeout(120)]


async def sign_in(
    stage: BlueskyStage, steps: list[CheckStep], settings: Mapping[str, str], **answers: str
) -> tuple[BlueskySignIn, Step]:
    """The step after the form."""
    flow = BlueskySignIn(replace(stage.host(), report=steps.append))
    step = await flow.start(settings)
    assert isinstance(step, Form)
    assert step.fields[0].default == stage.brand.handle
    return flow, await flow.go_on(answers)


# --- app password ----------------------------------------------------------------------------------------------------


async def test_an_app_password_connects_and_each_step_is_told(stage: BlueskyStage) -> None:
    steps: list[CheckStep] = []
    _flow, done = await sign_in(stage, steps, stage.settings, password=stage.password)
    assert isinstance(done, Done)
    assert done.identity.handle == f"@{stage.brand.handle}"
    assert done.identity.name == "Brand"
    assert done.settings["server"] == stage.gateway.url
    assert PASSWORD not in done.settings
    assert [step.name for step in steps if step.state is CheckState.PASSED] == [
        "Reach the server 127.0.0.1",
        "Sign in",
        "Private messages",
    ]
    assert done.secrets[REFRESH]
    begun = sessions(stage)
    connector = BlueskyConnector(replace(stage.host(), secrets=done.secrets))
    await connector.connect()
    await connector.close()
    assert sessions(stage) == begun, "a session is kept, since a service counts how often somebody signs in"


def sessions(stage: BlueskyStage, method: str = "createSession") -> int:
    return sum(request.path.endswith(method) for request, _response in stage.gateway.seen)


async def test_a_wrong_password_gets_the_form_with_a_sentence(stage: BlueskyStage) -> None:
    steps: list[CheckStep] = []
    _flow, step = await sign_in(stage, steps, stage.settings, password="wrong")
    assert isinstance(step, Form)
    assert "does not accept" in step.problem
    assert (steps[-1].name, steps[-1].state) == ("Sign in", CheckState.FAILED)


async def test_who_is_nobody_is_said_so(stage: BlueskyStage) -> None:
    flow = BlueskySignIn(stage.host())
    await flow.start({**stage.settings, "handle": "nobody-here.test"})
    step: Any = await flow.go_on({"password": "x"})
    assert isinstance(step, Form)
    assert "Nobody on Bluesky is called nobody-here.test" in step.problem


async def test_the_directory_knows_the_server(stage: BlueskyStage) -> None:
    http = Http()
    assert await find_server(stage.network.places["plc"], stage.brand.did, http) == stage.network.url
    with pytest.raises(Rejected):
        await find_server(stage.network.places["plc"], "did:key:zQ3sh", http)
    with pytest.raises(Rejected):
        await find_server(stage.network.places["plc"], f"did:plc:{'a' * 24}", http)
    await http.close()


async def test_a_session_is_renewed_before_its_end_and_after_it(stage: BlueskyStage) -> None:
    connector, _cursor = await stage.started()
    stage.later = timedelta(hours=3)  # its token is good for two
    await connector.connect()
    assert (sessions(stage), sessions(stage, "refreshSession")) == (1, 1)
    await stage.connector()
    token = stage.lent.kept[ACCESS]
    stage.later = timedelta(0)

    def expired(request: Request) -> Request | Response:
        ended = token in request.headers.get("authorization", "")
        refusal = Response(400, {"content-type": "application/json"}, b'{"error":"ExpiredToken","message":"over"}')
        return refusal if ended else request

    stage.gateway.before.append(expired)
    second = int(time.time())
    while int(time.time()) == second:  # Tokens of one second are the same.
        await asyncio.sleep(0.05)
    fresh = await stage.connector()
    await fresh.connect()
    assert (sessions(stage), sessions(stage, "refreshSession")) == (1, 2)
    assert stage.lent.kept[ACCESS] != token


async def test_a_session_that_has_ended_is_begun_anew(stage: BlueskyStage) -> None:
    await stage.started()
    stage.brand.network.http.post(
        "/xrpc/com.atproto.server.deleteSession", headers={"Authorization": f"Bearer {stage.lent.kept[REFRESH]}"}
    )
    stage.lent.kept[ACCESS] = ""
    await (await stage.connector()).connect()
    assert sessions(stage) == 2


async def test_a_removed_account_is_signed_out(stage: BlueskyStage) -> None:
    connector, _cursor = await stage.started()
    await connector.sign_out()
    answer = stage.network.http.post(
        "/xrpc/com.atproto.server.refreshSession", headers={"Authorization": f"Bearer {stage.lent.kept[REFRESH]}"}
    )
    assert answer.json()["error"] == "ExpiredToken"


# --- the browser -----------------------------------------------------------------------------------------------------


class Browser:
    """What the page of the server's makers does, without a window."""

    def __init__(self, user: BlueskyUser) -> None:
        self.user = user
        self.http = httpx.AsyncClient(trust_env=False, timeout=30)
        self.cookies: dict[str, str] = {}

    async def open(self, url: str) -> None:
        self.url = url
        headers = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "cross-site"}
        page = await self.http.get(url, headers=headers)
        assert page.status_code == 200, page.text
        self._take_cookies(page)

    async def consent(self, *, allow: bool = True) -> str:
        """Sign in and allow; the address to which the server sends the browser."""
        said = await self._call(
            "sign-in", {"locale": "en", "username": self.user.handle, "password": self.user.password, "remember": True}
        )
        if not allow:
            return str((await self._call("reject", {}))["url"])
        token = said.get("ephemeralToken")
        return str((await self._call("consent", {"did": said["account"]["did"]}, token))["url"])

    async def target(self, url: str) -> str:
        """Where the server then sends it: to us."""
        headers = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "same-origin"}
        answer = await self.http.get(url, headers={**headers, "referer": self.url, "cookie": self._cookie()})
        assert answer.is_redirect, answer.text
        return str(answer.headers["location"])

    async def follow(self, url: str) -> httpx.Response:
        """Go there."""
        return await self.http.get(await self.target(url))

    async def _call(self, name: str, body: dict[str, Any], token: str | None = None) -> Any:
        at = urlsplit(self.url)
        origin = f"{at.scheme}://{at.netloc}"
        headers = {
            "origin": origin,
            "referer": self.url,
            "sec-fetch-mode": "same-origin",
            "sec-fetch-site": "same-origin",
            "x-csrf-token": self.cookies["csrf-token"],
            "cookie": self._cookie(),
        }
        if token:
            headers["authorization"] = f"Bearer {token}"
        answer = await self.http.post(f"{origin}/@atproto/oauth-provider/~api/{name}", json=body, headers=headers)
        assert answer.is_success, answer.text
        self._take_cookies(answer)
        return answer.json()

    def _take_cookies(self, answer: httpx.Response) -> None:
        for line in answer.headers.get_list("set-cookie"):
            name, _equals, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


Browse = Callable[[BlueskyUser], Browser]


@pytest.fixture
async def browse() -> AsyncIterator[Browse]:
    """A browser of somebody, closed after the test."""
    made: list[Browser] = []

    def open_one(user: BlueskyUser) -> Browser:
        made.append(Browser(user))
        return made[-1]

    yield open_one
    for one in made:
        await one.http.aclose()


def by_browser(stage: BlueskyStage) -> dict[str, str]:
    """Straight to the server: a proof names the address that it is made for."""
    return {**stage.settings, "server": stage.network.url, "auth": "browser"}


async def test_the_browser_connects_and_the_account_works_and_is_renewed(stage: BlueskyStage, browse: Browse) -> None:
    flow, step = await sign_in(stage, [], by_browser(stage))
    assert isinstance(step, OpenBrowser), step
    assert "request_uri=" in step.url
    assert stage.brand.handle not in step.url, "what is asked was pushed"
    waiting = asyncio.ensure_future(flow.go_on({}))
    browser = browse(stage.brand)
    await browser.open(step.url)
    assert "Portavoce" in (await browser.follow(await browser.consent())).text
    done = await waiting
    await flow.close()
    assert isinstance(done, Done), done
    assert done.identity.remote_id == stage.brand.did
    assert set(done.secrets) >= {KEY, ACCESS, REFRESH}
    stage.mention("hello")
    stage.anna.chat(stage.brand, "between us")
    lent = replace(stage.host(), secrets=done.secrets, settings=done.settings, http=Http(stage.network.url))
    connector = BlueskyConnector(lent)
    events, _cursor = await pull_all(connector, None)
    batch = await connector.load_older(None)
    while batch.more and len(events) < 9:
        events += batch.events
        batch = await connector.load_older(batch.cursor)
    assert {"between us", f"@{stage.brand.handle} hello"} <= {
        event.message.text for event in events if hasattr(event, "message")
    }
    await connector.close()
    ended = {**done.secrets, EXPIRES: datetime.now(UTC).isoformat()}
    again = BlueskyConnector(replace(lent, secrets=ended, http=Http(stage.network.url)))
    assert (await again.connect()).remote_id == stage.brand.did
    assert stage.lent.kept[REFRESH] != done.secrets[REFRESH], "it was renewed, and kept"
    await again.sign_out()
    await again.close()
    revoked = {**done.secrets, **stage.lent.kept, EXPIRES: ended[EXPIRES]}
    over = BlueskyConnector(replace(lent, secrets=revoked, http=Http(stage.network.url)))
    with pytest.raises(SignInNeeded):
        await over.connect()
    await over.close()


async def test_who_declines_is_told_so(stage: BlueskyStage, browse: Browse) -> None:
    flow, step = await sign_in(stage, [], by_browser(stage))
    assert isinstance(step, OpenBrowser)
    waiting = asyncio.ensure_future(flow.go_on({}))
    browser = browse(stage.brand)
    await browser.open(step.url)
    await browser.follow(await browser.consent(allow=False))
    form = await waiting
    assert isinstance(form, Form)
    assert "declined" in form.problem


async def test_an_answer_from_another_server_is_refused(stage: BlueskyStage, browse: Browse) -> None:
    flow, step = await sign_in(stage, [], by_browser(stage))
    assert isinstance(step, OpenBrowser)
    waiting = asyncio.ensure_future(flow.go_on({}))
    browser = browse(stage.brand)
    await browser.open(step.url)
    target = await browser.target(await browser.consent())
    forged = re.sub(r"iss=[^&]*", "iss=https%3A%2F%2Fevil.example", target)
    assert forged != target
    await browser.http.get(forged)
    form = await waiting
    assert isinstance(form, Form)
    assert "does not belong" in form.problem


async def test_another_account_than_the_one_that_was_named_is_refused(stage: BlueskyStage, browse: Browse) -> None:
    flow, step = await sign_in(stage, [], by_browser(stage))
    assert isinstance(step, OpenBrowser)
    waiting = asyncio.ensure_future(flow.go_on({}))
    browser = browse(stage.anna)
    await browser.open(step.url)
    await browser.follow(await browser.consent())
    form = await waiting
    assert isinstance(form, Form)
    assert "another account" in form.problem


async def test_a_server_that_points_its_sign_in_elsewhere_is_not_followed(stage: BlueskyStage) -> None:
    def vouches_for_itself(request: Request, response: Response) -> Response:
        ours, theirs = stage.gateway.url.encode(), stage.network.url.encode()
        told = request.path.endswith("oauth-protected-resource")
        return replace(response, body=response.body.replace(theirs, ours)) if told else response

    assert (await find_doors(stage.network.url)).issuer == stage.network.url
    stage.gateway.after.append(vouches_for_itself)
    with pytest.raises(BadAnswer):
        await find_doors(stage.gateway.url)


async def test_who_gives_up_leaves_no_door_open(stage: BlueskyStage) -> None:
    flow, step = await sign_in(stage, [], by_browser(stage))
    assert isinstance(step, OpenBrowser)
    waiting = asyncio.ensure_future(flow.go_on({}))
    await asyncio.sleep(0)
    await flow.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting


def test_a_proof_names_its_request_and_its_token() -> None:
    key = ProofKey.from_secret(ProofKey.new().to_secret())
    now = datetime(2026, 11, 27, tzinfo=UTC)
    proof = key.prove("GET", "https://pds.example/xrpc/a?b=c", now, nonce="n", token="t")
    head, body, signature = (urlsafe_b64decode(part + "==") for part in proof.split("."))
    assert json.loads(head)["typ"] == "dpop+jwt"
    said = json.loads(body)
    assert (said["htm"], said["htu"], said["nonce"]) == ("GET", "https://pds.example/xrpc/a", "n")
    assert said["ath"] == "47mKTaMaEn1L3m5DAz9muidMqw636xxw7EFAK_YnPdg"
    assert len(signature) == 64
    with pytest.raises(SignInNeeded):
        ProofKey.from_secret("lost")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("bsky.social", "https://bsky.social"),
        (" https://PDS.Example.org/ ", "https://pds.example.org"),
        ("http://localhost:2583", "http://localhost:2583"),
    ],
)
def test_a_server_is_read_as_people_write_it(written: str, read: str) -> None:
    assert read_server(written) == read == MANIFEST.home_of({"server": written})


@pytest.mark.parametrize("written", ["", "two words", "http://example.social", "ftp://example.social"])
def test_what_is_no_server_has_no_home(written: str) -> None:
    with pytest.raises(Rejected):
        read_server(written)
    assert MANIFEST.home_of({"server": written}) == ""
