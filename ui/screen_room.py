"""How large a window opens in the room that a screen has, so that its frame is in sight too."""

from __future__ import annotations

from PySide6.QtCore import QSize

WANTED = QSize(1640, 960)
FRAME = QSize(16, 48)
"""What the borders and the title bar take, with room to spare: their true size is known only once they are drawn."""


def size_within(available: QSize, wanted: QSize = WANTED) -> QSize:
    """How large the window opens in this much room of the screen."""
    return wanted.boundedTo(available - FRAME)
