"""The shelf of what can be fetched again: bounded, nameless, and never in the way."""

from __future__ import annotations

import os
from pathlib import Path

from inbox_app.storage.shelf import Shelf


def test_what_is_kept_is_given_back_by_its_address_alone(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "pictures")
    shelf.keep("https://example.org/anna.png", b"anna")
    assert shelf.get("https://example.org/anna.png") == b"anna"
    assert shelf.get("https://example.org/ben.png") is None
    assert not any("anna" in path.name or "example" in path.name for path in (tmp_path / "pictures").iterdir())
    shelf.forget("https://example.org/anna.png")
    assert shelf.get("https://example.org/anna.png") is None
    assert list((tmp_path / "pictures").iterdir()) == []


def test_what_was_used_longest_ago_leaves_first(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, most_bytes=40)
    for number in range(32):
        shelf.keep(f"https://example.org/{number}", b"0123456789")
        for path in tmp_path.iterdir():
            os.utime(path, (1_000 + number, 1_000 + number)) if path.stat().st_mtime > 1e6 else None
    assert shelf.get("https://example.org/0") is not None  # used just now, though the oldest
    shelf.keep("https://example.org/new", b"0123456789")
    left = {number for number in range(32) if shelf.get(f"https://example.org/{number}")}
    assert 0 in left
    assert 1 not in left
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 40


def test_a_folder_that_cannot_be_written_is_as_good_as_empty(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    shelf = Shelf(tmp_path / "file" / "pictures")
    shelf.keep("https://example.org/anna.png", b"anna")
    assert shelf.get("https://example.org/anna.png") is None
