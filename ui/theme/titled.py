"""How every dialog begins: with what it is, in one size and at one place; and how most end.

The frame's own title is not enough: some desktops draw none around a dialog, and macOS has none on a sheet.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from inbox_app.i18n import _
from ui.screen_room import size_within
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.widgets import Label, PushButton


class Title(Label):
    """What a dialog is called, in it as in its frame; one that turns into another follows."""

    def __init__(self, theme: Theme, dialog: QDialog) -> None:
        super().__init__(theme, dialog.windowTitle(), size=fonts.PANE_TITLE, weight=fonts.HEAVY)
        self.wrapping()
        dialog.windowTitleChanged.connect(self.say)


def grow_with_text(theme: Theme, dialog: QDialog) -> None:
    """What size it was given is for text of the designed size: it grows with the text, as far as the screen goes."""
    if dialog.testAttribute(Qt.WidgetAttribute.WA_Resized):
        grown = size_within(dialog.screen().availableSize(), dialog.size() * theme.scale)
        dialog.resize(dialog.size().expandedTo(grown))


def show_all_text(dialog: QDialog) -> None:
    """As high as its text: Qt's own `adjustSize` stops at two thirds of the screen, and cuts the last line there."""
    width = max(dialog.minimumWidth(), dialog.sizeHint().width())
    wanted = QSize(width, max(dialog.heightForWidth(width), dialog.sizeHint().height()))
    dialog.resize(size_within(dialog.screen().availableSize(), wanted))


def titled_column(theme: Theme, dialog: QDialog, *beside: QWidget) -> QVBoxLayout:
    """The column that a dialog is, its title on top; `beside` stands at the end of the title's line."""
    grow_with_text(theme, dialog)
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


def foot(theme: Theme, dialog: QDialog, deed: PushButton, first: QWidget | None = None) -> QHBoxLayout:
    """The line that a dialog ends with: what gives it up, and what it is for.

    Enter in a field means the deed; without a default button it would press the first there is. `first` is what can be
    done besides, at the beginning of the line.
    """
    deed.setDefault(True)
    give_up = PushButton(theme, _("Cancel"), "plain")
    give_up.clicked.connect(dialog.reject)
    line = QHBoxLayout()
    if first is not None:
        line.addWidget(first)
    line.addStretch(1)
    line.addWidget(give_up)
    line.addWidget(deed)
    return line
