"""Pages that are made from the code say what the code says."""

from __future__ import annotations

import pytest

from connectors import CATALOGUE
from inbox_app.contract.manifest import Manifest
from inbox_app.domain.words import Verb
from tests.docs.channels import _VERBS, PAGE, render


def test_the_page_of_channels_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == render(CATALOGUE.values()), "run make docs"


def test_every_verb_has_its_words() -> None:
    assert set(_VERBS) == set(Verb)


@pytest.mark.parametrize("manifest", CATALOGUE.values(), ids=lambda one: one.key)
def test_every_channel_has_its_guide(manifest: Manifest) -> None:
    assert (PAGE.parent / manifest.guide).is_file()
