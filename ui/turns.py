"""How soon Python is handed to the window's thread while another one works.

Each call into Qt lets go of the interpreter, and a thread that is busy takes it; to have it back the window waits a
turn, and painting one row is dozens of calls. https://docs.python.org/3/library/sys.html#sys.setswitchinterval
"""

from __future__ import annotations

import sys

TURN = 0.0005
"""Seconds for which a thread works on while another one waits; Python's own 0.005 is a third of a frame."""


def take_short_turns() -> None:
    """From here on, in this whole process."""
    sys.setswitchinterval(TURN)
