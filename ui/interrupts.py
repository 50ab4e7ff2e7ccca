"""SIGINT and SIGTERM end the program as closing its window does: Python hears of them although Qt waits elsewhere."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

from PySide6.QtCore import QSocketNotifier

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """While it is entered, a signal calls `stop` on the window's thread."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._old: dict[signal.Signals, Any] = {}

    def __enter__(self) -> None:
        # A byte on this line wakes Qt's loop, and Python then runs the handler.
        self._near, self._far = socket.socketpair()
        self._near.setblocking(False)
        self._far.setblocking(False)
        self._notifier = QSocketNotifier(self._near.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._drain)
        self._fd = signal.set_wakeup_fd(self._far.fileno(), warn_on_full_buffer=False)
        for one in _SIGNALS:
            self._old[one] = signal.signal(one, self._heard)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one, handler in self._old.items():
            signal.signal(one, handler)
        signal.set_wakeup_fd(self._fd)
        self._notifier.setEnabled(False)
        self._near.close()
        self._far.close()

    def _heard(self, _number: int, _frame: FrameType | None) -> None:
        self._stop()

    def _drain(self) -> None:
        self._near.recv(4096)
