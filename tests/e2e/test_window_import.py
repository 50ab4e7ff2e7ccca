"""The third way in: somebody imports an archive at the first start, reads it, and cannot answer it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.connectors.email.mails import mail
from tests.e2e.conftest import pytest_asyncio_loop_factories
from tests.e2e.person import Person
from tests.ui.patience import until
from ui.accounts.import_archive import ImportDialog

__all__ = ["pytest_asyncio_loop_factories"]
pytestmark = [pytest.mark.e2e, pytest.mark.ui]

SIGN = b"From somebody Fri Jul  8 12:08:34 2011\n"


def dialog_in_sight() -> ImportDialog | None:
    shown = [one for one in QApplication.topLevelWidgets() if isinstance(one, ImportDialog) and one.isVisible()]
    return shown[0] if shown else None


async def test_an_archive_at_the_first_start(person: Person, tmp_path: Path) -> None:
    path = tmp_path / "Old.mbox"
    path.write_bytes(b"".join(SIGN + mail(message_id=f"{n}@x", subject=f"Letter {n}") + b"\n" for n in range(3)))
    person.click(person.window.first_start.archive)
    await until(lambda: dialog_in_sight() is not None, "the dialog")
    dialog = dialog_in_sight()
    assert dialog is not None
    dialog.take(path)
    await until(lambda: not dialog.is_busy and dialog.what.text() != "", "the first look", 60)
    person.click(dialog.go_on)
    await until(lambda: dialog.imported is not None and not dialog.is_busy, "the result", 60)
    person.click(dialog.give_up)
    await until(lambda: person.window.workplace is not None, "the workspace")
    await person.see_list(3)
    assert person.place.list.shown_view.title == "Old (archive)"
    thread = await person.open(person.place.bridge.ids[0])
    assert thread.row.title.startswith("Letter")
    assert "is an archive" in person.place.composer.problem
    entries = [one.title for one in person.place.sidebar.lines._entries.entries]
    assert "Old (archive)" in entries
    assert person.told == []
