"""Reminders from the command line: set in words, fired by a sync, dealt with, and given to a calendar."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from sqlcipher3 import dbapi2

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
    today = datetime.now(ROME).date()
    silent = person.tell("remind", opened["id"], "domani", "alle", "9", "--if-no-reply", "--text", "Chiamare")
    assert {"id", "due_at", "zone", "kind", "late"} <= silent.keys()
    assert (silent["zone"], silent["kind"], silent["late"], silent["text"]) == (
        "Europe/Rome", "if_no_reply", False, "Chiamare",
    )  # fmt: skip
    due = datetime.fromisoformat(silent["due_at"]).astimezone(ROME)
    assert due.hour == 9
    assert due.date() in {one + timedelta(1) for one in (today, datetime.now(ROME).date())}, "midnight may come between"
    assert person.tell("remind", opened["id"], "in 3 days")["kind"] == "regardless"
    member = next(one["author"]["member"] for one in opened["messages"] if one["author"]["member"])
    on_member = person.tell("remind", f"member:{member}", "fri 9")
    assert (on_member["member"], on_member["conversation"]) == (member, None)
    listed = person.tell("reminders")
    assert [row["due_at"] for row in listed] == sorted(row["due_at"] for row in listed)
    assert silent["id"] in [row["id"] for row in person.tell("reminders", "--conversation", opened["id"])]
    assert person.tell("reminders", "--due") == []


def a_monday_in_winter() -> date:
    """One that is still to come, in whatever year this is read."""
    january = date(datetime.now(ROME).year + 2, 1, 11)
    return january + timedelta(-january.weekday() % 7)


def test_every_first_monday_repeats_and_goes_to_a_calendar(
    person: Portavoce, opened: dict[str, Any], tmp_path: Path
) -> None:
    made = person.tell("remind", opened["id"], "every first monday 9")
    assert (made["kind"], made["every"]) == ("recurring", "FREQ=MONTHLY;BYDAY=1MO;BYHOUR=9;BYMINUTE=0")
    dates = [datetime.fromisoformat(one).astimezone(ROME) for one in made["next"]]
    assert len(dates) == 3
    assert all((one.weekday(), one.hour) == (0, 9) and one.day <= 7 for one in dates)
    monday = a_monday_in_winter()
    begins = f"{monday}T14:00"
    limited = person.tell("remind", opened["id"], begins, "--every", "monday", "--text", "À bientôt; già")
    assert limited["every"] == "FREQ=WEEKLY;BYDAY=MO;BYHOUR=14;BYMINUTE=0"
    until = person.tell("remind", opened["id"], begins, "--every", "FREQ=DAILY;COUNT=4")
    path = tmp_path / "reminders.ics"
    person.tell("reminders", "--ics", str(path))
    calendar: Any = Calendar.from_ical(path.read_bytes())
    events = {event["summary"]: event for event in calendar.walk("VEVENT")}
    assert len(calendar.walk("VTIMEZONE")) == 1
    assert events["À bientôt; già"]["rrule"]["BYDAY"] == ["MO"]
    assert events["À bientôt; già"]["dtstart"].dt.isoformat() == f"{begins}:00+01:00"
    ends = [one["rrule"]["UNTIL"][0] for one in events.values() if "UNTIL" in one.get("rrule", {})]
    assert ends == [datetime.combine(monday + timedelta(3), time(13), UTC)]
    person.tell("reminders", "--ics", str(path))
    path.write_text("my diary")
    assert person.fail("reminders", "--ics", str(path))[0] == "refused"
    assert path.read_text() == "my diary"
    for one in (made, limited, until):
        person.tell("reminder", "done", one["id"])


def let_it_come(person: Portavoce, wanted: str) -> None:
    """Let a reminder's moment be now: whoever waited for it would wait longer than the slowest command takes."""
    with closing(dbapi2.connect(str(person.home / "workspaces" / "practice" / "workspace.db"))) as database:
        now = int(datetime.now(UTC).timestamp() * 1000)
        moved = database.execute("UPDATE reminder SET due_at = ? WHERE id = ? RETURNING id", (now, wanted)).fetchall()
        database.commit()
    assert moved == [(wanted,)]


def test_what_is_due_fires_with_a_sync_and_is_moved_or_done(person: Portavoce, opened: dict[str, Any]) -> None:
    soon = person.tell("remind", opened["id"], "in 1 hour")
    person.tell("sync")
    assert person.tell("reminders", "--due") == [], "not before its moment"
    let_it_come(person, soon["id"])
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
