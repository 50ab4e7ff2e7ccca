"""P1 and P2: the way in, as ratios to writing the same rows by hand into the same tables and indexes.

`python -m tests.bench.ingest [messages] [rounds]` prints them; `measure` returns them for `make bench`.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any

from sqlcipher3 import dbapi2

from inbox_app.contract.remote import Event
from inbox_app.domain.ids import AccountId
from inbox_app.events import Bus
from inbox_app.ingest.ingest import MOST_EVENTS, ingest
from inbox_app.paths import resolve_workspace
from inbox_app.storage import accounts
from inbox_app.storage.opening import open_database
from inbox_app.storage.store import wall_clock
from inbox_app.storage.transaction import Tx
from inbox_app.storage.writer import Writer
from tests.bench.community import CHANNELS, US, Community

Batch = tuple[AccountId, Sequence[Event]]
# Parents before children, as the references want it.
_TABLES = (
    "member", "handle", "post", "conversation", "thread", "thread_key", "message", "message_text", "message_word",
    "message_part", "attachment", "location", "unread", "participant",
)  # fmt: skip


def measure(messages: int = 10_000, rounds: int = 5) -> dict[str, float]:
    """Median ratios of CPU time, and microseconds a message; each round runs ours and the floor in turn."""
    results: defaultdict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            for name, figure in _round(Path(folder), messages).items():
                results[name].append(figure)
    return {name: statistics.median(figures) for name, figures in results.items()}


def _round(folder: Path, messages: int) -> dict[str, float]:
    writer, home = _open(folder / "ours")
    batches = list(_batches(home, messages))
    ours = _cpu(partial(_ingest, writer, batches))
    before = _changes(writer)
    again = _cpu(partial(_ingest, writer, batches))
    written = _changes(writer) - before
    writer.close()
    rows = _rows(folder / "ours")
    floor_writer, _ = _open(folder / "floor", connect=False)
    floor_writer.close()
    floor = _cpu(partial(_write_by_hand, folder / "floor", rows))
    per = 1e6 / messages
    return {
        "P1 ingest / floor": ours / floor,
        "P2 re-sync / floor": again / floor,
        "P2 rows written": written,
        "ingest µs a message": ours * per,
        "re-sync µs a message": again * per,
        "floor µs a message": floor * per,
    }


def _open(folder: Path, *, connect: bool = True) -> tuple[Writer, list[AccountId]]:
    database = open_database(resolve_workspace(str(folder)), create=True, now=wall_clock())
    writer = Writer(database, Bus(), wall_clock)
    home = writer.run(_connect) if connect else []
    return writer, home


def _connect(tx: Tx) -> list[AccountId]:
    return [
        accounts.add(tx, f"channel{number}", accounts.OurselvesThere(US.remote_id, US.handle, US.name), {})
        for number in range(CHANNELS)
    ]


def _batches(home: Sequence[AccountId], messages: int) -> Iterator[Batch]:
    waiting: defaultdict[int, list[Event]] = defaultdict(list)
    for channel, event in Community(messages).tell():
        waiting[channel].append(event)
        if len(waiting[channel]) == MOST_EVENTS:
            yield home[channel], waiting.pop(channel)
    for channel, rest in waiting.items():
        yield home[channel], rest


def _ingest(writer: Writer, batches: Sequence[Batch]) -> None:
    for account, events in batches:
        writer.run(partial(ingest, account=account, events=events))


def _cpu(work: Callable[[], None]) -> float:
    start = process_time()
    work()
    return process_time() - start


def _changes(writer: Writer) -> int:
    raw: Any = writer.run(lambda tx: tx.conn.connection.dbapi_connection)
    return int(raw.total_changes)


def _rows(folder: Path) -> list[dict[str, list[tuple[Any, ...]]]]:
    """What ours wrote, cut into the transactions in which it must come: everything before it is needed."""
    raw: Any = dbapi2.connect(str(next(folder.glob("*.db"))))
    tables = {row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    whole: dict[str, list[tuple[Any, ...]]] = {}
    for table in _TABLES:
        if table in tables:
            columns = "rowid, *" if table in ("message_word", "message_part") else "*"
            whole[table] = raw.execute(f"SELECT {columns} FROM {table} ORDER BY rowid").fetchall()
    whole = {"account": raw.execute("SELECT * FROM account").fetchall(), **whole}
    raw.close()
    parts = -(-len(whole["message"]) // MOST_EVENTS)
    return [
        {table: rows[len(rows) * at // parts : len(rows) * (at + 1) // parts] for table, rows in whole.items()}
        for at in range(parts)
    ]


def _write_by_hand(folder: Path, parts: Sequence[dict[str, list[tuple[Any, ...]]]]) -> None:
    raw: Any = dbapi2.connect(str(next(folder.glob("*.db"))), isolation_level=None)
    for pragma in ("journal_mode = WAL", "secure_delete = ON", "synchronous = FULL", "cache_size = -16000"):
        raw.execute(f"PRAGMA {pragma}")
    for part in parts:
        raw.execute("BEGIN IMMEDIATE")
        for table, rows in part.items():
            if rows:
                raw.executemany(_insert(table, len(rows[0])), rows)
        raw.execute("COMMIT")
    raw.close()


def _insert(table: str, width: int) -> str:
    marks = ", ".join("?" * width)
    names = {
        "message_word": "(rowid, body, people, facets)",
        "message_part": "(rowid, body, people)",
    }.get(table, "")
    return f"INSERT INTO {table}{names} VALUES ({marks})"


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    print(json.dumps(measure(*given), indent=2, ensure_ascii=False))
