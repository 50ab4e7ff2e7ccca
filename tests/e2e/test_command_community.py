"""Reports and labels of the practice room by command, each figure against a count from scratch."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.portavoce import Portavoce

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

ROME = ZoneInfo("Europe/Rome")
Record = dict[str, Any]


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Portavoce:
    """Somebody with a practice workspace."""
    somebody = Portavoce(tmp_path_factory.mktemp("home"), {"TZ": "Europe/Rome"})
    somebody.move_in()
    return somebody


@pytest.fixture(scope="module")
def held(person: Portavoce, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Record]]:
    """All that the workspace holds, from its own export: read by nothing that reports are made of."""
    folder = tmp_path_factory.mktemp("export") / "all"
    person.tell("export", "--format", "json", "--out", str(folder), "--all")
    kinds = ("messages", "conversations", "handles")
    return {kind: json.loads((folder / f"{kind}.json").read_text("utf-8")) for kind in kinds}


def moment(record: Record) -> datetime:
    """When a message stands in the order."""
    return min(datetime.fromisoformat(record[name]) for name in ("sent_at", "received_at")).astimezone(ROME)


def figures(report: Record, part: str) -> dict[str, float | None]:
    """The numbers of a part; each is as many as the messages behind it, where it counts them."""
    found = report["parts"][part]
    for key, one in found.items():
        assert "hours" in key or one["value"] == one["messages"]
    return {key: one["value"] for key, one in found.items()}


def test_every_figure_equals_a_count_from_scratch(person: Portavoce, held: dict[str, list[Record]]) -> None:
    report = person.tell("report", "show", "--days", "90")
    first = datetime.fromisoformat(report["from"]).replace(tzinfo=ROME)
    last = datetime.fromisoformat(report["to"]).replace(tzinfo=ROME) + timedelta(days=1)
    kinds = {one["id"]: one for one in held["conversations"]}
    said = sorted((one for one in held["messages"] if first <= moment(one) < last), key=lambda one: int(one["id"]))
    ways = Counter(one["direction"] for one in said)
    assert figures(report, "totals") == {"in": ways["in"], "out": ways["out"]}
    for part, name in (("channels", "channel"), ("hats", "hat")):
        counted = Counter(f"{kinds[one['conversation']][name]} {one['direction']}" for one in said)
        assert {key: value for key, value in figures(report, part).items() if value} == counted
        assert sum(counted.values()) == ways.total()
        assert name != "hat" or len(counted) == 4, "both hats have written, and were written to"
    assert figures(report, "accounts") == Counter(f"{one['account']} {one['direction']}" for one in said)
    assert sum(value or 0 for value in figures(report, "time").values()) == ways.total()
    hours = Counter(f"{moment(one).weekday()} {moment(one).hour}" for one in said if one["direction"] == "in")
    assert {key: value for key, value in figures(report, "heat").items() if value} == hours

    begun, waits = 0, []
    for conversation in {one["conversation"] for one in said}:
        thread = sorted((one for one in held["messages"] if one["conversation"] == conversation), key=moment)
        theirs = [one for one in thread if one["direction"] == "in"]
        if theirs and first <= moment(theirs[0]) < last:
            begun += 1
            answers = [one for one in thread if one["direction"] == "out" and moment(one) >= moment(theirs[0])]
            waits += [(moment(answers[0]) - moment(theirs[0])).total_seconds() / 3600] if answers else []
    answering = figures(report, "response")
    assert (answering["begun"], answering["answered"], answering["unanswered"]) == (
        begun,
        len(waits),
        begun - len(waits),
    )
    assert answering["first_response_hours"] == pytest.approx(median(waits), abs=0.01)


def test_newcomers_are_those_whose_first_words_were_no_history(
    person: Portavoce, held: dict[str, list[Record]]
) -> None:
    owners = {one["id"]: one["member"] for one in held["handles"] if not one["own"]}
    firsts: dict[str, Record] = {}
    for one in sorted(held["messages"], key=moment):
        if one["direction"] == "in" and one["author"] in owners:
            firsts.setdefault(owners[one["author"]], one)
    new = {member for member, one in firsts.items() if not one["history"]}
    listed = person.tell("member", "list", "--label", "newcomer", "--limit", "500")
    assert {one["id"] for one in listed["members"]} == new
    assert all(one["label_because"] for one in listed["members"])
    assert person.tell("welcome", "figures")["newcomers"] == len(new)
    kept = person.tell("member", "lists", "save", "New here", "--label", "newcomer", "--sort", "messages")
    assert kept == {"id": kept["id"], "name": "New here", "choice": {"standing": "newcomer", "order": "messages"}} | {
        "count": len(new)
    }
    listed = person.tell("member", "list", "--list", "new HERE", "--limit", "500")["members"]
    assert {one["id"] for one in listed} == new
    assert [one["messages"] for one in listed] == sorted((one["messages"] for one in listed), reverse=True)
    assert person.tell("member", "lists") == [kept]


def test_newcomers_are_welcomed_by_command_and_offered_once(person: Portavoce) -> None:
    before = person.tell("welcome", "list")
    one, other = before[0]["member"]["id"], before[1]["member"]["id"]
    person.tell("welcome", "pass", one)
    person.tell("welcome", "done", other)
    after = [each["member"]["id"] for each in person.tell("welcome", "list")]
    assert after == [each["member"]["id"] for each in before[2:]]
    sent = person.tell("welcome", "reply", after[0], "--template", "Welcome")
    assert sent["state"] == "queued"
    assert after[0] not in [each["member"]["id"] for each in person.tell("welcome", "list")]


def test_members_leave_as_a_table_and_come_back_the_same(person: Portavoce, tmp_path: Path) -> None:
    sheet = tmp_path / "members.csv"
    count = person.tell("member", "export", str(sheet))["members"]
    found = person.tell("member", "import", str(sheet), "--dry-run")
    assert (found["new"], found["changed"], found["same"]) == (0, 0, count)
    assert (found["ambiguous"], found["problems"]) == ([], [])


def test_working_hours_shorten_waiting_and_are_kept(person: Portavoce) -> None:
    before = person.tell("report", "show")["parts"]["response"]["first_response_hours"]["value"]
    person.tell("report", "hours", "--set", "mon-fri 9-18", "--holidays", "2026-12-25")
    assert person.tell("report", "hours")["holidays"] == ["2026-12-25"]
    assert person.tell("report", "show")["parts"]["response"]["first_response_hours"]["value"] <= before
    assert person.tell("questions")["open"]
