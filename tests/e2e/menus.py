"""Menus as the mouse uses them: those within open by themselves under it, and a line is one click."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget

from tests.ui.patience import until


async def menu_of(within: QWidget) -> QMenu:
    """The menu that opens."""
    found: list[QMenu] = []

    def look() -> bool:
        found[:] = [one for one in within.findChildren(QMenu) if one.isVisible()]
        return bool(found)

    await until(look, "the menu")
    return found[0]


async def press_line(menu: QMenu, name: str, group: str = "") -> None:
    """A line of the menu, or of the one within it that is called `group`."""
    if group:
        (head,) = [one for one in menu.actions() if one.text() == group]
        menu.setActiveAction(head)  # what the mouse does by being there
        menu = room_of(head)
        await until(menu.isVisible, "the menu within")
    (line,) = [one for one in menu.actions() if one.text() == name]
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(line).center())


def room_of(head: QAction) -> QMenu:
    """The menu within."""
    room = head.menu()
    assert isinstance(room, QMenu)
    return room
