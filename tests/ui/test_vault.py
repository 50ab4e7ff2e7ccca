"""Erasing a member and keeping backups, in the window."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFrame

from inbox_app.domain.erasure import Erasing, Extent
from inbox_app.paths import find_places
from inbox_app.queries import members as ask
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import dialog_of, until
from tests.unit.ingest.tales import said
from ui.app_window import AppWindow
from ui.commands import Does
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.vault.backups_page import BackupsPage
from ui.vault.erase_dialog import EraseDialog
from ui.vault.restore_dialog import RestoreDialog
from ui.workplace import Workplace

pytestmark = pytest.mark.ui


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    """A conversation in which Maya and Tom speak, and one with Ben alone."""
    await core.tell(said("c", 1, by="ben"), said("a", 2), said("b", 3, by="tom", parent="a"))
    window = keep(AppWindow(tasks, theme))
    window.resize(1640, 960)
    made = Workplace(core, tasks, theme)
    window.put_in(made)
    window.show()
    await until(lambda: len(made.bridge.ids) == 2, "the list")
    made.open(made.bridge.ids[0])
    await until(lambda: made.members.shown is not None and made.is_settled, "the card")
    yield made
    await made.close_down()


async def test_nobody_is_erased_before_the_name_was_typed(place: Workplace, core: StoreCore) -> None:
    card = place.members.shown
    assert card is not None
    told: list[str] = []
    place.vault.said.connect(told.append)
    place.members.erase.click()
    dialog = await dialog_of(place, EraseDialog)
    assert isinstance(dialog, EraseDialog)
    dialog.typed.setText("somebody")
    QTest.keyClick(dialog.typed, Qt.Key.Key_Return)
    assert (dialog.isVisible(), dialog.go.isEnabled()) == (True, False)
    dialog.typed.setText(f" {card.name.upper()} ")
    dialog.go.click()
    await until(lambda: bool(told), "the sentence")
    names = [one.name for one in (await ask.page(core.store)).lines]
    assert sorted(names) == sorted({"Ben", "Maya", "Tom"} - {card.name})
    await until(lambda: place.is_settled and len(place.bridge.ids) == 2, "the list once more")


async def test_a_backup_is_made_and_restored_beside(place: Workplace, core: StoreCore) -> None:
    place.give(Does.BACKUPS)
    page = await dialog_of(place, BackupsPage)
    assert isinstance(page, BackupsPage)
    assert "no backup" in page.state.text()
    page.make.click()
    await until(lambda: "Last backup" in page.state.text() and page.make.isEnabled(), "the backup")
    (backup,) = core.address.backups.iterdir()
    year, month = backup.name[:4], QLocale("en").monthName(int(backup.name[5:7]))
    (when,) = [one.accessibleName() for one in page.findChildren(QFrame) if one.property("card")]
    assert (year in when, month in when) == (True, True)
    page.restore_asked.emit(backup)
    asked = await dialog_of(place, RestoreDialog)
    assert isinstance(asked, RestoreDialog)
    assert not asked.warning.isVisible()
    asked.go.click()
    restored = find_places().workspaces
    await until(lambda: any(restored.glob("*/workspace.db")) and page.make.isEnabled(), "the restored workspace")
    assert len(core.settings.current.recent_workspaces) == 2
    page.restore_asked.emit(backup.parent)
    asked = await dialog_of(place, RestoreDialog)
    assert isinstance(asked, RestoreDialog)
    asked.go.click()
    await until(lambda: "no backup of Portavoce" in page.problem.text(), "what is wrong")
    page.reject()


async def test_in_place_of_the_workspace_only_a_whole_backup_is_asked_for(place: Workplace, core: StoreCore) -> None:
    told: list[Path] = []
    place.vault.over_asked.connect(told.append)
    place.give(Does.BACKUPS)
    page = await dialog_of(place, BackupsPage)
    assert isinstance(page, BackupsPage)
    page.make.click()
    await until(lambda: "Last backup" in page.state.text() and page.make.isEnabled(), "the backup")
    (backup,) = core.address.backups.iterdir()
    whole = (backup / "workspace.db").read_bytes()
    (backup / "workspace.db").write_bytes(whole[:-1])
    for is_whole in (False, True):
        if is_whole:
            (backup / "workspace.db").write_bytes(whole)
        page.restore_asked.emit(backup)
        asked = await dialog_of(place, RestoreDialog)
        assert isinstance(asked, RestoreDialog)
        asked.over.click()
        assert asked.warning.isVisible()
        asked.go.click()
        if not is_whole:
            await until(lambda: bool(page.problem.text()) and page.make.isEnabled(), "what is wrong")
            assert told == []
    await until(lambda: told == [backup], "the wish")


def test_the_way_is_chosen(theme: Theme, keep: Keep) -> None:
    dialog = keep(EraseDialog(theme, Extent("Maya", ("@maya",), messages=3)))
    assert [dialog.how] == [Erasing.ERASE]
    dialog.anonymise.setChecked(True)
    assert [dialog.how] == [Erasing.ANONYMISE]
