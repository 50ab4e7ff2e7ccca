"""Feeds whose address opens a door: the key goes to the site and to the keyring, and nowhere else."""

from __future__ import annotations

import logging
from dataclasses import replace
from http.server import BaseHTTPRequestHandler

import pytest

from connectors.feed.address import FeedAddress, read_address
from connectors.feed.connector import FeedConnector
from connectors.feed.login import FeedSignIn
from inbox_app.contract.errors import Rejected, SignInNeeded
from inbox_app.contract.login import Done, Form
from tests.connectors.feed.conftest import FeedStage
from tests.connectors.feed.site import rss
from tests.contract.connector_tests import messages, pull_all

KEY = "canaryKEYthatNobodyMaySee0123456789"

ADDRESSES = {
    "https://example.org/feed": "https://example.org/feed",
    "https://example.org/feed?": "https://example.org/feed?",
    "https://example.org/?feed=rss2&p=12#c": "https://example.org/?feed=rss2&p=12#c",
    "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghij1234567890AB": (
        "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghij1234567890AB"
    ),
    "https://example.org/?keyword=clay&author=5": "https://example.org/?keyword=clay&author=5",
    "https://example.org/feed?key=abc": "https://example.org/feed?key=***",
    "https://example.org/feed?api_key=abc&api_username=brand": "https://example.org/feed?api_key=***&api_username=brand",
    "https://example.org/feed?X-Amz-Signature=ab&page=2": "https://example.org/feed?X-Amz-Signature=***&page=2",
    f"https://example.org/feed?for={KEY}": "https://example.org/feed?for=***",
    f"https://example.org/feed?{KEY}": "https://example.org/feed?***",
    "https://example.org/f?u=550e8400-e29b-41d4-a716-446655440000": "https://example.org/f?u=***",
    "https://anna:pa%24s@example.org:8443/feed": "https://example.org:8443/feed",
}


@pytest.mark.parametrize("url", ADDRESSES)
def test_what_opens_a_door_is_not_shown(url: str) -> None:
    address = read_address(url)
    assert address.shown == ADDRESSES[url]
    assert address.is_private == (address.shown != url)
    assert read_address(address.shown).shown == address.shown
    assert KEY not in repr(address)


@pytest.mark.parametrize(
    "written", [f"ftp://example.org/?key={KEY}", f"https://u:{KEY}@", f"a {KEY}", f"https://[{KEY}"]
)
def test_no_sentence_repeats_what_was_typed(written: str) -> None:
    with pytest.raises(Rejected) as caught:
        read_address(written)
    assert KEY not in str(caught.value)


def with_key(request: BaseHTTPRequestHandler) -> bool:
    return f"key={KEY}" in request.path


def with_password(request: BaseHTTPRequestHandler) -> bool:
    return request.headers.get("Authorization") == "Basic YW5uYTpwYSRz"  # anna:pa$s


async def test_the_key_opens_the_feed_and_is_kept_as_a_secret_alone(
    stage: FeedStage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stage.site.opens = with_key
    flow = FeedSignIn((await stage.connector()).host)
    shut = await flow.go_on({"url": stage.site.url})
    assert isinstance(shut, Form)
    assert "with the key" in shut.problem
    done = await flow.go_on({"url": f"{stage.site.url}?key={KEY}"})
    assert isinstance(done, Done)
    assert done.secrets == {"address": f"{stage.site.url}?key={KEY}"}
    assert KEY not in repr((done.settings, done.identity, await flow.start(done.settings)))
    stage.site.opens = lambda _request: False
    refused = await flow.go_on({"url": f"{stage.site.url}?key={KEY}"})
    assert isinstance(refused, Form)
    assert KEY not in repr(refused)
    assert KEY not in caplog.text


async def test_another_key_is_the_same_account_and_the_shown_address_means_the_kept_one(stage: FeedStage) -> None:
    stage.site.opens = with_key
    host = (await stage.connector()).host
    kept = {"address": f"{stage.site.url}?key={KEY}"}
    again = await FeedSignIn(replace(host, secrets=kept)).go_on({"url": f"{stage.site.url}?key=***"})
    assert isinstance(again, Done)
    assert again.secrets == kept
    stage.site.opens = lambda request: "key=another" in request.path
    other = await FeedSignIn(replace(host, secrets=kept)).go_on(
        {"url": stage.site.url, "address": f"{stage.site.url}?key=another"}
    )
    assert isinstance(other, Done)
    assert other.identity.remote_id == again.identity.remote_id


async def test_a_name_and_a_password_go_along_as_a_header(stage: FeedStage) -> None:
    stage.site.opens = with_password
    private = stage.site.url.replace("://", "://anna:pa%24s@")
    flow = FeedSignIn((await stage.connector()).host)
    done = await flow.go_on({"url": private})
    assert isinstance(done, Done)
    assert (done.settings, done.secrets) == ({"url": stage.site.url}, {"address": private})


async def hear_without_the_key(stage: FeedStage, connector: FeedConnector, said: str) -> None:
    """A comment with a file is heard, and the file fetched; neither it nor the place to go on from tells the key."""
    _old, cursor = await pull_all(connector, None)
    stage.site.say(said)
    events, cursor = await pull_all(connector, cursor)
    assert KEY not in repr((events, cursor))
    (seen,) = messages(events)
    stage.site.body = b"ok"
    pieces = connector.fetch_attachment(seen.remote_id, seen.attachments[0].remote_id)
    assert b"".join([piece async for piece in pieces]) == b"ok"
    await connector.close()


async def test_a_site_that_repeats_the_key_puts_it_nowhere(stage: FeedStage) -> None:
    stage.site.opens = with_key
    enclosed = f'<enclosure url="{stage.site.home}/pot.jpg?key={KEY}" type="image/jpeg" length="2"/></item>'
    stage.site.render = lambda site: rss(site).replace("</item>", enclosed).replace("#comment", f"?key={KEY}#comment")
    host = replace(
        (await stage.connector()).host,
        settings={"url": f"{stage.site.url}?key=***"},
        secrets={"address": f"{stage.site.url}?key={KEY}"},
    )
    connector = FeedConnector(host)
    await hear_without_the_key(stage, connector, f"Your key is {KEY}")


async def test_a_key_that_was_withdrawn_asks_for_another(stage: FeedStage) -> None:
    stage.site.opens = with_key
    host = (await stage.connector()).host
    connector = FeedConnector(replace(host, secrets={"address": f"{stage.site.url}?key=old"}))
    with pytest.raises(SignInNeeded, match="with the key") as caught:
        await connector.pull(None)
    assert "old" not in str(caught.value).split()
    await connector.close()


def test_a_key_is_shown_again_to_its_own_site_alone() -> None:
    address = FeedAddress(f"https://example.org/feed?key={KEY}")
    assert address.reveal("https://example.org/a?key=***") == f"https://example.org/a?key={KEY}"
    assert address.reveal("https://evil.example/a?key=***") == "https://evil.example/a?key=***"


def in_path(request: BaseHTTPRequestHandler) -> bool:
    return f"/private-{KEY}/" in request.path


async def test_an_address_that_is_called_private_shows_its_name_and_its_site_alone(stage: FeedStage) -> None:
    """A key in the path looks like any other name there: only a person can know."""
    stage.site.opens = in_path
    secret = f"{stage.site.home}/private-{KEY}/feed.xml"
    enclosed = f'<enclosure url="{stage.site.home}/private-{KEY}/pot.jpg" type="image/jpeg" length="2"/></item>'
    told = f"?from={secret}#comment"
    stage.site.render = lambda site: rss(site).replace("</item>", enclosed).replace("#comment", told)
    flow = FeedSignIn((await stage.connector()).host)
    await flow.start({})
    done = await flow.go_on({"url": secret, "private": "Our team"})
    assert isinstance(done, Done)
    assert done.secrets == {"address": secret}
    assert done.settings == {"url": f"{stage.site.home}/***/Our%20team", "private": "Our team"}
    assert done.identity.handle.endswith("/***/Our team")
    again = FeedSignIn(replace((await stage.connector()).host, secrets=done.secrets))
    form = await again.start(done.settings)
    assert KEY not in repr(form)
    kept = await again.go_on({"url": done.settings["url"]})
    assert isinstance(kept, Done)
    assert (kept.secrets, kept.identity) == (done.secrets, done.identity)
    connector = FeedConnector(replace((await stage.connector()).host, settings=done.settings, secrets=done.secrets))
    await hear_without_the_key(stage, connector, f"See {secret}")


def test_a_private_address_of_mere_words_is_hidden_as_well() -> None:
    address = read_address("https://example.org/open-sesame/feed.xml?all", "Our team")
    told = "See https://example.org/open-sesame/feed.xml?all"
    assert address.hide(told) == "See https://example.org/***/Our%20team"
    assert address.reveal(address.shown) == address.url
