"""The community in the window: opens its pages, and leads from them to what they are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from inbox_app.domain.ids import MemberId
from inbox_app.i18n import _
from ui import dialogs
from ui.commands import Does, key_text, name_of
from ui.core import Core
from ui.tasks import Tasks, Work
from ui.theme.theme import Theme
from ui.toast import Toast, Undoing

if TYPE_CHECKING:
    from ui.community.members_page import MembersPage

_ABOUT_PEOPLE = (Does.MEMBERS, Does.PAIRS, Does.WELCOME, Does.QUESTIONS, Does.REPORT, Does.REMINDERS)
# Each page is loaded when it is opened: none is needed before the first row is seen.


class Community(QObject):
    """`message_asked` brings the `TimelineLine` of the message to open; `undone` is told of what was taken back."""

    message_asked = Signal(object)
    undone = Signal()

    def __init__(
        self,
        core: Core,
        tasks: Tasks,
        theme: Theme,
        window: QWidget,
        toast: Toast,
        undo: Callable[[], None],
        undoing: Undoing,
    ) -> None:
        super().__init__(window)
        self._core, self._tasks, self._theme, self._window = core, tasks, theme, window
        self._toast, self._undo, self._undoing = toast, undo, undoing
        self.deeds: dict[Does, Callable[[], None]] = {
            Does.MEMBERS: lambda: self._begin(self._show_members()),
            Does.PAIRS: lambda: self._begin(self._show_pairs(self._window)),
            Does.WELCOME: lambda: self._begin(self._show_welcome()),
            Does.QUESTIONS: lambda: self._begin(self._show_questions()),
            Does.REPORT: lambda: self._begin(self._show_report()),
        }

    def offer(self, place: QPoint, give: Callable[[Does], None]) -> None:
        """A menu of the pages about people, each with its key, and of all that can be done."""
        self._begin(self._offer(place, give))

    async def _offer(self, place: QPoint, give: Callable[[Does], None]) -> None:
        menu = QMenu(self._window)
        menu.setAccessibleName(_("The community"))
        asked: dict[QAction, Does] = {}
        for does in (*_ABOUT_PEOPLE, Does.COMMANDS):
            if does is Does.COMMANDS:
                menu.addSeparator()
            asked[menu.addAction(f"{name_of(does)}\t{key_text(does)}")] = does
        chosen = await dialogs.choose_from(menu, place)
        if chosen in asked:
            give(asked[chosen])

    def _begin(self, work: Work) -> None:
        self._tasks.start(work, "community")

    async def _show_members(self) -> None:
        from ui.community.members_page import MembersPage

        page = MembersPage(self._core, self._tasks, self._theme, self._window)
        await page.load()
        page.card_asked.connect(lambda whose: self._begin(self._show_card(page, MemberId(whose))))
        page.pairs_asked.connect(lambda: self._begin(self._show_pairs(page, page.look)))
        page.undo_asked.connect(self._undo)
        page.decided.connect(lambda said, decided: self._toast.say(said, self._undoing(decided)))
        page.lists.done.connect(lambda said, decided: self._toast.say(said, self._undoing(decided)))
        page.lists.refused.connect(self._toast.say)
        self.undone.connect(page.look)
        await dialogs.ask(page)
        self.undone.disconnect(page.look)

    async def _show_card(self, page: MembersPage, whose: MemberId) -> None:
        from ui.members.card_page import CardPage
        from ui.members.member_panel import MemberPanel
        from ui.members.people import Around

        around = Around(MemberPanel(self._theme), None, self._toast, self._undo, self._undoing)
        card = CardPage(self._core, self._tasks, self._theme, page, whose, around)
        if await dialogs.ask(card) and card.chosen is not None:
            page.accept()
            self.message_asked.emit(card.chosen)
        elif card.is_gone:
            page.look()
        else:
            page.read_again(whose)

    async def _show_pairs(self, over: QWidget, then: Callable[[], None] = lambda: None) -> None:
        from ui.community.pairs_page import PairsPage

        page = PairsPage(self._core, self._tasks, self._theme, over)
        page.load()
        await dialogs.ask(page)
        then()

    async def _show_welcome(self) -> None:
        from ui.community.welcome_page import WelcomePage

        page = WelcomePage(self._core, self._tasks, self._theme, self._window)
        await page.load()
        page.line_asked.connect(self.message_asked)
        await dialogs.ask(page)

    async def _show_questions(self) -> None:
        from ui.community.questions_page import QuestionsPage

        page = QuestionsPage(self._core, self._tasks, self._theme, self._window)
        await page.load()
        page.line_asked.connect(self.message_asked)
        await dialogs.ask(page)

    async def _show_report(self) -> None:
        from ui.community.report_page import ReportPage

        page = ReportPage(self._core, self._tasks, self._theme, self._window)
        await page.load()
        page.said.connect(self._toast.say)
        page.line_asked.connect(self.message_asked)
        await dialogs.ask(page)
