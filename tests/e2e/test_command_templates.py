"""Templates from outside: kept, looked at, sent, refused with something missing, taken out and in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.portavoce import Portavoce

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]  # a dozen processes each, on machines that have other work


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Portavoce:
    """Somebody with a practice workspace."""
    somebody = Portavoce(tmp_path_factory.mktemp("home"), {"TZ": "Europe/Rome"})
    somebody.move_in()
    return somebody


@pytest.fixture(scope="module")
def comments(person: Portavoce) -> dict[str, Any]:
    """An open conversation under a post."""
    rows = person.tell("list", "--view", "open")["conversations"]
    found: dict[str, Any] = next(row for row in rows if row["kind"] == "comments")
    return found


def refused(person: Portavoce, *arguments: str) -> str:
    """The sentence with which a command that fails as it should says why."""
    done = person.run("--json", *arguments)
    assert done.returncode in (1, 2), done.stdout
    message: str = json.loads(done.stderr)["error"]["message"]
    return message


def test_a_template_is_previewed_and_sent_once_nothing_is_missing(person: Portavoce, comments: dict[str, Any]) -> None:
    text = "Hi {member.name|friend}, your order {member.order} is on its way."
    person.tell(
        "template", "add", "parcel", "--text", text, "--shortcut", "parcel", "--step", "tag order", "--step", "done"
    )
    shown = person.tell("template", "preview", "parcel", comments["id"])
    assert shown["unresolved"] == ["member.order"]
    assert shown["text"].startswith(f"Hi {comments['members'][0]}, your order {{member.order}}")

    sentence = refused(person, "reply", comments["id"], "--template", "parcel", "--now")
    assert "{member.order}" in sentence
    assert person.tell("outbox") == []

    sent = person.tell("reply", comments["id"], "--template", "/parcel", "--with", "member.order=42", "--now")
    (row,) = person.tell("outbox")
    assert (row["id"], row["state"]) == (sent["outbox"], "queued")
    (after,) = (one for one in person.tell("list")["conversations"] if one["id"] == comments["id"])
    assert after["state"] == "done"
    assert "order" in [tag["name"] if isinstance(tag, dict) else tag for tag in after["tags"]]

    again = person.tell("reply", comments["id"], "--template", "parcel", "--with", "member.order=43")
    assert "already" in again["warning"]


PLACES_WITH_POSTS = {"@fornacemelagrana", "melagrana_studio"}
"""Those of the practice room under whose posts people comment."""


def test_a_post_from_a_template_waits_for_every_value(person: Portavoce) -> None:
    able = [one for one in person.tell("account", "list") if one["handle"] in PLACES_WITH_POSTS]
    text = "Which mug do you use with {account.name}, {member.first}?"
    person.tell("template", "add", "mugs", "--text", text, "--question")
    accounts = [part for one in able[:2] for part in ("--account", one["id"])]
    before = len(person.tell("outbox"))
    assert "{member.first}" in refused(person, "post", *accounts, "--template", "mugs")
    assert len(person.tell("outbox")) == before, "nowhere, rather than on some"

    person.tell("template", "add", "mugs", "--text", "Mugs, {account.handle}?", "--channel", able[0]["channel"])
    posts = person.tell("post", *accounts, "--template", "mugs", "--now")["posts"]
    texts = {one.split()[0]: one for one in person.run("outbox").stdout.splitlines()}
    for one, account in zip(posts, able, strict=False):
        assert texts[one["outbox"]].rstrip().endswith(f"Mugs, {account['handle']}?")
    shown = person.tell("template", "show", "mugs")
    assert (shown["asked"], shown["answers"], shown["question"]) == (2, 0, True)


def test_what_makes_no_sense_is_refused_in_a_sentence(person: Portavoce) -> None:
    assert "{name}" in refused(person, "template", "add", "x", "--text", "Hi {name}")
    assert "dance" in refused(person, "template", "add", "x", "--text", "Hi", "--step", "dance")
    assert "pigeon" in refused(person, "template", "add", "x", "--text", "Hi", "--channel", "pigeon")
    assert "nowhere" in refused(person, "template", "show", "nowhere")
    assert "nothing" in refused(person, "template", "preview", "nowhere", "nothing")


def test_a_picture_goes_along_and_comes_off(person: Portavoce, comments: dict[str, Any], tmp_path: Path) -> None:
    picture = tmp_path / "mug.png"
    picture.write_bytes(b"\x89PNG a mug")
    person.tell("template", "add", "mug", "--text", "Look", "--attach", str(picture))
    sent = person.tell("reply", comments["id"], "--template", "mug")
    (message,) = [one for one in person.tell("show", comments["id"])["messages"] if one["text"] == "Look"]
    assert [one["name"] for one in message["attachments"]] == ["mug.png"]
    person.tell("outbox", "undo", sent["outbox"])
    assert person.tell("template", "edit", "mug", "--detach", "mug.png")["attachments"] == []


def test_out_and_in_as_a_table(person: Portavoce, tmp_path: Path) -> None:
    table = tmp_path / "templates.csv"
    count = person.tell("template", "export", str(table))["templates"]
    assert "exist" in refused(person, "template", "export", str(table)) or table.exists()
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    dry = person.tell("template", "import", str(table), "--dry-run")
    assert (dry["new"], dry["changed"], dry["same"], dry["problems"]) == (0, 0, count, [])
    table.write_text("name,text\nnew one,Hello\nbad,Hi {nobody}\n")
    dry = person.tell("template", "import", str(table), "--dry-run")
    assert (dry["new"], [one["line"] for one in dry["problems"]]) == (1, [3])
    assert "Line 3" in refused(person, "template", "import", str(table))
    assert all(one["name"] != "new one" for one in person.tell("template", "list"))


def test_a_template_is_removed(person: Portavoce) -> None:
    person.tell("template", "add", "gone", "--text", "x", "--folder", "Old")
    assert [one["name"] for one in person.tell("template", "list", "--find", "gone")] == ["gone"]
    person.tell("template", "remove", "gone")
    assert person.tell("template", "list", "--find", "gone") == []


def test_every_variable_is_described(person: Portavoce) -> None:
    names = [one["name"] for one in person.tell("template", "variables")]
    assert {"member.name", "member.first", "post.title", "today.date", "channel.name"} <= set(names)
