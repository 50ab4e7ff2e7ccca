"""A file is looked at before it is saved: pictures with zoom, texts as text, and nothing that is not what it seems."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from inbox_app.actions.attachments import Fetched
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.ui.test_mail import picture
from ui.conversation.file_viewer import CLOSEST, FARTHEST, LONGEST_TEXT, WIDEST, FileViewer, Look, look_into
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

pytestmark = pytest.mark.ui


async def test_a_picture_is_shown_by_its_bytes_whatever_it_says_it_is() -> None:
    look = await look_into(Fetched("a.pdf", "application/pdf", picture()))
    assert look is not None
    assert look.picture is not None
    assert look.picture.width() == 40


async def test_a_wide_picture_is_made_smaller_while_it_is_decoded() -> None:
    look = await look_into(Fetched("a.png", "image/png", picture("red", WIDEST + 100)))
    assert look is not None
    assert look.picture is not None
    assert look.picture.width() == WIDEST


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\nbroken", b"\xff\xd8\xff", picture()[:60]])
async def test_a_damaged_picture_is_said_to_be_one(data: bytes) -> None:
    look = await look_into(Fetched("a.png", "image/png", data))
    assert look == Look(problem="This picture is damaged or too large to be shown. It can be saved.")


@pytest.mark.parametrize(
    ("name", "media_type", "data"),
    [
        ("a.pdf", "application/pdf", b"%PDF-1.7"),
        ("a.html", "text/html", b"<html><script>x</script>"),
        ("a.txt", "text/plain", b"MZ\x90\0"),
        ("a.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ],
)
async def test_what_could_run_is_only_saved(name: str, media_type: str, data: bytes) -> None:
    assert await look_into(Fetched(name, media_type, data)) is None


async def test_a_long_text_is_cut_and_says_so(theme: Theme, qtbot: QtBot) -> None:
    look = await look_into(Fetched("a.txt", "text/plain", b"caff\xc3\xa8 \xe2\x80\xae" + b"x" * LONGEST_TEXT))
    assert look is not None
    assert look.text.startswith("caffè x"), "what would turn the text around is gone"
    assert len(look.text) <= LONGEST_TEXT
    assert look.problem == "Only its beginning is shown; saved, it is whole."
    viewer = FileViewer(theme, "a.txt", look, None)
    qtbot.addWidget(viewer)
    assert viewer.text is not None
    assert viewer.text.toPlainText() == look.text


async def test_keys_zoom_within_bounds(theme: Theme, qtbot: QtBot) -> None:
    look = await look_into(Fetched("a.png", "image/png", picture("red", 1_500)))
    assert look is not None
    viewer = FileViewer(theme, "a.png", look, None)
    qtbot.addWidget(viewer)
    viewer.resize(600, 500)
    viewer.show()
    shown = viewer.picture
    assert shown is not None
    await until(lambda: 0 < shown.scale_now < 0.4, "the whole picture")
    whole = shown.scale_now
    QTest.keyClicks(shown, "1")
    assert shown.scale_now == 1
    QTest.keyClicks(shown, "+++")
    assert shown.scale_now == pytest.approx(1.25**3)
    QTest.keyClicks(shown, "+" * 40)
    assert shown.scale_now == pytest.approx(CLOSEST)
    QTest.keyClicks(shown, "-" * 60)
    assert shown.scale_now == pytest.approx(FARTHEST)
    QTest.keyClicks(shown, "0")
    assert shown.scale_now == pytest.approx(whole, rel=0.05)
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    assert not viewer.isVisible()


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    made = keep(Workplace(core, tasks, theme))
    made.resize(1200, 700)
    made.show()
    yield made
    await made.close_down()


def viewer_of(place: Workplace) -> FileViewer | None:
    return next((one for one in place.findChildren(FileViewer) if one.isVisible()), None)


def asking(place: Workplace) -> QFileDialog | None:
    return next((one for one in place.findChildren(QFileDialog) if one.isVisible()), None)


async def test_what_was_looked_at_is_saved_or_left(place: Workplace, core: StoreCore, tmp_path: Path) -> None:
    core.files["f"] = Fetched("leaf.png", "image/png", picture())
    place.thread_view.attachment_asked.emit("f")
    await until(lambda: viewer_of(place), "the picture")
    viewer = viewer_of(place)
    assert viewer is not None
    viewer.reject()
    await until(lambda: viewer_of(place) is None and asking(place) is None, "nothing more")
    place.thread_view.attachment_asked.emit("f")
    await until(lambda: viewer_of(place), "the picture again")
    viewer = viewer_of(place)
    assert viewer is not None
    viewer.accept()
    await until(lambda: asking(place), "where to")
    dialog = asking(place)
    assert dialog is not None
    dialog.setDirectory(str(tmp_path))
    dialog.accept()
    await until((tmp_path / "leaf.png").exists, "the file")
    await until(lambda: (tmp_path / "leaf.png").read_bytes() == picture(), "its bytes")
