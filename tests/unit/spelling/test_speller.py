"""The spelling process, with small dictionaries of our own: what it finds, means, learns, and survives."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from inbox_app.spelling.dictionaries import Dictionary, choose, find_dictionaries, places
from inbox_app.spelling.flag import SPELLING_FLAG
from inbox_app.spelling.frames import MOST_FOUND
from inbox_app.spelling.speller import Speller, speller_command

HERE = str(Path(__file__).parent / "dictionaries")
ITALIAN = Dictionary("it_IT", HERE, "it_IT")
ENGLISH = Dictionary("en_GB", HERE, "en_GB")


@pytest.fixture
async def speller(tmp_path: Path) -> AsyncIterator[Speller]:
    made = Speller(tmp_path / "own", where=[HERE])
    yield made
    await made.close()


async def words(speller: Speller, text: str, by: Dictionary) -> list[str]:
    return [one.word for one in await speller.check(text, by)]


async def test_it_reads_dictionaries_and_says_what_was_meant(speller: Speller) -> None:
    assert await speller.dictionaries() == (ENGLISH, ITALIAN)
    text = "Buongiorno! L'acqua dell'albreo è frecsa, perchè gli alberi…"
    assert await words(speller, text, ITALIAN) == ["dell'albreo", "frecsa", "perchè", "gli"]
    assert await words(speller, "Don't brew: thank you, our kettels", ENGLISH) == ["brew", "kettels"]
    assert (await speller.meant("perchè", ITALIAN))[0] == "perché"
    assert "dell'albero" in await speller.meant("dell'albreo", ITALIAN)
    assert "kettles" in await speller.meant("kettels", ENGLISH)


async def test_a_word_of_ones_own_is_one_in_every_language_and_for_good(speller: Speller, tmp_path: Path) -> None:
    assert await words(speller, "Tideline", ITALIAN) == ["Tideline"]
    await speller.learn("Tideline")
    assert await words(speller, "tideline TIDELINE", ITALIAN) == []
    again = Speller(tmp_path / "own", where=[HERE])
    assert await words(again, "Tideline", ENGLISH) == []
    await again.close()


async def test_a_process_that_died_is_replaced(speller: Speller) -> None:
    assert await words(speller, "kettels", ENGLISH) == ["kettels"]
    assert speller.pid is not None
    os.kill(speller.pid, 9)
    await words(speller, "kettels", ENGLISH)
    assert await words(speller, "kettels", ENGLISH) == ["kettels"]


async def test_a_broken_dictionary_finds_nothing_and_harms_nothing(speller: Speller, tmp_path: Path) -> None:
    (tmp_path / "xx.aff").write_bytes(b"SET UTF-8\nSFX A Y 99999999\n\x00\xff")
    (tmp_path / "xx.dic").write_bytes(b"\xff\xfe\x00" * 1000)
    await words(speller, "kettels", Dictionary("xx", str(tmp_path), "xx"))
    assert await words(speller, "kettels", Dictionary("yy", str(tmp_path), "gone")) == []
    assert await words(speller, "kettels", ENGLISH) == ["kettels"]


HOSTILE = {
    "apostrophes": "a'" * 100_000,
    "one word": "w" * 200_000,
    "variables that never end": "{{" * 100_000,
    "links that never end": "](" * 100_000,
    "code that never ends": "`a\n" * 66_000,
    "one misspelling after the other": "wrnog-kettels " * 14_000,
    "a name with dots": "a." * 100_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_a_hostile_text_is_checked_as_others_are(speller: Speller, text: str) -> None:
    """None of them takes so long that the process is ended for it: the same one goes on."""
    await speller.check("warm", ENGLISH)
    known = speller.pid
    assert len(await speller.check(text, ENGLISH)) <= MOST_FOUND
    assert await words(speller, "kettels", ENGLISH) == ["kettels"]
    assert speller.pid == known


def test_it_knows_where_dictionaries_are(tmp_path: Path) -> None:
    own = tmp_path / "own"
    office = tmp_path / "office" / "dict-it"
    for folder, names in ((own, ["it_IT"]), (office, ["it_IT", "de_DE_frami", "hyph_it"]), (tmp_path, ["en_US"])):
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            (folder / f"{name}.aff").touch()
            (folder / f"{name}.dic").touch()
    (own / "fr.aff").touch()
    found = find_dictionaries([str(own), f"{tmp_path}/office/dict-*", str(tmp_path), str(tmp_path / "nowhere")])
    assert [(one.language, one.folder == str(own)) for one in found] == [
        ("de_DE", False),
        ("en_US", False),
        ("it_IT", True),
    ]
    assert str(own) == places(own)[0]
    both = (Dictionary("en_AU", "", ""), Dictionary("en_GB", "", ""), Dictionary("en_US", "", ""))
    assert choose(both, "en") == both[2]
    assert choose(both, "en", "en_GB") == both[1]
    assert choose(both, "it") is None
    assert choose(both, "") is None


def test_a_bundle_starts_itself_as_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert speller_command() == [sys.executable, SPELLING_FLAG]
