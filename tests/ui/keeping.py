"""Widgets of a test are taken down with it, on Qt's own thread.

A widget that is left to Python's collector may be deleted by whatever thread that happens to run in.
"""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget

Made = TypeVar("Made", bound=QWidget)


class Keep:
    """Takes a widget and gives it back."""

    def __init__(self) -> None:
        self._kept: list[QWidget] = []

    def __call__(self, widget: Made) -> Made:
        self._kept.append(widget)
        return widget

    def take_down(self) -> None:
        """Delete all."""
        for widget in self._kept:
            widget.hide()
            widget.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
