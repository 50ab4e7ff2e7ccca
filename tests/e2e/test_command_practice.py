"""The command in the practice room: acts, posts, moments in words, and what it says when it does not understand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.portavoce import Portavoce

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Portavoce:
    """Somebody with a practice workspace."""
    somebody = Portavoce(tmp_path_factory.mktemp("home"), {"TZ": "Europe/Rome"})
    somebody.tell("practice", "--create-only")
    return somebody


@pytest.fixture
def comments(person: Portavoce) -> dict[str, Any]:
    """An open conversation under a post."""
    rows = person.tell("list", "--view", "open")["conversations"]
    opened: dict[str, Any] = person.tell("show", next(row["id"] for row in rows if row["kind"] == "comments"))
    return opened


def said_to_us(opened: dict[str, Any]) -> dict[str, Any]:
    last: dict[str, Any] = [one for one in opened["messages"] if one["direction"] == "in" and not one["deleted_at"]][-1]
    return last


def test_a_comment_is_hidden_on_the_service(person: Portavoce, comments: dict[str, Any]) -> None:
    message = said_to_us(comments)["id"]
    queued = person.tell("act", "hide", message, "--now")
    person.tell("sync")
    (row,) = (one for one in person.tell("outbox") if one["id"] == queued["outbox"])
    assert (row["kind"], row["state"]) == ("moderation", "delivered")
    assert next(one for one in person.tell("show", comments["id"])["messages"] if one["id"] == message)["hidden"]


def test_a_post_goes_out_once(person: Portavoce) -> None:
    account = person.tell("account", "list")[0]["id"]
    (queued,) = person.tell("post", "--account", account, "--text", "Che tazza usate oggi?", "--now")["posts"]
    person.tell("sync")
    (row,) = (one for one in person.tell("outbox") if one["id"] == queued["outbox"])
    assert (row["kind"], row["state"], row["attempts"]) == ("post", "delivered", 1)


def test_a_watch_tells_of_what_it_sent(person: Portavoce, comments: dict[str, Any]) -> None:
    watching = person.start("--json", "sync", "--watch")
    try:
        assert watching.stdout is not None
        assert watching.stdout.readline()
        person.tell("reply", comments["id"], "--text", "Ciao!", "--now")
        sent = 0
        for line in watching.stdout:  # ends with the process, at the latest when the test's time is over
            sent += sum(account["sent"] for account in json.loads(line)["accounts"])
            if sent:
                break
        assert sent == 1
    finally:
        watching.terminate()
        watching.communicate(timeout=60)


def test_what_cannot_be_done_is_refused_with_a_sentence(person: Portavoce, comments: dict[str, Any]) -> None:
    code, sentence = person.fail("act", "edit", said_to_us(comments)["id"], "other words")
    assert code == "refused"
    assert sentence.endswith(".")


def test_a_moment_in_words_is_shown_with_its_zone(person: Portavoce, comments: dict[str, Any]) -> None:
    snoozed = person.tell("snooze", comments["id"], "domani", "alle", "9")
    assert snoozed["changed"] == [comments["id"]]
    assert snoozed["zone"] == "Europe/Rome"
    assert snoozed["until"].endswith(("T07:00:00Z", "T08:00:00Z"))
    person.tell("undo")


def test_what_looks_like_a_condition_and_is_none_is_said(person: Portavoce) -> None:
    done = person.run("search", "is:opne")
    assert done.returncode == 0
    assert "is:opne" in done.stderr
    assert person.tell("search", "--", "-kiln")["total"] > 0


def test_what_is_so_already_is_no_decision_and_no_draft_is_in_what_is_not_there(
    person: Portavoce, comments: dict[str, Any]
) -> None:
    assert person.tell("done", comments["id"]) == {"changed": [comments["id"]]}
    assert person.tell("done", comments["id"]) == {"changed": []}
    assert "nothing was changed" in person.run("done", comments["id"]).stdout
    assert person.tell("undo") == {"changed": [comments["id"]]}
    assert person.tell("draft", "show", comments["id"]) == []
    for deed in ("show", "discard"):
        assert person.fail("draft", deed, "nowhere")[0] == "not_found"


def test_tag_explains_itself(person: Portavoce) -> None:
    for words in (["tag", "--help"], ["tag", "some-conversation", "--help"]):
        assert person.run(*words).stdout.startswith("usage:"), words


def test_a_second_undo_says_what_happened(person: Portavoce, comments: dict[str, Any]) -> None:
    queued = person.tell("reply", comments["id"], "--text", "Too quick")
    person.tell("outbox", "undo", queued["outbox"])
    _code, sentence = person.fail("outbox", "undo", queued["outbox"])
    assert "already" in sentence


def test_show_names_what_other_commands_ask_for(person: Portavoce, comments: dict[str, Any], tmp_path: Path) -> None:
    shown = person.run("show", comments["id"]).stdout
    assert all(f"#{message['id']}" in shown for message in comments["messages"])
    assert comments["post"]["text"].splitlines()[0] in shown


def test_a_colleague_is_welcomed_and_given_a_conversation(person: Portavoce, comments: dict[str, Any]) -> None:
    noor = person.tell("colleague", "add", "Noor")
    assert [one["name"] for one in person.tell("colleague", "list")] == [person.tell("colleague", "me")["name"], "Noor"]
    assert person.tell("assign", comments["id"], noor["id"])["changed"] == [comments["id"]]
    assert person.tell("list", "--view", "mine")["conversations"] == []
