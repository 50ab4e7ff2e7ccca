"""Conversations in windows of their own: opened from the main window, and of each at most one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QObject, QSettings, QSize, Signal
from PySide6.QtWidgets import QWidget

from inbox_app.domain.ids import ConversationId
from inbox_app.domain.inbox import OutboxRow
from inbox_app.i18n import _
from ui.answering import Answering
from ui.bridge import Bridge
from ui.commands import Does
from ui.composer.composer import Composer
from ui.conversation.thread_view import ThreadView
from ui.core import Core
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.theme.widgets import PushButton
from ui.thread_window import SIZE, ThreadWindow
from ui.trouble import Bar

_KEY = "thread window"
Apart = Mapping[ConversationId, QByteArray]
"""Conversations in windows of their own, each with the place of its window."""


class Elsewhere(Bar):
    """Stands in the composer's place while the answer is written in another window."""

    asked = Signal()

    def __init__(self, theme: Theme) -> None:
        go = PushButton(theme, _("Go to its window"))
        super().__init__(theme, go)
        go.clicked.connect(self.asked)
        self.setAccessibleName(_("Open in a window of its own"))
        self.words.say(_("This conversation is answered in a window of its own."))


@dataclass(frozen=True, slots=True)
class MainPane:
    """What of the main window is concerned: what is open there, where one writes, and what stands there instead."""

    bridge: Bridge
    thread_view: ThreadView
    answering: Answering
    composer: Composer
    elsewhere: Elsewhere


class Detaching(QObject):
    """A draft is in one place at a time: what is written is saved before the other window reads it.

    Signals:
        aside_asked: the `Aside` of a message in one of the windows.
    """

    aside_asked = Signal(object)

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, window: QWidget, pane: MainPane) -> None:
        super().__init__(window)
        self._core, self._tasks, self._theme, self._pane = core, tasks, theme, pane
        self._size = SIZE
        self.windows: dict[ConversationId, ThreadWindow] = {}
        self.deeds: dict[Does, Callable[[], object]] = {Does.DETACH: self.detach}
        pane.elsewhere.asked.connect(self.detach)
        pane.answering.hand_over = self._take_back

    def turn_to(self, conversation: ConversationId) -> None:
        """A conversation is shown in the main window: with its composer, or with the word that it is elsewhere."""
        away = conversation in self.windows
        self._pane.composer.setVisible(not away)
        self._pane.elsewhere.setVisible(away)
        self._pane.answering.writing.turn_to(None if away else conversation)

    def is_away(self, conversation: ConversationId | None) -> bool:
        """Whether it is answered in a window of its own."""
        return conversation in self.windows

    def keep(self, settings: QSettings) -> None:
        """Remember how large such a window was made."""
        for window in self.windows.values():
            self._size = window.size()
        settings.setValue(_KEY, self._size)

    def restore(self, settings: QSettings) -> None:
        """As large as it was left."""
        kept = settings.value(_KEY)
        if isinstance(kept, QSize):
            self._size = kept

    def hide_all(self) -> None:
        """The main window closes, and they with it; what is written is kept by `close_down`."""
        for window in self.windows.values():
            window.hide()

    def detach(self) -> None:
        """Open the conversation on screen in a window of its own, or bring that one to the front."""
        wanted = self._pane.bridge.opened
        if wanted is None:
            return
        if wanted in self.windows:
            self.windows[wanted].show()
            self.windows[wanted].raise_()
            self.windows[wanted].activateWindow()
            return
        self._open(wanted)

    @property
    def apart(self) -> Apart:
        """Which conversations have a window of their own, and where that stands."""
        return {one: window.saveGeometry() for one, window in self.windows.items()}

    def come_back(self, apart: Apart) -> None:
        """Open those windows again where they stood: all was made anew, and what was written in them was kept."""
        for one, geometry in apart.items():
            self._open(one).restoreGeometry(geometry)

    def _open(self, wanted: ConversationId) -> ThreadWindow:
        made = self.windows[wanted] = ThreadWindow(self._core, self._tasks, self._theme, wanted, self._size)
        made.closed.connect(lambda of: self._tasks.start(self._end(ConversationId(of)), "close thread window"))
        made.thread_view.aside_asked.connect(self.aside_asked)
        self._pass_on(made.thread_view)
        if wanted == self._pane.bridge.opened:
            self.turn_to(wanted)
        self._tasks.start(self._begin(made), "detach")
        return made

    async def close_down(self) -> None:
        """Keep what is written in all of them."""
        for one in [*self.windows]:
            await self.windows.pop(one).close_down()

    def _pass_on(self, theirs: ThreadView) -> None:
        """What has its place in the main window alone is shown there, and that comes to the front."""
        ours = self._pane.thread_view
        for asked, told in ((theirs.post_asked, ours.post_asked), (theirs.member_asked, ours.member_asked)):
            asked.connect(told)
            asked.connect(self._come_forward)

    def _come_forward(self, _wanted: object) -> None:
        main = self._pane.thread_view.window()
        main.raise_()
        main.activateWindow()

    async def _begin(self, made: ThreadWindow) -> None:
        await self._pane.answering.writing.save()
        made.begin()

    async def _end(self, conversation: ConversationId) -> None:
        window = self.windows.get(conversation)
        if window is not None:
            self._size = window.size()
            await window.close_down()
            del self.windows[conversation]
            if self._pane.bridge.opened == conversation:
                self.turn_to(conversation)
                if self._pane.bridge.on_screen is not None:
                    self._pane.answering.writing.take_note(self._pane.bridge.on_screen)

    def _take_back(self, sent: OutboxRow) -> bool:
        """What was written elsewhere comes back there."""
        window = None if sent.written_in is None else self.windows.get(sent.written_in)
        if window is None:
            return False
        window.answering.take_back(sent)
        return True
