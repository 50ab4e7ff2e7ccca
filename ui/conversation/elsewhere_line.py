"""A line below a message: how many pictures wait elsewhere, and the ways to see them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from inbox_app.i18n import _, ngettext
from ui.conversation.attachments import Flow, grows_down
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.widgets import Label, ToolButton


class Wish(Enum):
    """What a person wants with the pictures that a message would fetch."""

    SHOW = auto()
    ALWAYS = auto()
    ASK_AGAIN = auto()


@dataclass(frozen=True, slots=True)
class Waiting:
    """How it stands with the pictures of a message: how many are not here, and what was decided."""

    count: int
    was_tried: bool = False
    """They were asked for, and these did not come."""
    always: bool = False
    """Its sender's pictures are shown without asking."""
    is_sender_known: bool = True
    """There is an address that can be remembered."""


NOTHING_WAITS = Waiting(0)


class ElsewhereLine(QWidget):
    """Says why something is missing, and lets it be fetched."""

    wished = Signal(Wish)

    def __init__(self, theme: Theme, waiting: Waiting) -> None:
        super().__init__()
        self._theme = theme
        self.setSizePolicy(grows_down())
        self._flow = Flow(self)
        self._said = Label(theme, _sentence(waiting), size=fonts.META, tone="meta").eliding()
        self.setToolTip(_("Fetching them tells the sender when and where the message was read."))
        self._flow.addWidget(self._said)
        if waiting.count:
            self._offer("image", _("Try again") if waiting.was_tried else _("Show pictures"), Wish.SHOW)
        if waiting.count and not waiting.always and waiting.is_sender_known:
            self._offer("check", _("Always for this sender"), Wish.ALWAYS)
        if waiting.always:
            self._offer("x", _("Ask again for this sender"), Wish.ASK_AGAIN)

    def _offer(self, icon: str, name: str, wish: Wish) -> None:
        button = ToolButton(self._theme, icon, name, "link")
        button.clicked.connect(lambda: self._wish(wish))
        self._flow.addWidget(button)
        self._said.setMinimumHeight(button.sizeHint().height())

    def _wish(self, wish: Wish) -> None:
        for button in self.findChildren(ToolButton):
            button.setEnabled(False)
        if wish is not Wish.ASK_AGAIN:
            self._said.say(_("Fetching pictures…"))
        self.wished.emit(wish)


def _sentence(waiting: Waiting) -> str:
    count = waiting.count
    if not count:
        return _("Pictures from this sender are always shown.")
    if waiting.was_tried:
        said = ngettext(
            "{count} picture from elsewhere cannot be fetched now.",
            "{count} pictures from elsewhere cannot be fetched now.",
            count,
        )
    else:
        said = ngettext(
            "{count} picture from elsewhere is not shown.", "{count} pictures from elsewhere are not shown.", count
        )
    return said.format(count=count)
