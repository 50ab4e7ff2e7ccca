"""A mail that came attached to another, read in a window of its own: its headers, its text, its files by name."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QWidget

from inbox_app.content.folding import split_html
from inbox_app.content.parsed import Mailbox, ParsedMail
from inbox_app.i18n import _
from ui.conversation.safe_document import SafeBrowser
from ui.theme import fonts
from ui.theme.moments import in_full
from ui.theme.scrolling import scrolling
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import Label, PushButton

MEDIA_TYPE = "message/rfc822"
_LONGEST_HTML = 96_000
_LONGEST_TEXT = 100_000


class AttachedMail(QDialog):
    """Shows a `ParsedMail`; accepted when the person wants to save it."""

    def __init__(self, theme: Theme, mail: ParsedMail, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle(mail.subject or _("Attached mail"))
        self.resize(720, 560)
        self.body = SafeBrowser(theme)
        self.body.setProperty("read", True)
        self.body.setAccessibleName(_("Text of the message"))
        self.body.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.body.let_scroll(True)
        html = mail.html.html if mail.html else ""
        if html and len(html) <= _LONGEST_HTML:
            self.body.show_html("\n".join(piece.content for piece in split_html(html)))
        else:
            self.body.show_text(mail.text[:_LONGEST_TEXT] or _("(no text)"))
        column = titled_column(theme, self)
        for line in _heads(mail):
            column.addWidget(Label(theme, line, size=fonts.META, tone="meta").wrapping())
        room = scrolling(self.body, sideways=True)
        column.addWidget(room, 1)
        files = ", ".join(one.name for one in mail.attachments)
        if files:
            column.addWidget(Label(theme, _("Files: {names}").format(names=files), size=fonts.META).wrapping())
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        save, close = PushButton(self._theme, _("Save…"), "plain"), PushButton(self._theme, _("Close"), "primary")
        save.clicked.connect(self.accept)
        close.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(save)
        row.addWidget(close)
        return row


def _heads(mail: ParsedMail) -> list[str]:
    """Who, to whom and when."""
    lines = [_("From {people}").format(people=_names(mail.sender)), _("To {people}").format(people=_names(mail.to))]
    if mail.cc:
        lines.append(_("Cc {people}").format(people=_names(mail.cc)))
    if mail.date:
        lines.append(in_full(mail.date))
    return lines


def _names(people: tuple[Mailbox, ...]) -> str:
    return ", ".join(f"{one.name} <{one.address}>" if one.name else one.address for one in people[:50])
