"""Members out to a spreadsheet, in from one or an address book; what would change is shown before anything does."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import MemberId
from inbox_app.exchange import member_sheets
from inbox_app.exchange.member_arrivals import take_in
from inbox_app.exchange.member_sample import sample_sheet
from inbox_app.exchange.member_survey import Numbered, Survey, survey
from inbox_app.i18n import _, ngettext
from ui import dialogs
from ui.core import Core
from ui.tasks import Tasks
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.widgets import PushButton, ToolButton

_SHOWN = 8


class Sheets(QWidget):
    """Three buttons; `taken` says what came in and names the decision, `listed` are those that go out.

    `told` says meanwhile how far it is, and where they went out to.
    """

    taken = Signal(str, tuple)
    told = Signal(str)

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, page: QWidget) -> None:
        super().__init__()
        self._core, self._page = core, page
        self.listed: Sequence[MemberId] = ()
        self._is_taking = self._is_stopped = False
        self.bring, self.give = PushButton(theme, _("Import…"), "plain"), PushButton(theme, _("Export…"), "plain")
        # An icon, since five buttons with words leave no room in a low window.
        self.sample = ToolButton(theme, "table", _("A table to fill in and import, with two people made up…"))
        self.sample.clicked.connect(lambda: tasks.start(self._give_sample(), "sample of members"))
        self.bring.clicked.connect(lambda: tasks.start(self._bring(), "import members"))
        self.give.clicked.connect(lambda: tasks.start(self._give(), "export members"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for button in (self.sample, self.bring, self.give):
            row.addWidget(button)

    async def _bring(self) -> None:
        path = await dialogs.choose_one(self._page, _("Import members from a CSV table or a vCard file"), folder=False)
        if path is None:
            return
        try:
            text = await asyncio.to_thread(path.read_text, "utf-8-sig")
        except (OSError, UnicodeDecodeError) as problem:
            told = _("{path} cannot be read. Save it as UTF-8 and try again.")
            raise Refused(told.format(path=path)) from problem
        people = member_sheets.read_people(text)
        found = await survey(self._core.store, people)
        if not found.new and not found.changed:
            raise Refused(told_of(found))
        if await dialogs.confirm(self._page, _("Import these members?"), told_of(found), _("Import")):
            await self._take(people, len(found.new) + len(found.changed))

    def stop(self) -> bool:
        """Let what is coming in go no further; whether anything was."""
        self._is_stopped = True
        return self._is_taking

    async def _take(self, people: Numbered, wanted: int) -> None:
        self.bring.setEnabled(False)
        self._is_taking, self._is_stopped = True, False
        try:
            with self._core.store.recording() as decided:
                done = await take_in(self._core.store, self._core.me, people, partial(self._tell, wanted))
        finally:
            self._is_taking = False
            self.bring.setEnabled(True)
        self.taken.emit(_("Imported: {told}").format(told=_numbers(done)), tuple(decided))

    def _tell(self, wanted: int, done: int) -> bool:
        if done < wanted:
            told = ngettext("{count} of {all} is in. Esc stops.", "{count} of {all} are in. Esc stops.", done)
            self.told.emit(told.format(count=number(done), all=number(wanted)))
        return not self._is_stopped

    async def _give(self) -> None:
        path = await dialogs.choose_place(self._page, _("Export the members listed as a CSV table"), "members.csv")
        if path is not None:
            await write_text(path, await member_sheets.write_members(self._core.store, self.listed))
            self.told.emit(_("{path} is written.").format(path=path))

    async def _give_sample(self) -> None:
        path = await dialogs.choose_place(self._page, _("Save a table to fill in"), _("members-sample.csv"))
        if path is not None:
            await write_text(path, await sample_sheet(self._core.store))
            self.told.emit(_("{path} is written. Fill it in, and import it here.").format(path=path))


async def write_text(path: Path, text: str) -> None:
    """Write a table where the person said. Raises `Refused` where that cannot be."""
    try:
        await asyncio.to_thread(path.write_text, text, "utf-8-sig", newline="")
    except OSError as problem:
        raise Refused(_("{path} cannot be written.").format(path=path)) from problem


def told_of(found: Survey) -> str:
    """What taking people in would do, and what is left out of it: each reason once, with where it is met first."""
    lines: defaultdict[str, list[int]] = defaultdict(list)
    for line, sentence in found.remarks:
        lines[sentence].append(line)
    told = (_remark(where, said) for said, where in islice(lines.items(), _SHOWN))
    return "\n".join([*filter(None, (_numbers(found), found.about_columns)), *told])


def _remark(lines: Sequence[int], sentence: str) -> str:
    if len(lines) == 1:
        return _("Line {line}: {sentence}").format(line=lines[0], sentence=sentence)
    told = _("{count} lines, the first is line {line}: {sentence}")
    return told.format(count=number(len(lines)), line=lines[0], sentence=sentence)


def _numbers(found: Survey) -> str:
    text = _("{new} new, {changed} changed, {same} the same, {unclear} left out.")
    unclear = len(found.ambiguous) + len(found.problems)
    return text.format(
        new=number(len(found.new)),
        changed=number(len(found.changed)),
        same=number(found.same),
        unclear=number(unclear),
    )
