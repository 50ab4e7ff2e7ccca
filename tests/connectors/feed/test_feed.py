"""Feeds as sites give them: threads, names, edits, conditional requests; and as nobody should."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import pytest

from connectors.feed.login import FeedSignIn
from connectors.feed.markup import MOST_ELEMENTS
from connectors.feed.wire import MOST_ENTRIES, read_feed
from inbox_app.contract.errors import BadAnswer, Busy, ConnectorError, Rejected, SignInNeeded
from inbox_app.contract.login import Done, Form
from inbox_app.contract.remote import RemoteMessage
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Action, Kind
from tests.connectors.feed.conftest import FeedStage
from tests.connectors.feed.site import atom, rss
from tests.contract.connector_tests import messages, pull_all, through_json


async def news(stage: FeedStage, cursor: JsonObject | None) -> tuple[list[RemoteMessage], JsonObject]:
    """What a connector of its own pulls."""
    events, cursor = await pull_all(await stage.connector(), cursor)
    return messages(events), cursor


async def test_comments_hang_on_their_page_and_say_where_to_answer(stage: FeedStage) -> None:
    _old, cursor = await news(stage, None)
    first = stage.site.say("Rye & wheat?")
    stage.site.say("Me too", author="Ben")
    stage.site.say("Elsewhere", page="/cakes")
    found, _cursor = await news(stage, cursor)
    assert [one.text.strip() for one in found] == ["Rye & wheat?", "Me too", "Elsewhere"]
    assert {one.kind for one in found} == {Kind.FEED}
    assert found[0].keys == found[1].keys == (f"{stage.site.home}/bread",)
    assert found[2].keys == (f"{stage.site.home}/cakes",)
    assert found[0].url == f"{stage.site.home}/bread#comment-{first.number}"
    assert [one.author.name for one in found] == ["Anna", "Ben", "Anna"]
    assert found[0].author == found[2].author
    assert found[0].abilities is not None
    assert "Open the comment on its site" in found[0].abilities.of(Action.REPLY).reason


async def test_an_unchanged_feed_is_not_sent_again(stage: FeedStage) -> None:
    stage.site.say("One")
    _found, cursor = await news(stage, None)
    for _time in range(2):
        found, again = await news(stage, cursor)
        assert (found, again) == ([], cursor)
    assert stage.site.answered == [200, 304, 304]


async def test_what_was_there_before_stays_history_and_edits_are_noticed(stage: FeedStage) -> None:
    old = stage.site.say("Before")
    _found, cursor = await news(stage, None)
    stage.site.say("After")
    old.text = "Before, corrected"
    found, _cursor = await news(stage, cursor)
    assert [(one.text.strip(), one.history) for one in found] == [("Before, corrected", True), ("After", False)]


async def test_atom_tells_which_comment_is_answered(stage: FeedStage) -> None:
    stage.site.render = atom
    _found, cursor = await news(stage, None)
    stage.site.say("A <question>")
    stage.site.say("An answer", author="Ben", answers=1)
    question, answer = (await news(stage, cursor))[0]
    assert (question.parent, answer.parent) == (None, question.remote_id)
    assert question.keys == answer.keys == (f"{stage.site.home}/bread",)
    assert question.text.strip() == "A <question>"
    assert answer.author.profile_url == "https://ben.example/"


async def test_history_reaches_as_far_as_the_feed_and_as_wanted(stage: FeedStage) -> None:
    stage.site.say("Long ago", at=datetime.now(UTC) - timedelta(days=400))
    stage.site.say("Lately", at=datetime.now(UTC) - timedelta(days=2))
    whole = await (await stage.connector()).load_older(None)
    lately = await (await stage.connector(history_since=datetime.now(UTC) - timedelta(days=90))).load_older(None)
    assert [len(whole.events), len(lately.events)] == [2, 1]
    assert not whole.more


def test_a_topic_of_a_forum_is_one_page() -> None:
    from connectors.feed.telling import page_of

    items = "".join(
        f"<item><guid>forum-post-7-{n}</guid><link>https://forum.example/t/bread/7/{n}</link></item>" for n in (1, 2)
    )
    feed = read_feed(f"<rss><channel><title>Bread</title>{items}</channel></rss>".encode())
    assert [page_of(one) for one in feed.entries] == ["https://forum.example/t/bread/7"] * 2


def test_videos_and_their_pictures_are_read() -> None:
    feed = read_feed(
        b'<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns="http://www.w3.org/2005/Atom">'
        b"<title>Bakery TV</title><entry><id>yt:video:abc</id><title>Kneading</title>"
        b'<link rel="alternate" href="https://video.example/watch?v=abc"/><author><name>Bakery</name></author>'
        b"<published>2026-11-02T09:00:00+00:00</published></entry></feed>"
    )
    (entry,) = feed.entries
    assert (feed.title, entry.id, entry.said["title"]) == ("Bakery TV", "yt:video:abc", "Kneading")


def test_xhtml_and_plain_text_are_told_apart() -> None:
    feed = read_feed(
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><content type="xhtml">'
        b'<div xmlns="http://www.w3.org/1999/xhtml">a <b>bold</b> &lt;claim></div></content></entry>'
        b'<entry><id>2</id><content type="text">2 &lt; 3</content></entry></feed>'
    )
    assert [one.content for one in feed.entries] == ["<div>a <b>bold</b> &lt;claim&gt;</div>", "2 &lt; 3"]


def test_old_feeds_and_old_letters_are_read() -> None:
    body = (
        '<?xml version="1.0" encoding="iso-8859-1"?><rdf:RDF xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<channel><title>Caffè</title></channel><item><link>https://x.example/1</link>"
        "<dc:creator>Zoë</dc:creator><dc:date>2026-11-02</dc:date></item></rdf:RDF>"
    ).encode("iso-8859-1")
    feed = read_feed(body)
    (entry,) = feed.entries
    assert (feed.title, entry.id, entry.said["author"]) == ("Caffè", "https://x.example/1", "Zoë")
    assert entry.moment("published") == datetime(2026, 11, 2, tzinfo=UTC)


LAUGHS = (
    b"<!DOCTYPE l [<!ENTITY a 'ha'>"
    + b"".join(b"<!ENTITY %c '&%c;&%c;&%c;&%c;'>" % (n + 1, n, n, n, n) for n in range(97, 121))
    + b"]><rss><channel><title>&y;</title></channel></rss>"
)
HOSTILE = {
    "laughs": LAUGHS,
    "a file": b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>',
    "a parameter": b'<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1:1/">%x;]><rss><channel/></rss>',
    "deep": b"<rss><channel>" + b"<a>" * 100_000,
    "many": b"<rss><channel>" + b"<a/>" * (MOST_ELEMENTS + 1) + b"</channel></rss>",
    "a page": b"<!DOCTYPE html><html><body>Hello",
    "other XML": b"<opml><body/></opml>",
    "cut": b"<rss><channel><item><title>Hal",
    "nothing": b"",
    "no letters": b"\xff\xfe\xfa\x00",
}


async def test_hostile_feeds_are_refused_and_move_nothing(stage: FeedStage, subtests: pytest.Subtests) -> None:
    _found, cursor = await news(stage, None)
    for name, body in HOSTILE.items():
        with subtests.test(name):
            stage.site.body = body
            with pytest.raises(BadAnswer):
                await news(stage, cursor)
    stage.site.body = None
    stage.site.say("after the storm")
    assert len((await news(stage, cursor))[0]) == 1


async def test_a_packed_bomb_is_noticed_while_it_is_unpacked(stage: FeedStage) -> None:
    stage.site.headers["Content-Encoding"] = "gzip"
    stage.site.body = gzip.compress(bytes(60 << 20))
    with pytest.raises(ConnectorError):
        await news(stage, None)


def test_an_endless_feed_and_endless_texts_are_cut() -> None:
    items = b"".join(b"<item><guid>%d</guid></item>" % n for n in range(MOST_ENTRIES + 5))
    long = b"<item><guid>x</guid><description>" + b"y" * 2_000_000 + b"</description></item>"
    feed = read_feed(b"<rss><channel>" + long + items + b"</channel></rss>")
    assert len(feed.entries) == MOST_ENTRIES
    assert len(feed.entries[0].content) == 512 * 1024


async def test_an_address_is_tried_before_it_is_kept(stage: FeedStage) -> None:
    flow = FeedSignIn((await stage.connector()).host)
    form = await flow.start({"url": stage.site.url})
    assert isinstance(form, Form)
    done = await flow.go_on({"url": stage.site.url})
    assert isinstance(done, Done)
    assert (done.identity.name, done.settings) == ("Comments for The Bakery", {"url": stage.site.url})
    stage.site.body = b"<!doctype html><title>The Bakery</title>"
    wrong = await flow.go_on({"url": stage.site.url})
    assert isinstance(wrong, Form)
    assert "web page" in wrong.problem


async def test_a_feed_that_moved_away_says_so(stage: FeedStage) -> None:
    stage.site.status = 404
    with pytest.raises(Rejected, match="Check the feed"):
        await (await stage.connector()).connect()


async def test_five_hundred_come_over_several_pages_and_go_on_after_a_break(stage: FeedStage) -> None:
    for number in range(500):
        stage.site.say(f"n{number}", at=datetime.now(UTC) - timedelta(minutes=500 - number))
    pages: list[list[str]] = []
    cursor: JsonObject | None = None
    more = True
    while more:
        batch = await (await stage.connector()).load_older(cursor)
        cursor, more = through_json(batch), batch.more
        pages.append([one.text.strip() for one in messages(list(batch.events))])
    assert len(pages) >= 5
    assert [text for page in reversed(pages) for text in page] == [f"n{number}" for number in range(500)]


async def test_an_enclosed_file_is_told_and_fetched(stage: FeedStage) -> None:
    enclosed = f'<enclosure url="{stage.site.home}/pot.jpg" type="image/jpeg" length="4"/></item>'
    stage.site.render = lambda site: rss(site).replace("</item>", enclosed)
    _old, cursor = await news(stage, None)
    stage.site.say("Look")
    (seen,), _cursor = await news(stage, cursor)
    (file,) = seen.attachments
    assert (file.media_type, file.size) == ("image/jpeg", 4)
    stage.site.body = b"jpeg"
    pieces = (await stage.connector()).fetch_attachment(seen.remote_id, file.remote_id)
    assert b"".join([piece async for piece in pieces]) == b"jpeg"


async def test_the_wait_that_a_site_names_is_kept(stage: FeedStage) -> None:
    stage.site.status, stage.site.headers["Retry-After"] = 429, "240"
    with pytest.raises(Busy) as busy:
        await news(stage, None)
    assert busy.value.retry_after == timedelta(minutes=4)


async def test_a_feed_that_was_closed_for_a_while_goes_on(stage: FeedStage) -> None:
    _old, cursor = await news(stage, None)
    stage.site.status = 401
    with pytest.raises(SignInNeeded):
        await news(stage, cursor)
    stage.site.say("meanwhile")
    stage.site.status = 200
    found, _cursor = await news(stage, cursor)
    assert [one.text.strip() for one in found] == ["meanwhile"]
