"""The journal loses nothing but a line that was torn, wherever it was torn."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from connectors.practice.journal import NAME, Deed, Entry, Journal

ROOT = Path(__file__).parents[3]
LINES = [
    Entry(1, Deed.MESSAGE, "c1", "key1", "c0", text="first ☕ “quoted”\nsecond line", keys=("c0",)),
    Entry(2, Deed.HIDE, key="key2", target="c1"),
    Entry(3, Deed.MESSAGE, "c2", "key3", member=4, text="ليلى", files=("a.png",)),
]
SENDING = """
import os, sys
from pathlib import Path
from connectors.practice import journal
real = os.fsync
def die(fd):
    real(fd)
    os._exit(9)
os.fsync = die
journal.Journal(Path(sys.argv[1])).append(journal.Entry(1, journal.Deed.MESSAGE, "c1", "key1", text="once"), once=True)
"""


def write(folder: Path) -> bytes:
    journal = Journal(folder)
    for line in LINES:
        journal.append(line, once=True)
    return (folder / NAME).read_bytes()


def test_another_process_reads_what_was_written(tmp_path: Path) -> None:
    write(tmp_path)
    assert list(Journal(tmp_path).entries()) == LINES


def test_a_key_is_kept_once(tmp_path: Path) -> None:
    write(tmp_path)
    again = Journal(tmp_path).append(Entry(9, Deed.MESSAGE, "other", "key1", text="again"), once=True)
    assert again == LINES[0]
    assert len(Journal(tmp_path).entries()) == len(LINES)


def test_a_tear_at_any_byte_loses_the_torn_line_alone(tmp_path: Path) -> None:
    whole = write(tmp_path)
    ends = [index + 1 for index, byte in enumerate(whole) if byte == 10]
    new = Entry(7, Deed.READ, key="new", target="c2")
    for cut in range(len(whole) + 1):
        (tmp_path / NAME).write_bytes(whole[:cut])
        kept = LINES[: sum(end <= cut for end in ends)]
        assert list(Journal(tmp_path).entries()) == kept
        Journal(tmp_path).append(new, once=True)
        after = list(Journal(tmp_path).entries())
        # A line that lacks nothing but its end was whole, and counts as soon as it ends.
        assert after in ([*kept, new], [*LINES[: len(kept) + 1], new])
        assert (after == [*kept, new]) or cut + 1 in ends


def test_a_journal_that_is_open_reads_on(tmp_path: Path) -> None:
    here, there = Journal(tmp_path), Journal(tmp_path)
    here.append(LINES[0], once=True)
    assert there.entries() == (LINES[0],)
    there.append(LINES[1], once=True)
    assert list(here.entries()) == LINES[:2]


def test_lines_of_a_newer_program_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path)
    with (tmp_path / NAME).open("ab") as file:
        file.write(b'{"at":1,"deed":"teleport"}\n{"at":1,"deed":"hide","colour":"red"}\n[]\n7\n')
    assert list(Journal(tmp_path).entries()) == LINES


def test_a_process_killed_while_it_sends_and_tried_again_sends_once(tmp_path: Path) -> None:
    died = subprocess.run(
        [sys.executable, "-c", SENDING, str(tmp_path)],
        cwd=ROOT,
        env={"PATH": "", "PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
    )
    assert died.returncode == 9
    Journal(tmp_path).append(Entry(5, Deed.MESSAGE, "c9", "key1", text="once"), once=True)
    assert [entry.text for entry in Journal(tmp_path).entries()] == ["once"]
