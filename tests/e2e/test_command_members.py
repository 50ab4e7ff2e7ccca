"""The people of the practice room by command: known, noted, linked and taken apart; each time a process of its own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.portavoce import Portavoce

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

MARK = "Only-For-Colleagues-4711"


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Portavoce:
    """Somebody with a practice workspace."""
    somebody = Portavoce(tmp_path_factory.mktemp("home"), {"TZ": "Europe/Rome"})
    somebody.move_in()
    return somebody


@pytest.fixture
def same_person(person: Portavoce) -> list[dict[str, Any]]:
    """One customer who wrote in three places under three handles."""
    found: list[dict[str, Any]] = person.tell("member", "list", "Tomás", "Ferreiro")["members"]
    assert len(found) == 3
    return found


def said(card: dict[str, Any]) -> list[dict[str, Any]]:
    """What they said, of all that the timeline tells."""
    return [line for line in card["timeline"] if line["what"] == "said"]


def test_link_and_unlink_by_command_leave_everything_as_it_was(
    person: Portavoce, same_person: list[dict[str, Any]]
) -> None:
    one, *others = same_person
    before = [person.tell("member", "show", each["id"]) for each in same_person]
    suggested = person.tell("member", "suggest", one["id"])
    assert {each["member"]["id"] for each in suggested} == {each["id"] for each in others}
    assert all(reason["text"] for each in suggested for reason in each["reasons"])
    for other in others:
        linked = person.tell("member", "link", one["id"], other["id"])
    assert linked["id"] == one["id"]
    assert linked["messages"] == sum(each["messages"] for each in same_person)
    assert len({line["account"] for line in said(linked)}) == 3
    times = [line["sent_at"] for line in said(linked)]
    assert times == sorted(times, reverse=True)
    assert person.tell("member", "show", others[0]["id"])["id"] == one["id"]
    person.tell("sync")
    for handle in linked["handles"]:
        if handle["linked"]:
            person.tell("member", "unlink", handle["id"])
    after = [person.tell("member", "show", each["id"]) for each in same_person]
    news = {said(each)[0]["sent_at"] for each in after} - {said(each)[0]["sent_at"] for each in before}
    assert news or after == before


def test_all_suggestions_are_listed_and_a_sample_is_written(person: Portavoce) -> None:
    found = person.tell("member", "suggest", "--all", "--limit", "3")
    weights = [one["weight"] for one in found["pairs"]]
    assert (len(weights), weights) == (3, sorted(weights, reverse=True))
    assert found["left"] > 0
    assert all(one["member"]["id"] != one["other"]["id"] and one["reasons"] for one in found["pairs"])
    sample = person.home / "sample.csv"
    assert person.tell("member", "import", "--sample", str(sample)) == {"path": str(sample)}
    assert sample.read_text("utf-8-sig").startswith("id,full name,e-mail,")


def test_what_is_noted_is_shown_and_leaves_by_no_road(person: Portavoce, same_person: list[dict[str, Any]]) -> None:
    member = same_person[0]["id"]
    conversation = said(person.tell("member", "show", member))[0]["conversation"]
    note = person.tell("member", "note", member, f"{MARK} about the person", "--pin")["id"]
    person.tell("member", "note", f"conversation:{conversation}", f"{MARK} on the conversation")
    person.tell("member", "note-edit", note, f"{MARK} anew")
    assert [one["text"] for one in person.tell("member", "note-history", note)] == [f"{MARK} about the person"]
    shown = {one["text"] for one in person.tell("show", conversation)["notes"]}
    assert shown == {f"{MARK} anew", f"{MARK} on the conversation"}
    person.tell("reply", conversation, "--text", "Thank you, Tomás!", "--now")
    person.tell("sync")
    assert MARK not in str(person.tell("outbox"))
    assert MARK not in str(person.tell("draft", "list"))
    sent = [path.read_text() for path in person.home.rglob("*.jsonl")]
    assert any("Thank you, Tomás!" in text for text in sent), "the journal of what the service got"
    assert not any(MARK in text for text in sent)
    person.tell("member", "note-remove", note)
    assert [one["text"] for one in person.tell("show", conversation)["notes"]] == [f"{MARK} on the conversation"]
    person.tell("undo")
    assert len(person.tell("show", conversation)["notes"]) == 2


def test_an_encounter_is_written_into_the_timeline(person: Portavoce, same_person: list[dict[str, Any]]) -> None:
    member = same_person[2]["id"]
    made = person.tell("member", "met", member, "Came to the stand", "--how", "person", "--on", "2026-02-03")["id"]
    (line,) = person.tell("member", "show", member, "--only", "noted")["timeline"]
    assert (line["id"], line["encounter"]) == (made, "person")
    assert line["happened_at"] == "2026-02-03T11:00:00Z", "noon in Rome"


def test_fields_facts_and_tags(person: Portavoce, same_person: list[dict[str, Any]]) -> None:
    member = same_person[1]["id"]
    person.tell("member", "field", "add", "Cups", "--type", "number", "--key")
    shown = person.tell("member", "set", member, "preferred_name=Tom", "cups=12", "address_form=Lei")
    assert (shown["name"], shown["given_name"]) == ("Tom", "Tomás Ferreiro")
    assert next(one["value"] for one in shown["fields"] if one["name"] == "Cups") == "12"
    assert shown["facts"]["address_form"] == {"value": "lei", "also": []}
    assert person.tell("member", "tag", member, "+VIP", "+Press")["tags"] == ["Press", "VIP"]
    assert person.tell("member", "tag", member, "-press")["tags"] == ["VIP"]
    for wrong in (["set", member, "cups=many"], ["set", member, "shoe=43"], ["set", member, "nothing"]):
        assert person.run("member", *wrong).returncode == 2
    assert person.fail("member", "show", "nobody")[0] == "not_found"
    assert person.fail("member", "unlink", shown["handles"][0]["id"])[0] == "refused"


def test_the_list_goes_on_where_it_ended(person: Portavoce) -> None:
    first = person.tell("member", "list", "--limit", "20")
    second = person.tell("member", "list", "--limit", "20", "--after", first["next"])
    both = [one["id"] for one in (*first["members"], *second["members"])]
    assert len(set(both)) == 40
    assert both == [one["id"] for one in person.tell("member", "list", "--limit", "40")["members"]]


def test_some_of_the_people_are_known_from_the_start_and_no_undo_takes_that_back(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    newcomer = Portavoce(tmp_path_factory.mktemp("home"))
    newcomer.move_in()
    newcomer.tell("practice", "--create-only")
    assert newcomer.fail("undo")[0] == "refused"
    (alberto,) = newcomer.tell("member", "list", "Alberto", "Tedaldi")["members"]
    card = newcomer.tell("member", "show", alberto["id"])
    assert card["facts"]["address_form"]["value"] == "lei"
    assert [one["pinned"] for one in card["notes"]] == [True]
    assert card["messages"] == len(said(card)) > 0
    assert newcomer.tell("show", said(card)[0]["conversation"])["notes"] == card["notes"]


def test_a_search_finds_what_is_kept_and_says_so(person: Portavoce, same_person: list[dict[str, Any]]) -> None:
    member = same_person[1]["id"]
    line = said(person.tell("member", "show", member))[0]
    person.tell("member", "note", member, "Prefers the Cobaltgrün series")
    person.tell("tag", line["conversation"], "+Collector's corner")
    found = person.tell("search", "cobaltgrun")
    conversations = person.tell("member", "show", member)["conversations"]
    assert (found["total"], found["total_is_exact"]) == (len(found["hits"]), True)
    assert {hit["found_by"] for hit in found["hits"]} == {"note"}
    assert line["conversation"] in {hit["conversation"] for hit in found["hits"]}
    assert all("Cobaltgrün" in hit["snippet"] for hit in found["hits"])
    assert len(found["hits"]) == len(conversations) if isinstance(conversations, list) else conversations
    (hit,) = person.tell("search", "collec* corner")["hits"]
    assert (hit["found_by"], hit["conversation"]) == ("tag", line["conversation"])
