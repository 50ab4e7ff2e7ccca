"""Views, rules, clearing away and the history from outside."""

from __future__ import annotations

import json
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


def refused(person: Portavoce, *arguments: str) -> str:
    """The sentence with which a command that fails as it should says why."""
    done = person.run("--json", *arguments)
    assert done.returncode in (1, 2), done.stdout
    message: str = json.loads(done.stderr)["error"]["message"]
    return message


def listed(person: Portavoce, view: str) -> list[dict[str, Any]]:
    """The conversations of a view."""
    rows: list[dict[str, Any]] = person.tell("list", "--view", view, "--limit", "500")["conversations"]
    return rows


def test_a_view_is_saved_as_text_listed_and_counted(person: Portavoce) -> None:
    saved = person.tell("view", "save", "Talk", "state:open", "(kind:comments or kind:direct)", "not hat:social")
    assert saved["filter"] == "state:open (kind:comments or kind:direct) not hat:social"
    rows = listed(person, "talk")
    assert {row["kind"] for row in rows} == {"comments", "direct"}
    assert saved["count"] == len(rows)
    as_json = json.dumps(saved["filter_json"])
    assert person.tell("view", "save", "Talk", as_json)["id"] == saved["id"]
    assert [one["name"] for one in person.tell("view", "list")] == ["Talk"]
    assert "colour:red" in refused(person, "view", "save", "Odd", "colour:red")
    assert "Talk" in refused(person, "list", "--view", "nowhere")
    person.tell("view", "remove", "Talk")
    assert person.tell("view", "list") == []


def test_a_rule_is_tried_kept_and_forgotten(person: Portavoce) -> None:
    (laid_out,) = person.tell("rule", "list")
    person.tell("rule", "remove", laid_out["name"])
    tried = person.tell("rule", "dry-run", "Hello", "text:the", "kind:comments")
    assert 0 < tried["count"] <= tried["looked_at"] <= 1000
    assert tried["met"]
    made = person.tell("rule", "save", "Hello", "text:the", "--do", "tag the", "--do", "priority", "--stop")
    assert (made["do"], made["stop"], made["enabled"]) == (["tag the", "priority"], True, True)
    person.tell("rule", "save", "Second", "link", "--do", "done")
    assert [one["name"] for one in person.tell("rule", "order", "Second")] == ["Second", "Hello"]
    assert person.tell("rule", "off", "hello")["enabled"] is False
    assert [one for one in person.tell("rule", "log") if one["rule"]] == []
    assert person.tell("rule", "revoke", "Hello") == {"revoked": 0}
    wanted = person.tell("rule", "apply", "Hello", "--dry-run")
    assert wanted["met"] >= tried["count"] > 0
    assert person.tell("rule", "apply", "Hello") == wanted
    assert person.tell("rule", "revoke", "Hello")["revoked"] > 0
    assert "dance" in refused(person, "rule", "save", "Odd", "link", "--do", "dance")
    for name in ("Hello", "Second"):
        person.tell("rule", "remove", name)
    assert person.tell("rule", "list") == []


def test_comments_are_hidden_at_once_and_come_back_at_once(person: Portavoce) -> None:
    yard = [row["id"] for row in listed(person, "open") if row["kind"] == "comments"][:3]
    cleared = person.tell("clear", "hide", *yard)
    assert set(cleared["changed"]) == set(yard)
    assert {row["id"] for row in person.tell("outbox", "list") if row["state"] == "queued"} == set(cleared["acts"])
    assert not set(yard) & {row["id"] for row in listed(person, "open")}
    (past, *_older) = person.tell("history")
    assert (past["id"], past["acts"], past["undone_at"]) == (cleared["decision"], len(cleared["acts"]), None)
    assert set(person.tell("undo", past["id"])["changed"]) == set(yard)
    assert set(yard) <= {row["id"] for row in listed(person, "open")}
    assert person.tell("history", "--limit", "1")[0]["undone_at"] is not None
    assert "already" in refused(person, "undo", past["id"])
