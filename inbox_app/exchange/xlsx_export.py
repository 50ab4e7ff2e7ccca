"""One workbook with a sheet per table; every text is typed as text, so that nothing in it is a formula.

https://xlsxwriter.readthedocs.io/working_with_memory.html
"""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from inbox_app.exchange.tables import TABLES, Cell, lines
from inbox_app.exchange.target import Target
from inbox_app.storage.exporting.reading import History

_MOST_ROWS = 1_048_576
_MOST_CHARACTERS = 32_767
"""What the format allows; a longer text is cut, and says so."""
_CUT = " […]"


def write(history: History, target: Target) -> None:
    """Write the workbook row by row: a row that is written is not in memory any more."""
    place = target.place("")
    options: dict[str, bool | str] = {"constant_memory": True, "tmpdir": str(place.parent)}
    with Workbook(str(place), options) as book:
        sheets = {name: _Table(book, name, columns) for name, columns in TABLES.items()}
        for line in lines(history, target):
            sheets[line.table].append(line.cells)
    target.note("")


class _Table:
    """One table; what does not fit on one sheet goes on on the next."""

    def __init__(self, book: Workbook, name: str, columns: Sequence[str]) -> None:
        self._book = book
        self._name = name
        self._columns = columns
        self._bold = book.add_format({"bold": True})
        self._pages = 0
        self._row = 0
        self._sheet = self._begin()

    def append(self, cells: Sequence[Cell]) -> None:
        """Write the next row."""
        if self._row == _MOST_ROWS:
            self._sheet = self._begin()
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                self._sheet.write_number(self._row, column, cell)
            elif cell:
                self._sheet.write_string(self._row, column, _fitting(cell))
        self._row += 1

    def _begin(self) -> Worksheet:
        self._pages += 1
        sheet = self._book.add_worksheet(self._name if self._pages == 1 else f"{self._name} {self._pages}")
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(self._columns):
            sheet.write_string(0, column, name, self._bold)
        self._row = 1
        return sheet


def _fitting(text: str) -> str:
    text = text.replace("\r\n", "\n")
    # The format counts as UTF-16 does.
    if len(text) <= _MOST_CHARACTERS // 2 or len(text.encode("utf-16-le")) // 2 <= _MOST_CHARACTERS:
        return text
    cut = text.encode("utf-16-le")[: 2 * (_MOST_CHARACTERS - len(_CUT))].decode("utf-16-le", "ignore")
    return cut + _CUT
