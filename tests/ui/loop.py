"""The window's loop for tests: every coroutine test of a folder whose conftest takes this hook over runs on Qt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextvars import Context
from typing import TypeVarTuple, Unpack

import pytest
import qasync

Ts = TypeVarTuple("Ts")
_PAUSE = 0.01
_loops: list[asyncio.AbstractEventLoop] = []
"""Kept for ever: a loop left to Python's collector takes its Qt timers down in whatever thread that runs in."""


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """One loop: Qt's."""
    return {"qt": make_loop}


def make_loop() -> asyncio.AbstractEventLoop:
    """A loop on the one application of this process."""
    from PySide6.QtGui import QGuiApplication
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication(["tests"])
    # As in the program: a test's last window that closes must not stop the loop.
    QGuiApplication.setQuitOnLastWindowClosed(False)
    loop = PatientLoop(app)
    _loops.append(loop)
    return loop


class PatientLoop(qasync.QEventLoop):
    """Runs nothing between a test and its fixtures: pytest-qt turns Qt's events there, and no loop is running then."""

    def call_later(
        self, delay: float, callback: Callable[[Unpack[Ts]], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        def run() -> None:
            if handle.cancelled():
                return
            if self.is_running():
                callback(*args)
            else:
                later(_PAUSE, run, context=context)

        later = super().call_later
        handle = later(delay, run, context=context)
        return handle
