"""A note in the thread: text for colleagues, on the ground that only notes have, said to be internal."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QWidget

from inbox_app.domain.inbox import NoteRow
from inbox_app.i18n import _
from ui.conversation.items import NoteItem
from ui.conversation.part import ThreadPart
from ui.conversation.safe_document import SafeBrowser
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.widgets import Chip, Label, ToolButton


class NotePart(ThreadPart):
    """A note; its text is plain and its links are dead."""

    menu_asked = Signal(NoteRow, QPoint)

    def __init__(self, theme: Theme, item: NoteItem, parent: QWidget | None = None) -> None:
        row = item.row
        author = note_author(row)
        super().__init__(theme, item.branch, author, "note", parent=parent)
        self.setAccessibleName(_("Internal note by {name}: {text}").format(name=author, text=row.text[:300]))
        self.head.addWidget(Label(theme, author, size=fonts.BODY, weight=fonts.BOLD).eliding())
        self.head.addWidget(self.tell_when(row.made_at))
        self.head.addWidget(Chip(theme, _("Internal note"), ink="warn", ground="warn_soft", icon="lock-simple"))
        if row.pinned:
            self.head.addWidget(Chip(theme, _("Pinned"), ink="warn", ground="warn_soft", icon="push-pin"))
        self.head.addStretch(1)
        more = ToolButton(theme, "dots-three", _("What can be done with this note"))
        more.clicked.connect(lambda: self.menu_asked.emit(row, more.mapToGlobal(QPoint(0, more.height()))))
        self.head.addWidget(more)
        self._body = SafeBrowser(theme)
        self._body.setAccessibleName(_("Text of the note"))
        self._body.show_text(row.text)
        self.add_body(self._body)

    def mark(self, words: Collection[str]) -> None:
        """Mark every place where one of these stands."""
        self._body.mark(words)


ALONE = "me"
"""What the only colleague of a workspace is called until somebody gives a name."""


def note_author(row: NoteRow) -> str:
    """Whose note it is, as people read it."""
    return colleague_name(row.author)


def colleague_name(name: str) -> str:
    """A colleague as people read it."""
    return _("You") if name == ALONE else name
