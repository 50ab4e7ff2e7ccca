"""`make pictures`: draw all of them, or those that are named, into docs/pictures.

Each language and scale is a process of its own, since both must stand before Qt starts. They share one practice
community, made anew each time, so that the people are the same and only the dates are of today.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

_HOUR = 14
FOLDER = Path("docs/pictures")
_HERE = "--in-this-process"


def main(names: list[str]) -> None:
    """Make the community, then each process in turn."""
    with tempfile.TemporaryDirectory() as home:
        environment = {
            **os.environ,
            "PORTAVOCE_HOME": home,
            "PORTAVOCE_KEYRING": "session",
            "TZ": _zone_of_afternoon(),
        }
        making = [sys.executable, "-m", "inbox_app", "practice", "--create-only"]
        subprocess.run(making, env=environment, check=True, stdout=subprocess.DEVNULL)
        from tests.pictures.table import SHOTS

        wanted = [shot for shot in SHOTS if not names or shot.name in names]
        for language, scale in dict.fromkeys(shot.process for shot in wanted):
            same = [shot.name for shot in wanted if shot.process == (language, scale)]
            drawing = [sys.executable, "-m", "tests.pictures", _HERE, *same]
            told = {
                "PORTAVOCE_LANGUAGE": language,
                "QT_SCALE_FACTOR": str(scale),
                "QT_API": "pyside6",
                "QT_QPA_PLATFORM": _screen(Path(home), scale),
            }
            subprocess.run(drawing, env={**environment, **told}, check=True)


def _screen(home: Path, scale: float) -> str:
    """As large as people's: without being told so it is 800 by 800, and every page is squeezed into that."""
    width, height = (1640, 960) if scale == 1 else (1366, 768)
    told = {"name": "screen", "x": 0, "y": 0, "width": width, "height": height, "dpr": 1}
    file = home / f"screen-{width}.json"
    file.write_text(json.dumps({"screens": [told | {"logicalDpi": 96, "logicalBaseDpi": 96}]}))
    return f"offscreen:configfile={file}"


def _zone_of_afternoon() -> str:
    """A zone in which it is early in the afternoon: the community's last hours are then hours in which people write."""
    ahead = (_HOUR - datetime.now(UTC).hour + 11) % 24 - 11
    # In these names the sign is the other way round. https://en.wikipedia.org/wiki/Tz_database#Area
    return f"Etc/GMT{-ahead:+d}"


def draw(names: list[str]) -> None:
    """Draw these, all of one language and one scale."""
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication

    from inbox_app.i18n import set_language
    from inbox_app.settings import Theme as Wanted
    from tests.pictures.stage import Stage
    from tests.pictures.table import SHOTS
    from ui.app_window import AppWindow
    from ui.main import _run as run_on_qt
    from ui.tasks import Tasks
    from ui.theme.theme import Theme

    shots = [shot for shot in SHOTS if shot.name in names]
    set_language(shots[0].language)

    async def take(application: QApplication) -> int:
        theme = Theme(Wanted.LIGHT)
        theme.dress(application)
        for shot in shots:
            theme.wear(Wanted.DARK if shot.dark else Wanted.LIGHT)
            way = Qt.LayoutDirection.RightToLeft if shot.mirrored else Qt.LayoutDirection.LeftToRight
            application.setLayoutDirection(way)
            tasks = Tasks(asyncio.get_running_loop())
            stage = Stage(theme, tasks, AppWindow(tasks, theme))
            stage.window.resize(*shot.size)
            stage.window.show()
            await shot.scene(stage)
            stage.take(FOLDER / f"{shot.name}.png")
            await stage.close()
            print(FOLDER / f"{shot.name}.png", flush=True)
        return 0

    run_on_qt(take)


if __name__ == "__main__":
    if sys.argv[1:2] == [_HERE]:
        draw(sys.argv[2:])
    else:
        main(sys.argv[1:])
