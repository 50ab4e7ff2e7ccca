"""No part of the window is shown before it has its place there: as a window of its own it would take the keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

from tests.e2e.person import Person

pytestmark = [pytest.mark.ui, pytest.mark.e2e]


class Watch(QObject):
    """Notes what is shown as a window and is none."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See what is shown."""
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            stray = watched.windowType() == Qt.WindowType.Window and not watched.windowTitle()
            self.seen += [f"{type(watched).__name__} {watched.accessibleName()}"] if stray else []
        return False


@pytest.fixture
def watch(qapp: QApplication) -> Iterator[Watch]:
    watch = Watch()
    qapp.installEventFilter(watch)
    yield watch
    qapp.removeEventFilter(watch)


@pytest.mark.timeout(300)
async def test_a_conversation_is_shown_by_no_stray_window(watch: Watch, person: Person) -> None:
    await person.move_in()
    for one in person.place.bridge.ids[:24]:
        await person.open(one)
    assert watch.seen == []
    assert person.told == []
