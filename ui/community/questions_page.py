"""The ledger of questions: what members asked and still wait for, what we asked and what came of it, whom to thank."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from inbox_app.domain.people import TimelineLine
from inbox_app.domain.questions import Helper, OpenQuestion, OwnQuestion
from inbox_app.i18n import _, ngettext
from inbox_app.queries import questions, reports
from ui.community.lines import Entry, Lines
from ui.core import Core
from ui.inbox.segments import Segments
from ui.theme.moments import at
from ui.theme.theme import Theme

_SIZE = QSize(820, 600)
_MOST = 500
"""More of ours, and more helpers, than anybody reads; the command tells all."""


class QuestionsPage(QDialog):
    """`load` before it is opened; `line_asked` brings the message to open."""

    line_asked = Signal(object)

    def __init__(self, core: Core, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._core, self._theme = core, theme
        self.setWindowTitle(_("Questions"))
        self.resize(_SIZE)
        self.asked = Lines(theme, _("Open questions of members"), _("No question waits for an answer."))
        self.own = Lines(theme, _("Our questions"), _("We asked nothing in the last 90 days."))
        self.helpers = Lines(theme, _("Helpers to thank"), _("Nobody answered another member in the last 90 days."))
        self.pages = QStackedWidget()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 16, 10, 12)
        self._column.setSpacing(10)
        self._column.addWidget(self.pages)
        for page in (self.asked, self.own, self.helpers):
            self.pages.addWidget(page)
            page.line_asked.connect(self._leave)

    async def load(self) -> None:
        """Read the ledger."""
        found = await questions.ledger(self._core.store, most=_MOST)
        known = [one.message for one in found.own if one.message is not None]
        lines = {one.message: one for one in await reports.messages(self._core.store, known)}
        self.asked.show_entries(map(_asked, found.open))
        own = [_ours(one, lines.get(one.message) if one.message else None) for one in found.own]
        self.own.show_entries([*own, *_rest(found.own_count - len(own))])
        self.helpers.show_entries([*map(_helped, found.helpers), *_rest(found.helper_count - len(found.helpers))])
        heads = (
            (self.asked, _("Open ({count})"), len(found.open)),
            (self.own, _("Ours ({count})"), found.own_count),
            (self.helpers, _("Helpers ({count})"), found.helper_count),
        )
        choices = [(page, head.format(count=count)) for page, head, count in heads]
        self.heads = Segments[Lines](self._theme, _("Questions"), choices)
        self.heads.chosen.connect(self.pages.setCurrentWidget)
        self._column.insertWidget(0, self.heads)

    def _leave(self, line: TimelineLine) -> None:
        self.line_asked.emit(line)
        self.accept()


def _rest(left: int) -> list[Entry]:
    """What stands below where not all is shown."""
    told = ngettext("and {count} more", "and {count} more", left).format(count=left)
    return [Entry(told, _("“portavoce questions” lists them all."), "")] if left else []


def _asked(one: OpenQuestion) -> Entry:
    names = ", ".join(dict.fromkeys(name for _id, name in one.answers))
    answered = _("answered by {names}").format(names=names) if names else ""
    return Entry(one.asked.text, " · ".join(filter(None, (one.who, answered))), at(one.asked.said_at), one.asked)


def _ours(one: OwnQuestion, line: TimelineLine | None) -> Entry:
    answers = ngettext("{count} answer", "{count} answers", one.answers).format(count=one.answers)
    people = ngettext("by {count} member", "by {count} members", one.people).format(count=one.people)
    return Entry(one.text, f"{answers} {people}" if one.answers else _("no answer yet"), at(one.asked_at), line)


def _helped(one: Helper) -> Entry:
    helped = ngettext("{count} question answered", "{count} questions answered", one.helped)
    return Entry(one.name, one.last.text, helped.format(count=one.helped), one.last)
