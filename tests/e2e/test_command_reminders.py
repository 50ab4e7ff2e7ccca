"""Reminders from the command line: set in words, fired by a sync, dealt with, and given to a calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from tests.e2e.portavoce import Portavoce

pytestmark = pytest.mark.e2e
ROME = ZoneInfo("Europe/Rome")


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Portavoce:
    """Somebody with a practice workspace."""
    somebody = Portavoce(tmp_path_factory.mktemp("home"), {"TZ": "Europe/Rome"})
    somebody.move_in()
    return somebody


@pytest.fixture(scope="module")
def opened(person: Portavoce) -> dict[str, Any]:
    rows = person.tell("list", "--view", "open")["conversations"]
    shown: dict[str, Any] = person.tell("show", rows[0]["id"])
    return shown


def test_both_kinds_and_a_member(person: Portavoce, opened: dict[str, Any]) -> None:
    silent = person.tell("remind", opened["id"], "domani", "alle", "9", "--if-no-reply", "--text", "Chiamare")
    assert {"id", "due_at", "zone", "kind", "late"} <= silent.keys()
    assert (silent["zone"], silent["kind"], silent["late"], silent["text"]) == (
        "Europe/Rome", "if_no_reply", False, "Chiamare",
    )  # fmt: skip
    due = datetime.fromisoformat(silent["due_at"]).astimezone(ROME)
    assert (due.hour, due.date()) == (9, datetime.now(ROME).date() + timedelta(1))
    assert person.tell("remind", opened["id"], "in 3 days")["kind"] == "regardless"
    member = next(one["author"]["member"] for one in opened["messages"] if one["author"]["member"])
    on_member = person.tell("remind", f"member:{member}", "fri 9")
    assert (on_member["member"], on_member["conversation"]) == (member, None)
    listed = person.tell("reminders")
    assert [row["due_at"] for row in listed] == sorted(row["due_at"] for row in listed)
    assert silent["id"] in [row["id"] for row in person.tell("reminders", "--conversation", opened["id"])]
    assert person.tell("reminders", "--due") == []


def test_every_first_monday_repeats_and_goes_to_a_calendar(
    person: Portavoce, opened: dict[str, Any], tmp_path: Path
) -> None:
    made = person.tell("remind", opened["id"], "every first monday 9")
    assert (made["kind"], made["every"]) == ("recurring", "FREQ=MONTHLY;BYDAY=1MO;BYHOUR=9;BYMINUTE=0")
    dates = [datetime.fromisoformat(one).astimezone(ROME) for one in made["next"]]
    assert len(dates) == 3
    assert all((one.weekday(), one.hour) == (0, 9) and one.day <= 7 for one in dates)
    limited = person.tell("remind", opened["id"], "2027-01-11T14:00", "--every", "monday", "--text", "À bientôt; già")
    assert limited["every"] == "FREQ=WEEKLY;BYDAY=MO;BYHOUR=14;BYMINUTE=0"
    until = person.tell("remind", opened["id"], "2027-01-11T14:00", "--every", "FREQ=DAILY;COUNT=4")
    path = tmp_path / "reminders.ics"
    person.tell("reminders", "--ics", str(path))
    calendar: Any = Calendar.from_ical(path.read_bytes())
    events = {event["summary"]: event for event in calendar.walk("VEVENT")}
    assert len(calendar.walk("VTIMEZONE")) == 1
    assert events["À bientôt; già"]["rrule"]["BYDAY"] == ["MO"]
    assert events["À bientôt; già"]["dtstart"].dt.isoformat() == "2027-01-11T14:00:00+01:00"
    ends = [one["rrule"]["UNTIL"][0] for one in events.values() if "UNTIL" in one.get("rrule", {})]
    assert ends == [datetime(2027, 1, 14, 13, tzinfo=UTC)]
    person.tell("reminders", "--ics", str(path))
    path.write_text("my diary")
    assert person.fail("reminders", "--ics", str(path))[0] == "refused"
    assert path.read_text() == "my diary"
    for one in (made, limited, until):
        person.tell("reminder", "done", one["id"])


def test_what_is_due_fires_with_a_sync_and_is_moved_or_done(person: Portavoce, opened: dict[str, Any]) -> None:
    soon = person.tell("remind", opened["id"], (datetime.now(ROME) + timedelta(seconds=20)).isoformat())
    while not person.tell("reminders", "--due"):
        person.tell("sync")
    (due,) = person.tell("reminders", "--due")
    assert (due["id"], due["due"]) == (soon["id"], True)
    moved = person.tell("reminder", "move", soon["id"], "in", "2", "hours")
    assert (moved["due"], person.tell("reminders", "--due")) == (False, [])
    person.tell("undo")
    assert [row["id"] for row in person.tell("reminders", "--due")] == [soon["id"]]
    person.tell("reminder", "done", soon["id"])
    assert person.tell("reminders", "--due") == []
    listed = person.run("reminders").stdout
    assert "(Europe/Rome)" in listed


@pytest.mark.parametrize(
    "arguments",
    [
        ("remind", "{id}", "tomorrrow"), ("remind", "{id}", "2020-01-01"),
        ("remind", "{id}", "fri 9", "--every", "FREQ=HOURLY"),
        ("reminder", "move", "x"), ("reminder", "done", "x", "fri"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said(person: Portavoce, opened: dict[str, Any], arguments: tuple[str, ...]) -> None:
    done = person.run("--json", *(word.format(id=opened["id"]) for word in arguments))
    assert done.returncode == 2, done.stdout
    assert "wrong_use" in done.stderr


def test_nobody_is_reminded_of_nothing(person: Portavoce) -> None:
    assert person.fail("remind", "nothing", "fri 9")[0] == "not_found"
    assert person.fail("reminder", "done", "nothing")[0] == "not_found"
