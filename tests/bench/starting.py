"""P8: how long the window takes to be painted and to show rows, and its memory, each as a process of its own.

`python -m tests.bench.starting empty|window|rows [workspace]` is such a process: an empty PySide6 window, ours at its
first start, ours with the rows of a workspace. What is compared is processor time, all children included, with the
modules compiled beforehand, as everywhere where a program was started once. Each prints what it took and what it holds
when it is there: closing is no part of a start, and the most that a process ever held counts who started it.
"""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.ratio import Figure, figure

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

_ROUNDS = 5
_MEMORY_MB = 250.0
_COMPILED = Path("build/compiled")
_SHARE = Path("/proc/self/smaps_rollup")


def figures(workspace: Path) -> Iterator[Figure]:
    """The window, its rows, and how much memory it holds then."""
    _run("rows", str(workspace))  # compiles
    runs = [(_run("empty"), _run("window"), _run("rows", str(workspace))) for _ in range(_ROUNDS)]
    yield figure(
        "P8", "start to a painted window / an empty window", 1.3, [(own[0], empty[0]) for empty, own, _r in runs]
    )
    yield figure("P8", "start to real rows / an empty window", 2.5, [(rows[0], empty[0]) for empty, _o, rows in runs])
    most = max(rows[1] for _e, _o, rows in runs)
    yield Figure("P8", "memory with rows in sight, MB", most, _MEMORY_MB, most, min(e[1] for e, _o, _r in runs))


def _run(*what: str) -> tuple[float, float]:
    """Seconds of processor time until it is there, and the megabytes that it holds then."""
    own = {"QT_QPA_PLATFORM": "offscreen", "QT_API": "pyside6", "PYTHONPYCACHEPREFIX": str(_COMPILED.resolve())}
    environment = {**os.environ, **own, "PYTHONDONTWRITEBYTECODE": ""}
    command = [sys.executable, "-m", "tests.bench.starting", *what]
    told = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    taken, held = map(float, told.split())
    return taken, held


def _tell() -> None:
    taken = (resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(sum(one.ru_utime + one.ru_stime for one in taken), _held())


def _held() -> float:
    """Its own share (PSS) where the system tells that, else the most that it ever held."""
    if not _SHARE.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (line,) = (one for one in _SHARE.read_text("ascii").splitlines() if one.startswith("Pss:"))
    return int(line.split()[1]) / 1024


def _empty() -> None:
    from PySide6.QtWidgets import QApplication, QWidget

    application = QApplication([])
    window = QWidget()
    window.resize(1640, 960)
    window.show()
    window.grab()
    _tell()
    application.quit()


def _ours(workspace: str | None) -> None:
    from inbox_app.paths import find_places, resolve_workspace
    from inbox_app.settings import SettingsFile
    from inbox_app.settings import Theme as Wanted
    from ui.main import _dress
    from ui.main import _run as run_on_qt

    async def show(application: QApplication) -> int:
        from ui.app_window import AppWindow
        from ui.collector import Collector
        from ui.session import Session  # noqa: F401 -- as it is at a start
        from ui.tasks import Tasks

        collector = Collector(application)
        theme = _dress(application, Wanted.LIGHT, 1.0)
        tasks = Tasks(asyncio.get_running_loop())
        window = AppWindow(tasks, theme)
        window.show()
        window.grab()
        if workspace is None:
            _tell()
            return 0
        from connectors import CATALOGUE
        from inbox_app.app import App
        from ui.workplace import Workplace

        core = await App.open(resolve_workspace(workspace), CATALOGUE, SettingsFile(find_places().settings_file))
        place = Workplace(core, tasks, theme, window.pages)
        place.bridge.set_in_front(False)
        window.put_in(place)
        collector.settle()
        while not (place.bridge.ids and place.list.row(place.bridge.ids[0]) is not None and place.is_settled):
            await asyncio.sleep(0.005)
        window.grab()
        _tell()
        await place.close_down()
        await tasks.close()
        await core.close()
        return 0

    run_on_qt(show)


if __name__ == "__main__":
    if sys.argv[1] == "empty":
        _empty()
    else:
        _ours(sys.argv[2] if len(sys.argv) > 2 else None)
