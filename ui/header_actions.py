"""The buttons above a conversation: whose it is, snooze, done, and the member panel."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.inbox import ConversationRow
from inbox_app.domain.words import State
from inbox_app.i18n import _
from ui.commands import Does, key_text
from ui.theme import icons
from ui.theme.theme import Theme

_ICONS = {
    Does.ASSIGN: "user",
    Does.SNOOZE: "clock",
    Does.DONE: "check",
    Does.REOPEN: "arrow-counter-clockwise",
    Does.PANEL: "identification-card",
}


class HeaderActions(QObject):
    """Each is the command of that name, named by what it would do now."""

    def __init__(self, theme: Theme, give: Callable[[Does], None], parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._actions = {does: QAction(self) for does in _ICONS}
        for does, action in self._actions.items():
            action.triggered.connect(lambda _on=False, does=does: give(does))
        self.colleagues: Mapping[ColleagueId, str] = {}
        theme.changed.connect(self._dress)
        self._name(Does.SNOOZE, _("Snooze or remind"))
        self._name(Does.PANEL, _("Show or hide the member panel"))
        self._actions[Does.PANEL].setPriority(QAction.Priority.LowPriority)
        self._dress()
        self._name(Does.DONE, _("Done"))
        self._name(Does.REOPEN, _("Open again"))
        self._name(Does.ASSIGN, _("Assign"))

    @property
    def all(self) -> list[QAction]:
        """From left to right."""
        return list(self._actions.values())

    def among(self, deeds: Container[Does]) -> list[QAction]:
        """Those of them that can be done here."""
        return [action for does, action in self._actions.items() if does in deeds]

    def follow(self, row: ConversationRow) -> None:
        """Name them for this conversation."""
        self._actions[Does.DONE].setVisible(row.state is not State.DONE)
        self._actions[Does.REOPEN].setVisible(row.state is State.DONE)
        whose = self.colleagues.get(row.assignee) if row.assignee else None
        self._name(Does.ASSIGN, whose or _("Assign"))
        self._actions[Does.ASSIGN].setVisible(len(self.colleagues) > 1)

    def _name(self, does: Does, name: str) -> None:
        action = self._actions[does]
        action.setText(name)
        action.setToolTip(f"{name} ({key_text(does)})")

    def _dress(self) -> None:
        for does, action in self._actions.items():
            action.setIcon(icons.icon(self._theme, _ICONS[does], "text2", self._theme.scaled(16)))
