"""Connecting a site: by an application password, and on the site's own page, which the test plays as a browser does."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from connectors.wordpress.login import WordPressSignIn
from inbox_app.contract.login import CheckState, CheckStep, Done, Form, OpenBrowser, Step
from tests.connectors.wordpress.stage import WordPressStage
from tests.servers.gateway import Request, Response

pytestmark = pytest.mark.server


async def sign_in(stage: WordPressStage, steps: list[CheckStep], **answers: str) -> tuple[WordPressSignIn, Step]:
    """The step after the form."""
    flow = WordPressSignIn(replace(stage.host(), report=steps.append))
    step = await flow.start({"site": stage.url})
    assert isinstance(step, Form)
    assert step.fields[0].default == stage.url
    return flow, await flow.go_on({"site": stage.url, **answers})


async def at_the_page(stage: WordPressStage, url: str, button: str) -> httpx.Response:
    """Sign in on the site, press a button of its page, and let the browser bring the answer.

    The browser asks the server itself: the gateway keeps one cookie of several.
    """
    url, site = url.replace(stage.gateway.url, stage.site.server.url, 1), stage.site.url
    async with httpx.AsyncClient(trust_env=False, timeout=30) as browser:
        await browser.get(f"{site}/wp-login.php")
        login = {"log": stage.brand.name, "pwd": stage.brand.login_password, "testcookie": "1"}
        await browser.post(f"{site}/wp-login.php", data=login)
        page = await browser.get(url)
        assert page.status_code == 200
        assert "Portavoce" in page.text
        form = dict(re.findall(r'<input type="hidden"[^>]*name="([^"]+)" value="([^"]*)"', page.text))
        form = {name: value.replace("&amp;", "&").replace("&#038;", "&") for name, value in form.items()}
        form["app_name"] = parse_qs(urlsplit(url).query)["app_name"][0]
        answer = await browser.post(url.partition("?")[0], data={**form, button: "1"})
        assert answer.status_code == 302, answer.text[:500]
        return await browser.get(answer.headers["location"])


async def test_a_password_connects_and_each_step_is_told(stage: WordPressStage) -> None:
    steps: list[CheckStep] = []
    _flow, done = await sign_in(stage, steps, user=stage.brand.name, password=stage.brand.password)
    assert isinstance(done, Done)
    place = stage.url.partition("://")[2]
    assert (done.identity.handle, done.identity.name) == (f"{stage.brand.name}@{place}", "Brand · A site for tests")
    assert done.settings == {"site": stage.url, "user": stage.brand.name}
    assert done.secrets == {"password": stage.brand.password}
    passed = [step.name for step in steps if step.state is CheckState.PASSED]
    assert passed[-2:] == [f"Reach the site {place}", "Sign in"]


async def test_the_mail_address_is_as_good_as_the_name(stage: WordPressStage) -> None:
    mail = f"{stage.brand.name}@example.test"
    _flow, done = await sign_in(stage, [], user=mail, password=stage.brand.password)
    assert isinstance(done, Done)


async def test_a_wrong_password_gets_the_form_with_a_sentence(stage: WordPressStage) -> None:
    steps: list[CheckStep] = []
    _flow, step = await sign_in(stage, steps, user=stage.brand.name, password="wrong")
    assert isinstance(step, Form)
    assert "does not accept the application password" in step.problem
    assert (steps[-1].name, steps[-1].state) == ("Sign in", CheckState.FAILED)


async def test_the_sites_page_connects(stage: WordPressStage) -> None:
    flow, step = await sign_in(stage, [])
    assert isinstance(step, OpenBrowser)
    waiting = asyncio.ensure_future(flow.go_on({}))
    page = await at_the_page(stage, step.url, "approve")
    assert "Portavoce" in page.text
    assert page.status_code == 200
    done = await waiting
    await flow.close()
    assert isinstance(done, Done)
    assert done.settings["user"] == stage.brand.name
    assert done.secrets["password"] not in ("", stage.brand.password)


async def test_who_says_no_on_the_page_connects_nothing(stage: WordPressStage) -> None:
    flow, step = await sign_in(stage, [])
    assert isinstance(step, OpenBrowser)
    waiting = asyncio.ensure_future(flow.go_on({}))
    await at_the_page(stage, step.url, "reject")
    form = await waiting
    assert isinstance(form, Form)
    assert "declined" in form.problem


async def test_an_answer_to_another_sign_in_is_refused(stage: WordPressStage) -> None:
    flow, step = await sign_in(stage, [])
    assert isinstance(step, OpenBrowser)
    waiting = asyncio.ensure_future(flow.go_on({}))
    back = parse_qs(urlsplit(step.url).query)["success_url"][0].partition("?")[0]
    async with httpx.AsyncClient(trust_env=False) as browser:
        await browser.get(back, params={"state": "another", "user_login": "mallory", "password": "x"})
    form = await waiting
    assert isinstance(form, Form)
    assert "does not belong" in form.problem


async def test_a_site_elsewhere_shows_the_password_which_is_copied(
    stage: WordPressStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WordPress answers to http://127.0.0.1 from sites that call themselves local, and from no other."""
    monkeypatch.setattr("connectors.wordpress.login.comes_back", lambda _site: False)
    flow, step = await sign_in(stage, [])
    assert isinstance(step, OpenBrowser)
    assert "success_url" not in step.url
    form = await flow.go_on({})
    assert isinstance(form, Form)
    assert [one.required for one in form.fields] == [True, True, True]
    assert form.fields[0].default == stage.url
    wrong = await flow.go_on({"user": stage.brand.name, "password": "mistyped"})
    assert isinstance(wrong, Form)
    assert wrong.problem
    assert wrong.fields[1].default == stage.brand.name
    done = await flow.go_on({"user": stage.brand.name, "password": stage.brand.password})
    assert isinstance(done, Done)


async def test_where_there_is_no_wordpress_it_is_said(stage: WordPressStage) -> None:
    flow = WordPressSignIn(stage.host())
    stage.gateway.before.append(lambda _: Response(200, {"content-type": "text/html"}, b"<html>a shop</html>"))
    step: Any = await flow.go_on({"site": stage.url})
    assert isinstance(step, Form)
    assert "no WordPress" in step.problem
    step = await flow.go_on({"site": "two words"})
    assert "two words" in step.problem


async def test_a_site_that_sends_elsewhere_gets_no_password(stage: WordPressStage) -> None:
    def lies(_request: Request, response: Response) -> Response:
        home = f'"home":"{stage.url}"'.replace("/", "\\/").encode()
        return replace(response, body=response.body.replace(home, b'"home":"https:\\/\\/elsewhere.example"'))

    stage.gateway.after.append(lies)
    _flow, step = await sign_in(stage, [], user=stage.brand.name, password=stage.brand.password)
    assert isinstance(step, Form)
    assert "says that it lives at elsewhere.example" in step.problem
