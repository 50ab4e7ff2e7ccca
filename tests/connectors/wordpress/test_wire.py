"""Addresses, comments and texts as sites and people write them; no site is asked."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.wordpress import MANIFEST
from connectors.wordpress.authorizing import page_url
from connectors.wordpress.compose import as_html, as_text, same_text
from connectors.wordpress.cursor import Cursor, Place, read_cursor
from connectors.wordpress.fields import Fields
from connectors.wordpress.settings import read_site
from connectors.wordpress.wire import Site, Status, read_comment, read_comments, read_site_answer
from inbox_app.contract.errors import BadAnswer, Rejected
from inbox_app.domain.jsonvalue import JsonObject, JsonValue

ROW: JsonObject = {"id": 7, "date_gmt": "2026-11-26T12:00:00", "type": "comment", "status": "approved", "post": 3}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("example.org", "https://example.org"),
        (" https://Example.org/ ", "https://example.org"),
        ("example.org/blog/", "https://example.org/blog"),
        ("https://example.org/blog/wp-admin/edit-comments.php", "https://example.org/blog"),
        ("https://example.org/wp-login.php?redirect_to=x", "https://example.org"),
        ("https://example.org:8443/wp-json/wp/v2", "https://example.org:8443"),
        ("http://127.0.0.1:3000/shop", "http://127.0.0.1:3000/shop"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("example.org/wp-administration", "https://example.org/wp-administration"),
    ],
)
def test_a_site_is_read_as_people_write_it(written: str, read: str) -> None:
    assert read_site(written) == read
    assert MANIFEST.home_of({"site": written})


@pytest.mark.parametrize("written", ["", "two words", "http://example.org", "ftp://example.org"])
def test_what_is_no_site_has_no_home(written: str) -> None:
    with pytest.raises(Rejected):
        read_site(written)
    assert MANIFEST.home_of({"site": written}) == ""


def test_a_page_on_another_site_is_not_opened() -> None:
    now = datetime.now(UTC)
    with pytest.raises(Rejected, match="another site"):
        page_url("https://example.org", Site("https://example.org", "", "https://evil.example/wp-admin/"), now)
    with pytest.raises(Rejected, match="no application passwords"):
        page_url("https://example.org", Site("https://example.org", "", ""), now)


@pytest.mark.parametrize("value", [[], "text", {}, {"namespaces": "wp/v2"}, {"namespaces": ["oembed/1.0"]}])
def test_what_is_no_wordpress_is_a_bad_answer(value: JsonValue) -> None:
    with pytest.raises(BadAnswer):
        read_site_answer(value)


def test_addresses_in_an_answer_are_never_followed() -> None:
    up: JsonObject = {"href": "https://evil.example/?rest_route=%2Fwp%2Fv2%2Fbooks%2F3"}
    (comment,) = read_comments([{**ROW, "_links": {"up": [up]}}])
    assert (comment.post.list, comment.post.id) == ("books", 3)
    for href in ("https://evil.example/steal", "/wp/v2/../users/3", "/wp/v2/a/b/3", 7):
        (comment,) = read_comments([{**ROW, "_links": {"up": [{"href": href}]}}])
        assert comment.post.list == ""


def test_a_status_that_nobody_knows_is_as_good_as_the_trash() -> None:
    assert read_comment(Fields({**ROW, "status": "post-trashed"})).status is Status.TRASH


def test_a_digest_is_another_whenever_something_is() -> None:
    first = read_comment(Fields(dict(ROW)))
    assert read_comment(Fields(dict(ROW))).digest == first.digest
    changes: list[JsonObject] = [{"status": "spam"}, {"content": {"rendered": "x"}}, {"author_name": "Ben"}]
    assert len({first.digest, *(read_comment(Fields({**ROW, **one})).digest for one in changes)}) == 4


def test_a_cursor_outlives_json_and_is_bounded() -> None:
    comments = [read_comment(Fields({**ROW, "id": number, "status": "hold"})) for number in range(1, 3000)]
    cursor = Cursor(began=5, last=9, behind=3, sweep=Place(7, 2)).told(comments, gone=[2999])
    assert read_cursor(cursor.to_json()) == cursor
    assert (len(cursor.known), max(cursor.known), len(cursor.held)) == (2998, 2998, 500)
    many = replace(cursor, known={number: number for number in range(1, 30_001)}).told([], gone=[30_000])
    assert read_cursor(many.to_json()) == many
    assert (len(many.known), min(many.known), max(many.known)) == (20_000, 10_000, 29_999)
    assert len(json.dumps(many.to_json())) < 200_000


@pytest.mark.parametrize("text", ["It's <3 & “fine”", "a < b > c", "two\n\nparagraphs 🙂", "&amp; as such"])
def test_text_comes_back_as_it_was_written(text: str) -> None:
    assert as_text(as_html(text)) == text


def test_finer_quotes_are_the_same_text() -> None:
    assert same_text("It's \"fine\" -- isn't it? so on...", "It’s “fine” – isn’t it? so on…")
    assert not same_text("Thank you", "Thank you!")
    assert as_text("<b>bold</b>") is None
