"""P10 in the practice room: the window's ticks while a large community moves in, all of the program in one process.

`python -m tests.bench.flooding [messages]` prints the figures as JSON lines, beside the window's own idle run. As in
`tests.bench.window` they are the clock's, and beside it without the time in which the window's thread had no processor.
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
from time import monotonic

from PySide6.QtWidgets import QApplication
from sqlalchemy import func, select

from connectors import CATALOGUE
from inbox_app.app import App
from inbox_app.paths import find_places, resolve_workspace
from inbox_app.settings import SettingsFile
from inbox_app.settings import Theme as Wanted
from inbox_app.storage.schema import message
from tests.bench.ratio import Figure
from tests.bench.window import FLOOD, lateness, ticks_of
from tests.ui.patience import until
from ui.app_window import AppWindow
from ui.collector import Collector
from ui.main import _run as run_on_qt
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

_IDLE, _LOOK, _PATIENCE = 5.0, 0.5, 1200.0


def figures(flood: int = FLOOD) -> Iterator[Figure]:
    """All of them, measured in a process that has Qt and a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_API": "pyside6", "PORTAVOCE_HOME": home}
        environment["PORTAVOCE_KEYRING"] = "session"
        command = [sys.executable, "-m", "tests.bench.flooding", str(flood)]
        told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    for one in told.splitlines():
        yield Figure(**json.loads(one))


async def measure(theme: Theme, flood: int) -> list[Figure]:
    """Open an empty room, count its idle ticks, and let the community in until it has said so much."""
    tasks = Tasks(asyncio.get_running_loop())
    window = AppWindow(tasks, theme)
    collector = Collector(window)
    core = await App.open(
        resolve_workspace("practice"), CATALOGUE, SettingsFile(find_places().settings_file), create=True
    )
    await core.move_in(size="large", seed=1)
    place = Workplace(core, tasks, theme)
    window.put_in(place)
    window.resize(1366, 768)
    window.show()
    await until(lambda: place.is_settled, "the empty list")
    collector.settle()
    collector.look()
    calm = await ticks_of(asyncio.sleep(_IDLE))
    core.start(tasks.take)
    busy = await ticks_of(_wait_for(core, flood))
    await core.stop()
    await place.close_down()
    await tasks.close()
    await core.close()
    collector.end()
    return list(lateness("P10", f"ticks while the practice room tells {flood:,}", busy, calm))


async def _wait_for(core: App, flood: int) -> None:
    late = monotonic() + _PATIENCE
    while monotonic() < late:
        await asyncio.sleep(_LOOK)
        held = await core.store.read(lambda conn: conn.execute(select(func.count()).select_from(message)).scalar_one())
        if held >= flood:
            return
    raise TimeoutError(f"the practice room did not tell {flood} messages")


def main(flood: int) -> None:
    """Measure on the program's own loop, and print."""

    async def body(application: QApplication) -> int:
        theme = Theme(Wanted.LIGHT)
        theme.dress(application)
        for found in await measure(theme, flood):
            print(json.dumps(asdict(found)), flush=True)
        return 0

    run_on_qt(body)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else FLOOD)
