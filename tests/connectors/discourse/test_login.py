"""Signing in to a forum: by its own page and what that shows, or by a key."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.discourse import MANIFEST
from connectors.discourse.login import DiscourseSignIn
from connectors.discourse.settings import read_site
from inbox_app.contract.errors import Rejected
from inbox_app.contract.login import Done, Form, OpenBrowser
from tests.connectors.discourse.conftest import DiscourseStage
from tests.connectors.discourse.server import ADMIN_KEY, KEY


async def opened(sign_in: DiscourseSignIn, stage: DiscourseStage) -> OpenBrowser:
    form = await sign_in.start({})
    assert isinstance(form, Form)
    page = await sign_in.go_on({"site": stage.server.url, "topics": "all"})
    assert isinstance(page, OpenBrowser)
    return page


async def test_the_page_gives_a_key_that_only_we_can_read(stage: DiscourseStage) -> None:
    sign_in = DiscourseSignIn(stage.host())
    page = await opened(sign_in, stage)
    assert urlsplit(page.url).path == "/user-api-key/new"
    asked = parse_qs(urlsplit(page.url).query)
    assert asked["scopes"] == ["read,write"]
    assert "auth_redirect" not in asked
    shown = stage.server.let_in(page.url, stage.server.brand)
    assert KEY not in shown
    assert isinstance(await sign_in.go_on({}), Form)
    done = await sign_in.go_on({"answer": f"  {shown}\n"})
    assert isinstance(done, Done)
    assert done.identity.handle == f"brand@127.0.0.1:{stage.server.port}"
    assert done.settings["topics"] == "all"
    assert stage.server.keys[done.secrets["key"]] is stage.server.brand


async def test_what_belongs_to_another_visit_or_is_cut_is_refused_and_may_be_tried_again(stage: DiscourseStage) -> None:
    sign_in, other = DiscourseSignIn(stage.host()), DiscourseSignIn(stage.host())
    page, elsewhere = await opened(sign_in, stage), await opened(other, stage)
    shown = stage.server.let_in(page.url, stage.server.brand)
    await sign_in.go_on({})
    for wrong in (stage.server.let_in(elsewhere.url, stage.server.ben), shown[:40], "nonsense!"):
        form = await sign_in.go_on({"answer": wrong})
        assert isinstance(form, Form)
        assert form.problem
    assert isinstance(await sign_in.go_on({"answer": shown}), Done)


async def test_an_answer_with_a_foreign_nonce_is_refused(stage: DiscourseStage) -> None:
    sign_in = DiscourseSignIn(stage.host())
    page = await opened(sign_in, stage)
    nonce = parse_qs(urlsplit(page.url).query)["nonce"][0]
    shown = stage.server.let_in(page.url.replace(nonce, "0" * len(nonce)), stage.server.ben)
    await sign_in.go_on({})
    form = await sign_in.go_on({"answer": shown})
    assert isinstance(form, Form)
    assert "does not belong" in form.problem


async def test_a_key_made_before_is_tried_at_once(stage: DiscourseStage) -> None:
    done = await DiscourseSignIn(stage.host()).go_on({"site": stage.server.url, "key": KEY})
    assert isinstance(done, Done)
    assert (done.settings["user"], done.secrets) == ("", {"key": KEY})
    done = await DiscourseSignIn(stage.host()).go_on({"site": stage.server.url, "key": ADMIN_KEY, "user": "brand"})
    assert isinstance(done, Done)
    assert done.settings["user"] == "brand"


async def test_a_wrong_key_comes_back_as_a_sentence(stage: DiscourseStage) -> None:
    sign_in = DiscourseSignIn(stage.host())
    form = await sign_in.go_on({"site": stage.server.url, "key": "wrong"})
    assert isinstance(form, Form)
    assert "does not accept the key" in form.problem
    form = await sign_in.go_on({"site": stage.server.url, "key": ADMIN_KEY, "user": "nobody"})
    assert isinstance(form, Form)
    assert form.problem


async def test_what_is_no_forum_is_told(stage: DiscourseStage) -> None:
    stage.server.nonsense = b"<html>hello</html>"
    form = await DiscourseSignIn(stage.host()).go_on({"site": stage.server.url})
    assert isinstance(form, Form)
    assert "no Discourse forum" in form.problem


def test_an_address_is_understood_as_it_is_copied() -> None:
    assert read_site("forum.example.org") == "https://forum.example.org"
    assert read_site("https://example.org/forum/t/a-topic/12/3") == "https://example.org/forum"
    assert read_site(" https://forum.example.org:8443/latest ") == "https://forum.example.org:8443"
    assert MANIFEST.home_of({"site": "https://example.org/forum"}) == "https://example.org:443"
    assert MANIFEST.home_of({"site": "no address"}) == ""
    with pytest.raises(Rejected, match="https"):
        read_site("http://forum.example.org")
    with pytest.raises(Rejected, match="address"):
        read_site("")
