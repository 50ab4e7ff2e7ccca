"""Tables for spreadsheets, in and out: lines under their numbers, and cells that are no formulas.

A cell that a spreadsheet would take for a formula begins with an apostrophe, which is taken off again when the table
comes in. https://www.rfc-editor.org/rfc/rfc4180
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import StringIO

from inbox_app.domain.errors import WrongUse
from inbox_app.i18n import _

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MOST_CHARACTERS = 10_000_000


def read_rows(sheet: str) -> tuple[list[str], Iterator[tuple[int, dict[str, str]]]]:
    """The heads in lower case, and the lines that are not empty, each under the number of its first line.

    Raises:
        WrongUse: it is too large, or (while the lines are read) no table.
    """
    if len(sheet) > _MOST_CHARACTERS:
        raise WrongUse(_("This table is too large."))
    text = sheet.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    reader = csv.reader(StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        heads = [head.strip().casefold() for head in next(reader, [])]
    except csv.Error as problem:
        raise WrongUse(_("This is no table that can be read: line {line}.").format(line=1)) from problem

    def lines() -> Iterator[tuple[int, dict[str, str]]]:
        before = reader.line_num
        try:
            for row in reader:
                cells = dict(zip(heads, map(_bare, row), strict=False))
                if any(cell.strip() for cell in cells.values()):
                    yield before + 1, cells
                before = reader.line_num
        except csv.Error as problem:
            told = _("This is no table that can be read: line {line}.")
            raise WrongUse(told.format(line=reader.line_num)) from problem

    return heads, lines()


def write_rows(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table as text; no cell of it is a formula."""
    table = StringIO()
    writer = csv.writer(table)
    writer.writerow(heads)
    writer.writerows([_guarded(cell) for cell in row] for row in rows)
    return table.getvalue()


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith((*_FORMULA, "'")) else cell


def _bare(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith((*_FORMULA, "'")) else cell
