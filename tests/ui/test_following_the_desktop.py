"""Light and dark as the desktop has them, from the start and whenever that changes, by the desktop's real portal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers.notification_service import NotificationBusDaemon
from tests.servers.settings_portal import SettingsPortal
from tests.ui.patience import until

pytestmark = [pytest.mark.ui, pytest.mark.server]
APPEARANCE, SCHEME = "org.freedesktop.appearance", "color-scheme"
DARK, LIGHT = ("u", 1), ("u", 2)
PROGRAM = """
import asyncio
from inbox_app.settings import Theme as Wanted
from ui.main import _dress, _run

async def wear(app):
    theme = _dress(app, Wanted.SYSTEM, 1.0)
    def say():
        print(app.palette().window().color().name(), flush=True)
    theme.changed.connect(say)
    say()
    await asyncio.sleep(300)
    return 0

_run(wear)
"""


@pytest.fixture
def bus(daemon: NotificationBusDaemon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.address)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Path]]:
    """Starts the program as a desktop with a portal does; what it wears is told in a file."""
    told, running = tmp_path / "told", []

    def begin() -> Path:
        portal_of_qt = {"QT_QPA_PLATFORM": "offscreen", "QT_QPA_PLATFORMTHEME": "xdgdesktopportal"}
        with told.open("wb") as out:
            program = [sys.executable, "-c", PROGRAM]
            running.append(subprocess.Popen(program, stdout=out, env={**os.environ, **portal_of_qt}))
        return told

    yield begin
    for program in running:
        program.kill()
        program.wait()


@pytest.mark.usefixtures("bus")
async def test_light_and_dark_follow_the_desktop(start: Callable[[], Path]) -> None:
    async with SettingsPortal(values={APPEARANCE: {SCHEME: DARK}}) as portal:
        told = start()
        await until(lambda: told.read_text().split() == ["#15171c"], "dark from the start")
        await portal.change(APPEARANCE, SCHEME, LIGHT)
        await until(lambda: told.read_text().split()[1:] == ["#ffffff"], "light with the desktop")
        await portal.change(APPEARANCE, SCHEME, DARK)
        await until(lambda: told.read_text().split()[2:] == ["#15171c"], "dark again")
