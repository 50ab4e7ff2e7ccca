"""P1 and P2: the way in, as ratios to writing the same rows by hand into the same tables and indexes.

Both write into a copy of the corpus, a stretch of new messages in turn, so that a large workspace is measured as
such. By hand: the rows that ours made, in as many transactions, prepared, without looking anything up.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from inbox_app.paths import WorkspaceAddress
from inbox_app.storage.writer import Writer
from tests.bench.corpus import Batch, Corpus, batches, home, open_writer, take_in
from tests.bench.ratio import Figure, cpu, figure

ROUNDS = 5
# Parents before children, as the references want it.
_TABLES = (
    "member", "handle", "post", "conversation", "thread", "thread_key", "message", "message_text", "message_word",
    "message_part", "attachment", "location", "unread", "participant", "counted",
)  # fmt: skip
_INDEX_COLUMNS = {"message_word": "rowid, body, people, facets", "message_part": "rowid, body, people"}
_PRAGMAS = ("journal_mode = WAL", "secure_delete = ON", "synchronous = FULL", "cache_size = -16000")

Rows = dict[str, list[tuple[Any, ...]]]
Seconds = tuple[float, float]


def measure(corpus: Corpus) -> list[Figure]:
    """P1, P2, and how many rows were written when nothing was new."""
    with tempfile.TemporaryDirectory(dir=corpus.folder.parent) as folder:
        ours = open_writer(corpus.copy(Path(folder, "ours")).address)
        with closing(ours), closing(_connect(corpus.copy(Path(folder, "floor")).address)) as floor:
            first, again, written = _race(ours, floor, list(_stretches(ours, corpus)))
    return [
        figure("P1", "ingest of new messages / the same rows by hand", 2.0, first),
        figure("P2", "the same messages again / the same rows by hand", 0.5, again),
        Figure("P2", "rows written by messages that are there already", written, 0.0, written, 0.0),
    ]


def _stretches(writer: Writer, corpus: Corpus) -> Iterator[list[Batch]]:
    known, news = home(writer), corpus.news()
    for _ in range(ROUNDS):
        yield list(batches(known, islice(news, corpus.later // ROUNDS)))


def _race(ours: Writer, floor: Any, stretches: Sequence[list[Batch]]) -> tuple[list[Seconds], list[Seconds], int]:
    raw: Any = ours.run(lambda tx: tx.conn.connection.dbapi_connection)
    first, again, written = [], [], 0
    for stretch in stretches:
        before = _last_rows(raw)
        new = cpu(partial(take_in, ours, stretch))
        changes = raw.total_changes
        known = cpu(partial(take_in, ours, stretch))
        written += raw.total_changes - changes
        by_hand = cpu(partial(_write_by_hand, floor, _cut(_rows_since(raw, before), len(stretch))))
        first.append((new, by_hand))
        again.append((known, by_hand))
    return first, again, written


def _connect(address: WorkspaceAddress) -> Any:
    raw: Any = dbapi2.connect(str(address.database), isolation_level=None)
    for pragma in _PRAGMAS:
        raw.execute(f"PRAGMA {pragma}")
    return raw


def _last_rows(raw: Any) -> dict[str, int]:
    return {table: raw.execute(f"SELECT coalesce(max(rowid), 0) FROM {table}").fetchone()[0] for table in _TABLES}


def _rows_since(raw: Any, before: dict[str, int]) -> Rows:
    """What ours wrote since then, table by table."""
    return {
        table: raw.execute(
            f"SELECT {_INDEX_COLUMNS.get(table, '*')} FROM {table} WHERE rowid > ? ORDER BY rowid", [before[table]]
        ).fetchall()
        for table in _TABLES
    }


def _cut(whole: Rows, parts: int) -> list[Rows]:
    """The same rows in so many transactions."""
    return [
        {table: rows[len(rows) * at // parts : len(rows) * (at + 1) // parts] for table, rows in whole.items()}
        for at in range(parts)
    ]


def _write_by_hand(raw: Any, parts: Sequence[Rows]) -> None:
    for part in parts:
        raw.execute("BEGIN IMMEDIATE")
        for table, rows in part.items():
            if rows:
                columns = f"({_INDEX_COLUMNS[table]})" if table in _INDEX_COLUMNS else ""
                raw.executemany(f"INSERT INTO {table}{columns} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        raw.execute("COMMIT")
