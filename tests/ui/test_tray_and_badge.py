"""The program as a login starts it: in a real tray, with its number on the icon, and nothing read before it is seen."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from inbox_app.actions import triage
from inbox_app.ingest.ingest import ingest
from inbox_app.paths import WorkspaceAddress
from inbox_app.queries import inbox
from inbox_app.storage.store import Store
from tests.servers.desktop_shell import DesktopShell
from tests.servers.notification_service import NotificationBusDaemon
from tests.ui.cores import StoreCore
from tests.ui.patience import until
from tests.unit.ingest.tales import connect, said
from ui.bridge import Bridge
from ui.desktop.badge import Badge
from ui.tasks import Tasks

pytestmark = [pytest.mark.ui, pytest.mark.server]
OURS = "application://app.portavoce.Portavoce.desktop"
PROGRAM = """
import sys
from PySide6.QtCore import QEvent
from ui import app_window, main

class Told(app_window.AppWindow):
    def event(self, event):
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.WindowStateChange):
            print("seen" if self.is_in_sight else "unseen", flush=True)
        return super().event(event)

app_window.AppWindow = Told
sys.exit(main.open_window(sys.argv[1], minimised=True))
"""


@pytest.fixture
async def workspace(sqlite_store: Store, sqlite_address: WorkspaceAddress) -> WorkspaceAddress:
    """Two conversations that nobody has read."""
    account = await sqlite_store.write(connect)
    await sqlite_store.write(lambda tx: ingest(tx, account, [said("a", 1), said("b", 2)]))
    return sqlite_address


Login = Callable[[], Path]


@pytest.fixture
async def log_in(
    screen: str,
    daemon: NotificationBusDaemon,
    workspace: WorkspaceAddress,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Login]:
    """Starts the program; what can be seen of its window is told in a file."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.address)
    told, running = tmp_path / "told", []

    def begin() -> Path:
        with told.open("wb") as out:
            program = [sys.executable, "-c", PROGRAM, str(workspace.folder)]
            where = {"DISPLAY": screen, "QT_QPA_PLATFORM": "xcb"}
            running.append(subprocess.Popen(program, stdout=out, env={**os.environ, **where}))
        return told

    yield begin
    for program in running:
        program.terminate()
        await asyncio.to_thread(program.wait)


async def test_a_quiet_start_waits_in_the_tray_with_its_number(log_in: Login) -> None:
    async with DesktopShell() as shell:
        told = log_in()
        await until(lambda: shell.badges == [(OURS, 2)], "the number on the icon")
        assert told.read_text() == "", "no window was shown"
        await shell.press()
        await until(lambda: told.read_text().split()[-1:] == ["seen"], "the window")
        await shell.choose("Quit")
        await until(lambda: told.read_text().split()[-1:] == ["unseen"], "it gone")


async def test_the_number_follows_what_is_read_and_what_is_wished(core: StoreCore, tasks: Tasks) -> None:
    drawn: list[int] = []
    owner = QObject()
    badge, bridge = Badge(core.settings, drawn.append, owner), Bridge(core, tasks, owner)
    badge.follow(bridge)
    await core.tell(said("a", 1), said("b", 2))
    bridge.start()
    await until(lambda: drawn == [2], "the number")
    await triage.see(core.store, core.me, (await inbox.conversation_ids(core.store, core.me))[:1])
    await until(lambda: drawn == [2, 1], "one less")
    await asyncio.to_thread(core.settings.change, lambda now: replace(now, badge=False))
    await until(lambda: drawn == [2, 1, 0], "no number wished")
    await asyncio.to_thread(core.settings.change, lambda now: replace(now, badge=True))
    await until(lambda: drawn == [2, 1, 0, 1], "again one")
    bridge.close()
    bridge.deleteLater()
    await until(lambda: drawn == [2, 1, 0, 1, 0], "the workspace left")
