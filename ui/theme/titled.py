"""How every dialog begins: with what it is, in one size and at one place.

The frame's own title is not enough: some desktops draw none around a dialog, and macOS has none on a sheet.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from ui.screen_room import size_within
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.widgets import Label


class Title(Label):
    """What a dialog is called, in it as in its frame; one that turns into another follows."""

    def __init__(self, theme: Theme, dialog: QDialog) -> None:
        super().__init__(theme, dialog.windowTitle(), size=fonts.PANE_TITLE, weight=fonts.HEAVY)
        self.wrapping()
        dialog.windowTitleChanged.connect(self.say)


def titled_column(theme: Theme, dialog: QDialog, *beside: QWidget) -> QVBoxLayout:
    """The column that a dialog is, its title on top; `beside` stands at the end of the title's line.

    Its size is what it was given for text of the designed size: it grows with the text, as far as the screen goes.
    """
    if dialog.testAttribute(Qt.WidgetAttribute.WA_Resized):
        grown = size_within(dialog.screen().availableSize(), dialog.size() * theme.scale)
        dialog.resize(dialog.size().expandedTo(grown))
    head = QHBoxLayout()
    head.setSpacing(8)
    head.addWidget(Title(theme, dialog), 1)
    for part in beside:
        head.addWidget(part)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(20, 18, 20, 16)
    column.setSpacing(12)
    column.addLayout(head)
    return column
