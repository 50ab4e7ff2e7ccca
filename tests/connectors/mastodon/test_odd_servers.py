"""Servers that lack something, say it differently, or mean harm: each made of the emulator by the gateway's rules."""

from __future__ import annotations

import asyncio
import gzip
import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from connectors.mastodon.connector import MastodonConnector
from connectors.mastodon.server import Server
from connectors.mastodon.stream import stream_home
from inbox_app.contract.errors import Busy, ConnectorError, Offline, SignInNeeded
from inbox_app.contract.http import Http
from inbox_app.contract.limits import RateLimit
from inbox_app.domain.words import Action, Kind
from tests.connectors.mastodon.stage import MastodonStage
from tests.contract.connector_tests import messages, pull_all
from tests.servers.gateway import Before, Request, Response

pytestmark = pytest.mark.server

_JSON = {"content-type": "application/json"}


def without(*beginnings: str) -> Before:
    """A server that knows no such paths."""

    def rule(request: Request) -> Request | Response:
        lacking = request.path.startswith(beginnings)
        return Response(404, _JSON, b'{"error": "Not found"}') if lacking else request

    return rule


async def test_without_conversations_direct_messages_still_come(stage: MastodonStage) -> None:
    stage.gateway.before.append(without("/api/v1/conversations"))
    connector, cursor = await stage.started()
    stage.anna.say(f"@{stage.brand.name} psst", visibility="direct")
    (message,), cursor = await stage.news(connector, cursor)
    assert message.kind is Kind.DIRECT
    asked = [request.path for request, _ in stage.gateway.seen]
    assert "/api/v1/conversations" not in asked


async def test_without_grouped_notifications_they_are_told_one_by_one(stage: MastodonStage) -> None:
    stage.gateway.before.append(without("/api/v2/notifications"))
    connector, cursor = await stage.started()
    post = stage.brand.say("A post")
    stage.ben.ask("POST", f"/api/v1/statuses/{post['id']}/favourite")
    for number in range(3):
        stage.anna.say(f"@{stage.brand.name} hello {number}")
    found, cursor = await stage.news(connector, cursor)
    assert [one.text.rpartition(" ")[2] for one in found] == ["0", "1", "2"]
    assert (await stage.news(connector, cursor))[0] == []
    assert stage.gateway.refused == 1, "it is asked once"


async def test_without_relationships_all_that_may_be_meant_is_offered(stage: MastodonStage) -> None:
    stage.gateway.before.append(without("/api/v1/accounts/relationships"))
    connector, cursor = await stage.started()
    for number in range(2):
        stage.anna.say(f"@{stage.brand.name} hello {number}")
        (message,), cursor = await stage.news(connector, cursor)
        assert message.abilities is not None
        assert all(message.abilities.of(one).possible for one in (Action.BLOCK, Action.UNBLOCK, Action.MUTE))
    assert stage.gateway.refused == 1, "it is asked once"


async def test_without_the_second_form_of_the_instance_limits_are_read_from_the_first(stage: MastodonStage) -> None:
    stage.gateway.before.append(without("/api/v2/instance"))
    connector, _cursor = await stage.started()
    assert connector.limits(()).text == 500
    assert (await connector.connect()).handle == f"@{stage.brand.handle}"


async def test_local_names_with_a_domain_are_the_same_people(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    stage.anna.say(f"@{stage.brand.name} who am I?")
    (plain,), _cursor = await stage.news(connector, cursor)
    stage.gateway.after.append(_name_with_domain)
    connector = await stage.connector()
    assert (await connector.connect()).remote_id == stage.brand.handle
    (whole,), _cursor = await stage.news(connector, cursor)
    assert whole.author == plain.author
    assert (whole.extra or {})["mentions"] == (plain.extra or {})["mentions"] == [stage.anna.handle]


def _name_with_domain(request: Request, response: Response) -> Response:
    def whole(value: Any) -> Any:
        if isinstance(value, list):
            return [whole(one) for one in value]
        if isinstance(value, dict):
            changed = {name: whole(inner) for name, inner in value.items()}
            if isinstance(changed.get("acct"), str) and "@" not in changed["acct"]:
                changed["acct"] += "@Social.Example"
            return changed
        return value

    if "json" not in response.headers.get("content-type", ""):
        return response
    return replace(response, body=json.dumps(whole(json.loads(response.body))).encode())


async def test_at_the_limit_nothing_is_asked_before_the_time_the_server_says(stage: MastodonStage) -> None:
    noted: list[RateLimit] = []
    connector = MastodonConnector(replace(stage.host(), note_limit=noted.append))
    await connector.connect()
    cursor = (await connector.pull(None)).cursor
    reset = (datetime.now(UTC) + timedelta(minutes=4)).isoformat()
    headers = {"x-ratelimit-limit": "300", "x-ratelimit-remaining": "17", "x-ratelimit-reset": reset}
    stage.gateway.after.append(lambda _, response: replace(response, headers={**response.headers, **headers}))
    cursor = (await connector.pull(cursor)).cursor
    assert (noted[-1].left, noted[-1].total, noted[-1].resets_at) == (17, 300, datetime.fromisoformat(reset))
    spent = {**headers, "x-ratelimit-remaining": "0"}
    stage.gateway.before.append(lambda _: Response(429, {**_JSON, **spent}, b'{"error": "Too many requests"}'))
    with pytest.raises(Busy) as busy:
        await connector.pull(cursor)
    assert busy.value.retry_after is not None
    assert timedelta(minutes=3, seconds=30) < busy.value.retry_after <= timedelta(minutes=4)
    assert noted[-1].left == 0
    await connector.close()


async def test_a_revoked_token_needs_a_sign_in_and_a_new_one_goes_on(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    stage.server.revoke(stage.brand)
    with pytest.raises(SignInNeeded):
        await connector.pull(cursor)
    stage.anna.say(f"@{stage.brand.name} meanwhile")
    token = stage.server.sign_in(stage.brand)
    stage.brand = replace(stage.brand, token=token)
    found, _cursor = await stage.news(await stage.connector(), cursor)
    assert len(found) == 1


async def test_a_server_without_a_stream_is_left_to_the_timed_pulls(stage: MastodonStage) -> None:
    stage.gateway.before.append(without("/api/v1/streaming"))
    connector, _cursor = await stage.started()
    waiting = asyncio.ensure_future(anext(connector.listen()))
    async with asyncio.timeout(10):
        while stage.gateway.refused == 0:
            await asyncio.sleep(0.01)
    assert not waiting.done(), "neither a nudge nor a failure after which it would be tried again at once"
    waiting.cancel()


@pytest.mark.parametrize(
    ("named", "asked"),
    [
        ("wss://streaming.example.social", "https://streaming.example.social:443"),
        ("wss://example.social", "https://example.social:443"),
        ("wss://elsewhere.example", "https://example.social"),
        ("ws://streaming.example.social", "https://example.social"),
        ("wss://notexample.social", "https://example.social"),
        ("nonsense", "https://example.social"),
        ("", "https://example.social"),
    ],
)
def test_only_the_server_and_what_is_below_it_gets_our_token(named: str, asked: str) -> None:
    assert stream_home("https://example.social", Server("example.social", streaming=named)) == asked


HOSTILE = {
    "not JSON": Response(200, _JSON, b"<html>hello"),
    "not UTF-8": Response(200, _JSON, b'[{"id": "\xff\xfe"}]'),
    "deep": Response(200, _JSON, b"[" * 100_000),
    "a bomb": Response(200, {**_JSON, "content-encoding": "gzip"}, gzip.compress(bytes(40 << 20))),
    "a number": Response(200, _JSON, b"17"),
    "numbers": Response(200, _JSON, b"[1, 2, 3]"),
    "nothing in it": Response(200, _JSON, b"[{}]"),
    "a null id": Response(200, _JSON, b'[{"id": null, "type": "mention"}]'),
    "an endless id": Response(200, _JSON, json.dumps([{"id": "9" * 10_000, "type": "mention"}]).encode()),
    "circles": Response(302, {"location": "/api/v1/notifications"}),
    "to the open": Response(302, {"location": "http://example.org/"}),
    "to the inside": Response(302, {"location": "https://127.0.0.1:1/"}),
    "no date": Response(200, _JSON, b'[{"id": "1", "type": "mention", "status": {"id": "2", "account": {"id": "3"}}}]'),
}


async def test_hostile_answers_are_refused_and_move_nothing(stage: MastodonStage, subtests: pytest.Subtests) -> None:
    connector, cursor = await stage.started()
    for name, answer in HOSTILE.items():
        with subtests.test(name):
            stage.gateway.before.append(partial(_lie, answer))
            with pytest.raises(ConnectorError):
                await pull_all(connector, cursor)
            stage.gateway.before.clear()
    stage.anna.say(f"@{stage.brand.name} after the storm")
    assert len((await stage.news(connector, cursor))[0]) == 1


def _lie(answer: Response, request: Request) -> Request | Response:
    """In both forms: what is not understood in the one is asked for in the other."""
    return answer if request.path.endswith("/notifications") else request


async def test_the_same_page_for_ever_ends(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    stage.anna.say(f"@{stage.brand.name} again")
    page = stage.brand.ask("GET", "/api/v2/notifications")
    same = Response(200, _JSON, json.dumps(page).encode())
    stage.gateway.before.append(lambda request: same if request.path == "/api/v2/notifications" else request)
    first = await connector.pull(cursor)
    second = await connector.pull(first.cursor)
    assert second.more
    assert second.cursor == first.cursor, "by which the runner knows that it stands still"


async def test_links_to_other_hosts_are_not_followed(stage: MastodonStage) -> None:
    link = '<https://evil.example/?max_id=7>; rel="next", <https://evil.example/?min_id=8>; rel="prev"'
    stage.gateway.before.append(without("/api/v2/notifications"))
    connector, cursor = await stage.started()
    stage.anna.say(f"@{stage.brand.name} hello")
    stage.gateway.after.append(lambda _, response: replace(response, headers={**response.headers, "link": link}))
    batch = await connector.pull(cursor)
    assert len(messages(list(batch.events))) == 1
    assert batch.cursor["notice"] == "8"


async def test_a_circle_of_answers_ends(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    said = stage.anna.say(f"@{stage.brand.name} round")
    loop = {**said, "in_reply_to_id": said["id"]}
    context = Response(200, _JSON, json.dumps({"ancestors": [loop] * 3, "descendants": [loop] * 3}).encode())
    stage.gateway.before.append(lambda request: context if request.path.endswith("/context") else request)
    stage.gateway.after.append(_answer_itself)
    found, _cursor = await stage.news(connector, cursor)
    assert {one.remote_id for one in found} == {said["id"]}


def _answer_itself(request: Request, response: Response) -> Response:
    if request.path != "/api/v1/notifications":
        return response
    page = json.loads(response.body)
    for one in page:
        one["status"]["in_reply_to_id"] = one["status"]["id"]
    return replace(response, body=json.dumps(page).encode())


async def test_a_file_inside_the_house_is_not_fetched(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    media = stage.anna.ask("POST", "/api/v2/media", files={"file": ("cat.png", b"x", "image/png")})
    stage.anna.say(f"@{stage.brand.name} look", media_ids=[media["id"]])
    (message,), _cursor = await stage.news(connector, cursor)
    inside = f"https://localhost:{stage.server.port}".encode()
    outside = stage.gateway.url.encode()
    stage.gateway.after.append(lambda _, response: replace(response, body=response.body.replace(outside, inside)))
    with pytest.raises(ConnectorError, match="public"):
        await anext(connector.fetch_attachment(message.remote_id, message.attachments[0].remote_id))


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX-", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n["])
async def test_a_server_that_drips_for_ever_is_given_up_in_time(stage: MastodonStage, head: bytes) -> None:
    """Each byte is in time, in the head and in the body; the whole of them is not."""

    lines: list[asyncio.Task[None] | None] = []

    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.append(asyncio.current_task())
        writer.write(head)
        with suppress(OSError):
            while not writer.is_closing():
                writer.write(b"1")
                await writer.drain()
                await asyncio.sleep(0.05)
        writer.close()

    async with await asyncio.start_server(drip, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        _connector, cursor = await stage.started()
        slow = replace(stage.host(), settings={"server": url}, http=Http(url, deadline=0.5))
        async with asyncio.timeout(30):
            with pytest.raises(Offline):
                await MastodonConnector(slow).pull(cursor)
        await slow.http.close()
        await asyncio.gather(*filter(None, lines))
