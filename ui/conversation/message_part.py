"""One message: who wrote it and when, its text, what is marked on it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout

from inbox_app.domain.inbox import MessageRow
from inbox_app.domain.words import Action, Direction, MessageState
from inbox_app.i18n import _
from ui.conversation.attachments import Attachments
from ui.conversation.items import MessageItem
from ui.conversation.part import ThreadPart
from ui.conversation.quotes import part_quotes
from ui.conversation.safe_document import SafeBrowser
from ui.conversation.sending_row import SendingRow
from ui.theme import fonts
from ui.theme.moments import ago, in_full
from ui.theme.theme import Theme
from ui.theme.widgets import Chip, Label, ToolButton

SHOWN_AT_ONCE = 12_000
"""Characters of one message that are laid out before somebody asks for the rest."""
LARGEST_HTML = 96_000
"""HTML beyond this many characters would hold up the window; its text is shown."""


class MessagePart(ThreadPart):
    """A message in the thread."""

    reply_asked = Signal(object)
    attachment_asked = Signal(str)
    link_asked = Signal(str)
    link_doubted = Signal(str, str)
    undo_asked = Signal(str)
    resolve_asked = Signal(str, str)
    resized = Signal(str)

    def __init__(self, theme: Theme, item: MessageItem, pictures: Mapping[str, QImage] | None = None) -> None:
        row = item.row
        who = row.author.name or row.author.handle
        super().__init__(theme, item.branch, who, _card(row))
        self._item = item
        self._pictures = pictures or {}
        self.sending: SendingRow | None = None
        self.setAccessibleName(_spoken(row, who))
        self._write_head(row, who)
        self._write_answers(item.answers)
        self._write_mail(row)
        self._write_text(row)
        if row.attachments:
            files = Attachments(theme, row.attachments)
            files.asked.connect(self.attachment_asked)
            self.column.addWidget(files)
        self._write_sending(row)
        self._write_actions(row)

    @property
    def item(self) -> MessageItem:
        """What it shows."""
        return self._item

    def _write_head(self, row: MessageRow, who: str) -> None:
        name = Label(self.theme, who, size=fonts.BODY, weight=fonts.BOLD).eliding()
        name.setToolTip(row.author.handle)
        when = Label(self.theme, ago(row.sent_at), size=fonts.META, tone="meta")
        when.setToolTip(in_full(row.sent_at))
        self.head.addWidget(name, 0)
        self.head.addWidget(when)
        for chip in marks(self.theme, row):
            self.head.addWidget(chip)
        self.head.addStretch(1)

    def _write_answers(self, name: str) -> None:
        if name:
            text = _("In reply to {name}").format(name=name)
            self.column.addWidget(Label(self.theme, text, size=fonts.META, tone="meta").eliding())

    def _write_mail(self, row: MessageRow) -> None:
        """Subject and recipients, where there are any."""
        if row.title:
            self.column.addWidget(Label(self.theme, row.title, size=fonts.BODY, weight=fonts.BOLD).eliding())
        if row.recipients:
            people = ", ".join(name or handle for _role, handle, name in row.recipients)
            said = _("to {people}").format(people=people)
            self.column.addWidget(Label(self.theme, said, size=fonts.META, tone="meta").eliding())

    def _write_text(self, row: MessageRow) -> None:
        if row.html and len(row.html) <= LARGEST_HTML and row.deleted_at is None:
            body = self._body()
            body.show_html(row.html, self._pictures)
            self.add_body(body)
            return
        said, quoted = part_quotes(row.text)
        gone = row.deleted_at is not None
        ink = "text3" if gone or row.hidden or row.context else "text"
        if said or not quoted:
            body = self._body()
            body.show_text(said[:SHOWN_AT_ONCE] or _("(no text)"), ink, struck=gone)
            self.add_body(body)
        rest = said[SHOWN_AT_ONCE:]
        if rest:
            self._offer_more(_("Show the whole message"), rest, ink)
        if quoted:
            self._offer_more(_("Show quoted text"), quoted[:SHOWN_AT_ONCE], "text3")

    def _offer_more(self, name: str, text: str, ink: str) -> None:
        """A button that gives way to more text."""
        row = QHBoxLayout()
        button = ToolButton(self.theme, "dots-three", name, "link")
        row.addWidget(button)
        row.addStretch(1)
        self.column.addLayout(row)
        place = self.column.count()

        def show_more() -> None:
            button.hide()
            body = self._body()
            body.show_text(text, ink)
            self.bodies.append(body)
            self.column.insertWidget(place, body)
            body.show()
            self.unfit()
            self.resized.emit(self._item.key)

        button.clicked.connect(show_more)

    def _body(self) -> SafeBrowser:
        made = SafeBrowser(self.theme)
        made.setAccessibleName(_("Text of the message"))
        made.link_asked.connect(self.link_asked)
        made.link_doubted.connect(self.link_doubted)
        return made

    def _write_sending(self, row: MessageRow) -> None:
        unsettled = (MessageState.QUEUED, MessageState.SENDING, MessageState.FAILED, MessageState.UNCONFIRMED)
        if row.outbox is None or row.state not in unsettled:
            return
        self.sending = SendingRow(self.theme, row.outbox)
        self.sending.undo_asked.connect(self.undo_asked)
        self.sending.resolve_asked.connect(self.resolve_asked)
        self.column.addWidget(self.sending)

    def _write_actions(self, row: MessageRow) -> None:
        if self.sending is not None or row.deleted_at is not None:
            return
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        for icon, name, act in self._actions(row):
            button = ToolButton(self.theme, icon, name, "link")
            button.clicked.connect(act)
            line.addWidget(button)
            ability = row.abilities.of(Action.REPLY)
            if act == self._ask_reply and not ability.possible:
                button.setEnabled(False)
                button.setToolTip(ability.reason)
        for word, count in row.reactions:
            line.addWidget(Label(self.theme, f"{word} {count:n}", size=fonts.META, weight=fonts.MEDIUM, tone="meta"))
        if line.count():
            line.addStretch(1)
            self.column.addLayout(line)

    def _actions(self, row: MessageRow) -> list[tuple[str, str, object]]:
        ability = row.abilities.of(Action.REPLY)
        made: list[tuple[str, str, object]] = []
        if ability.possible or ability.reason:
            made.append(("arrow-bend-up-left", _("Reply"), self._ask_reply))
        if row.url:
            made.append(("arrow-square-out", _("Open"), lambda: self.link_asked.emit(row.url)))
        return made

    def _ask_reply(self) -> None:
        self.reply_asked.emit(self._item.row.id)


def marks(theme: Theme, row: MessageRow) -> list[Chip]:
    """What is to be known about a message, each with an icon and a word."""
    made = []
    if row.direction is Direction.OUTGOING:
        made.append(_own_mark(theme, row))
    if row.needs_reply:
        made.append(Chip(theme, _("Needs reply"), ink="accent_text", ground="raised", icon="arrow-bend-up-left"))
    if row.deleted_at:
        made.append(Chip(theme, _("Deleted"), ink="red", ground="red_soft", icon="trash"))
    elif row.edited_at:
        made.append(Chip(theme, _("Edited"), icon="pencil-simple"))
    if row.hidden:
        made.append(Chip(theme, _("Hidden"), ink="warn", ground="warn_soft", icon="eye-slash"))
    if row.context:
        made.append(Chip(theme, _("Not to us"), icon="chat"))
    return made


def _own_mark(theme: Theme, row: MessageRow) -> Chip:
    match row.state:
        case MessageState.QUEUED | MessageState.SENDING:
            return Chip(theme, _("On its way"), ink="accent_text", ground="accent_soft", icon="clock")
        case MessageState.FAILED:
            return Chip(theme, _("Not sent"), ink="red", ground="red_soft", icon="warning-circle")
        case MessageState.UNCONFIRMED:
            return Chip(theme, _("Not sure"), ink="warn", ground="warn_soft", icon="question")
    return Chip(theme, _("Sent by us"), ink="accent_text", ground="accent_soft", icon="check")


def _card(row: MessageRow) -> str:
    return "asks" if row.needs_reply else "bare"


def _spoken(row: MessageRow, who: str) -> str:
    parts = [_("Message from {name}").format(name=who), ago(row.sent_at)]
    if row.needs_reply:
        parts.append(_("needs a reply"))
    if row.deleted_at:
        parts.append(_("deleted"))
    if row.hidden:
        parts.append(_("hidden"))
    return ", ".join([*parts, row.text[:300]])
