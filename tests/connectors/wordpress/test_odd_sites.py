"""Sites as they are: at the top or below a path, without pretty addresses, in trouble, at their limit, hostile."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from connectors.wordpress.connector import WordPressConnector
from inbox_app.contract.errors import BadAnswer, Busy, SignInNeeded
from inbox_app.domain.jsonvalue import JsonObject
from tests.connectors.wordpress.stage import WordPressStage
from tests.contract.connector_tests import messages, pull_all
from tests.contract.stage import Lent, reply
from tests.servers.fixtures import MakeGateway
from tests.servers.gateway import Request, Response
from tests.servers.wordpress import WordPressServer

pytestmark = pytest.mark.server


async def test_a_site_without_pretty_addresses_does_all_the_same(stage: WordPressStage) -> None:
    stage.site.use_plain_addresses()
    connector, cursor = await stage.started()
    (made,) = stage.site.insert(stage.post, ["plain"])
    (comment,), _cursor = await stage.news(connector, cursor)
    act = reply("An answer", comment)
    receipt = await connector.send(act, connector.freeze(act, await connector.connect()))
    landed = stage.site.comment(int(receipt.remote_id))
    assert landed is not None
    assert landed["comment_parent"] == str(made)
    asked = [request.target for request, _answer in stage.gateway.seen if request.headers.get("authorization")]
    assert all("rest_route=" in one for one in asked)


async def test_a_site_at_the_top_of_its_server(wordpress: WordPressServer, lent: Lent, gateway: MakeGateway) -> None:
    site = wordpress.root
    user, post = site.new_user("brand"), site.new_post("At the top")
    settings, home = {"site": wordpress.url, "user": user.name}, wordpress.url
    connector = WordPressConnector(lent.host(settings, {"password": user.password}, home=home))
    identity = await connector.connect()
    assert identity.handle == f"{user.name}@127.0.0.1:{wordpress.port}"
    cursor = (await pull_all(connector, None))[1]
    made = site.visit(post, "hello top")
    found = messages((await pull_all(connector, cursor))[0])
    assert str(made) in [one.remote_id for one in found]
    await connector.close()


async def test_two_sites_are_two_accounts_with_people_of_their_own(
    stage: WordPressStage, wordpress: WordPressServer, lent: Lent
) -> None:
    other = wordpress.new_site()
    user, post = other.new_user("brand"), other.new_post("Elsewhere")
    settings = {"site": other.url, "user": user.name}
    second = WordPressConnector(lent.host(settings, {"password": user.password}, home=wordpress.url))
    first, cursor = await stage.started()
    stage.site.visit(stage.post, "on one")
    (here,), _cursor = await stage.news(first, cursor)
    assert (await first.connect()).remote_id != (await second.connect()).remote_id
    place = (await pull_all(second, None))[1]
    other.visit(post, "on the other")
    (there,) = messages((await pull_all(second, place))[0])
    assert here.author.handle == there.author.handle
    assert here.author.remote_id != there.author.remote_id
    await second.close()


async def test_a_revoked_password_asks_to_sign_in_and_another_one_goes_on(stage: WordPressStage) -> None:
    connector, cursor = await stage.started()
    stage.site.revoke(stage.brand)
    (made,) = stage.site.insert(stage.post, ["meanwhile"])
    with pytest.raises(SignInNeeded, match="Sign in again"):
        await connector.pull(cursor)
    fresh = stage.brand.site.new_user("again")
    renewed, _begun = await stage.started(who=fresh)
    found, _cursor = await stage.news(renewed, cursor)
    assert [one.remote_id for one in found] == [str(made)]


@pytest.mark.parametrize(("status", "header"), [(429, "120"), (503, "120")])
async def test_the_wait_that_a_site_names_is_kept(stage: WordPressStage, status: int, header: str) -> None:
    connector, cursor = await stage.started()
    stage.gateway.before.append(lambda _: Response(status, {"retry-after": header}, b""))
    with pytest.raises(Busy) as busy:
        await connector.pull(cursor)
    assert busy.value.retry_after == timedelta(seconds=120)


async def test_posts_that_cannot_be_read_keep_no_comment_back(stage: WordPressStage) -> None:
    connector, cursor = await stage.started()
    stage.gateway.before.append(lambda one: Response(403, {}, b"{}") if "/wp/v2/posts" in one.target else one)
    stage.site.insert(stage.post, ["without its post"])
    (comment,), _cursor = await stage.news(connector, cursor)
    assert comment.post == str(stage.post)


Change = Callable[[list[dict[str, Any]]], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows[0].update(id="7"),
        lambda rows: rows[0].update(id=-3),
        lambda rows: rows[0].update(id=True),
        lambda rows: rows[0].update(id=10**30),
        lambda rows: rows[0].update(date_gmt="yesterday"),
        lambda rows: rows.append(["no comment"]),
        lambda rows: rows[0].pop("date_gmt"),
    ],
)
async def test_nonsense_in_a_comment_is_a_bad_answer(stage: WordPressStage, change: Change) -> None:
    connector, cursor = await stage.started()
    stage.site.insert(stage.post, ["plain"])

    def spoil(request: Request, response: Response) -> Response:
        if "/wp/v2/comments" not in request.target:
            return response
        rows = json.loads(response.body)
        if rows:
            change(rows)
        return Response(200, response.headers, json.dumps(rows).encode())

    stage.gateway.after.append(spoil)
    with pytest.raises(BadAnswer):
        await connector.pull(cursor)


async def test_a_list_without_an_end_is_given_up(stage: WordPressStage, monkeypatch: pytest.MonkeyPatch) -> None:
    connector, cursor = await stage.started()
    monkeypatch.setattr("connectors.wordpress.listing._DEEPEST", 3_000)
    row = {"date_gmt": "2026-11-26T12:00:00", "type": "comment", "content": {"rendered": "x", "raw": "x"}}
    page = json.dumps([{**row, "id": 10**9 + number} for number in range(100)]).encode()
    stage.gateway.before.append(lambda one: Response(200, {}, page) if "/wp/v2/comments" in one.target else one)
    with pytest.raises(BadAnswer, match="no end"):
        await _pull_without_end(connector, cursor)


async def _pull_without_end(connector: WordPressConnector, cursor: JsonObject) -> None:
    for _page in range(50):
        batch = await connector.pull(cursor)
        assert batch.cursor != cursor
        cursor = batch.cursor
    raise AssertionError("it goes on for ever")
