"""Answers of odd shapes: anybody in a room may send them, and a server may be anybody's."""

from __future__ import annotations

import pytest

from connectors.matrix import MANIFEST
from connectors.matrix.client import path_of
from connectors.matrix.compose import Place
from connectors.matrix.fields import Fields
from connectors.matrix.polls import question_of
from connectors.matrix.power import ALL, Power
from connectors.matrix.settings import domain_of, read_home
from connectors.matrix.wire import (
    attachment_of,
    event_of,
    events_of,
    html_of,
    plain_of,
    reactions_of,
    sync_of,
)
from inbox_app.contract.errors import BadAnswer, Rejected
from inbox_app.domain.jsonvalue import JsonObject, JsonValue

US = "@brand:example.org"


def said(content: JsonValue, **more: JsonValue) -> Fields:
    """An event with this content."""
    return Fields(
        {"event_id": "$1", "type": "m.room.message", "sender": "@anna:example.org", "origin_server_ts": 1,
         "content": content, **more}
    )  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        {"body": 7, "msgtype": [], "m.relates_to": "none", "m.mentions": 3},
        {"body": "x", "m.relates_to": {"rel_type": 1, "event_id": {}, "m.in_reply_to": []}},
        {"msgtype": "m.image", "body": {}, "url": 5, "info": {"size": -1, "mimetype": 9}},
        {"format": "org.matrix.custom.html", "formatted_body": {"a": 1}},
        {"m.poll": {"question": 3, "answers": "no"}},
    ],
)
def test_any_content_can_be_read(content: JsonValue) -> None:
    event = event_of(said(content))
    assert event is not None
    assert (event.relation.root, event.relation.answers) == ("", "")
    assert attachment_of(event.shown) is None
    assert plain_of(event.shown, answers=True) in ("", "x")
    assert html_of(event.shown) == ""
    assert question_of(event.shown) == ""


def test_what_is_no_event_is_passed_over() -> None:
    odd: list[JsonObject] = [{}, {"event_id": 1}, {"event_id": "$" * 2000, "type": "x", "sender": "y"}]
    assert events_of(map(Fields, odd)) == ()


@pytest.mark.parametrize("moment", [10**30, -5, "soon", 1.5, True])
def test_no_time_breaks_anything(moment: JsonValue) -> None:
    event = event_of(said({}, origin_server_ts=moment))
    assert event is not None
    assert 1970 <= event.at.year <= 9999


def test_a_sync_without_a_token_is_a_bad_answer() -> None:
    rooms: JsonObject = {"join": {"!a": {"timeline": {"events": [7, {"event_id": "$1"}]}, "ephemeral": []}, "!b": 3}}
    assert [one.id for one in sync_of(Fields({"next_batch": "s", "rooms": rooms}), US).rooms] == ["!a", "!b"]
    with pytest.raises(BadAnswer):
        sync_of(Fields({"rooms": rooms}), US)


def test_only_an_edit_of_the_author_counts() -> None:
    new: JsonObject = {"m.new_content": {"msgtype": "m.text", "body": "new"}}
    edit: JsonObject = {"sender": "@anna:example.org", "content": new, "origin_server_ts": 2}
    for sender, shown in (("@anna:example.org", "new"), ("@ben:example.org", "old")):
        bundled: JsonObject = {"m.relations": {"m.replace": {**edit, "sender": sender}}}
        event = event_of(said({"body": "old"}, unsigned=bundled))
        assert event is not None
        assert event.shown.text("body") == shown
        assert (event.edited_at is not None) is (shown == "new")


def test_one_person_gives_one_emoji_once() -> None:
    def reaction(number: int, who: str, key: str) -> JsonObject:
        content: JsonObject = {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$1", "key": key}}
        return {"event_id": f"${number}", "type": "m.reaction", "sender": who, "content": content}

    several = [reaction(1, "@a:b", "👍"), reaction(2, "@a:b", "👍"), reaction(3, US, "👍"), reaction(4, US, "")]
    counts, ours = reactions_of(events_of(map(Fields, several)), US)
    assert counts == {"👍": 2}
    assert ours == {"👍": "$3"}


@pytest.mark.parametrize(
    ("levels", "version", "who", "level"),
    [
        ({}, "10", "@founder:x", 100),
        ({}, "10", "@anna:x", 0),
        ({"users": {"@anna:x": 50}, "users_default": 5}, "10", "@anna:x", 50),
        ({"users": {"@anna:x": "50"}, "users_default": 5}, "10", "@anna:x", 50),
        ({"users_default": 5}, "10", "@ben:x", 5),
        ({"users_default": 5}, "10", "@founder:x", 5),
        ({"users_default": 5}, "12", "@founder:x", ALL),
        ({"users_default": 5}, "12", "@second:x", ALL),
    ],
)
def test_power(levels: JsonObject, version: str, who: str, level: int) -> None:
    creation: JsonObject = {"room_version": version, "additional_creators": ["@second:x"]}
    assert Power.of(Fields(levels), Fields(creation), "@founder:x").level(who) == level


def test_addresses() -> None:
    assert read_home(" https://Matrix.example.org/ ") == "https://matrix.example.org"
    assert read_home("matrix.example.org:8448") == "https://matrix.example.org:8448"
    assert read_home("http://127.0.0.1:8008") == "http://127.0.0.1:8008"
    for wrong in ("", "http://example.org", "two words", "ftp://example.org"):
        with pytest.raises(Rejected):
            read_home(wrong)
        assert MANIFEST.home_of({"server": wrong}) == ""
    assert domain_of("@brand:example.org") == "example.org"
    assert domain_of("@brand:example.org:8448") == "example.org:8448"
    assert domain_of("example.org") == "example.org"
    assert domain_of("brand") == ""


def test_ids_cannot_leave_their_place_in_a_path() -> None:
    assert (
        path_of("rooms", "!a/../../b?x#y", "messages") == "/_matrix/client/v3/rooms/%21a%2F..%2F..%2Fb%3Fx%23y/messages"
    )


def test_without_a_room_nothing_is_named() -> None:
    with pytest.raises(Rejected):
        Place.of(None)
