"""`account remove --with-history` as a script meets it, in the practice room: counted, confirmed, gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.portavoce import Portavoce

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def rows(person: Portavoce) -> list[dict[str, Any]]:
    """The conversations."""
    listed: list[dict[str, Any]] = person.tell("list", "--limit", "500")["conversations"]
    return listed


def test_an_account_goes_with_its_history_once_its_name_is_said(tmp_path: Path) -> None:
    person = Portavoce(tmp_path / "home")
    person.move_in()
    known = {one["id"]: one for one in person.tell("account", "list")}
    lines = {one["account"]: one["local_count"] for one in person.tell("ledger")}
    waiting = {one["account"] for one in rows(person) if one["state"] == "open"}
    wanted = min((one for one in lines if known[one]["handle"] in waiting), key=lambda one: lines[one])
    there = person.tell("account", "remove", wanted, "--with-history")
    assert (there["deleted"], there["messages"] > 0) == (False, True)
    assert person.fail("account", "remove", wanted, "--with-history", "--confirm", "somebody")[0] == "refused"
    assert wanted in {one["id"] for one in person.tell("account", "list")}
    person.tell("account", "remove", wanted)
    assert [one["id"] for one in person.tell("account", "list", "--removed")] == [wanted]
    assert person.fail("sync", "--account", wanted)[0] == "refused", "nothing was pulled, which is no success"
    name = known[wanted]["handle"]
    states = {one["state"] for one in rows(person) if one["account"] == name}
    assert states, "its history stays"
    assert "open" not in states, "nobody can answer there any more"
    gone = person.tell("account", "remove", wanted, "--with-history", "--confirm", known[wanted]["handle"])
    assert gone == {**there, "deleted": True}
    assert wanted not in {one["id"] for one in person.tell("account", "list")}
    assert {name, ""}.isdisjoint(one["account"] for one in rows(person))
    assert {one["account"]: one["local_count"] for one in person.tell("ledger")} == {
        one: count for one, count in lines.items() if one != wanted
    }
    assert person.fail("account", "check", wanted)[0] == "not_found"
