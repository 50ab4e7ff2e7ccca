"""Templates out to a spreadsheet and in from one; what would change is shown before anything does."""

from __future__ import annotations

import asyncio
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from inbox_app.domain.errors import Refused
from inbox_app.exchange import template_sheets
from inbox_app.exchange.template_sheets import Survey
from inbox_app.i18n import _
from ui import dialogs
from ui.core import Core
from ui.tasks import Tasks
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.widgets import PushButton

_SHOWN = 6


class Sheets(QWidget):
    """Two buttons; `taken` says that templates came in."""

    taken = Signal()

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, page: QWidget) -> None:
        super().__init__()
        self._core, self._page = core, page
        bring, give = PushButton(theme, _("Import…"), "plain"), PushButton(theme, _("Export…"), "plain")
        bring.clicked.connect(lambda: tasks.start(self._bring(), "import templates"))
        give.clicked.connect(lambda: tasks.start(self._give(), "export templates"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(bring, 1)
        row.addWidget(give, 1)

    async def _bring(self) -> None:
        path = await dialogs.choose_one(self._page, _("Import templates from a CSV table"), folder=False)
        if path is None:
            return
        try:
            sheet = await asyncio.to_thread(path.read_text, "utf-8-sig")
        except (OSError, UnicodeDecodeError) as problem:
            raise Refused(
                _("{path} cannot be read. Save the table as “CSV UTF-8” and try again.").format(path=path)
            ) from problem
        found = await template_sheets.survey_sheet(self._core.store, self._core.me, sheet)
        if found.problems:
            raise Refused(told(found))
        if await dialogs.confirm(self._page, _("Import these templates?"), told(found), _("Import")):
            await template_sheets.take_sheet(self._core.store, self._core.me, sheet)
            self.taken.emit()

    async def _give(self) -> None:
        path = await dialogs.choose_place(self._page, _("Export all templates as a CSV table"), "templates.csv")
        if path is not None:
            sheet = await template_sheets.write_sheet(self._core.store, self._core.me)
            write = partial(path.write_text, sheet, "utf-8-sig", newline="")
            try:
                await asyncio.to_thread(write)
            except OSError as problem:
                raise Refused(_("{path} cannot be written.").format(path=path)) from problem


def told(found: Survey) -> str:
    """What taking a table in would do, and its first lines that make no sense."""
    text = _("{new} new, {changed} changed, {same} the same.")
    lines = [text.format(new=number(len(found.new)), changed=number(len(found.changed)), same=number(found.same))]
    lines += [
        _("Line {line}: {sentence}").format(line=line, sentence=sentence) for line, sentence in found.problems[:_SHOWN]
    ]
    if found.problems:
        lines.append(_("Nothing was taken in. Mend the table and import it again."))
    return "\n".join(lines)
