"""What will go with a person or an account, in words that fit their numbers, in each language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from inbox_app.domain.emptying import Holdings
from inbox_app.domain.erasure import Extent
from inbox_app.i18n import set_language


@pytest.fixture(params=["en", "it"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    set_language(request.param)
    yield request.param
    set_language("en")


def test_one_is_not_many(language: str) -> None:
    words = {"en": ("message", "note", "notes"), "it": ("messaggio", "nota", "note")}[language]
    for there in (Extent("Anna", messages=1, notes=1), Holdings("a@example.org", messages=1, notes=1)):
        told = dict(there.lines)
        assert told[words[0]] == 1
        assert [one for one, count in told.items() if count and one.split()[0] == words[1]]
    assert dict(Extent("Anna", notes=2).lines)[words[2]] == 2
