"""A report: volume, answering, people, questions and hats; every figure leads to the messages that it counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from inbox_app.actions import reporting
from inbox_app.domain.errors import WrongUse
from inbox_app.domain.report import Figure, Part, Report
from inbox_app.domain.report_words import count_listed, figure_meaning, part_name, part_note
from inbox_app.domain.working_hours import hours_text, parse_hours
from inbox_app.exchange.report_sheets import write_report
from inbox_app.i18n import _
from inbox_app.queries import accounts, reports
from inbox_app.settings import local_zone
from ui import dialogs
from ui.asking import Asking
from ui.community.charts import Bars, Chart, Heat, figure_said, figure_told
from ui.community.lines import LinesPage
from ui.community.member_sheets import write_text
from ui.community.printing import print_widget
from ui.core import Core
from ui.tasks import Tasks
from ui.theme import fonts
from ui.theme.channels import channel_name
from ui.theme.moments import whole_day
from ui.theme.numbers import number
from ui.theme.scrolling import scrolling
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import CheckBox, Chip, ChoiceBox, Label, NameButton, PushButton
from ui.workspaces import shown_name

_SIZE = QSize(980, 720)
_SPANS = (7, 30, 90, 365)
_TABLES = (
    Part.TOTALS,
    Part.RESPONSE,
    Part.PEOPLE,
    Part.NEWCOMERS,
    Part.QUESTIONS,
    Part.HATS,
    Part.CHANNELS,
    Part.ACCOUNTS,
    Part.TAGS,
)
_AT_MOST = 2000
"""So many messages of a figure are listed: the newest, or those that waited longest."""


class ReportPage(QDialog):
    """`load` before it is opened; `line_asked` brings the message to open, `said` what was just done."""

    line_asked = Signal(object)
    said = Signal(str)

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._core, self._tasks, self._theme = core, tasks, theme
        self._asking = Asking(tasks, "report")
        self.report: Report | None = None
        self._keeping, self._is_open = 0, True
        self._names: Mapping[str, str] = {}
        self.setWindowTitle(_("Report"))
        self.resize(_SIZE)
        self.span, self.hours, self.holidays = ChoiceBox(theme), QLineEdit(), QLineEdit()
        self.with_us = CheckBox(_("Count what one of us said by a name of their own too"))
        self.problem = Label(theme, size=fonts.META, tone="red").wrapping()
        self.print, self.table = (
            PushButton(theme, _("Print to PDF…"), "plain"),
            PushButton(theme, _("Export…"), "plain"),
        )
        self.bars: Chart = Bars(theme, Part.TIME, part_name(Part.TIME))
        self.heat: Chart = Heat(theme, Part.HEAT, part_name(Part.HEAT))
        self.sheet = QWidget()
        self._tables = QGridLayout()
        self._lay_out()
        self._wire()

    @property
    def is_settled(self) -> bool:
        """Whether the report on screen is the one that was asked for."""
        return self._asking.is_idle and not self._keeping and self.report is not None

    async def load(self) -> None:
        """Read the last 30 days."""
        channels = {one.channel for one in await accounts.every(self._core.store)}
        self._names = {one: channel_name(one) for one in channels}
        self._names |= {str(one.id): one.handle for one in await accounts.every(self._core.store)}
        known = await reports.hours(self._core.store)
        self.hours.setText(hours_text(known))
        self.holidays.setText(", ".join(sorted(one.isoformat() for one in known.holidays)))
        self.with_us.setVisible(await reports.knows_us(self._core.store))
        await self._read()

    def done(self, result: int) -> None:
        """Closed, it asks nothing more."""
        self._is_open = False
        self._asking.forget()
        super().done(result)

    async def _read(self) -> None:
        last = datetime.now(local_zone()).date()
        first = last - timedelta(days=int(self.span.currentData()) - 1)
        found = await reports.report(self._core.store, first, last, with_us=self.with_us.isChecked())
        self.report = found
        self.bars.show_figures(found.parts[Part.TIME], found.span)
        self.heat.show_figures(found.parts[Part.HEAT], found.span)
        self._fill(found)

    def _fill(self, found: Report) -> None:
        while (item := self._tables.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for place, part in enumerate(part for part in _TABLES if found.parts[part]):
            table = self._table(found, part)
            self._tables.addWidget(table, place // 2, place % 2)
            if pressed := table.findChildren(NameButton):
                self.setTabOrder(pressed[-1], self.heat)

    def _table(self, found: Report, part: Part) -> QWidget:
        room, figures = QWidget(), found.parts[part]
        rows = QGridLayout(room)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setVerticalSpacing(2)
        rows.setColumnStretch(0, 1)
        rows.addWidget(Label(self._theme, part_name(part), weight=fonts.BOLD), 0, 0, 1, 2)
        for place, one in enumerate(figures, 1):
            name = figure_told(part, one, self._names, found.span)
            leads, meaning = _("Show the messages: {name}").format(name=name), figure_meaning(part, one.key)
            tip = f"{meaning}\n{leads}" if meaning else leads
            value = NameButton(self._theme, figure_said(one), tip)
            value.setAccessibleDescription(meaning)
            value.setMinimumWidth(value.sizeHint().width())
            value.setAccessibleName(f"{name}: {figure_said(one)}")
            value.clicked.connect(partial(self._ask_for, part, one))
            rows.addWidget(Label(self._theme, name, tone="second").eliding().explain(tip), place, 0)
            rows.addWidget(value, place, 1, Qt.AlignmentFlag.AlignRight)
        if note := part_note(part, found.hours):
            rows.addWidget(
                Label(self._theme, note, size=fonts.META, tone="second").wrapping(), len(figures) + 1, 0, 1, 2
            )
        rows.setRowStretch(len(figures) + 2, 1)
        return room

    def _ask_for(self, part: Part, one: Figure) -> None:
        self._tasks.start(self._show_messages(part, one), "messages of a figure")

    async def _show_messages(self, part: Part, one: Figure) -> None:
        if self.report is None:
            return
        lines = await reports.behind(self._core.store, self.report.span, part, one.key, _AT_MOST)
        name = figure_told(part, one, self._names, self.report.span)
        said = f"{name} · {count_listed(one, len(lines), number)}"
        page = LinesPage(self._theme, self, said, lines)
        if await dialogs.ask(page) and page.chosen is not None:
            self.line_asked.emit(page.chosen)
            self.accept()

    def _take_hours(self) -> None:
        """They are kept whatever is asked for meanwhile, and where the page is closed too."""
        self._keeping += 1
        self._tasks.start(self._keep(self.hours.text(), self.holidays.text()), "working hours")

    async def _keep(self, typed: str, holidays: str) -> None:
        try:
            await self._work_at(typed, holidays)
        finally:
            self._keeping -= 1

    async def _work_at(self, typed: str, holidays: str) -> None:
        try:
            hours = parse_hours(typed, holidays)
        except WrongUse as wrong:
            if not self._is_open:
                raise
            self.problem.setText(wrong.message)
            self.problem.show()
            return
        await reporting.work_at(self._core.store, hours)
        if self._is_open:
            self.problem.hide()
            self._asking.ask(self._read)

    async def _write_table(self) -> None:
        path = await dialogs.choose_place(self, _("Export the report as a CSV table"), "report.csv")
        if path is not None and self.report is not None:
            await write_text(path, write_report(self.report, self._names))
            self.said.emit(_("{path} is written.").format(path=path))

    async def _print(self) -> None:
        path = await dialogs.choose_place(self, _("Print the report to a PDF file"), "report.pdf")
        if path is not None and self.report is not None:
            print_widget(self.sheet, path, self.windowTitle(), self._about(self.report), self._theme)
            self.said.emit(_("{path} is written.").format(path=path))

    def _about(self, shown: Report) -> str:
        """Whose report it is, of which days and hours: on paper nothing else tells."""
        days = " – ".join(map(whole_day, (shown.span.first, shown.span.last)))
        hours = hours_text(shown.hours)
        worked = [_("working hours {hours}").format(hours=hours)] if hours else []
        ours = [_("with what one of us said")] if shown.span.with_us else []
        return " · ".join([shown_name(self._core.address), days, *worked, *ours])

    def _lay_out(self) -> None:
        self.span.setAccessibleName(_("Which days"))
        for days in _SPANS:
            self.span.addItem(_("The last {count} days").format(count=days), days)
        self.span.setCurrentIndex(1)
        self.hours.setAccessibleName(_("Working hours"))
        self.hours.setPlaceholderText(_("Working hours: mon-fri 9-13 14-18"))
        self.holidays.setAccessibleName(_("Holidays"))
        self.holidays.setPlaceholderText(_("Holidays: 2026-12-25"))
        self._tables.setHorizontalSpacing(32)
        self._tables.setVerticalSpacing(16)
        self._tables.setColumnStretch(0, 1)
        self._tables.setColumnStretch(1, 1)
        sheet = QVBoxLayout(self.sheet)
        sheet.setContentsMargins(0, 4, 12, 8)
        sheet.setSpacing(12)
        sheet.addLayout(self._legend())
        sheet.addWidget(self.bars)
        sheet.addLayout(self._tables)
        sheet.addWidget(Label(self._theme, part_name(Part.HEAT), weight=fonts.BOLD))
        sheet.addWidget(self.heat)
        area = scrolling(self.sheet, _("Report"), sideways=True)
        column = titled_column(self._theme, self, self.print, self.table)
        column.addWidget(self.span)
        column.addWidget(self.with_us)
        column.addLayout(_row((self.hours, 3), (self.holidays, 2)))
        column.addWidget(self.problem)
        column.addWidget(area, 1)
        self.problem.hide()
        self.with_us.hide()
        self.span.setFocus()

    def _legend(self) -> QHBoxLayout:
        """What the two colours of the bars are; each pair stands in this order."""
        title = Label(self._theme, part_name(Part.TIME), weight=fonts.BOLD)
        members = Chip(self._theme, _("from members"), ground="bg", dot="accent")
        return _row((title, 1), (members, 0), (Chip(self._theme, _("from us"), ground="bg", dot="green"), 0))

    def _wire(self) -> None:
        self.span.activated.connect(lambda _place: self._asking.ask(self._read))
        self.with_us.toggled.connect(lambda _on: self._asking.ask(self._read))
        self.hours.editingFinished.connect(self._take_hours)
        self.holidays.editingFinished.connect(self._take_hours)
        self.bars.figure_asked.connect(partial(self._ask_for, Part.TIME))
        self.heat.figure_asked.connect(partial(self._ask_for, Part.HEAT))
        for button in (self.print, self.table):
            # Enter in a field is about its text.
            button.setAutoDefault(False)
        self.print.clicked.connect(lambda: self._tasks.start(self._print(), "print"))
        self.table.clicked.connect(lambda: self._tasks.start(self._write_table(), "report table"))


def _row(*parts: tuple[QWidget, int]) -> QHBoxLayout:
    made = QHBoxLayout()
    made.setSpacing(8)
    for widget, stretch in parts:
        made.addWidget(widget, stretch)
    return made
