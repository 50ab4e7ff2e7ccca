"""Python's collector runs where it may, and passes over what an opened workspace takes."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from ui.collector import Collector

pytestmark = pytest.mark.ui


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[Collector]:
    made = Collector(qapp)
    yield made
    made.end()


def test_it_runs_only_when_it_is_told_to(collector: Collector) -> None:
    assert not gc.isenabled()
    collector.end()
    assert gc.isenabled()


def test_what_is_there_when_a_workspace_is_open_is_not_looked_through_again(collector: Collector) -> None:
    assert gc.get_freeze_count() == 0
    collector.settle()
    assert collector.look() == 2
    put_aside = gc.get_freeze_count()
    assert put_aside > 10_000
    assert len(gc.get_objects()) < put_aside
    collector.look()
    assert gc.get_freeze_count() <= put_aside, "nothing is put aside twice"


def test_what_an_earlier_workspace_left_behind_is_found_when_the_next_is_open(collector: Collector) -> None:
    class Left:
        alive = 0

        def __init__(self) -> None:
            Left.alive += 1
            self.itself = self

        def __del__(self) -> None:
            Left.alive -= 1

    left: Left | None = Left()
    collector.settle()
    collector.look()
    left = None
    assert left is None
    gc.collect()
    assert Left.alive == 1, "put aside"
    collector.settle()
    collector.look()
    assert Left.alive == 0
