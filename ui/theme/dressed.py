"""Widgets whose fonts and measures follow the theme: they dress again when the size of text or the colours change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget as Before
else:
    # Qt allows one of its classes among the bases, and that one stands last.
    Before = object


class Dressed(Before):
    """Stands before the widget's class among the bases; `dress` once at the end of `__init__`."""

    def dress(self) -> None:
        """Take fonts, measures and icons from the theme as it is now."""
        raise NotImplementedError

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self.dress()
