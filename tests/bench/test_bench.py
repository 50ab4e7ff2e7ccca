"""The measurements themselves: at a tiny size they run through and give figures; how good these are is not tested."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.bench import corpus, ratio
from tests.bench.__main__ import line, run


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratio, "_MOST_TIMES", 1)


@pytest.mark.usefixtures("quick")
def test_every_budget_has_finite_figures(tmp_path: Path) -> None:
    figures = list(run(300, later=50, cache=tmp_path))
    assert {figure.budget for figure in figures} == {"P1", "P2", "P3", "P4", "P5"}
    assert all(math.isfinite(figure.ratio) and figure.ratio >= 0 for figure in figures)
    assert all(figure.what in line(figure) for figure in figures)


def test_messages_that_are_there_already_write_no_row(tmp_path: Path) -> None:
    figures = run(100, later=50, cache=tmp_path)
    written = next(figure for figure in figures if figure.what.startswith("rows written"))
    assert written.ratio == 0


def test_a_corpus_is_made_once(tmp_path: Path) -> None:
    first = corpus.prepare(50, later=10, cache=tmp_path)
    made = first.address.database.stat().st_mtime_ns
    assert corpus.prepare(50, later=10, cache=tmp_path).address.database.stat().st_mtime_ns == made
    assert len(list(first.news())) == 10


def test_a_budget_is_kept_up_to_its_limit() -> None:
    assert ratio.figure("P1", "", 2.0, [(4.0, 2.0)]).is_kept
    assert not ratio.figure("P1", "", 2.0, [(4.1, 2.0)]).is_kept
