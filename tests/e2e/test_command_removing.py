"""`account remove --with-history` as a script meets it, in the practice room: counted, confirmed, gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.portavoce import Portavoce

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def test_an_account_goes_with_its_history_once_its_name_is_said(tmp_path: Path) -> None:
    person = Portavoce(tmp_path / "home")
    person.move_in()
    known = {one["id"]: one for one in person.tell("account", "list")}
    lines = {one["account"]: one["local_count"] for one in person.tell("ledger")}
    wanted = min((one for one in lines if lines[one]), key=lambda one: lines[one])
    there = person.tell("account", "remove", wanted, "--with-history")
    assert (there["deleted"], there["messages"] > 0) == (False, True)
    assert person.fail("account", "remove", wanted, "--with-history", "--confirm", "somebody")[0] == "refused"
    assert wanted in {one["id"] for one in person.tell("account", "list")}
    person.tell("account", "remove", wanted)
    assert [one["id"] for one in person.tell("account", "list", "--removed")] == [wanted]
    gone = person.tell("account", "remove", wanted, "--with-history", "--confirm", known[wanted]["handle"])
    assert gone == {**there, "deleted": True}
    assert wanted not in {one["id"] for one in person.tell("account", "list")}
    left = person.tell("list", "--limit", "500")["conversations"]
    assert {one["account"] for one in left}.isdisjoint({wanted, known[wanted]["handle"]})
    assert {one["account"]: one["local_count"] for one in person.tell("ledger")} == {
        one: count for one, count in lines.items() if one != wanted
    }
    assert person.fail("account", "check", wanted)[0] == "not_found"
