"""The window's panes side by side, as many as there is room for; on a narrow window one at a time."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QByteArray, QEvent, QSettings, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from inbox_app.i18n import _
from ui.theme.theme import Theme
from ui.theme.widgets import ToolButton

ROOM_FOR_PANEL = 1500
ROOM_FOR_TWO = 900
"""Below the first the member panel hides, below the second one pane shows at a time; they grow with the text."""
WIDTHS = (244, 384, 692, 320)
_LEAST = (216, 312, 350, 240)
"""At the first two the hats and the states can still be read."""
_KEY = "panes"
_AROUND_BACK = (16, 8, 16, 0)
"""With the button's own padding it stands where the pane's title begins."""


class Pane(Enum):
    """What can stand alone on a narrow window."""

    SIDE = auto()
    LIST = auto()
    THREAD = auto()
    MEMBER = auto()


_BEFORE = {Pane.MEMBER: Pane.THREAD, Pane.THREAD: Pane.LIST, Pane.LIST: Pane.SIDE}


class Panes(QWidget):
    """Sidebar, list, thread, member panel, from left to right. The keys go to one that takes another's place."""

    alone = Signal(bool)
    """Whether only one pane shows at a time now."""

    def __init__(
        self, theme: Theme, side: QWidget, listing: QWidget, thread: QWidget, panel: QWidget, parent: QWidget
    ) -> None:
        # Each new parent makes Qt dress all that stands below it once more: so the rooms come last into the house.
        super().__init__(parent)
        self._theme = theme
        self._of = {Pane.SIDE: side, Pane.LIST: listing, Pane.THREAD: thread}
        self._panel = panel
        self._panel_wanted: bool | None = None
        self._in_front = Pane.LIST
        self.is_narrow = False
        self._has_room_for_panel = True
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        for widget in (side, listing, thread, panel):
            self._splitter.addWidget(widget)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._splitter.setSizes(list(WIDTHS))
        for place, stretch in enumerate((0, 0, 1, 0)):
            self._splitter.setStretchFactor(place, stretch)
        self.back_button = ToolButton(theme, "arrow-left", _("Back"), "back")
        self.back_button.clicked.connect(self.back)
        self._way_back = self._room_of_back()
        self._way_back.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._way_back)
        column.addWidget(self._splitter, 1)

    def _room_of_back(self) -> QWidget:
        room = QWidget()
        line = QHBoxLayout(room)
        line.setContentsMargins(*_AROUND_BACK)
        line.addWidget(self.back_button)
        line.addStretch(1)
        return room

    def show_pane(self, pane: Pane) -> None:
        """On a narrow window show this one; elsewhere all are in sight."""
        self._in_front = pane
        self._settle()

    def back(self) -> bool:
        """One pane back; False when there is none."""
        if not self.is_narrow or self._in_front is Pane.SIDE:
            return False
        self.show_pane(_BEFORE[self._in_front])
        return True

    def toggle_panel(self) -> None:
        """Show or hide the member panel, whatever the width says."""
        if self.is_narrow and not self._panel.isHidden():
            self.show_pane(Pane.THREAD)
        elif self._panel.isHidden():
            self.show_panel()
        else:
            self._panel_wanted = False
            self._settle()

    def show_panel(self) -> None:
        """Show the member panel, alone where there is room for one pane only."""
        if self.is_narrow:
            self._in_front = Pane.MEMBER
        else:
            self._panel_wanted = True
        self._settle()

    def keep(self, settings: QSettings) -> None:
        """Remember how wide each pane is."""
        settings.setValue(_KEY, self._splitter.saveState())

    def restore(self, settings: QSettings) -> None:
        """As it was left."""
        kept = settings.value(_KEY)
        if isinstance(kept, QByteArray):
            self._splitter.restoreState(kept)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        """At another size of the text other panes have room."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange and self.isVisible():
            self._measure()

    def _measure(self) -> None:
        narrow = self.width() < self._theme.scaled(ROOM_FOR_TWO)
        has_room_for_panel = self.width() >= self._theme.scaled(ROOM_FOR_PANEL)
        if has_room_for_panel != self._has_room_for_panel:
            self._has_room_for_panel, self._panel_wanted = has_room_for_panel, None
        if not narrow and self._in_front is Pane.MEMBER:
            self._in_front = Pane.THREAD
        if narrow != self.is_narrow:
            self.is_narrow = narrow
            self.alone.emit(narrow)
        self._settle()

    def _settle(self) -> None:
        had_keys = self.window().focusWidget()
        self._show_what_fits()
        if had_keys is not None and self.isAncestorOf(had_keys) and not had_keys.isVisible():
            # Qt would give them to whatever button comes next, which then swallows Enter.
            self._of.get(self._in_front, self._panel).setFocus()

    def _show_what_fits(self) -> None:
        for widget, least in zip((*self._of.values(), self._panel), _LEAST, strict=True):
            # One that stands alone has the whole window, however narrow that is.
            widget.setMinimumWidth(least if self.is_narrow else self._theme.scaled(least))
        for pane, widget in self._of.items():
            widget.setVisible(not self.is_narrow or pane is self._in_front)
        self._way_back.setVisible(self.is_narrow and self._in_front is not Pane.SIDE)
        wanted = self._has_room_for_panel if self._panel_wanted is None else self._panel_wanted
        self._panel.setVisible(self._in_front is Pane.MEMBER if self.is_narrow else wanted)

    def minimumSizeHint(self) -> QSize:
        return QSize(max(_LEAST), 320)
