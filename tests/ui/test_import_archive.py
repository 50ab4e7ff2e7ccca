"""The dialog that imports an archive: what is there, how far it is, stopping, and what was left out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from connectors import CATALOGUE
from inbox_app.contract.archive import NoArchive, Skipped, Survey
from inbox_app.domain.ids import AccountId, ColleagueId
from inbox_app.domain.selection import Selection
from inbox_app.events import Bus
from inbox_app.exchange.exporting import export
from inbox_app.exchange.formats import FORMATS
from inbox_app.exchange.importing import Imported, Preview, Progress, Wish
from inbox_app.ingest.ingest import ingest
from inbox_app.paths import resolve_workspace
from inbox_app.storage import accounts, member_cards
from inbox_app.storage.creation import ME
from inbox_app.storage.store import Store
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import connect, said
from ui.accounts.import_archive import ImportDialog
from ui.core import Archives
from ui.tasks import Tasks
from ui.theme.theme import Theme

pytestmark = pytest.mark.ui

RESULT = Imported(
    account=AccountId("a"),
    name="old",
    added=2,
    messages=2,
    conversations=1,
    skipped=(Skipped("old.mbox, at byte 7", "It is marked as deleted."),),
    skipped_count=1,
    own=frozenset({"we@example.org"}),
    guessed=False,
)


class ArchiveCore(StoreCore):
    """Imports when it is told to."""

    go: asyncio.Event
    wishes: list[Wish]
    stopped: bool
    result: Imported = RESULT

    @property
    def archives(self) -> Archives:
        return self

    async def survey(self, kind: str, path: Path) -> Survey:
        if path.name == "gone":
            raise NoArchive("There is no file or folder there.")
        return Survey(f"{path.name}: {kind}", 4, frozenset({"guess@example.org"} if path.name == "old.mbox" else ()))

    async def look_through(self, wish: Wish, report: Callable[[Progress], None]) -> Preview:
        report(Progress(4, 4, 0))
        return Preview(7, 3, (Skipped("old.mbox, at byte 9", "It is a draft."),), 1)

    async def take_in(self, wish: Wish, report: Callable[[Progress], None]) -> Imported:
        self.wishes.append(wish)
        report(Progress(1, 4, 1))
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.stopped = True
            raise
        return self.result


@pytest.fixture
def archive_core(core: StoreCore) -> ArchiveCore:
    core.__class__ = ArchiveCore
    assert isinstance(core, ArchiveCore)
    core.catalogue, core.go, core.wishes, core.stopped = CATALOGUE, asyncio.Event(), [], False
    return core


@pytest.fixture
async def shown(archive_core: ArchiveCore, tasks: Tasks, theme: Theme, keep: Keep) -> ImportDialog:
    dialog = keep(ImportDialog(archive_core, tasks, theme))
    dialog.open()
    return dialog


async def take(dialog: ImportDialog, name: str) -> None:
    dialog.take(Path("/mail") / name)
    await until(lambda: not dialog.is_busy, "the first look")


async def test_what_it_is_and_whose_is_shown_before(shown: ImportDialog) -> None:
    await take(shown, "old.mbox")
    assert "old.mbox: mbox" in shown.what.text()
    assert "guess" in shown.what.text()
    assert (shown.name.text(), shown.own.text()) == ("old", "guess@example.org")


async def test_a_typed_address_stands_above_a_guess(archive_core: ArchiveCore, shown: ImportDialog) -> None:
    QTest.keyClicks(shown.own, "we@example.org, me@example.org")
    await take(shown, "old.mbox")
    shown.go_on.click()
    await until(lambda: bool(archive_core.wishes), "the import")
    wish = archive_core.wishes[0]
    assert (wish.kind, wish.path, wish.name) == ("mbox", Path("/mail/old.mbox"), "old")
    assert wish.own == {"we@example.org", "me@example.org"}


async def test_progress_then_the_result_with_what_was_skipped(archive_core: ArchiveCore, shown: ImportDialog) -> None:
    await take(shown, "old.mbox")
    shown.go_on.click()
    await until(lambda: shown.progress.value() > 0, "progress")
    assert shown.progress.value() == 250
    assert not shown.go_on.isEnabled()
    archive_core.go.set()
    await until(lambda: shown.imported is not None and not shown.is_busy, "the result")
    assert "“old”: 2 messages are new, it holds 2 messages in 1 conversation." in shown.said.text()
    assert [shown.skipped.item(n).text() for n in range(shown.skipped.count())] == [
        "old.mbox, at byte 7: It is marked as deleted."
    ]
    assert shown.skipped.isVisible()
    shown.give_up.click()
    assert shown.result() == QDialog.DialogCode.Accepted


async def test_it_can_be_stopped_and_goes_on_later(archive_core: ArchiveCore, shown: ImportDialog) -> None:
    await take(shown, "old.mbox")
    shown.go_on.click()
    await until(lambda: shown.progress.value() > 0, "progress")
    assert shown.give_up.text() == "Stop"
    shown.give_up.click()
    await until(lambda: not shown.is_busy, "the end")
    assert archive_core.stopped
    assert "import it again to go on" in shown.said.text()
    assert shown.isVisible()
    assert shown.go_on.isEnabled()
    shown.give_up.click()
    assert shown.result() == QDialog.DialogCode.Accepted, "something came in"


async def test_closed_while_it_runs_nothing_goes_on(archive_core: ArchiveCore, shown: ImportDialog) -> None:
    await take(shown, "old.mbox")
    shown.go_on.click()
    await until(lambda: shown.progress.value() > 0, "progress")
    shown.close()
    await until(lambda: archive_core.stopped, "the end")


async def test_what_is_wrong_is_said_in_place(shown: ImportDialog) -> None:
    shown.go_on.click()
    assert "Choose a file or a folder" in shown.problem.text()
    await take(shown, "gone")
    assert shown.problem.text() == "There is no file or folder there."
    shown.give_up.click()
    assert shown.result() == QDialog.DialogCode.Rejected


async def test_a_trial_says_what_would_come_in_and_keeps_nothing(
    shown: ImportDialog, archive_core: ArchiveCore
) -> None:
    await take(shown, "old.mbox")
    shown.try_out.click()
    await until(lambda: not shown.is_busy, "the trial")
    assert shown.said.text().startswith("It holds 7 messages, 3 of them new here. Nothing was imported yet.")
    assert [shown.skipped.item(0).text()] == ["old.mbox, at byte 9: It is a draft."]
    assert archive_core.wishes == []
    assert shown.imported is None
    assert shown.go_on.isEnabled()


async def test_each_format_offers_what_it_reads(shown: ImportDialog) -> None:
    offered = {}
    for place in range(shown.kinds.count()):
        shown.kinds.setCurrentIndex(place)
        offered[shown.kinds.itemData(place).key] = (shown.choose_file.isEnabled(), shown.choose_folder.isEnabled())
    assert {"mbox", "maildir", "eml", "whatsapp", "telegram", "instagram", "facebook", "chatwoot", "mastodon"} <= set(
        offered
    )
    assert offered["mbox"] == (True, True)
    assert offered["maildir"] == (False, True)


async def test_everything_that_takes_the_focus_has_a_name(shown: ImportDialog) -> None:
    everything = shown.findChildren(QWidget)
    reached = [one for one in everything if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisible()]
    assert [type(one).__name__ for one in reached if not (one.accessibleName() or getattr(one, "text", str)())] == []


@pytest.fixture
async def exported(tmp_path: Path, bus: Bus) -> Path:
    """What another workspace exported: two comments."""
    store = await Store.open(resolve_workspace(str(tmp_path / "other")), bus, create=True)
    account = await store.write(connect)
    await store.write(lambda tx: ingest(tx, account, [said("c1", 0), said("c2", 1)]))
    await export(store, ColleagueId(ME), FORMATS["json"], Selection(notes=True), tmp_path / "out", lambda _step: None)
    await store.close()
    return tmp_path / "out"


def choose_ours(dialog: ImportDialog) -> None:
    dialog.kinds.setCurrentIndex(dialog.kinds.findText("Portavoce", Qt.MatchFlag.MatchStartsWith))


async def test_our_own_export_is_tried_then_brought_back(shown: ImportDialog, exported: Path) -> None:
    choose_ours(shown)
    assert not shown.own.isVisible()
    assert not shown.name.isVisible()
    assert not shown.choose_file.isEnabled()
    shown.take(exported)
    await until(
        lambda: "2 messages in 2 conversations" in shown.what.text() and shown.try_out.isEnabled(), "what it is"
    )
    shown.try_out.click()
    await until(
        lambda: "It holds 2 messages, 2 of them new" in shown.said.text() and shown.go_on.isEnabled(), "the trial"
    )
    shown.go_on.click()
    await until(lambda: shown.brought is not None and not shown.is_busy, "the result")
    assert "2 messages in 2 conversations: 2 new messages" in shown.said.text()
    shown.give_up.click()
    assert shown.result() == QDialog.DialogCode.Accepted


async def test_a_damaged_export_of_ours_brings_nothing(shown: ImportDialog, exported: Path) -> None:
    choose_ours(shown)
    shown.take(exported)
    await until(lambda: "2 messages" in shown.what.text() and shown.try_out.isEnabled(), "what it is")
    (exported / "messages.json").write_text("[]")
    shown.go_on.click()
    await until(lambda: "messages.json" in shown.problem.text() and not shown.is_busy, "what is wrong")
    assert "Nothing was imported" in shown.problem.text()
    shown.give_up.click()
    assert shown.result() == QDialog.DialogCode.Rejected


async def test_whom_the_people_of_an_import_may_be_is_one_step_away(
    archive_core: ArchiveCore, shown: ImportDialog
) -> None:
    def link() -> QPushButton | None:
        buttons = shown.findChildren(QPushButton)
        return next((one for one in buttons if one.accessibleName() == "Link Maya" and one.isVisible()), None)

    here = await archive_core.store.write(connect)
    there = await archive_core.store.write(
        lambda tx: accounts.add(tx, "mastodon", accounts.OurselvesThere("old", "old", "Old", frozenset()), {})
    )
    await archive_core.store.write(lambda tx: ingest(tx, here, [said("a", 1, by="maya")]))
    await archive_core.store.write(lambda tx: ingest(tx, there, [said("b", 2, by="maya")]))
    archive_core.result = replace(RESULT, account=there)
    await take(shown, "old.mbox")
    shown.go_on.click()
    archive_core.go.set()
    await until(lambda: shown.alike.isVisible() and len(shown.alike.compare) == 1, "whom it may be")
    (button,) = shown.alike.compare.values()
    assert button.accessibleName() == "Compare Maya with whom it may be"
    button.click()
    await until(lambda: link() is not None, "the comparison")
    chosen = link()
    assert chosen is not None
    chosen.click()
    await until(lambda: not shown.alike.isVisible(), "that she is one person")
    known = await archive_core.store.read(lambda conn: member_cards.page(conn, words="maya", limit=9))
    assert [one.channels for one in known.lines] == [("mastodon", "practice")]
