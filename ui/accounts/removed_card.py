"""A removed account in the ledger: how much of it is here still, and that it can be deleted too."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from inbox_app.domain.inbox import RemovedRow
from inbox_app.i18n import _, ngettext
from ui.theme import fonts
from ui.theme.channels import channel_name
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.widgets import Badge, Label, PushButton


class RemovedCard(QFrame):
    """`delete` asks for its history to be deleted; while that goes on there is nothing to press."""

    delete_asked = Signal()

    def __init__(self, theme: Theme, row: RemovedRow) -> None:
        super().__init__()
        self.setProperty("card", "post")
        known = row.account
        self.delete = PushButton(theme, _("Delete its history…"))
        self.delete.setAccessibleDescription(known.handle)
        if row.is_going:
            self.delete.hide()
        self.delete.clicked.connect(self.delete_asked)
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(Label(theme, known.name or known.handle, weight=fonts.BOLD).eliding())
        words.addWidget(Label(theme, _told(row), size=fonts.META, tone="meta").wrapping())
        line = QHBoxLayout(self)
        line.setContentsMargins(14, 10, 10, 10)
        line.setSpacing(10)
        line.addWidget(Badge(theme, known.channel, 24, known.settings.get("place", "")))
        line.addLayout(words, 1)
        line.addWidget(self.delete)


def _told(row: RemovedRow) -> str:
    if row.is_going:
        left = ngettext(
            "is being deleted: {count} message left", "is being deleted: {count} messages left", row.messages
        )
    else:
        left = ngettext("{count} message here", "{count} messages here", row.messages)
    known = row.account
    named = (channel_name(known.channel), known.handle if known.name not in ("", known.handle) else "")
    return " · ".join(filter(None, (*named, left.format(count=number(row.messages)))))
