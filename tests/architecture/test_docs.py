"""Pages that are made from the code say what the code says; the others lead where they say, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors import CATALOGUE
from inbox_app.contract.manifest import Manifest
from inbox_app.domain.words import Verb
from tests.docs.channels import _VERBS, PAGE, render
from tests.docs.guides import ROOT, broken, pages, unpaired


def test_the_page_of_channels_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == render(CATALOGUE.values()), "run make docs"


def test_every_verb_has_its_words() -> None:
    assert set(_VERBS) == set(Verb)


@pytest.mark.parametrize("manifest", CATALOGUE.values(), ids=lambda one: one.key)
def test_every_channel_has_its_guide(manifest: Manifest) -> None:
    assert (PAGE.parent / manifest.guide).is_file()


@pytest.mark.parametrize("page", pages(), ids=lambda one: one.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken(page) == []


def test_every_page_of_the_guide_is_there_in_both_languages() -> None:
    assert unpaired() == []


def test_a_page_that_is_missing_in_italian_or_leads_nowhere_is_noticed(tmp_path: Path) -> None:
    italian = tmp_path / "it"
    italian.mkdir()
    (tmp_path / "feed.md").write_text("[Qui](it/feed.md) and [there](it/gone.md), `[not](this.md)`, [here](#none)")
    (tmp_path / "mail.md").write_text("[Qui](it/feed.md)")
    (italian / "feed.md").write_text("[Here](../feed.md)")
    (italian / "sola.md").write_text("[Here](../feed.md)")
    assert unpaired(tmp_path, italian) == ["mail.md", "it/sola.md"]
    assert broken(tmp_path / "feed.md") == ["it/gone.md", "#none"]
