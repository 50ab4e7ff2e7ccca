"""Signing in: password, the house's own sign-on in the browser, a token; the device stays as long as the account."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from connectors.matrix import MANIFEST
from connectors.matrix.connector import MatrixConnector
from connectors.matrix.discovery import find_home
from connectors.matrix.login import MatrixSignIn
from connectors.matrix.settings import DEVICE
from connectors.matrix.tokens import TOKEN
from connectors.shared.oauth2.tokens import ACCESS
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import Rejected, SignInNeeded
from inbox_app.contract.http import Http
from inbox_app.contract.login import CheckState, Done, Form, OpenBrowser, Step
from tests.connectors.matrix.stage import MatrixStage
from tests.contract.connector_tests import pull_all
from tests.servers.gateway import Request, Response

pytestmark = pytest.mark.server


def answers(stage: MatrixStage, **more: str) -> dict[str, str]:
    return {"user": stage.brand.id, "server": stage.gateway.url, **more}


async def test_a_password_signs_in_and_is_not_kept(stage: MatrixStage) -> None:
    flow = MatrixSignIn(stage.host())
    assert isinstance(await flow.start({}), Form)
    done = await flow.go_on(answers(stage, password=stage.brand.password, device_name="The shop's desk"))
    assert isinstance(done, Done)
    assert done.identity.handle == stage.brand.id
    assert done.settings[DEVICE] in stage.server.devices(stage.brand)
    names = {one["device_id"]: one["display_name"] for one in stage.brand.ask("GET", "devices")["devices"]}
    assert names[done.settings[DEVICE]] == "The shop's desk"
    assert stage.brand.password not in json.dumps([dict(done.settings), dict(done.secrets)])


async def test_a_wrong_password_comes_back_with_a_sentence_and_its_steps(stage: MatrixStage) -> None:
    steps: dict[str, CheckState] = {}
    flow = MatrixSignIn(replace(stage.host(), report=lambda step: steps.update({step.name: step.state})))
    await flow.start({})
    form = await flow.go_on(answers(stage, password="wrong"))
    assert isinstance(form, Form)
    assert "does not accept" in form.problem
    assert [one.default for one in form.fields if one.name == "user"] == [stage.brand.id]
    assert steps == {"Reach the server 127.0.0.1": CheckState.PASSED, "Sign in": CheckState.FAILED}


async def test_signing_in_again_keeps_the_device(stage: MatrixStage) -> None:
    flow = MatrixSignIn(stage.host())
    await flow.start({})
    first = await flow.go_on(answers(stage, password=stage.brand.password))
    assert isinstance(first, Done)
    before = stage.server.devices(stage.brand)
    again = MatrixSignIn(stage.host())
    await again.start(first.settings)
    second = await again.go_on({"password": stage.brand.password})
    assert isinstance(second, Done)
    assert second.settings[DEVICE] == first.settings[DEVICE]
    assert stage.server.devices(stage.brand) == before


async def test_removal_ends_the_session_that_we_made_and_no_other(stage: MatrixStage) -> None:
    flow = MatrixSignIn(stage.host())
    await flow.start({})
    done = await flow.go_on(answers(stage, password=stage.brand.password))
    assert isinstance(done, Done)
    connector = MatrixConnector(replace(stage.host(), settings=done.settings, secrets=done.secrets))
    await connector.connect()
    await connector.sign_out()
    assert done.settings[DEVICE] not in stage.server.devices(stage.brand)
    with pytest.raises(SignInNeeded):
        await connector.connect()
    elsewhere = await stage.connector()
    await elsewhere.sign_out()
    assert stage.brand.device in stage.server.devices(stage.brand)


async def test_a_token_made_elsewhere(stage: MatrixStage) -> None:
    flow = MatrixSignIn(stage.host())
    await flow.start({})
    done = await flow.go_on(answers(stage, token=stage.brand.token))
    assert isinstance(done, Done)
    assert DEVICE not in done.settings
    assert {name: value for name, value in done.secrets.items() if value} == {TOKEN: stage.brand.token}


async def visit(url: str) -> httpx.Response:
    """A browser that follows wherever it is sent, but for our own door's last page."""
    async with httpx.AsyncClient(follow_redirects=True, timeout=20, trust_env=False) as browser:
        return await browser.get(url)


async def test_single_sign_on_through_the_browser(stage: MatrixStage) -> None:
    stage.server.door.person = stage.brand.id.partition(":")[0].removeprefix("@")
    flow = MatrixSignIn(stage.host())
    await flow.start({})
    step = await flow.go_on({"user": stage.brand.id, "server": stage.server.url})
    assert isinstance(step, OpenBrowser)
    assert step.url.startswith(f"{stage.server.url}/_matrix/client/v3/login/sso/redirect?")
    (page, done) = await _both(visit(step.url), flow)
    assert isinstance(done, Done)
    assert done.identity.handle == stage.brand.id
    assert "Portavoce has the answer" in page.text
    assert done.settings[DEVICE] in stage.server.devices(stage.brand)


async def _both(visiting: Awaitable[httpx.Response], flow: MatrixSignIn) -> tuple[httpx.Response, Step]:
    return await asyncio.gather(visiting, flow.go_on({}))


async def test_a_token_that_somebody_else_slips_in_signs_nobody_in(stage: MatrixStage) -> None:
    flow = MatrixSignIn(stage.host())
    await flow.start({})
    step = await flow.go_on({"user": stage.brand.id, "server": stage.server.url})
    assert isinstance(step, OpenBrowser)
    back = urlsplit(parse_qs(urlsplit(step.url).query)["redirectUrl"][0])
    slipped = f"{back.scheme}://{back.netloc}/?state=guessed&loginToken=theirs"
    _page, form = await _both(visit(slipped), flow)
    assert isinstance(form, Form)
    assert "not the answer to this sign-in" in form.problem


@pytest.mark.parametrize(
    ("soft", "words"), [(True, "once more"), (False, "no longer accepts")]
)  # fmt: skip
async def test_a_token_that_ended_asks_for_a_sign_in(stage: MatrixStage, soft: bool, words: str) -> None:
    connector, cursor = await stage.started()
    body = json.dumps({"errcode": "M_UNKNOWN_TOKEN", "error": "Soft logged out", "soft_logout": soft}).encode()
    stage.gateway.before.append(lambda _: Response(401, {"content-type": "application/json"}, body))
    with pytest.raises(SignInNeeded, match=words):
        await connector.pull(cursor)


async def test_a_server_is_found_by_the_domain(stage: MatrixStage) -> None:
    """The domain's own page names the server; without one the domain is the server."""
    base = stage.gateway.url
    named = json.dumps({"m.homeserver": {"base_url": f"{base}/"}}).encode()

    def pages(request: Request) -> Request | Response:
        return Response(200, {}, named) if request.path.startswith("/.well-known") else request

    stage.gateway.before.append(pages)
    asked: list[str] = []

    def open_http(home: str) -> Http:
        asked.append(home)
        return Http(base)  # the domain has no certificate here, so that this place stands in for it

    assert await find_home("@brand:example.org", "", open_http) == base
    assert asked == ["https://example.org", "https://example.org"]
    assert await find_home("", base) == base


@pytest.mark.parametrize("base", ["http://example.org", "https://127.0.0.1:1", "https://10.0.0.1", "javascript:x"])
async def test_a_domain_cannot_send_us_to_a_door_inside_the_house(stage: MatrixStage, base: object) -> None:
    named = json.dumps({"m.homeserver": {"base_url": base}}).encode()
    stage.gateway.before.append(lambda _: Response(200, {}, named))
    asked = len(stage.gateway.seen)
    with pytest.raises(Rejected):
        await find_home("@brand:example.org", "", lambda _home: Http(stage.gateway.url))
    assert len(stage.gateway.seen) == asked


async def test_no_matrix_server_is_said(stage: MatrixStage) -> None:
    stage.gateway.before.append(lambda _: Response(200, {}, b"<html>Welcome</html>"))
    flow = MatrixSignIn(stage.host())
    await flow.start({})
    form = await flow.go_on(answers(stage, password="x"))
    assert isinstance(form, Form)
    assert "no Matrix server" in form.problem
    form = await flow.go_on({"user": "brand"})
    assert isinstance(form, Form)


def test_the_home_is_the_server_of_the_settings() -> None:
    assert MANIFEST.home_of({"server": "https://matrix.example.org"}) == "https://matrix.example.org"


async def test_after_a_new_sign_in_it_goes_on_where_it_was(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    await stage.refuse_sign_in()
    with pytest.raises(SignInNeeded):
        await connector.pull(cursor)
    stage.anna.say(stage.chat, "meanwhile")
    stage.brand = stage.server.sign_in(stage.brand)
    found, _cursor = await stage.news(await stage.connector(), cursor)
    assert [one.text for one in found] == ["meanwhile"]


async def signed_in(stage: MatrixStage) -> Host:
    """What a connector is lent after a sign-in with the password."""
    flow = MatrixSignIn(stage.host())
    await flow.start({})
    done = await flow.go_on(answers(stage, password=stage.brand.password))
    assert isinstance(done, Done)
    return replace(stage.host(), settings=done.settings, secrets=done.secrets)


def with_what_was_kept(stage: MatrixStage, host: Host) -> MatrixConnector:
    """A connector of another process."""
    stage.made.append(MatrixConnector(replace(host, secrets={**host.secrets, **stage.lent.kept})))
    return stage.made[-1]


@pytest.mark.parametrize("ends", ["by its time", "by the server's word"])
async def test_a_token_that_ends_is_renewed_and_the_next_process_goes_on_with_it(stage: MatrixStage, ends: str) -> None:
    host = await signed_in(stage)
    old = host.secrets[ACCESS]
    connector = with_what_was_kept(stage, host)
    cursor = (await pull_all(connector, None))[1]

    def refuse(request: Request) -> Request | Response:
        body = json.dumps({"errcode": "M_UNKNOWN_TOKEN", "error": "Token has expired", "soft_logout": True}).encode()
        shown = request.headers.get("authorization")
        return Response(401, {"content-type": "application/json"}, body) if shown == f"Bearer {old}" else request

    if ends == "by its time":
        stage.later = timedelta(minutes=10)
    else:
        stage.gateway.before.append(refuse)
    for number, one in enumerate((connector, with_what_was_kept(stage, host))):
        stage.anna.say(stage.chat, f"number {number}")
        found, cursor = await stage.news(one, cursor)
        assert [message.text for message in found] == [f"number {number}"]
    renewals = [request for request, _answer in stage.gateway.seen if request.path.endswith("/refresh")]
    assert len(renewals) == 1, "the second process takes over what the first one has kept"
    assert stage.lent.kept[ACCESS] != old


async def test_where_no_newer_token_is_to_be_had_a_person_signs_in(stage: MatrixStage) -> None:
    host = await signed_in(stage)
    connector = with_what_was_kept(stage, host)
    cursor = (await pull_all(connector, None))[1]
    stage.brand.ask("POST", "logout/all", json={})
    with pytest.raises(SignInNeeded):
        await connector.pull(cursor)
