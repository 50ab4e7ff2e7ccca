"""P9: what the program does while nothing happens: ten accounts that ask their services each minute, window and engine.

`python -m tests.bench.idling [seconds]` prints the figures as JSON lines: processor time beside a qasync loop that has
nothing to do, for as long. The services answer at once and have nothing new, so that what is left is the program's.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from time import process_time

from PySide6.QtWidgets import QApplication

from inbox_app.app import App
from inbox_app.paths import find_places, resolve_workspace
from inbox_app.queries import accounts
from inbox_app.settings import SettingsFile
from inbox_app.settings import Theme as Wanted
from tests.bench.ratio import Figure, figure
from tests.fakes.connector import fake_channel
from tests.fakes.inbox import add_account
from tests.fakes.service import FileService
from tests.ui.patience import until
from ui.app_window import AppWindow
from ui.collector import Collector
from ui.main import _run as run_on_qt
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

ACCOUNTS, SECONDS = 10, 60.0
"""A minute, so that each account asks once in it."""
_SETTLING = 6.0


def figures(seconds: float = SECONDS) -> Iterator[Figure]:
    """Measured in a process that has Qt and a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        own = {"QT_QPA_PLATFORM": "offscreen", "QT_API": "pyside6", "PORTAVOCE_HOME": home}
        environment = {**os.environ, **own, "PORTAVOCE_KEYRING": "session"}
        command = [sys.executable, "-m", "tests.bench.idling", str(seconds)]
        told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    for one in told.splitlines():
        yield Figure(**json.loads(one))


async def measure(theme: Theme, seconds: float) -> Figure:
    """The bare loop first, then the program with its accounts, each of which was heard before."""
    bare = await _idle(seconds)
    tasks = Tasks(asyncio.get_running_loop())
    window = AppWindow(tasks, theme)
    collector = Collector(window)
    settings = SettingsFile(find_places().settings_file)
    service = FileService(Path(os.environ["PORTAVOCE_HOME"]) / "service")
    core = await App.open(resolve_workspace("idle"), {"fake": fake_channel(service)}, settings, create=True)
    for number in range(ACCOUNTS):
        await core.store.write(partial(add_account, remote_id=f"brand-{number}"))
    place = Workplace(core, tasks, theme)
    window.put_in(place)
    window.show()
    core.start(tasks.take)
    while not all(row.last_success for row in await accounts.every(core.store)):
        await asyncio.sleep(0.1)
    await until(lambda: place.is_settled, "the list")
    collector.settle()
    await asyncio.sleep(min(_SETTLING, seconds))
    ours = await _idle(seconds)
    await core.stop()
    await place.close_down()
    await tasks.close()
    await core.close()
    collector.end()
    return figure("P9", f"{seconds:g} s idle with {ACCOUNTS} accounts / an empty loop", 2.0, [(ours, bare)])


async def _idle(seconds: float) -> float:
    before = process_time()
    await asyncio.sleep(seconds)
    return max(process_time() - before, 1e-4)


def main(seconds: float) -> None:
    """Measure on the program's own loop, and print."""

    async def body(application: QApplication) -> int:
        theme = Theme(Wanted.LIGHT)
        theme.dress(application)
        print(json.dumps(asdict(await measure(theme, seconds))), flush=True)
        return 0

    run_on_qt(body)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)
