"""A person in front of the window: looks at widgets, clicks and types, and nothing else."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.domain.inbox import MessageRow, Thread
from inbox_app.paths import find_places
from tests.e2e.portavoce import practice_room
from tests.ui.patience import until
from ui.app_window import AppWindow
from ui.session import Session
from ui.workplace import Workplace


@dataclass
class Person:
    """`told` is every sentence about trouble that was shown."""

    window: AppWindow
    session: Session
    told: list[str] = field(default_factory=list)

    @property
    def place(self) -> Workplace:
        """The opened workspace."""
        assert self.window.workplace is not None
        return self.window.workplace

    def click(self, button: QAbstractButton) -> None:
        """Press a button that can be seen and pressed."""
        assert button.isVisible(), button.text()
        assert button.isEnabled(), button.text()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def fill(self, form: QWidget, **values: str) -> None:
        """Type into fields by name, over what stands there."""
        for name, value in values.items():
            found = form.findChild(QLineEdit, name)
            assert isinstance(found, QLineEdit), name
            found.selectAll()
            QTest.keyClicks(found, value)

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """A key, wherever the focus is."""
        focused: QWidget | None = self.window.focusWidget()
        QTest.keyClick(self.window if focused is None else focused, key, held)

    def type_text(self, text: str) -> None:
        """Type into the composer."""
        QTest.keyClicks(self.place.composer.field, text)

    async def move_in(self, count: int = 10) -> None:
        """Choose the practice room, where everybody lives already: `test_first_light` is there when they move in."""
        shutil.copytree(practice_room() / "workspaces", find_places().workspaces, dirs_exist_ok=True)
        self.click(self.window.first_start.practice)
        await self.see_list(count)

    async def see_list(self, count: int = 1, seconds: float = 60.0) -> None:
        """Wait until at least so many conversations are listed with their rows."""
        await until(lambda: self.window.workplace is not None, "the workspace", seconds)
        await until(lambda: len(self.place.bridge.ids) >= count, "conversations in the list", seconds)
        await until(lambda: self.place.list.row(self.place.bridge.ids[0]) is not None, "the first row", seconds)

    async def open(self, wanted: ConversationId) -> Thread:
        """Click a conversation and wait until it can be read and answered."""
        # Offscreen nobody gives the window its focus back when a dialog has closed.
        self.window.activateWindow()
        await until(self.window.isActiveWindow, "the window in front")
        view = self.place.list.view
        index = view.model().index(list(self.place.bridge.ids).index(wanted), 0)
        view.scrollTo(index)
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())
        await until(lambda: self._shows(wanted), "the conversation")
        return self.thread

    @property
    def thread(self) -> Thread:
        """The conversation on screen."""
        assert self.place.bridge.on_screen is not None
        return self.place.bridge.on_screen

    def message(self, wanted: MessageId) -> MessageRow | None:
        """A message on screen."""
        return next((one for one in self.thread.messages if one.id == wanted), None)

    def answer_to(self, parent: MessageId) -> MessageRow | None:
        """Our answer to a message, as it stands on screen."""
        mine = (one for one in self.thread.messages if one.parent == parent and one.direction.value == "out")
        return next(mine, None)

    def buttons(self, name: str) -> list[QAbstractButton]:
        """The visible buttons of that name, from top to bottom."""
        found = [
            one for one in self.window.findChildren(QAbstractButton) if one.isVisible() and one.text().strip() == name
        ]
        return sorted(found, key=lambda one: one.mapTo(self.window, one.rect().topLeft()).y())

    def _shows(self, wanted: ConversationId) -> bool:
        shown = self.place.bridge.on_screen
        return shown is not None and shown.row.id == wanted and self.place.answering.writing.conversation == wanted
