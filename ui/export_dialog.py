"""The dialog that takes history out: what, as what, how much that is, how far it has come, and where it lies."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QWidget,
)

from inbox_app.content.names import safe_name
from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.search_query import read_day
from inbox_app.domain.selection import Selection
from inbox_app.domain.timecode import from_ms
from inbox_app.exchange.exporting import Exported, Format, Step, export, preview
from inbox_app.exchange.extents import extent_sentence
from inbox_app.exchange.formats import FORMATS
from inbox_app.i18n import _, ngettext
from ui import dialogs
from ui.core import Core
from ui.tasks import Tasks
from ui.theme.forms import add_field
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import CheckBox, ChoiceBox, Label, PushButton

_STEPS = 1_000
_PAUSE_MS = 250
"""How long a person has stopped typing a day before its messages are counted."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be exported, by its name."""

    name: str
    selection: Selection


class ExportDialog(QDialog):
    """Nothing is written before the person has seen how much it is and said where to."""

    def __init__(
        self, core: Core, tasks: Tasks, theme: Theme, choices: Sequence[Choice], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._core, self._tasks, self._theme = core, tasks, theme
        self._work: asyncio.Task[None] | None = None
        self._counting: asyncio.Task[None] | None = None
        self._is_over = False
        self.exported: Exported | None = None
        self.what, self.form = ChoiceBox(theme), ChoiceBox(theme)
        self.since, self.until = QLineEdit(), QLineEdit()
        self.notes = CheckBox(_("With notes: internal text that members never saw"))
        self.attachments = CheckBox(_("With attachments"))
        self.extent = Label(theme, tone="second").wrapping()
        self.progress = QProgressBar()
        self.said = Label(theme).wrapping()
        self.problem = Label(theme, tone="red").wrapping()
        self.go_on = PushButton(theme, _("Export…"), "primary")
        self.show_it = PushButton(theme, _("Show in folder"), "primary")
        self.give_up = PushButton(theme, _("Cancel"), "plain")
        self.about = Label(theme, tone="second").wrapping()
        about = _("Conversations leave whole, with everybody's messages. Nothing changes here.")
        if core.address.key is not None:
            about += " " + _("The workspace is encrypted; what leaves is not.")
        self.about.setText(about)
        self._questions = QWidget()
        self._soon = QTimer(self)
        for choice in choices:
            self.what.addItem(choice.name, choice.selection)
        for form in FORMATS.values():
            self.form.addItem(str(form.name), form)
        self._lay_out()
        self._connect()
        self._count()

    @property
    def is_busy(self) -> bool:
        """Whether it is being written."""
        return self._work is not None and not self._work.done()

    @property
    def is_counting(self) -> bool:
        """Whether the preview is under way or about to be."""
        return self._soon.isActive() or (self._counting is not None and not self._counting.done())

    def chosen(self) -> Selection:
        """What is to leave.

        Raises:
            UserFacingError: a day is not understood.
        """
        wanted: Selection = self.what.currentData()
        return replace(
            wanted,
            since=_day(self.since.text()),
            until=_day(self.until.text()),
            notes=self.notes.isChecked(),
            attachments=self.attachments.isChecked(),
        )

    def form_chosen(self) -> Format:
        """As what."""
        form: Format = self.form.currentData()
        return form

    def name_proposed(self) -> str:
        """What the file is called, but for the day."""
        return self._core.address.name

    def done(self, result: int) -> None:
        """Closed, however: an export that is not whole goes, and nothing runs on behind the person's back."""
        self._is_over = True
        for task in (self._work, self._counting):
            if task is not None:
                task.cancel()
        super().done(QDialog.DialogCode.Accepted if self.exported is not None else result)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.reject()
        event.accept()

    # --- how much it is ---------------------------------------------------------------------------------------------

    def _count_soon(self) -> None:
        self._soon.start(_PAUSE_MS)

    def _count(self) -> None:
        if self._counting is not None:
            self._counting.cancel()
        self.problem.setText("")
        self._counting = self._tasks.begin(self._tell_failure(self._preview), "count an export")

    async def _preview(self) -> None:
        said = await self.count()
        if not self._is_over:
            self.extent.setText(said)

    async def count(self) -> str:
        """How much it is, as a sentence."""
        return extent_sentence(await preview(self._core.store, self._core.me, self.chosen()), number)

    # --- writing it -------------------------------------------------------------------------------------------------

    def begin(self, out: Path) -> None:
        """Export to this place."""
        self.problem.setText("")
        self.progress.setValue(0)
        self._work = self._tasks.begin(self._tell_failure(partial(self._export, out)), "export")
        self._settle()
        self._work.add_done_callback(lambda _task: self._settle())

    def _ask_where(self) -> None:
        if not self.is_busy and self.exported is None:
            self._tasks.start(self._choose_place(), "choose where to export")

    async def _choose_place(self) -> None:
        form = self.form_chosen()
        name = safe_name(f"{self.name_proposed()} {date.today().isoformat()}{form.ending}")  # noqa: DTZ011 - as people count days
        out = await dialogs.choose_place(self, _("Export as"), name)
        if out is not None and not self._is_over:
            self.begin(out)

    async def _export(self, out: Path) -> None:
        try:
            done = await export(self._core.store, self._core.me, self.form_chosen(), self.chosen(), out, self._report)
        except asyncio.CancelledError:
            if self._is_over:
                raise
            self.said.setText(_("Stopped. Nothing was written."))
            return
        self.exported = done
        self.progress.setValue(_STEPS)
        told = _("{path} is written. {extent}").format(path=done.out, extent=extent_sentence(done.extent, number))
        self.said.setText(told)

    def _report(self, step: Step) -> None:
        if not self._is_over and self.is_busy:
            self.progress.setValue(_STEPS * step.done // max(step.messages, 1))
            said = ngettext("{done} of {count} message", "{done} of {count} messages", step.messages)
            self.said.setText(said.format(done=number(step.done), count=number(step.messages)))

    def _show_in_folder(self) -> None:
        if self.exported is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.exported.out.parent)))
            self.accept()

    # --- how it looks -----------------------------------------------------------------------------------------------

    async def _tell_failure(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except UserFacingError as failed:
            if not self._is_over:
                self.problem.setText(failed.message)

    def _stop_or_leave(self) -> None:
        if self.is_busy and self._work is not None:
            self._work.cancel()
        else:
            self.reject()

    def _settle(self) -> None:
        if self._is_over:
            return
        is_done = self.exported is not None
        self._questions.setEnabled(not self.is_busy)
        self._questions.setVisible(not is_done)
        self.extent.setVisible(not is_done)
        self.progress.setVisible(self.is_busy or is_done)
        self.go_on.setVisible(not is_done)
        self.go_on.setEnabled(not self.is_busy)
        self.show_it.setVisible(is_done)
        self.give_up.setText(_("Stop") if self.is_busy else _("Close") if is_done else _("Cancel"))
        (self.show_it if is_done else self.go_on).setDefault(True)

    def _connect(self) -> None:
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._count)
        self.what.currentIndexChanged.connect(self._count)
        self.attachments.toggled.connect(self._count)
        for field in (self.since, self.until):
            field.textChanged.connect(self._count_soon)
        self.go_on.clicked.connect(self._ask_where)
        self.show_it.clicked.connect(self._show_in_folder)
        self.give_up.clicked.connect(self._stop_or_leave)

    def _lay_out(self) -> None:
        self.setWindowTitle(_("Export"))
        self.setMinimumWidth(440)
        self.resize(560, 440)
        self.attachments.setChecked(True)
        self.progress.setMaximum(_STEPS)
        self.progress.setAccessibleName(_("Progress"))
        self.progress.setTextVisible(False)
        for field in (self.since, self.until):
            field.setPlaceholderText(_("a day, as 2026-03-01; empty for all"))
        self._fill_questions()
        buttons = QHBoxLayout()
        buttons.addStretch()
        for button in (self.give_up, self.go_on, self.show_it):
            buttons.addWidget(button)
        column = titled_column(self._theme, self)
        for part in (self.about, self._questions, self.extent, self.progress, self.said, self.problem):
            column.addWidget(part)
        column.addStretch()
        column.addLayout(buttons)
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self._settle()

    def _fill_questions(self) -> None:
        rows = QFormLayout(self._questions)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        named: tuple[tuple[str, QWidget], ...] = (
            (_("What"), self.what),
            (_("Format"), self.form),
            (_("From"), self.since),
            (_("Before"), self.until),
        )
        for name, field in named:
            field.setAccessibleName(name)
            add_field(rows, name, field)
        rows.addRow("", self.attachments)
        rows.addRow("", self.notes)


def _day(said: str) -> datetime | None:
    if not said.strip():
        return None
    found = read_day(said.strip(), datetime.now().astimezone())
    if found is None:
        raise UserFacingError(_("“{day}” is no day: write 2026-03-01, 2026-03, or 30d.").format(day=said.strip()))
    return from_ms(found)
