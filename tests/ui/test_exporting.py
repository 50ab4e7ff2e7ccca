"""The dialog that takes history out: how much it is, writing it, stopping, and what is offered first."""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog

from inbox_app.domain.filters import By, Is
from inbox_app.domain.selection import Selection
from inbox_app.domain.words import State
from inbox_app.exchange.exporting import Format
from inbox_app.exchange.target import Target
from inbox_app.i18n import lazy_gettext
from inbox_app.queries import accounts
from inbox_app.storage.exporting.reading import History
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import closed, dialog_of, until
from tests.unit.ingest.tales import ours, said
from ui.app_window import AppWindow
from ui.commands import Does
from ui.export_dialog import Choice, ExportDialog
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

pytestmark = pytest.mark.ui

OPEN = Choice("Open", Selection(filter=Is(By.STATE, (State.OPEN.value,))))
ALL = Choice("Everything", Selection())


@pytest.fixture
async def shown(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> ExportDialog:
    await core.tell(said("c1", 0), ours("a1", 1, parent="c1"), said("c2", 2), said("c3", 60 * 24 * 40))
    dialog = keep(ExportDialog(core, tasks, theme, [OPEN, ALL]))
    dialog.open()
    await until(lambda: not dialog.is_counting, "the first count")
    return dialog


async def counted(dialog: ExportDialog, words: str) -> None:
    await until(
        lambda: not dialog.is_counting and words in dialog.extent.text(), f"{words}, not {dialog.extent.text()}"
    )


async def test_how_much_it_is_is_said_before(shown: ExportDialog) -> None:
    await counted(shown, "2 messages in 2 conversations")
    shown.what.setCurrentIndex(1)
    await counted(shown, "4 messages in 3 conversations")
    shown.since.setText("2026-05-20")
    await counted(shown, "1 message in 1 conversation")
    shown.since.setText("tomorrowish")
    await until(lambda: "tomorrowish" in shown.problem.text(), "what is wrong with the day")


async def test_what_was_seen_is_what_is_written(shown: ExportDialog, tmp_path: Path) -> None:
    shown.what.setCurrentIndex(1)
    shown.notes.setChecked(True)
    shown.attachments.setChecked(False)
    shown.begin(tmp_path / "out")
    await until(lambda: shown.exported is not None, "the export")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert (manifest["notes"], manifest["attachments"], manifest["counts"]["messages"]) == (True, False, 4)
    assert str(tmp_path / "out") in shown.said.text()
    assert shown.show_it.isVisible()
    assert not shown.go_on.isVisible()
    shown.give_up.click()
    assert shown.result() == QDialog.DialogCode.Accepted


async def test_a_place_that_is_taken_is_said(shown: ExportDialog, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("dear diary")
    shown.begin(tmp_path / "mine")
    await until(lambda: "mine" in shown.problem.text(), "the sentence")
    assert shown.go_on.isEnabled()
    assert (tmp_path / "mine").read_text() == "dear diary"


async def test_stopped_nothing_is_written(shown: ExportDialog, tmp_path: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def write(history: History, target: Target) -> None:
        begun.set()
        assert go_on.wait(30)
        list(history.records("messages"))

    shown.form.addItem("slow", Format("slow", lazy_gettext("slow"), "", write))
    shown.form.setCurrentIndex(shown.form.count() - 1)
    shown.begin(tmp_path / "out")
    await until(begun.is_set, "the export")
    assert (shown.give_up.text(), shown.progress.isVisible()) == ("Stop", True)
    shown.give_up.click()
    go_on.set()
    await until(lambda: not shown.is_busy, "the end")
    assert "Nothing was written" in shown.said.text()
    assert not list(tmp_path.glob("out*"))
    assert shown.go_on.isEnabled()


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    await core.tell(said("c1", 0), said("c2", 2, by="noor"))
    window = keep(AppWindow(tasks, theme))
    made = Workplace(core, tasks, theme)
    window.put_in(made)
    window.show()
    window.activateWindow()
    await until(window.isActiveWindow, "the window in front")
    await until(lambda: len(made.bridge.ids) == 2, "the list")
    made.open(made.bridge.ids[0])
    await until(lambda: made.bridge.on_screen is not None and made.bridge.is_idle, "the conversation")
    yield made
    await made.close_down()


def offered(dialog: ExportDialog) -> list[str]:
    return [dialog.what.itemText(place) for place in range(dialog.what.count())]


async def test_what_lies_before_the_person_is_offered_first(place: Workplace) -> None:
    opened = place.bridge.opened
    assert opened is not None
    place.give(Does.EXPORT)
    dialog = await dialog_of(place, ExportDialog)
    first, *others = offered(dialog)
    assert first.startswith("This conversation")
    assert dialog.chosen().conversations == (opened,)
    assert others[-1] == "Everything in this workspace"
    assert any(name.startswith("Conversations with") for name in others)
    assert any(name.startswith("Account") for name in others)
    dialog.reject()
    await closed(dialog)


async def test_a_search_and_a_chosen_view_are_offered(place: Workplace) -> None:
    place.list.search.setText("text of c1")
    await until(lambda: place.bridge.is_idle and len(place.bridge.ids) == 1, "what is found")
    place.give(Does.EXPORT)
    dialog = await dialog_of(place, ExportDialog)
    named = next(one for one in offered(dialog) if "text of c1" in one and one.startswith("What"))
    dialog.what.setCurrentIndex(offered(dialog).index(named))
    assert dialog.chosen().query == "text of c1"
    dialog.reject()
    await closed(dialog)


async def test_the_menu_of_an_account_chooses_it(place: Workplace, core: StoreCore) -> None:
    place.connecting.export_asked.emit(core.account)
    dialog = await dialog_of(place, ExportDialog)
    assert dialog.chosen().account == core.account
    (row,) = await accounts.every(core.store)
    assert row.handle != row.name
    assert dialog.what.currentText() == f"Account {row.handle}", "a brand has one name on all of its channels"
    dialog.reject()
    await closed(dialog)
