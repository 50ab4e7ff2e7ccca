"""Start Portavoce from a checkout: the window, or the same job as text where there is no display.

Run by `make run` with the environment's own Python, after the system libraries are there.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "build" / "portavoce.png"
PROGRAM = [sys.executable, "-m", "inbox_app"]
PRACTICE = [*PROGRAM, "--workspace", "practice"]
WITHOUT_A_WINDOW = (
    [*PRACTICE, "practice", "--create-only"],
    [*PRACTICE, "sync"],
    [*PRACTICE, "list", "--limit", "20"],
    [*PRACTICE, "picture", "--out", str(PICTURE)],
)


def has_display(system: str, environment: Mapping[str, str]) -> bool:
    """Tell whether a window can be shown; outside Linux there is always a desktop."""
    return system != "linux" or any(map(environment.get, ("DISPLAY", "WAYLAND_DISPLAY")))


def without_a_window() -> int:
    """Open the practice workspace, sync it, print its inbox and draw the window to a picture."""
    print(
        "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window opens.\n"
        "This is the practice workspace as text, and its window as a picture:\n",
        flush=True,
    )
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.unlink(missing_ok=True)
    # A machine without a desktop seldom has a keyring, and the practice workspace has no secret.
    environment = {"PORTAVOCE_KEYRING": "session", **os.environ, "QT_QPA_PLATFORM": "offscreen"}
    for command in WITHOUT_A_WINDOW:
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
        if done.returncode != 0:
            return done.returncode
    print(f"\nThe window is drawn in {PICTURE}", flush=True)
    return 0


if __name__ == "__main__":
    if has_display(sys.platform, os.environ):
        sys.exit(subprocess.run(PROGRAM, cwd=ROOT, check=False).returncode)
    sys.exit(without_a_window())
