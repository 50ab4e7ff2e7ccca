"""A window in front with its one conversation open, and the composer ready for what a test types."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from ui.app_window import AppWindow
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace


@asynccontextmanager
async def answering(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    """The workplace; closed down at the end."""
    window = keep(AppWindow(tasks, theme))
    place = Workplace(core, tasks, theme)
    window.put_in(place)
    window.show()
    window.activateWindow()
    await until(window.isActiveWindow, "the window in front")
    await until(lambda: len(place.bridge.ids) == 1, "the list")
    place.open(place.bridge.ids[0])
    await until(lambda: place.is_settled and place.answering.writing.conversation is not None, "the conversation")
    place.composer.field.setFocus()
    yield place
    await place.close_down()
