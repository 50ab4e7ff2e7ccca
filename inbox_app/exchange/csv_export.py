"""One CSV file per table, as spreadsheets read it, and no cell that a spreadsheet would run.

https://www.rfc-editor.org/rfc/rfc4180 https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import csv
import io
from contextlib import ExitStack
from typing import Any

from inbox_app.exchange.tables import TABLES, Cell, lines
from inbox_app.exchange.target import HashedFile, Target
from inbox_app.storage.exporting.reading import History

_BOM = b"\xef\xbb\xbf"
"""Without it Excel takes UTF-8 for the letters of some other alphabet."""
_STARTS = tuple("=+-@\t\r\n＝＋－＠|%")
"""What makes a formula, or a command, of a text."""


def write(history: History, target: Target) -> None:
    """Write all tables and the attachments."""
    with ExitStack() as files:
        sheets = {name: _Sheet(files.enter_context(target.file(f"{name}.csv"))) for name in TABLES}
        for name, columns in TABLES.items():
            sheets[name].write(columns)
        for line in lines(history, target):
            sheets[line.table].write([harmless(cell) for cell in line.cells])


def harmless(cell: Cell) -> Cell:
    """The value with an apostrophe before it where a spreadsheet would take it for a formula."""
    if isinstance(cell, str) and cell.lstrip(" \u00a0\u200b\ufeff").startswith(_STARTS):
        return f"'{cell}"
    return cell


class _Sheet:
    """One file. The writer makes text of a row, which goes on at once as bytes."""

    def __init__(self, file: HashedFile) -> None:
        self._file = file
        self._line = io.StringIO(newline="")
        self._writer: Any = csv.writer(self._line, lineterminator="\r\n")
        file.write(_BOM)

    def write(self, cells: object) -> None:
        """Append a row."""
        self._writer.writerow(cells)
        self._file.write(self._line.getvalue().encode())
        self._line.seek(0)
        self._line.truncate()
