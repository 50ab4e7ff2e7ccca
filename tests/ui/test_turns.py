"""The window gets the interpreter back soon, whatever else is at work."""

from __future__ import annotations

import os
import subprocess
import sys

from ui.turns import TURN

PROGRAM = """
import sys, ui.main
async def body(app): print(sys.getswitchinterval()); return 0
ui.main._run(body)
"""


def test_the_window_starts_with_short_turns() -> None:
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True, timeout=120,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    assert float(told.stdout) == TURN
