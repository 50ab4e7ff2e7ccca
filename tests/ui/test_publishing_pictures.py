"""Pictures of a post: dropped, pasted or chosen, described in words, within each channel's limits, undone whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QLineEdit

from connectors import CATALOGUE
from inbox_app.actions import templating
from inbox_app.actions.writing import OwnFile
from inbox_app.contract.limits import Limits
from inbox_app.domain.ids import OutboxId
from inbox_app.domain.wording import Wording
from inbox_app.queries import templates, writing
from inbox_app.storage import outbox
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import dialog_of, until
from tests.unit.ingest.tales import said
from ui.app_window import AppWindow
from ui.commands import Does
from ui.publish_dialog import PublishDialog
from ui.publishing import Publishing
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

pytestmark = pytest.mark.ui


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    core.catalogue = CATALOGUE
    core.allowed = Limits(files=2, media_types=frozenset({"image/png"}), descriptions=True)
    await core.tell(said("a", 1))
    window = keep(AppWindow(tasks, theme))
    made = Workplace(core, tasks, theme)
    window.put_in(made)
    window.show()
    window.activateWindow()
    await until(lambda: made.bridge.ids, "the list")
    yield made
    await made.close_down()


def picture(folder: Path, name: str) -> Path:
    path = folder / name
    assert QImage(4, 4, QImage.Format.Format_RGB32).save(str(path))
    return path


def drop(dialog: PublishDialog, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(one)) for one in paths])
    dialog.field.insertFromMimeData(data)


def lines(dialog: PublishDialog) -> dict[str, QLineEdit]:
    found = dialog.files.findChildren(QLineEdit)
    return {one.accessibleName(): one for one in found if one.isVisible()}


async def test_a_picture_goes_along_with_its_words_and_comes_back(
    core: StoreCore, place: Workplace, tmp_path: Path
) -> None:
    of = await templating.add(core.store, core.me, Wording("T", "Text"), [OwnFile("kept.png", "image/png", b"png")])
    place.give(Does.PUBLISH)
    dialog = await dialog_of(place, PublishDialog)
    dialog.field.setPlainText("Our new mug")
    drop(dialog, picture(tmp_path, "mug.png"))
    await until(lambda: "Description of mug.png" in lines(dialog), "the picture")
    lines(dialog)["Description of mug.png"].setText("A blue mug")
    lines(dialog)["Description of mug.png"].textEdited.emit("A blue mug")
    pasted = QMimeData()
    pasted.setImageData(QImage(4, 4, QImage.Format.Format_RGB32))
    dialog.field.insertFromMimeData(pasted)
    await until(lambda: len(dialog.files.all) == 2, "the pasted picture")
    assert dialog.go.isEnabled()
    drop(dialog, picture(tmp_path, "third.png"))
    assert not dialog.go.isEnabled(), "the channel takes two"
    (forget,) = (
        one for one in dialog.files.findChildren(QAbstractButton) if one.accessibleName() == "Remove third.png"
    )
    forget.click()
    dialog.accept()
    rows = await published(core)
    act = (await core.store.read(lambda conn: outbox.get(conn, rows))).act
    files = act["files"]
    assert isinstance(files, list)
    assert [(one["name"], one["description"]) for one in files if isinstance(one, dict)] == [
        ("mug.png", "A blue mug"),
        ("picture-1.png", ""),
    ]
    await until(lambda: place.leaving.last is not None, "what is about to leave")
    place.give(Does.UNDO)
    again = await dialog_of(place, PublishDialog)
    assert [one.description for one in again.files.all] == ["A blue mug", ""]
    family = await templates.named(core.store, core.me, of)
    assert [one.name for one in family.files] == ["kept.png"], "what is a template's stays the template's"
    again.reject()


async def published(core: StoreCore) -> OutboxId:
    found: list[OutboxId] = []

    async def look() -> None:
        found.extend(row.id for row in await writing.outbox(core.store, settled=False))

    while not found:
        await look()
    return found[0]


async def test_what_a_channel_does_not_take_is_said_there(core: StoreCore, place: Workplace, tmp_path: Path) -> None:
    place.give(Does.PUBLISH)
    dialog = await dialog_of(place, PublishDialog)
    dialog.field.setPlainText("The price list")
    listed = tmp_path / "prices.pdf"
    listed.write_bytes(b"%PDF")
    drop(dialog, listed)
    assert "does not take files like prices.pdf" in dialog.problem_of(core.account)
    assert not dialog.go.isEnabled()
    dialog.reject()


async def test_what_was_begun_outlives_the_window_and_what_comes_back_stands_above_it(
    core: StoreCore, place: Workplace, tasks: Tasks, theme: Theme
) -> None:
    place.give(Does.PUBLISH)
    dialog = await dialog_of(place, PublishDialog)
    dialog.field.setPlainText("Which mug?")
    dialog.which.setCurrentIndex(1)
    dialog.which.activated.emit(1)
    dialog.field.setPlainText("Which mug, here?")
    await kept(core, "Which mug?")
    dialog.reject()
    later = Publishing(core, tasks, theme, place, lambda _said: None)
    later.deeds[Does.PUBLISH]()
    again = await dialog_of(place, PublishDialog)
    assert (again.field.toPlainText(), again.wordings.of(core.account).text) == ("Which mug?", "Which mug, here?")
    again.accept()
    sent = await published(core)
    await kept(core, "")
    later.deeds[Does.PUBLISH]()
    third = await dialog_of(place, PublishDialog)
    third.field.setPlainText("Something else")
    third.reject()
    await kept(core, "Something else")
    later.take_back(await writing.outbox_row(core.store, sent))
    both = await dialog_of(place, PublishDialog)
    assert both.field.toPlainText() == "Which mug?\n\nSomething else"
    assert both.wordings.of(core.account).text == "Which mug, here?\n\nSomething else"
    assert await writing.beginning(core.store, core.me) == (), "a post that came back is no mail that was begun"
    both.accept()
    sent = await published(core)
    stranger = Publishing(core, tasks, theme, place, lambda _said: None)
    stranger.take_back(await writing.outbox_row(core.store, sent))
    last = await dialog_of(place, PublishDialog)
    assert last.field.toPlainText() == "Which mug, here?\n\nSomething else"
    last.reject()


async def kept(core: StoreCore, text: str) -> None:
    """Wait until this is what is kept as begun."""
    async with asyncio.timeout(60):
        while (await writing.begun_post(core.store, core.me)).text != text:
            await asyncio.sleep(0.02)


async def test_a_file_that_is_gone_is_said_in_a_sentence_and_nothing_is_lost(
    core: StoreCore, place: Workplace, troubles: list[str], tmp_path: Path
) -> None:
    place.give(Does.PUBLISH)
    dialog = await dialog_of(place, PublishDialog)
    dialog.field.setPlainText("Our mug")
    file = picture(tmp_path, "mug.png")
    drop(dialog, file)
    file.unlink()
    dialog.accept()
    await kept(core, "Our mug")
    await until(lambda: len(troubles) == 2, "a word when it was attached, and another when it was to be published")
    assert all(troubles.pop().startswith("mug.png cannot be read any more") for _time in range(2))
    assert await writing.outbox(core.store) == ()
