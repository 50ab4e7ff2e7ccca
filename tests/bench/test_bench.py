"""The measurements themselves: at a tiny size they run through and give figures; how good these are is not tested."""

from __future__ import annotations

import math
from contextlib import closing
from pathlib import Path

import pytest

from connectors.email.mbox import split
from tests.bench import acting, corpus, flooding, importing, mailbox, ratio, reporting
from tests.bench.__main__ import line, run
from tests.servers.fixtures import skipped_without_program
from tests.servers.programs import find_program
from ui.commands import Does


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratio, "_MOST_TIMES", 1)


@pytest.mark.usefixtures("quick")
def test_every_budget_has_finite_figures(tmp_path: Path) -> None:
    figures = list(run(300, later=50, cache=tmp_path))
    assert {figure.budget for figure in figures} == {"P1", "P2", "P3", "P4", "P5", "P11", "P13", "E"}
    assert all(math.isfinite(figure.ratio) and figure.ratio >= 0 for figure in figures)
    assert all(figure.what in line(figure) for figure in figures)


def test_the_corpus_is_reported_as_it_is_counted_by_hand(tmp_path: Path) -> None:
    with closing(corpus.open_reader(corpus.prepare(2000, later=10, cache=tmp_path))) as conn:
        assert not reporting.differences(conn, reporting.newest(conn.connection.dbapi_connection))


@pytest.mark.ui
def test_actions_are_measured_in_the_window(tmp_path: Path) -> None:
    folder = corpus.prepare(600, later=10, cache=tmp_path).folder
    before = sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*.db"))
    figures = list(acting.figures(folder, 1, [Does.NEXT, Does.TAG, Does.UNDO]))
    assert [figure.what for figure in figures] == [
        told
        for what in ("Next conversation", "Tag", "Undo", "search: shop")
        for told in (what, f"{what}, until all is still")
    ]
    assert all(math.isfinite(figure.ratio) and figure.ours > 0 for figure in figures)
    assert sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*.db")) == before, (
        "it is a copy that is used"
    )


@pytest.mark.ui
def test_ticks_are_measured_while_the_practice_room_floods_the_window() -> None:
    figures = list(flooding.figures(300))
    of_what = ("", ", less waiting", ", own work between two")
    assert [figure.what.partition(": ")[2] for figure in figures] == [
        f"ms, {which}{what}" for what in of_what for which in ("p95", "worst")
    ]
    assert all(math.isfinite(figure.ratio) and figure.ratio >= 0 for figure in figures)


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


@pytest.mark.server
def test_an_import_is_measured_against_notmuch(tmp_path: Path) -> None:
    with skipped_without_program():
        find_program("notmuch", "notmuch")
    found = importing.measure(20, tmp_path, 1)
    assert found.budget == "P12"
    assert min(found.ours, found.floor) > 0


def test_a_mailbox_is_the_same_as_a_file_and_as_a_folder(tmp_path: Path) -> None:
    mailbox.write_mbox(tmp_path / "a.mbox", 50)
    mailbox.write_maildir(tmp_path / "m", 50)
    with (tmp_path / "a.mbox").open("rb") as file:
        in_file = [one.raw for one in split(file, 0)]
    assert in_file == [path.read_bytes() for path in sorted((tmp_path / "m" / "cur").iterdir())]
