"""The workplace on a real store: what arrives is shown, what is decided is done."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QFileDialog

from inbox_app.actions.attachments import Fetched
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import said
from ui.app_window import AppWindow
from ui.commands import Does
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

pytestmark = pytest.mark.ui


@pytest.fixture
async def window(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[AppWindow]:
    await core.tell(said("a", 1), said("b", 2))
    made = keep(AppWindow(tasks, theme))
    made.put_in(Workplace(core, tasks, theme))
    made.show()
    yield made
    await place(made).close_down()


def place(window: AppWindow) -> Workplace:
    assert window.workplace is not None
    return window.workplace


async def test_the_keys_act_on_the_list_from_the_start(window: AppWindow) -> None:
    await until(place(window).list.view.isVisible, "the list")
    assert window.focusWidget() is place(window).list.view


async def test_what_arrives_appears(window: AppWindow, core: StoreCore) -> None:
    bridge = place(window).bridge
    await until(lambda: len(bridge.ids) == 2, "two conversations")
    await core.tell(said("c", 3))
    await until(lambda: len(bridge.ids) == 3, "the third")


async def test_done_goes_on_to_the_next(window: AppWindow) -> None:
    bridge = place(window).bridge
    await until(lambda: len(bridge.ids) == 2, "two conversations")
    first, second = bridge.ids
    place(window).open(first)
    await until(lambda: bridge.on_screen is not None, "the thread")
    window.give(Does.DONE)
    await until(lambda: list(bridge.ids) == [second], "one left")
    await until(lambda: bridge.opened == second, "the next one opened")
    window.give(Does.UNDO)
    await until(lambda: len(bridge.ids) == 2, "both again")
    await until(lambda: bridge.opened == first, "the one that came back")


async def test_an_attachment_is_saved_where_the_person_says(window: AppWindow, core: StoreCore, tmp_path: Path) -> None:
    core.files["f"] = Fetched("cups.pdf", "application/pdf", b"%PDF six")
    place(window).thread_view.attachment_asked.emit("f")
    await until(lambda: open_dialog(window), "the dialog")
    dialog = open_dialog(window)
    assert isinstance(dialog, QFileDialog)
    assert [Path(one).name for one in dialog.selectedFiles()] == ["cups.pdf"]
    dialog.setDirectory(str(tmp_path))
    dialog.accept()
    await until((tmp_path / "cups.pdf").exists, "the file")
    await until(lambda: (tmp_path / "cups.pdf").read_bytes() == b"%PDF six", "its bytes")


def open_dialog(window: AppWindow) -> QDialog | None:
    return next((one for one in window.findChildren(QDialog) if one.isVisible()), None)
