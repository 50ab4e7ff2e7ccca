"""What moves in the window, and that nothing does for whom the desktop or the settings spare it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QFrame, QWidget

from tests.servers.notification_service import NotificationBusDaemon
from tests.servers.settings_portal import SettingsPortal
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import said
from ui.conversation.message_part import MessagePart
from ui.desktop.less_motion import LessMotion
from ui.tasks import Tasks
from ui.theme.motion import Motion
from ui.theme.theme import Theme
from ui.toast import Toast
from ui.tour import Hint, Tour
from ui.workplace import Workplace

pytestmark = pytest.mark.ui
APPEARANCE, GNOME = "org.freedesktop.appearance", "org.gnome.desktop.interface"


@pytest.fixture
async def session_bus(daemon: NotificationBusDaemon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.address)


@pytest.fixture
async def motion() -> Motion:
    made = Motion()
    made.wanted = True
    return made


@pytest.fixture
def moving(theme: Theme) -> Iterator[Theme]:
    theme.motion.wanted = True
    yield theme
    theme.motion.wanted = False


@pytest.mark.server
@pytest.mark.usefixtures("session_bus")
async def test_the_desktop_is_asked_and_heard(motion: Motion) -> None:
    async with SettingsPortal(values={GNOME: {"enable-animations": ("b", False)}}) as portal, LessMotion(motion):
        assert not motion.moves
        await portal.change(GNOME, "enable-animations", ("b", True))
        await until(lambda: motion.moves, "movement again")
        await portal.change(APPEARANCE, "reduced-motion", ("u", 1))
        await until(lambda: not motion.moves, "the common word heard")
        await portal.change(APPEARANCE, "reduced-motion", ("u", 0))
        await until(lambda: motion.moves, "and taken back")


@pytest.mark.server
@pytest.mark.usefixtures("session_bus")
async def test_a_desktop_without_a_portal_asks_for_nothing(motion: Motion) -> None:
    async with LessMotion(motion):
        assert motion.moves


@pytest.mark.parametrize("address, said", [("unix:path=/nowhere/bus", "FileNotFoundError"), ("", "no session bus")])
async def test_without_a_bus_it_moves_as_the_person_wishes(
    motion: Motion, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, address: str, said: str
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    if address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    caplog.set_level("INFO")
    async with LessMotion(motion):
        assert said in caplog.text
        moved = [motion.moves]
        motion.wanted = False
        moved.append(motion.moves)
    assert moved == [True, False]


async def test_a_word_and_a_comment_that_come_fade_in_and_history_does_not(
    core: StoreCore, tasks: Tasks, moving: Theme, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So long that a busy machine cannot miss it.
    monkeypatch.setattr("ui.theme.motion.APPEAR_MS", 600_000)
    await core.tell(said("a", 1))
    place = keep(Workplace(core, tasks, moving))
    place.resize(1200, 800)
    place.start()
    place.show()
    await until(lambda: place.bridge.ids, "the list")
    place.open(place.bridge.ids[0])
    await until(lambda: fading(place) == [False], "the conversation, at once")
    await core.tell(said("b", 2, parent="a"))
    await until(lambda: fading(place) == [False, True], "what was said meanwhile, softly")
    await core.tell(*(said(f"c{n}", 3 + n, parent="a") for n in range(4)))
    await until(lambda: len(fading(place)) == 6, "many at once")
    assert not any(fading(place)[2:])
    place.toast.say("Done")
    assert place.toast.graphicsEffect() is not None
    await place.close_down()


async def test_what_fades_in_is_whole_soon_and_does_not_blink(moving: Theme, keep: Keep) -> None:
    room = keep(QWidget())
    room.resize(900, 700)
    toast = Toast(moving, room, QWidget(room), QWidget(room))
    room.show()
    toast.say("Done")
    await until(lambda: toast.graphicsEffect() is None, "the word whole")
    toast.say("Done again")
    assert toast.graphicsEffect() is None


async def test_the_tour_glides_from_place_to_place(moving: Theme, keep: Keep) -> None:
    room = keep(QWidget())
    room.resize(900, 700)
    room.show()
    above, below = (
        Hint("Here", "Look", lambda: QRect(10, 10, 100, 40)),
        Hint("There", "", lambda: QRect(10, 500, 90, 40)),
    )
    tour = Tour(moving, room, (above, below))
    tour.go_on()
    first = tour.geometry()
    tour.go_on()
    assert tour.geometry() == first, "it sets out from where it was"
    await until(lambda: tour.geometry().top() > 400, "its place")
    tour.end()


@pytest.mark.parametrize(("wanted", "allowed"), [(False, True), (True, False)])
def test_for_whom_it_is_spared_everything_is_there_at_once(wanted: bool, allowed: bool, keep: Keep) -> None:
    still = Motion()
    still.wanted, still.desktop_allows = wanted, allowed
    widget = keep(QFrame())
    widget.show()
    still.appear(widget)
    still.glide(widget, QRect(5, 6, 70, 80))
    assert widget.graphicsEffect() is None
    assert widget.geometry() == QRect(5, 6, 70, 80)


def fading(place: Workplace) -> list[bool]:
    """Of each message that is shown, whether it is only just coming."""
    parts = [part for part in place.thread_view.column.widgets() if isinstance(part, MessagePart)]
    return [part.graphicsEffect() is not None for part in parts]
