"""Tables for spreadsheets, in and out: lines under their numbers, and cells that are no formulas.

A column is known too by what other programs call it, in English and Italian, where the table has none of our name.
A cell that a spreadsheet would take for a formula begins with an apostrophe, which is taken off again when the table
comes in. https://www.rfc-editor.org/rfc/rfc4180
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO

from inbox_app.domain.errors import WrongUse
from inbox_app.i18n import _

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MOST_CHARACTERS = 10_000_000
_CALLED: Mapping[str, tuple[str, ...]] = {
    "name": ("full name", "nome e cognome", "nominativo", "first name", "given name", "nome", "last name", "cognome"),
    "email": ("e-mail", "mail", "email address", "e-mail address", "indirizzo e-mail", "indirizzo email", "posta",
              "e-mail 1 - value", "e-mail 2 - value"),
    "handle": ("username", "user name", "nickname", "nome utente", "identificativo", "profilo"),
    "preferred_name": ("preferred name", "nome preferito"),
    "address_form": ("form of address", "forma di cortesia"),
    "pronouns": ("pronomi",),
    "language": ("lingua",),
    "consent": ("consenso",),
    "tags": ("tag", "etichette", "labels"),
}  # fmt: skip
"""What other programs and people call a column; in this order the parts of a name are put together."""


def read_rows(sheet: str) -> tuple[list[str], Iterator[tuple[int, dict[str, str]]]]:
    """The heads in lower case, and the lines that are not empty, each under the number of its first line.

    Raises:
        WrongUse: it is too large, or (while the lines are read) no table.
    """
    if len(sheet) > _MOST_CHARACTERS:
        raise WrongUse(_("This table is too large."))
    text, delimiter = _opened(sheet)
    reader = csv.reader(text, delimiter=delimiter)
    try:
        heads = [head.strip().casefold() for head in next(reader, [])]
    except csv.Error as problem:
        raise WrongUse(_("This is no table that can be read: line {line}.").format(line=1)) from problem
    called = {ours: found for ours, names in _CALLED.items() if ours not in heads and (found := _among(names, heads))}

    def lines() -> Iterator[tuple[int, dict[str, str]]]:
        before = reader.line_num
        try:
            for row in reader:
                cells = dict(zip(heads, map(_bare, row), strict=False))
                if any(cell.strip() for cell in cells.values()):
                    yield before + 1, _renamed(cells, called)
                before = reader.line_num
        except csv.Error as problem:
            told = _("This is no table that can be read: line {line}.")
            raise WrongUse(told.format(line=reader.line_num)) from problem

    theirs = {one for names in called.values() for one in names}
    return [*(head for head in heads if head not in theirs), *called], lines()


def heads_as_written(sheet: str) -> Mapping[str, str]:
    """The heads of a table that `read_rows` has read, under what they are in lower case."""
    text, delimiter = _opened(sheet)
    return {head.strip().casefold(): head.strip() for head in next(csv.reader(text, delimiter=delimiter), [])}


def write_rows(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table as text; no cell of it is a formula."""
    table = StringIO()
    writer = csv.writer(table)
    writer.writerow(heads)
    writer.writerows([_guarded(cell) for cell in row] for row in rows)
    return table.getvalue()


def _opened(sheet: str) -> tuple[StringIO, str]:
    """A table, and what parts its cells."""
    text = sheet.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    return StringIO(text, newline=""), ";" if first.count(";") > first.count(",") else ","


def _among(names: Sequence[str], heads: Sequence[str]) -> list[str]:
    return [name for name in names if name in heads]


def _renamed(cells: dict[str, str], called: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The cells under our names: a name in two parts is one, several addresses are parted by semicolons."""
    for ours, names in called.items():
        parts = [cells.pop(name, "").strip() for name in names]
        cells[ours] = (" " if ours == "name" else "; ").join(filter(None, parts))
    return cells


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith((*_FORMULA, "'")) else cell


def _bare(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith((*_FORMULA, "'")) else cell
