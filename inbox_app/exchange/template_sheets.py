"""Templates as a table for a spreadsheet, out and in: looked at before anything is changed, told by line numbers.

Pictures stay in the workspace.
"""

from __future__ import annotations

import asyncio
import csv
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files
from io import StringIO

from inbox_app.domain.errors import Refused, UserFacingError, WrongUse
from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.macro import read_steps
from inbox_app.domain.templates import Family, Template
from inbox_app.domain.timecode import from_ms
from inbox_app.domain.wording import Wording, checked, twin, wording_of
from inbox_app.domain.words import Hat
from inbox_app.exchange.sheets import read_rows, write_rows
from inbox_app.i18n import _, current_language, ngettext
from inbox_app.settings import local_zone
from inbox_app.storage import templates
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Reading, Tx

COLUMNS = (
    "name", "variant_of", "folder", "shortcut", "keywords", "language", "channel", "hat", "question", "personal",
    "title", "steps", "text",
)  # fmt: skip
_YES = {"yes", "true", "1", "x", "sì", "si", "vero"}


@dataclass(slots=True)
class Survey:
    """What taking a table in would do; `problems` are (line, sentence), and with any of them nothing is taken in."""

    new: list[Wording] = field(default_factory=list)
    changed: list[Wording] = field(default_factory=list)
    same: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)


async def write_sheet(store: Store, me: ColleagueId) -> str:
    """Every template that a colleague may use, as a table."""
    found = await store.read(lambda conn: templates.families(conn, me))
    return write_rows(COLUMNS, [_cells(one, family) for family in found for one in family.all])


async def survey_sheet(store: Store, me: ColleagueId, sheet: str) -> Survey:
    """What taking this table in would do; nothing is changed.

    Raises:
        WrongUse: it is no table of templates.
    """
    return await store.read(lambda conn: _survey(conn, me, sheet, store.now()))


async def take_sheet(store: Store, me: ColleagueId, sheet: str) -> Survey:
    """Take a table in: all of it, or nothing where a line makes no sense.

    Raises:
        WrongUse: it is no table of templates.
        Refused: a line makes no sense; the sentence names it.
    """

    def work(tx: Tx) -> Survey:
        found = _survey(tx.conn, me, sheet, tx.now)
        if found.problems:
            raise Refused(_refusal(found.problems))
        for one in found.changed:
            known = twin(templates.families(tx.conn, me), one)
            if known is not None:
                templates.change(tx, known.id, one)
        for one in found.new:
            templates.put(tx, me, one)
        return found

    return await store.write(work)


async def lay_out(store: Store, me: ColleagueId) -> None:
    """Put the practice room's own templates into a workspace, called as the language of now calls them."""
    await take_sheet(store, me, await asyncio.to_thread(_practice_sheet, current_language()))


def _practice_sheet(language: str) -> str:
    folder = files("resources") / "practice"
    sheet, called = (folder / "templates.csv").read_text("utf-8"), folder / f"templates-{language}.toml"
    if not called.is_file():
        return sheet
    names = tomllib.loads(called.read_text("utf-8"))
    table = StringIO()
    csv.writer(table).writerows([names.get(cell, cell) for cell in row] for row in csv.reader(StringIO(sheet)))
    return table.getvalue()


def _refusal(problems: Sequence[tuple[int, str]]) -> str:
    line, sentence = problems[0]
    text = ngettext(
        "{count} line makes no sense, so nothing was taken in. Line {line}: {sentence}",
        "{count} lines make no sense, so nothing was taken in. Line {line}: {sentence}",
        len(problems),
    )
    return text.format(count=len(problems), line=line, sentence=sentence)


def _survey(conn: Reading, me: ColleagueId, sheet: str, now: int) -> Survey:
    known = templates.families(conn, me)
    found, seen = Survey(), dict[tuple[str, ...], int]()
    shortcuts = {one.first.shortcut.casefold(): one.first.name.casefold() for one in known if one.first.shortcut}
    for line, cells in _rows(sheet):
        try:
            wording = checked(_read(cells, me, now))
            _refuse_twice(wording, line, seen)
            _refuse_taken(wording, shortcuts)
            _sort_in(found, wording, known)
        except UserFacingError as problem:
            found.problems.append((line, problem.message))
    return found


def _sort_in(found: Survey, wording: Wording, known: Sequence[Family]) -> None:
    there = twin(known, wording)
    if there is None:
        found.new.append(wording)
        return
    if there.variant_of is not None:
        # These are the family's.
        wording = replace(wording, folder=there.folder, shortcut="")
    family = next(one for one in known if there in one.all)
    wording = replace(wording, name=there.name, variant_of=family.name_for(there))
    if wording == wording_of(there, family.name_for(there)):
        found.same += 1
    else:
        found.changed.append(wording)


def _refuse_twice(wording: Wording, line: int, seen: dict[tuple[str, ...], int]) -> None:
    key = (wording.name.casefold(), wording.language, wording.channel, wording.owner or "")
    if key in seen:
        raise WrongUse(_("The same template stands in line {line} already.").format(line=seen[key]))
    seen[key] = line


def _refuse_taken(wording: Wording, shortcuts: dict[str, str]) -> None:
    if wording.shortcut:
        owner = shortcuts.setdefault(wording.shortcut.casefold(), wording.name.casefold())
        if owner != wording.name.casefold():
            raise WrongUse(
                _("The shortcut {shortcut} belongs to the template “{name}” already.").format(
                    shortcut=wording.shortcut, name=owner
                )
            )


def _read(cells: dict[str, str], me: ColleagueId, now: int) -> Wording:
    hat, steps = cells["hat"].strip().casefold(), cells["steps"].replace(";", "\n").splitlines()
    if hat and hat not in set(Hat):
        raise WrongUse(_("“{hat}” is no hat: community or social.").format(hat=hat))
    return Wording(
        name=cells["name"],
        text=cells["text"],
        folder=cells["folder"],
        shortcut=cells["shortcut"],
        keywords=cells["keywords"],
        variant_of=cells["variant_of"].strip(),
        language=cells["language"],
        channel=cells["channel"].strip(),
        owner=me if cells["personal"].strip().casefold() in _YES else None,
        hat=Hat(hat) if hat else None,
        title=cells["title"],
        steps=read_steps(steps, from_ms(now).astimezone(local_zone())),
        question=cells["question"].strip().casefold() in _YES,
    )


def _rows(sheet: str) -> Iterator[tuple[int, dict[str, str]]]:
    heads, found = read_rows(sheet)
    if not {"name", "text"} <= set(heads):
        raise WrongUse(_("This is no table of templates: its first line must name the columns name and text."))
    return ((line, {name: cells.get(name, "") for name in COLUMNS}) for line, cells in found)


def _cells(one: Template, family: Family) -> list[str]:
    told = {
        "variant_of": family.name_for(one),
        "hat": one.hat.value if one.hat else "",
        "question": "yes" if one.question else "",
        "personal": "yes" if one.owner else "",
        "steps": "; ".join(map(str, one.steps)),
    }
    return [told[name] if name in told else str(getattr(one, name)) for name in COLUMNS]
