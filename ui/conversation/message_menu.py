"""The menu of one message: reactions, moderation, its own edits, its link; each action greyed with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu, QWidget

from inbox_app.contract.manifest import Reaction
from inbox_app.domain.inbox import MessageRow
from inbox_app.domain.words import Action
from inbox_app.i18n import _
from ui import dialogs
from ui.conversation.deeds import NAMES, Offered, asked_name, offered
from ui.theme import icons
from ui.theme.theme import Theme

_LONGEST_REASON: Final = 90


class Here(Enum):
    """What is done with a message here, not on its service."""

    SPLIT = auto()
    MOVE = auto()
    HISTORY = auto()
    COPY_TEXT = auto()
    COPY_LINK = auto()
    COPY_ADDRESS = auto()


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen; `value` is the reaction, with "-" before it to take it back."""

    what: Action | Here
    value: str = ""


class MessageMenu:
    """Made anew each time it is opened. `reactions` are those that its channel offers.

    `parts` where it can leave its conversation, since something stays there.
    """

    def __init__(
        self, theme: Theme, parent: QWidget, row: MessageRow, reactions: Sequence[Reaction], *, parts: bool = False
    ) -> None:
        self._theme, self._row, self._reactions, self._parts = theme, row, reactions, parts
        self._who = row.author.name or row.author.handle
        self.menu = QMenu(parent)
        self.menu.setAccessibleName(_("What can be done with the message"))
        self._chosen: dict[QAction, Chosen] = {}
        for one in offered(row):
            self._add(one)
        if self._chosen:
            self.menu.addSeparator()
        self._add_here()

    async def ask(self, place: QPoint) -> Chosen | None:
        """Open it there; None where nothing was chosen."""
        action = await dialogs.choose_from(self.menu, place)
        return None if action is None else self._chosen.get(action)

    def _add(self, one: Offered) -> None:
        name = asked_name(one.action, self._who)
        if one.reason:
            reason = one.reason if len(one.reason) <= _LONGEST_REASON else f"{one.reason[:_LONGEST_REASON]}…"
            line = self._line(self.menu, _("{action} – {reason}").format(action=name, reason=reason), one.action)
            line.setToolTip(one.reason)
            line.setEnabled(False)
        elif one.action is Action.REACT:
            self._add_reactions(name)
        else:
            self._chosen[self._line(self.menu, name, one.action)] = Chosen(one.action)

    def _add_reactions(self, name: str) -> None:
        """Those of the channel and those that stand on the message; one of ours is taken back."""
        names = {one.sign: f"{one.sign}  {one.name}".rstrip() for one in self._reactions}
        names |= {word: word for word, _count in self._row.reactions if word not in names}
        if len(names) < 2 and not self._row.reacted and self._row.abilities.of(Action.LIKE).possible:
            return
        menu = self.menu.addMenu(self._icon(NAMES[Action.REACT].icon), name)
        menu.setAccessibleName(name)
        for emoji, shown in names.items():
            ours = emoji in self._row.reacted
            line = menu.addAction(_("Take {reaction} back").format(reaction=emoji) if ours else shown)
            self._chosen[line] = Chosen(Action.REACT, f"-{emoji}" if ours else emoji)

    def _add_here(self) -> None:
        row = self._row
        lines = [
            *([(Here.SPLIT, "scissors", _("Take it out into a conversation of its own"))] if self._parts else []),
            *([(Here.MOVE, "arrow-right", _("Move it to another conversation…"))] if self._parts else []),
            (Here.HISTORY, "clock-counter-clockwise", _("What became of it…")),
            *([(Here.COPY_TEXT, "copy", _("Copy the text"))] if row.text else []),
            (Here.COPY_LINK, "link", _("Copy a link to this message")),
            *([(Here.COPY_ADDRESS, "arrow-square-out", _("Copy its address on the service"))] if row.url else []),
        ]
        for what, picture, name in lines:
            line = self.menu.addAction(self._icon(picture), name)
            self._chosen[line] = Chosen(what)

    def _icon(self, name: str) -> QIcon:
        return icons.icon(self._theme, name, size=self._theme.scaled(16))

    def _line(self, menu: QMenu, name: str, action: Action) -> QAction:
        return menu.addAction(self._icon(NAMES[action].icon), name)
