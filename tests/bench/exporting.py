"""P11: a whole export to JSON against `json.dump` of the same rows, read by one statement a table."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.selection import Selection
from inbox_app.exchange import json_export
from inbox_app.exchange.target import Target
from inbox_app.storage.blobs import RowBlobs
from inbox_app.storage.creation import ME
from inbox_app.storage.exporting.reading import History
from inbox_app.storage.exporting.records import KINDS
from tests.bench.corpus import Corpus, open_reader
from tests.bench.ratio import Figure, cpu, figure

ROUNDS = 3


def measure(corpus: Corpus) -> list[Figure]:
    """Both in turn, each into a new file."""
    with tempfile.TemporaryDirectory() as folder, closing(open_reader(corpus)) as conn:
        raw: Any = conn.connection.dbapi_connection
        pairs = [
            (
                cpu(partial(_export, conn, Path(folder, f"ours-{turn}"))),
                cpu(partial(_dump, raw, Path(folder, f"floor-{turn}.json"))),
            )
            for turn in range(ROUNDS)
        ]
    return [figure("P11", "export to JSON / json.dump of the same rows", 3.0, pairs)]


def _export(conn: Connection, out: Path) -> None:
    tell: Callable[[int], None] = lambda _more: None  # noqa: E731
    with Target(out, is_folder=True) as target:
        history = History(conn, RowBlobs(), Selection(notes=True), ColleagueId(ME), tell)
        json_export.write(history, target)
        target.finish({})


def _dump(raw: Any, out: Path) -> None:
    tables = {kind.table.name for kind in KINDS} | {part.table.name for kind in KINDS for part in kind.parts}
    with out.open("w", encoding="utf-8") as file:
        for table in sorted(tables):
            cursor = raw.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in cursor.description]
            json.dump([dict(zip(names, row, strict=True)) for row in cursor], file, default=str, ensure_ascii=False)
