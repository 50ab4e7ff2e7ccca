"""Avatars and posts' pictures: fetched once by their address, initials until then and where there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage, QImageWriter
from pytestqt.qtbot import QtBot

from tests.ui import sample_threads
from tests.ui.cores import StoreCore
from tests.ui.patience import until
from ui.conversation.post_card import PostCard
from ui.conversation.post_picture import PostPicture
from ui.portraits import Portraits
from ui.tasks import Tasks
from ui.theme.painting import initials, member_colour
from ui.theme.theme import Theme
from ui.theme.widgets import Avatar

pytestmark = pytest.mark.ui
FACE = "https://faces.example/maya"


def png(colour: str, width: int = 64, height: int = 64) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def middle_colour(avatar: Avatar) -> str:
    image = avatar.grab().toImage()
    return image.pixelColor(image.width() // 2, image.height() // 2).name()


async def test_a_picture_replaces_the_initials_and_is_fetched_once(
    theme: Theme, core: StoreCore, tasks: Tasks, qtbot: QtBot
) -> None:
    core.pictures[FACE] = png("#00ff00")
    portraits = Portraits(core, tasks, theme, tasks)
    wanted: list[str] = []
    theme.gallery.wanted.connect(wanted.append)
    avatar, other = Avatar(theme, "Maya Lindqvist", 48, picture=FACE), Avatar(theme, "Maya Lindqvist", 48, picture=FACE)
    for one in (avatar, other):
        qtbot.addWidget(one)
    assert middle_colour(avatar) != "#00ff00"
    assert middle_colour(other) != "#00ff00"
    await until(lambda: portraits.is_idle, "the picture")
    assert middle_colour(avatar) == middle_colour(other) == "#00ff00"
    assert wanted == [FACE]
    portraits.close()
    assert middle_colour(avatar) != "#00ff00"  # another workspace shows nothing of this one
    theme.gallery.clear()


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", png("red", 13_000, 100)])
async def test_what_cannot_be_decoded_leaves_the_initials(
    theme: Theme, core: StoreCore, tasks: Tasks, qtbot: QtBot, data: bytes
) -> None:
    core.pictures[FACE] = data
    portraits = Portraits(core, tasks, theme, tasks)
    avatar = Avatar(theme, "Maya Lindqvist", 48, picture=FACE)
    qtbot.addWidget(avatar)
    before = avatar.grab().toImage()
    await until(lambda: portraits.is_idle, "the picture")
    assert avatar.grab().toImage() == before
    portraits.close()


def test_a_posts_picture_takes_room_once_it_is_there(theme: Theme, qtbot: QtBot) -> None:
    assert sample_threads.THREAD.post is not None
    card = PostCard(theme, replace(sample_threads.THREAD.post, picture_url="https://faces.example/post"))
    qtbot.addWidget(card)
    card.resize(640, 160)
    card.show()
    picture = card.findChildren(PostPicture)[0]
    assert picture.isHidden()
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(QColor("#00ff00"))
    theme.gallery.keep("https://faces.example/post", image)
    assert picture.isVisible()
    assert picture.accessibleName()
    card.resize(400, 160)
    assert picture.isHidden()
    theme.gallery.clear()


def test_people_with_the_same_initials_have_colours_of_their_own(theme: Theme) -> None:
    names = [f"Z{'e' * number} Q{number**3}" for number in range(16)]
    assert {initials(name) for name in names} == {"ZQ"}
    colours = [member_colour(theme, name).name() for name in names]
    assert len(set(colours)) == len(names)
    assert colours == [member_colour(theme, name).name() for name in names]
