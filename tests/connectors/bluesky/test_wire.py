"""What is pure: text and facets both ways, record keys, and answers that are odd."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.bluesky import wire
from connectors.bluesky.abilities import abilities
from connectors.bluesky.compose import LIMITS
from connectors.bluesky.cursor import Window
from connectors.bluesky.facets import as_html, as_text, facets_of, mentioned
from connectors.bluesky.fields import Fields
from connectors.bluesky.tid import tid_of
from connectors.bluesky.wire import BLOCK, Facet
from inbox_app.contract.errors import BadAnswer
from inbox_app.domain.jsonvalue import JsonObject, JsonValue
from inbox_app.domain.words import Action

NOW = datetime(2026, 11, 26, 12, 30, 15, 250_000, tzinfo=UTC)


def test_facets_are_counted_in_bytes_both_ways() -> None:
    text = "Ciao 👩‍👩‍👧 perché @anna.example.org? 🙂 https://example.org/è, ok #glaze"
    dids = {"anna.example.org": "did:plc:anna"}
    made = facets_of(text, dids)
    raw = text.encode()
    read = tuple(wire.facets(Fields({"facets": [*made]})))
    stretches = [raw[one.start : one.end].decode() for one in read]
    assert stretches == ["@anna.example.org", "https://example.org/è", "#glaze"]
    shown = as_html(text, read)
    assert '<a href="https://bsky.app/profile/did:plc:anna">@anna.example.org</a>?' in shown
    assert '<a href="https://example.org/è">https://example.org/è</a>, ok' in shown
    assert '<a href="https://bsky.app/hashtag/glaze">#glaze</a>' in shown


@pytest.mark.parametrize(
    "facet",
    [
        Facet(0, 1, uri="https://example.org"),  # ends inside a sign
        Facet(1, 4, uri="https://example.org"),  # begins inside one
        Facet(0, 4000, uri="https://example.org"),
        Facet(4, 4, uri="https://example.org"),
        Facet(5, 4, uri="https://example.org"),
        Facet(0, 4),
    ],
)
def test_facets_that_do_not_fit_leave_the_text_alone(facet: Facet) -> None:
    assert as_html("🙂 <b>", [facet]) == "🙂 &lt;b&gt;"


def test_an_address_that_was_shortened_is_whole_in_the_text() -> None:
    text, facet = "see example.org/a/ver… 🙂", Facet(4, 24, uri="https://example.org/a/very/long")
    assert as_text(text, [facet]) == "see https://example.org/a/very/long 🙂"


def test_of_facets_that_overlap_the_first_holds() -> None:
    shown = as_html("abcdef", [Facet(0, 4, uri="https://one.example"), Facet(2, 6, uri="https://two.example")])
    assert shown == '<a href="https://one.example">abcd</a>ef'


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Anna.Example.org hi", ["anna.example.org"]),
        ("mail me@example.org", []),
        ("https://example.org/@ben.example.org", []),
        ("@nobody and @ben.test.", ["ben.test"]),
    ],
)
def test_who_is_named(text: str, names: list[str]) -> None:
    assert mentioned(text) == names


def test_who_is_known_to_nobody_is_no_mention() -> None:
    assert facets_of("@ghost.example.org", {}) == []


def test_record_keys_follow_from_the_act_and_are_in_order() -> None:
    first, later = tid_of(NOW, "a" * 32), tid_of(NOW + timedelta(milliseconds=1), "a" * 32)
    assert first == tid_of(NOW, "a" * 32)
    assert first < later
    assert len(first) == 13
    assert set(first) <= set("234567abcdefghijklmnopqrstuvwxyz")
    assert first[0] in "234567abcdefghij"
    assert len({tid_of(NOW, f"{number:032x}") for number in range(200)}) == 200


def test_signs_are_counted_as_people_count_them() -> None:
    family = "👩‍👩‍👧"
    assert LIMITS.allows_text(family * 300)
    assert not LIMITS.allows_text(family * 301)


def test_a_window_knows_what_was_taken_in_and_leaves_the_rest_to_history() -> None:
    window = Window().with_known((f"entry {number}", NOW + timedelta(seconds=number)) for number in range(300))
    assert not window.is_new("entry 299", NOW + timedelta(seconds=299))
    assert not window.is_new("entry 0", NOW), "too long ago to be told apart"
    assert window.is_new("another", NOW + timedelta(seconds=200))
    assert Window.read(Fields(window.to_json())) == window


@pytest.mark.parametrize(
    "answer",
    [[], {}, {"posts": {}}, {"posts": [7]}, {"posts": [{"uri": "at://did:plc:a/app.bsky.feed.post/1"}]}],
)
def test_answers_that_lack_something_are_bad_ones(answer: JsonValue) -> None:
    with pytest.raises(BadAnswer):
        wire.posts(answer)


@pytest.mark.parametrize(
    ("viewer", "offered", "explained"),
    [
        ({}, {Action.BLOCK, Action.MUTE}, ()),
        ({"muted": True}, {Action.BLOCK, Action.UNMUTE}, ()),
        ({"muted": True, "mutedByList": {}}, {Action.BLOCK}, (Action.UNMUTE,)),
        ({"blocking": f"at://did:plc:us/{BLOCK}/3k"}, {Action.UNBLOCK, Action.MUTE}, ()),
        (
            {"blocking": "at://did:plc:them/app.bsky.graph.list/3k", "blockingByList": {}},
            {Action.MUTE},
            (Action.UNBLOCK,),
        ),
        ({"blockedBy": True}, {Action.BLOCK, Action.MUTE}, (Action.REPLY, Action.REPLY_PRIVATELY)),
    ],
)
def test_what_can_be_done_about_somebody_is_what_was_not_done_yet(
    viewer: JsonObject, offered: set[Action], explained: tuple[Action, ...]
) -> None:
    """What a list of people does to somebody is explained: a record that is not ours alone is never deleted."""
    author: JsonObject = {"did": "did:plc:anna", "handle": "anna.example.org", "viewer": viewer}
    said: JsonObject = {"uri": f"at://did:plc:anna/{wire.POST}/3k", "cid": "c", "author": author}
    post = wire.post({**said, "record": {"text": "hi"}, "indexedAt": "2026-11-26T12:00:00Z"})
    can = abilities(post, ours=False, under_ours=False, hidden=False)
    people = (Action.BLOCK, Action.UNBLOCK, Action.MUTE, Action.UNMUTE)
    assert {one for one in people if can.of(one).possible} == offered
    assert all(can.of(one).reason and not can.of(one).possible for one in explained)
