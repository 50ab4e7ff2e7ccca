"""The one window: the first start or an opened workspace, the bar of troubles, the keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QSettings, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from inbox_app.i18n import _
from ui.commands import Does, When, why_not
from ui.first_start import FirstStart
from ui.screen_room import FRAME, WANTED, size_within
from ui.shortcuts import Shortcuts
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.trouble import Trouble

if TYPE_CHECKING:
    from ui.touring import Touring
    from ui.workplace import Workplace

# Dialogs are imported where one is opened: the window is painted before all that is loaded.

_GEOMETRY = "geometry"


class AppWindow(QMainWindow):
    """Knows no workspace by itself; the composition root puts one in."""

    closed = Signal()
    refresh_asked = Signal()
    workspaces_asked = Signal()
    practice_asked = Signal()
    new_workspace_asked = Signal()
    encryption_asked = Signal()
    theme_asked = Signal()
    settings_asked = Signal()
    key_chosen = Signal(object, str)
    """A command and the key that it is to have, empty for its first one."""
    restore_asked = Signal(Path)
    """This backup is to take the place of the workspace that is shown."""
    in_front = Signal(bool)

    def __init__(self, tasks: Tasks, theme: Theme, kept: QSettings | None = None) -> None:
        super().__init__()
        self._tasks, self._theme, self._kept = tasks, theme, kept
        self.setWindowTitle("Portavoce")
        self.resize(WANTED)
        self.setMinimumSize(420, 360)
        self.trouble = Trouble(theme)
        self.first_start = FirstStart(theme)
        self.workplace: Workplace | None = None
        self._touring: Touring | None = None
        self._may_close = self._asks = False
        self.pages = QStackedWidget()
        self.pages.addWidget(self.first_start)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.trouble)
        column.addWidget(self.pages, 1)
        self.setCentralWidget(whole)
        tasks.failed.connect(self.trouble.say)
        tasks.tried_again.connect(self.trouble.put_away)
        self.deeds: dict[Does, Callable[[], object]] = {
            Does.COMMANDS: self._show_commands,
            Does.KEYS: self._show_keys,
            Does.REFRESH: self.refresh_asked.emit,
            Does.WORKSPACES: self.workspaces_asked.emit,
            Does.NEW_WORKSPACE: self.new_workspace_asked.emit,
            Does.ENCRYPTION: self.encryption_asked.emit,
            Does.PRACTICE: self.practice_asked.emit,
            Does.THEME: self.theme_asked.emit,
            Does.SETTINGS: self.settings_asked.emit,
            Does.TOUR: self._show_tour,
            Does.QUIT: self.close,
            Does.CLOSE: self.close,
        }
        self.shortcuts: Shortcuts | None = None
        self._bind(())
        self._restore()

    def put_in(self, workplace: Workplace) -> None:
        """Show an opened workspace."""
        self.workplace = workplace
        self.pages.addWidget(workplace)
        self.pages.setCurrentWidget(workplace)
        workplace.told.connect(workplace.toast.say)
        workplace.sidebar.workspaces_asked.connect(self.workspaces_asked)
        workplace.sidebar.settings_asked.connect(self.settings_asked)
        sidebar = workplace.sidebar
        sidebar.tag_asked.connect(lambda: self.give(Does.TAG))
        sidebar.community_asked.connect(lambda: workplace.community.offer(sidebar.community_place(), self.give))
        workplace.vault.over_asked.connect(self.restore_asked)
        self._bind((workplace.list, workplace.thread_view))
        if self._kept is not None:
            workplace.panes.restore(self._kept)
            workplace.detaching.restore(self._kept)
            workplace.remembered.restore(self._kept, workplace.show_view, workplace.open)
        if not self.is_in_sight:
            workplace.bridge.set_in_front(False)
        workplace.start()

    @property
    def is_in_sight(self) -> bool:
        """Whether anybody can see it; what is opened in the tray is read by nobody."""
        return self.isVisible() and not self.isMinimized()

    def come_to_front(self) -> None:
        """To be seen and written in, wherever it was."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def take_out(self) -> None:
        """Back to the first start."""
        if self.workplace is not None:
            self._keep_place(self.workplace)
            self._bind(())
            self.pages.removeWidget(self.workplace)
            self.workplace.deleteLater()
            self.touring.leave()
            self.workplace = None
            self.setWindowTitle("Portavoce")

    def renew_first_start(self) -> FirstStart:
        """The first start once more, in the language that is spoken now."""
        before, self.first_start = self.first_start, FirstStart(self._theme)
        self.pages.insertWidget(0, self.first_start)
        self.pages.removeWidget(before)
        before.deleteLater()
        return self.first_start

    def offer_tour(self) -> None:
        """The practice room is shown: explain it, unless that was closed once."""
        if self.workplace is not None:
            self.touring.offer(self.workplace)

    @property
    def touring(self) -> Touring:
        """The tour of this window."""
        # With the workspace: the first window is painted without all that a workspace takes.
        from ui.touring import Touring

        if self._touring is None:
            self._touring = Touring(self._theme, self._kept, self)
        return self._touring

    def name_workspace(self, name: str) -> None:
        """Say in the title which workspace this is."""
        self.setWindowTitle(_("{workspace} – Portavoce").format(workspace=name))

    def give(self, does: Does) -> None:
        """Do what a command asks for."""
        if does in self.deeds:
            self.deeds[does]()
        elif self.workplace is not None:
            self.workplace.give(does)
        elif does is Does.ADD_ACCOUNT:
            self.first_start.connect_channel.click()
        elif does is Does.IMPORT:
            self.first_start.archive.click()

    def allows(self, when: When) -> bool:
        """Whether a command makes sense now."""
        if when is When.ALWAYS:
            return True
        return self.workplace is not None and self.workplace.allows(when)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.workplace is not None and self.workplace.leaving.waiting and not self._may_close:
            # What was just sent must not wait for the next start without a word.
            event.ignore()
            self._tasks.start(self._ask_before_closing(self.workplace), "closing")
            return
        if self._kept is not None:
            self._kept.setValue(_GEOMETRY, self.saveGeometry())
        if self.workplace is not None:
            self._keep_place(self.workplace)
            self.workplace.detaching.hide_all()
        super().closeEvent(event)
        self.closed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is not QEvent.Type.ActivationChange:
            return
        self.in_front.emit(self.isActiveWindow())
        if self.workplace is not None:
            self.workplace.bridge.set_in_front(self.isActiveWindow())
            if not self.isActiveWindow():
                self.workplace.answering.writing.save_soon()

    async def _ask_before_closing(self, workplace: Workplace) -> None:
        if not self._asks and not self._may_close:
            self._asks = True
            try:
                from ui import closing

                if not self.is_in_sight:
                    self.come_to_front()
                self._may_close = await closing.settle(workplace, self._theme, self)
            finally:
                self._asks = False
            if self._may_close:
                self.close()

    def _keep_place(self, workplace: Workplace) -> None:
        """For whatever is opened next, which may be in this same run."""
        if self._kept is not None:
            workplace.panes.keep(self._kept)
            workplace.detaching.keep(self._kept)
            workplace.remembered.keep(self._kept)

    def _bind(self, places: tuple[QWidget, ...]) -> None:
        if self.shortcuts is not None:
            self.shortcuts.end()
        self.shortcuts = Shortcuts(self, places, self.give, self.allows, self._say_why_not)

    def _say_why_not(self, when: When) -> None:
        if self.workplace is not None:
            self.workplace.toast.say(why_not(when))

    def _restore(self) -> None:
        """As it was left, at first as large as the screen allows; a window that keeps nothing is sized by its owner."""
        if self._kept is None:
            return
        geometry = self._kept.value(_GEOMETRY)
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        if not self.isMaximized() and not self.isFullScreen():
            self._fit_to_screen()

    def _fit_to_screen(self) -> None:
        """It may have been left on a larger screen, or at another scale, where Qt restores nothing or too much."""
        room = self.screen().availableGeometry()
        self.resize(size_within(room.size(), self.size()))
        whole = self.size() + FRAME
        left = min(max(self.x(), room.left()), room.right() + 1 - whole.width())
        top = min(max(self.y(), room.top()), room.bottom() + 1 - whole.height())
        self.move(max(left, room.left()), max(top, room.top()))

    def _show_commands(self) -> None:
        self._tasks.start(self._choose_command(), "commands")

    async def _choose_command(self) -> None:
        from ui.command_bar import choose_command

        await choose_command(self._theme, self, lambda command: self.allows(command.when), self.give)

    def _show_tour(self) -> None:
        if self.workplace is not None:
            self.touring.begin(self.workplace)

    def _show_keys(self) -> None:
        self._tasks.start(self._keys(), "keys")

    async def _keys(self) -> None:
        """The list until it is closed; a command that is chosen in it gets another key."""
        from ui import dialogs
        from ui.command_bar import KeysPage
        from ui.key_dialog import KeyDialog

        while True:
            page = KeysPage(self._theme, self)
            if not await dialogs.ask(page) or page.chosen is None:
                return
            dialog = KeyDialog(self._theme, self, page.chosen)
            if await dialogs.ask(dialog):
                self.key_chosen.emit(page.chosen, dialog.key)

    def hear_keys(self) -> None:
        """Hear the keys as the table has them now."""
        places = (self.workplace.list, self.workplace.thread_view) if self.workplace is not None else ()
        self._bind(places)
