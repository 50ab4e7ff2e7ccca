"""Connecting an account: by a token, and through the browser, which the test plays on the server's own page."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from connectors.mastodon import MANIFEST
from connectors.mastodon.login import MastodonSignIn
from connectors.mastodon.registration import CLIENT_SECRET
from connectors.mastodon.settings import read_server
from inbox_app.contract.errors import Rejected
from inbox_app.contract.login import CheckState, CheckStep, Done, Form, OpenBrowser, Step
from tests.connectors.mastodon.stage import MastodonStage
from tests.servers.gateway import Request, Response

pytestmark = pytest.mark.server


async def sign_in(stage: MastodonStage, steps: list[CheckStep], **answers: str) -> tuple[MastodonSignIn, Step]:
    """The step after the form."""
    flow = MastodonSignIn(replace(stage.host(), report=steps.append))
    step = await flow.start({"server": stage.gateway.url})
    assert isinstance(step, Form)
    assert step.fields[0].default == stage.gateway.url
    return flow, await flow.go_on({"server": stage.gateway.url, **answers})


async def consent(url: str, name: str, **changed: str) -> httpx.Response:
    """Allow it on the server's page, and let the browser bring the answer."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    form = {"username": name, "redirect_uri": asked["redirect_uri"], "state": asked["state"], **changed}
    async with httpx.AsyncClient(trust_env=False) as browser:
        page = await browser.get(url)
        assert page.status_code == 200
        answer = await browser.post(f"{url.partition('?')[0]}", data=form)
        assert answer.status_code == 302
        return await browser.get(answer.headers["location"])


async def test_a_token_connects_and_each_step_is_told(stage: MastodonStage) -> None:
    steps: list[CheckStep] = []
    _flow, done = await sign_in(stage, steps, token=stage.brand.token)
    assert isinstance(done, Done)
    assert done.identity.handle == f"@{stage.brand.handle}"
    assert done.settings == {"server": stage.gateway.url}
    assert [step.name for step in steps if step.state is CheckState.PASSED] == [
        "Reach the server 127.0.0.1",
        "Sign in",
    ]


async def test_a_wrong_token_gets_the_form_with_a_sentence(stage: MastodonStage) -> None:
    steps: list[CheckStep] = []
    _flow, step = await sign_in(stage, steps, token="wrong")
    assert isinstance(step, Form)
    assert "does not accept this access token" in step.problem
    assert steps[-1].state is CheckState.FAILED
    assert steps[-1].name == "Sign in"


async def test_the_browser_connects_and_the_account_works_afterwards(stage: MastodonStage) -> None:
    flow, step = await sign_in(stage, [])
    assert isinstance(step, OpenBrowser)
    waiting = asyncio.ensure_future(flow.go_on({}))
    page = await consent(step.url, stage.brand.name)
    assert "Portavoce" in page.text
    done = await waiting
    await flow.close()
    assert isinstance(done, Done)
    assert done.identity.handle == f"@{stage.brand.handle}"
    assert done.secrets[CLIENT_SECRET]
    assert "S256" in step.url
    stage.anna.say(f"@{stage.brand.name} hello")
    from connectors.mastodon.connector import MastodonConnector

    connector = MastodonConnector(replace(stage.host(), secrets=done.secrets))
    assert (await connector.load_older(None)).events
    await connector.close()


async def test_an_older_server_takes_the_address_as_a_text(stage: MastodonStage) -> None:
    def older(request: Request) -> Request | Response:
        blind = request.path == "/api/v1/apps" and b"[" in request.body
        refused = Response(422, {"content-type": "application/json"}, b'{"error": "Redirect URI cannot be blank"}')
        return refused if blind else request

    stage.gateway.before.append(older)
    flow, step = await sign_in(stage, [])
    assert isinstance(step, OpenBrowser)
    await flow.close()
    stage.gateway.seen.clear()  # the description knows the newer form alone


async def test_an_answer_to_another_sign_in_is_refused(stage: MastodonStage) -> None:
    flow, step = await sign_in(stage, [])
    assert isinstance(step, OpenBrowser)
    waiting = asyncio.ensure_future(flow.go_on({}))
    await consent(step.url, stage.brand.name, state="another")
    form = await waiting
    assert isinstance(form, Form)
    assert "does not belong" in form.problem


async def test_who_gives_up_leaves_no_door_open(stage: MastodonStage) -> None:
    flow, step = await sign_in(stage, [])
    assert isinstance(step, OpenBrowser)
    await flow.close()
    port = urlsplit(parse_qs(urlsplit(step.url).query)["redirect_uri"][0]).port
    with pytest.raises(OSError, match=r"refused|Connect"):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_server_that_is_none_is_said_so(stage: MastodonStage) -> None:
    flow = MastodonSignIn(stage.host())
    step: Any = await flow.go_on({"server": "no server"})
    assert isinstance(step, Form)
    assert "no server" in step.problem


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("example.social", "https://example.social"),
        (" https://Example.Social/ ", "https://example.social"),
        ("@brand@example.social", "https://example.social"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("https://example.social:8443", "https://example.social:8443"),
    ],
)
def test_a_server_is_read_as_people_write_it(written: str, read: str) -> None:
    assert read_server(written) == read == MANIFEST.home_of({"server": written})


@pytest.mark.parametrize("written", ["", "two words", "http://example.social", "ftp://example.social"])
def test_what_is_no_server_has_no_home(written: str) -> None:
    with pytest.raises(Rejected):
        read_server(written)
    assert MANIFEST.home_of({"server": written}) == ""
