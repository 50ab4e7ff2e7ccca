"""What may be higher than its room, and is scrolled: by the wheel, by its bar, by the keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from ui.theme.told import told_as


def scrolling(inside: QWidget, name: str = "", *, read: bool = False, sideways: bool = False) -> QScrollArea:
    """An area around it, with a name for who hears it; `sideways` where it may be wider than its room too.

    The keyboard goes to what can be pressed inside, and that comes into sight. It stops at the area itself only where
    all there is to do is to `read`: the arrows scroll then, and a ring shows where one is.
    """
    made = QScrollArea()
    made.setAccessibleName(name)
    made.setWidgetResizable(True)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus if read else Qt.FocusPolicy.NoFocus)
    made.setProperty("read", read)
    if read:
        told_as(made, QAccessible.Role.Pane)
    if not sideways:
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setWidget(inside)
    return made
