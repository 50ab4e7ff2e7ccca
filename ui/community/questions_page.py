"""The ledger of questions: what members asked and still wait for, what we asked and what came of it, whom to thank."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QWidget

from inbox_app.actions import triage
from inbox_app.domain.ids import OperationId
from inbox_app.domain.people import TimelineLine
from inbox_app.domain.questions import Helper, OpenQuestion, OwnQuestion
from inbox_app.i18n import _, ngettext
from inbox_app.queries import questions, reports
from ui.asking import Asking
from ui.community.lines import Entry, Lines
from ui.core import Core
from ui.foremost import hear_once
from ui.inbox.segments import Segments
from ui.members.section import empty
from ui.tasks import Tasks
from ui.theme.moments import at
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import PushButton

_SIZE = QSize(820, 600)
_MOST = 500
"""More of ours, and more helpers, than anybody reads; the command tells all."""


class QuestionsPage(QDialog):
    """`load` before it is opened; `line_asked` brings the message to open. E sets a conversation done."""

    line_asked = Signal(object)

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._core, self._theme = core, theme
        self._doing = Asking(tasks, "questions")
        self._finished: list[OperationId] = []
        self.setWindowTitle(_("Questions"))
        self.resize(_SIZE)
        self.asked = Lines(theme, _("Open questions of members"), _("No question waits for an answer."))
        self.own = Lines(theme, _("Our questions"), _("We asked nothing in the last 90 days."))
        self.helpers = Lines(theme, _("Helpers to thank"), _("Nobody answered another member in the last 90 days."))
        self.pages = QStackedWidget()
        self.done_with = PushButton(theme, _("Done (E)"), "plain")
        self.done_with.setToolTip(_("The conversation is done: nothing in it waits for us any more"))
        self._column = titled_column(theme, self)
        self._column.addWidget(self.pages)
        for page in (self.asked, self.own, self.helpers):
            self.pages.addWidget(page)
            page.line_asked.connect(self._leave)
        self._heads = QHBoxLayout()
        self._column.insertLayout(1, self._heads)
        self._column.addWidget(self.done_with, 0, Qt.AlignmentFlag.AlignLeft)
        self.done_with.clicked.connect(self._finish)
        for key, deed in (("E", self._finish), ("Z", self._take_back)):
            hear_once(self, key, deed)
        self.pages.currentChanged.connect(lambda _place: self._follow())

    @property
    def is_settled(self) -> bool:
        """Whether nothing is under way."""
        return self._doing.is_idle

    def done(self, result: int) -> None:
        """Closed, it asks nothing more."""
        self._doing.forget()
        super().done(result)

    async def load(self) -> None:
        """Read the ledger."""
        place = self.asked.currentRow()
        found = await questions.ledger(self._core.store, most=_MOST)
        known = [one.message for one in found.own if one.message is not None]
        lines = {one.message: one for one in await reports.messages(self._core.store, known)}
        self.asked.show_entries(map(_asked, found.open))
        self.asked.setCurrentRow(min(max(place, 0), self.asked.count() - 1))
        own = [_ours(one, lines.get(one.message) if one.message else None) for one in found.own]
        self.own.show_entries([*own, *_rest(found.own_count - len(own))])
        self.helpers.show_entries([*map(_helped, found.helpers), *_rest(found.helper_count - len(found.helpers))])
        heads = (
            (self.asked, _("Open ({count})"), len(found.open)),
            (self.own, _("Ours ({count})"), found.own_count),
            (self.helpers, _("Helpers ({count})"), found.helper_count),
        )
        choices = [(page, head.format(count=number(count))) for page, head, count in heads]
        empty(self._heads)
        self.heads = Segments[Lines](self._theme, _("Questions"), choices)
        self.heads.choose(next(page for page, _head in choices if page is self.pages.currentWidget()))
        self.heads.chosen.connect(self.pages.setCurrentWidget)
        self._heads.addWidget(self.heads, 0, Qt.AlignmentFlag.AlignLeft)
        self._follow()

    def _follow(self) -> None:
        self.done_with.setVisible(self.pages.currentWidget() is self.asked)
        self.done_with.setEnabled(self.asked.current_line is not None)

    def _finish(self) -> None:
        """The question needs no answer of ours, or not any more: its conversation is done."""
        line = self.asked.current_line if self.pages.currentWidget() is self.asked else None
        if line is not None and self.is_settled:
            self._doing.ask(partial(self._set_done, line))

    async def _set_done(self, line: TimelineLine) -> None:
        if (decided := await triage.finish_one(self._core.store, self._core.me, line.conversation)) is not None:
            self._finished.append(decided)
        await self.load()

    def _take_back(self) -> None:
        """Only what was done on this page, whatever was decided elsewhere meanwhile."""
        if self._finished and self.is_settled:
            self._doing.ask(partial(self._undo, self._finished.pop()))

    async def _undo(self, wanted: OperationId) -> None:
        await triage.undo_one(self._core.store, wanted)
        await self.load()

    def _leave(self, line: TimelineLine) -> None:
        self.line_asked.emit(line)
        self.accept()


def _rest(left: int) -> list[Entry]:
    """What stands below where not all is shown."""
    told = ngettext("and {count} more", "and {count} more", left).format(count=number(left))
    return [Entry(told, _("“portavoce questions” lists them all."), "")] if left else []


def _asked(one: OpenQuestion) -> Entry:
    names = ", ".join(dict.fromkeys(name for _id, name in one.answers))
    answered = _("answered by {names}").format(names=names) if names else ""
    return Entry(one.asked.text, " · ".join(filter(None, (one.who, answered))), at(one.asked.said_at), one.asked)


def _ours(one: OwnQuestion, line: TimelineLine | None) -> Entry:
    answers = ngettext("{count} answer", "{count} answers", one.answers).format(count=number(one.answers))
    people = ngettext("by {count} member", "by {count} members", one.people).format(count=number(one.people))
    return Entry(one.text, f"{answers} {people}" if one.answers else _("no answer yet"), at(one.asked_at), line)


def _helped(one: Helper) -> Entry:
    helped = ngettext("{count} question answered", "{count} questions answered", one.helped)
    return Entry(one.name, one.last.text, helped.format(count=number(one.helped)), one.last)
