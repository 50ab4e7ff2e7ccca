"""Python's collector runs on the window's thread only.

Left to itself it runs in whatever thread allocates, and a Qt object in a cycle would then be deleted beside Qt's own
thread, which ends the process. What an opened workspace takes is put aside: to look through that again and again stops
the window for some seventy milliseconds each time.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, Qt, QTimer

_LOOK_MS = 2000
_START_MS = 5000
"""A start makes what stays; neither it nor the first sight of a workspace waits for a look through all of it."""


class Collector(QObject):
    """Looks now and then whether there is something to collect, by Python's own thresholds."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        self._settles = False
        gc.disable()
        self._timer = QTimer(self, timerType=Qt.TimerType.VeryCoarseTimer)
        self._timer.timeout.connect(self.look)
        self._timer.start(_START_MS)

    def settle(self) -> None:
        """Another workspace is open: what is there at the next look stays, and is not looked through any more."""
        self._settles = True
        self._timer.start(_START_MS)

    def look(self) -> int | None:
        """Collect the oldest generation that is due; which one it was, None when none is."""
        self._timer.setInterval(_LOOK_MS)
        if self._settles:
            self._settles = False
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            return 2
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > self._thresholds[generation]:
                gc.collect(generation)
                return generation
        return None

    def end(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
