"""The tone sheet from the command line: laid down, listed, and a text checked against it."""

from __future__ import annotations

import pytest

from tests.e2e.portavoce import Portavoce

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Portavoce:
    """Somebody with a practice workspace."""
    somebody = Portavoce(tmp_path_factory.mktemp("home"))
    somebody.move_in()
    return somebody


def test_rules_hold_where_they_are_laid_down_and_a_text_is_checked_and_mended(person: Portavoce) -> None:
    assert person.tell("tone", "list") == {"everywhere": {}}
    person.tell("tone", "set", "emoji", "1")
    person.tell("tone", "set", "prefer", "cheap = affordable")
    told = person.tell("tone", "set", "address", "Lei", "--on", "social")
    assert told["social"] == {"address": ["formal"]}
    assert person.tell("tone", "list") == told
    checked = person.tell("tone", "check", "Ciao, è cheap 🙂🙂", "--language", "it", "--hat", "social")
    assert [one["rule"] for one in checked["findings"]] == ["address", "prefer", "emoji"]
    assert checked["mended"] == "Ciao, è affordable 🙂"
    assert person.tell("tone", "check", "Ciao 🙂", "--language", "it")["findings"] == []
    assert person.tell("tone", "set", "emoji") == {key: told[key] for key in ("social",)} | {
        "everywhere": {"prefer": ["cheap = affordable"]}
    }


def test_what_makes_no_sense_is_refused_with_a_sentence(person: Portavoce) -> None:
    for words, arguments in (
        ("yes", ("question", "perhaps")),
        ("neither a channel nor a hat", ("emoji", "1", "--on", "nowhere")),
    ):
        done = person.run("tone", "set", *arguments)
        assert done.returncode == 2
        assert words in done.stderr
