"""One message: who wrote it and when, its text, what is marked on it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inbox_app.content.elsewhere import addresses, settled
from inbox_app.content.folding import Piece, PieceKind, split_html
from inbox_app.domain.inbox import Aside, AttachmentRow, MessageRow
from inbox_app.domain.mark_words import failure_sentences, sentences_of
from inbox_app.domain.marks import STAR, Standing
from inbox_app.domain.recipients import MENTION, REPLY_TO
from inbox_app.domain.words import Action, Direction, MessageState
from inbox_app.i18n import _
from ui.conversation.attachments import Attachments
from ui.conversation.deeds import NAMES, at_hand
from ui.conversation.elsewhere_line import NOTHING_WAITS, ElsewhereLine, Waiting
from ui.conversation.items import MessageItem
from ui.conversation.part import ThreadPart
from ui.conversation.poll_part import PollPart
from ui.conversation.safe_document import SafeBrowser
from ui.conversation.sending_row import SendingRow
from ui.theme import fonts
from ui.theme.moments import ago
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.widgets import Chip, Label, NameButton, ToolButton

Show = Callable[[SafeBrowser], None]
"""Puts a text into the widget that shows it."""

SHOWN_AT_ONCE = 12_000
"""Characters of one message that are laid out before somebody asks for the rest."""
_AWAY = "arrow-square-out"
"""The icon of what leaves the program."""
LARGEST_HTML = 96_000
"""HTML beyond this many characters would hold up the window; its text is shown."""


class Folds:
    """A line of buttons, and below it, in their order, what they gave way to."""

    def __init__(self, column: QVBoxLayout) -> None:
        self._column = column
        self._row = QHBoxLayout()
        self._row.setSpacing(10)
        self._row.addStretch(1)
        self._count = 0
        self._open: list[int] = []
        column.addLayout(self._row)

    def add(self, button: QWidget) -> int:
        """One more button; its place among them."""
        self._row.insertWidget(self._count, button)
        self._count += 1
        return self._count - 1

    def open(self, place: int, body: QWidget) -> None:
        """Show a text below the line, after those of the buttons before."""
        before = sum(one < place for one in self._open)
        self._open.append(place)
        self._column.insertWidget(self._column.indexOf(self._row) + 1 + before, body)


class MessagePart(ThreadPart):
    """A message in the thread."""

    reply_asked = Signal(object)
    reply_all_asked = Signal(object)
    forward_asked = Signal(object)
    act_asked = Signal(object, object, str)
    menu_asked = Signal(object, QPoint)
    parent_asked = Signal(object)
    aside_asked = Signal(object)
    attachment_asked = Signal(str)
    link_asked = Signal(str)
    link_doubted = Signal(str, str)
    undo_asked = Signal(str)
    resolve_asked = Signal(str, str)
    resized = Signal(str)
    member_asked = Signal(str)
    elsewhere_wished = Signal(object, object)

    def __init__(
        self,
        theme: Theme,
        item: MessageItem,
        pictures: Mapping[str, QImage] | None = None,
        waiting: Waiting = NOTHING_WAITS,
        parent: QWidget | None = None,
    ) -> None:
        row = item.row
        who = row.author.name or row.author.handle
        super().__init__(theme, item.branch, who, _card(row), row.author.avatar_url, parent)
        self._item = item
        self._pictures, self._waiting = pictures or {}, waiting
        self.sending: SendingRow | None = None
        self.poll: PollPart | None = None
        self._folds: Folds | None = None
        self._is_withheld = theme.withholds_deleted and row.deleted_at is not None
        self.setAccessibleName(_spoken(item, who, said="" if self._is_withheld else row.unasked[:300]))
        self._write_head(row, who)
        self._write_answers(item.answers)
        self._write_mail(row)
        self._write_marks(row)
        self._write_text(row)
        self._write_poll()
        self._write_elsewhere(row, waiting)
        if loose := loose_files(row):
            files = Attachments(theme, loose)
            files.asked.connect(self.attachment_asked)
            self.column.addWidget(files)
        self._write_aside(row)
        self._write_sending(row)
        self._write_actions(row)

    @property
    def item(self) -> MessageItem:
        """What it shows."""
        return self._item

    @property
    def made_with(self) -> tuple[Mapping[str, QImage], Waiting]:
        """Its pictures, and what it said of those that are elsewhere."""
        return self._pictures, self._waiting

    def mark(self, words: Collection[str]) -> None:
        """Mark these words in its text."""
        for body in self.bodies:
            body.mark(words)

    def _write_head(self, row: MessageRow, who: str) -> None:
        self._write_name(row, who)
        self.head.addWidget(self.tell_when(row.sent_at))
        for chip in marks(self.theme, row):
            self.head.addWidget(chip)
        if self._item.is_starred:
            self.head.addWidget(Chip(self.theme, _("Starred"), ink="warn", ground="warn_soft", icon="star-fill"))
        self.head.addStretch(1)

    def _write_name(self, row: MessageRow, who: str) -> None:
        """The name leads to the person's card; where something is noted about them, a sign beside it says so."""
        whose = row.author.member
        if whose is None:
            name = Label(self.theme, who, size=fonts.BODY, weight=fonts.BOLD).eliding()
            name.setToolTip(row.author.handle)
            self.head.addWidget(name, 0)
            return
        button = NameButton(self.theme, who, row.author.handle)
        button.clicked.connect(lambda: self.member_asked.emit(whose))
        self.head.addWidget(button, 0)
        if self._item.noted:
            sign = ToolButton(self.theme, "note", _("Noted: {text}").format(text=self._item.noted[:300]), "name")
            sign.inked("warn")
            sign.clicked.connect(lambda: self.member_asked.emit(whose))
            self.head.addWidget(sign)

    def _write_answers(self, name: str) -> None:
        """Where the guides do not tell what it answers, a word does: it leads there, and says what stood there."""
        if not name:
            return
        button = ToolButton(self.theme, "arrow-elbow-left-up", _("In reply to {name}").format(name=name), "link")
        withheld = self.theme.withholds_deleted and self._item.answered_is_gone
        button.setToolTip("" if withheld else self._item.answered)
        button.clicked.connect(lambda: self.parent_asked.emit(self._item.row.parent))
        self.column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def _write_aside(self, row: MessageRow) -> None:
        """That it was answered in private, or answers so what was said in public; pressed, it leads there."""
        aside = row.aside
        if aside is None or row.deleted_at is not None:
            return
        button = ToolButton(self.theme, "lock", aside_words(row.direction, aside), "link")
        button.setToolTip(aside.text)
        button.clicked.connect(lambda: self.aside_asked.emit(aside))
        self.column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def _write_mail(self, row: MessageRow) -> None:
        """Subject and recipients, where there are any."""
        if (title := self._item.title) and not self._is_withheld:
            said = _("Content warning: {words}").format(words=title) if row.marks.warned else title
            self.column.addWidget(Label(self.theme, said, size=fonts.BODY, weight=fonts.BOLD).eliding())
        # Whom a comment names stands in its text already.
        names = [name or handle for role, handle, name in row.recipients if role not in (REPLY_TO, MENTION)]
        if names:
            people = ", ".join(names)
            said = _("to {people}").format(people=people)
            self.column.addWidget(Label(self.theme, said, size=fonts.META, tone="meta").eliding())

    def _write_marks(self, row: MessageRow) -> None:
        """What is to be known of it besides its text, failures first."""
        failed = failure_sentences(row.undelivered) + failure_sentences(row.marks.failures)
        for sentence in dict.fromkeys((*failed, *sentences_of(row.marks))):
            tone = "red" if sentence in failed else "warn" if row.marks.encrypted else "meta"
            line = Label(self.theme, sentence, size=fonts.META, tone=tone).wrapping()
            line.setAccessibleName(sentence)
            self.column.addWidget(line)

    def _write_text(self, row: MessageRow) -> None:
        if self._is_withheld:
            self._withhold(row)
            return
        html = shown_html(row, self._pictures) if self._item.poll is None else ""
        if self._warns:
            self._offer_more(_("Show what it warns of"), partial(self._show_warned, html))
            return
        if html and row.deleted_at is None:
            for piece in split_html(html):
                self._write_piece(piece.kind, partial(self._show_html, piece.content))
            return
        gone = row.deleted_at is not None
        ink = "text3" if gone or row.hidden or row.context else "text"
        # That a mail is encrypted stands above it already; that it says nothing would be untrue.
        nothing = () if row.marks.encrypted or self._item.poll else (Piece(PieceKind.SAID, _("(no text)")),)
        for piece in self._item.pieces() or nothing:
            shown, rest = piece.content[:SHOWN_AT_ONCE], piece.content[SHOWN_AT_ONCE:]
            said = piece.kind is PieceKind.SAID
            self._write_piece(piece.kind, partial(self._show_text, shown, ink if said else "text3", struck=gone))
            if rest and said:
                self._offer_more(_("Show the whole message"), partial(self._show_text, rest, ink))

    @property
    def _warns(self) -> bool:
        """Whether what it says waits behind its warning."""
        row = self._item.row
        return row.marks.warned and row.deleted_at is None and row.direction is Direction.INCOMING

    def _show_warned(self, html: str, body: SafeBrowser) -> None:
        if html:
            self._show_html(html, body)
        else:
            self._show_text("".join(piece.content for piece in self._item.pieces()), "text", body)
        if self.poll is not None:
            self.poll.show()

    def _write_poll(self) -> None:
        """What can be chosen is no more to be seen unasked than the words above it."""
        if self._item.poll is not None:
            self.poll = PollPart(self.theme, self._item.poll)
            self.column.addWidget(self.poll)
            self.poll.setVisible(not self._warns)

    def _withhold(self, row: MessageRow) -> None:
        """Who deleted it wanted it gone: it is shown only to whoever asks for it."""
        text = "\n".join(part for part in (self._item.title, row.text.rstrip()) if part)
        if text:
            show = partial(self._show_text, text[:SHOWN_AT_ONCE], "text3", struck=True)
            self._offer_more(_("Show the deleted text"), show)

    def _write_elsewhere(self, row: MessageRow, waiting: Waiting) -> None:
        """What it would fetch from elsewhere, and whether that is wanted."""
        is_shown = shown_html(row) and addresses(row.html or "") and row.deleted_at is None
        if is_shown and (waiting.count or waiting.always):
            line = ElsewhereLine(self.theme, waiting)
            line.wished.connect(lambda wish: self.elsewhere_wished.emit(row.id, wish))
            self.column.addWidget(line)

    def _write_piece(self, kind: PieceKind, show: Show) -> None:
        """What the author wrote is in sight; quotes and signatures wait behind a button."""
        if kind is PieceKind.SAID:
            body = self._body()
            show(body)
            self.add_body(body)
            self._folds = None
        else:
            self._folds = self._folds or Folds(self.column)
            self._offer_more(_("Show quoted text") if kind is PieceKind.QUOTED else _("Show signature"), show)

    def _show_html(self, html: str, body: SafeBrowser) -> None:
        body.show_html(html, self._pictures)

    def _show_text(self, text: str, ink: str, body: SafeBrowser, *, struck: bool = False) -> None:
        body.show_text(text, ink, struck=struck)

    def _offer_more(self, name: str, show: Show) -> None:
        """A button that gives way to more text; neighbours share a line."""
        folds = self._folds or Folds(self.column)
        button = ToolButton(self.theme, "dots-three", name, "link")
        place = folds.add(button)

        def show_more() -> None:
            button.hide()
            body = self._body()
            show(body)
            self.bodies.append(body)
            folds.open(place, body)
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
            if icon == _AWAY:
                button.setToolTip(_("Open it on its service, in the browser"))
            line.addWidget(button)
            ability = row.abilities.of(Action.REPLY)
            if act in (self._ask_reply, self._ask_reply_to_all) and not ability.possible:
                button.setEnabled(False)
                button.setToolTip(ability.reason)
        if row.remote_id is not None:
            line.addWidget(self._more())
        for word, count in row.reactions:
            if word == STAR and self._item.is_starred:
                continue
            line.addWidget(self._reaction(row, word, count))
        if line.count():
            line.addStretch(1)
            self.column.addLayout(line)

    def _more(self) -> ToolButton:
        button = ToolButton(self.theme, "dots-three", _("More"), "link")
        button.setToolTip(_("What can be done with the message (.)"))
        button.clicked.connect(
            lambda: self.menu_asked.emit(self._item.row, button.mapToGlobal(button.rect().bottomLeft()))
        )
        return button

    def _reaction(self, row: MessageRow, word: str, count: int) -> QWidget:
        """How many reacted so; where the service lets us, pressing it joins them or takes ours back."""
        shown = f"{word} {number(count)}"
        if not row.abilities.of(Action.REACT).possible:
            return Label(self.theme, shown, size=fonts.META, weight=fonts.MEDIUM, tone="meta")
        ours = word in row.reacted
        button = ToolButton(self.theme, "check" if ours else "smiley", shown, "link")
        button.setToolTip(_("Take our reaction back") if ours else _("React in the same way"))
        button.clicked.connect(lambda: self.act_asked.emit(row.id, Action.REACT, f"-{word}" if ours else word))
        return button

    def _actions(self, row: MessageRow) -> list[tuple[str, str, object]]:
        ability = row.abilities.of(Action.REPLY)
        made: list[tuple[str, str, object]] = []
        if ability.possible or ability.reason:
            made.append(("arrow-bend-up-left", _("Reply"), self._ask_reply))
            if self._item.is_mail and len(others_of(row)) > 1:
                made.append(("arrow-bend-double-up-left", _("Reply to all"), self._ask_reply_to_all))
        made += [(NAMES[one].icon, str(NAMES[one].asked), self._asks_to(one)) for one in at_hand(row)]
        if self._item.is_mail and row.remote_id is not None:
            made.append(("arrow-bend-up-right", _("Forward"), self._ask_forward))
        if row.url:
            made.append((_AWAY, _("Open"), lambda: self.link_asked.emit(row.url)))
        return made

    def _asks_to(self, action: Action) -> Callable[[], None]:
        return lambda: self.act_asked.emit(self._item.row.id, action, "")

    def _ask_reply(self) -> None:
        self.reply_asked.emit(self._item.row.id)

    def _ask_reply_to_all(self) -> None:
        self.reply_all_asked.emit(self._item.row.id)

    def _ask_forward(self) -> None:
        self.forward_asked.emit(self._item.row.id)


def aside_words(direction: Direction, aside: Aside) -> str:
    """What is said of something that stands in another conversation."""
    if direction is Direction.OUTGOING:
        return _("Answers in private what was said in public")
    match aside.state:
        case MessageState.FAILED:
            return _("The private answer was not sent")
        case MessageState.UNCONFIRMED:
            return _("A private answer: not sure whether it arrived")
        case MessageState.QUEUED | MessageState.SENDING:
            return _("A private answer is on its way")
    return _("Answered in private")


def others_of(row: MessageRow) -> frozenset[str]:
    """The addresses on a mail."""
    return frozenset({row.author.handle.lower(), *(one[1].lower() for one in row.recipients if one[0] != REPLY_TO)})


def loose_files(row: MessageRow) -> tuple[AttachmentRow, ...]:
    """The files that do not stand in the text already."""
    html = shown_html(row)
    return tuple(one for one in row.attachments if not (one.content_id and f"cid:{one.content_id}" in html))


def shown_html(row: MessageRow, pictures: Collection[str] = ()) -> str:
    """What is laid out, with the pictures from elsewhere that are there; empty where only the text is shown."""
    html = settled(row.html or "", pictures)
    return html if len(html) <= LARGEST_HTML else ""


def marks(theme: Theme, row: MessageRow) -> list[Chip]:
    """What is to be known about a message, each with an icon and a word."""
    made = []
    if row.direction is Direction.OUTGOING:
        made.append(_own_mark(theme, row))
    if row.undelivered:
        made.append(Chip(theme, _("Not delivered"), ink="red", ground="red_soft", icon="warning-circle"))
    if row.needs_reply:
        made.append(Chip(theme, _("Needs reply"), ink="accent_text", ground="raised", icon="arrow-bend-up-left"))
    if row.deleted_at:
        made.append(Chip(theme, _("Deleted"), ink="red", ground="red_soft", icon="trash"))
    elif row.edited_at:
        made.append(Chip(theme, _("Edited"), icon="pencil-simple"))
    if row.marks.standing is Standing.HELD:
        made.append(Chip(theme, _("Waits for approval"), ink="warn", ground="warn_soft", icon="pause"))
    elif row.hidden:
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


def _spoken(item: MessageItem, who: str, *, said: str) -> str:
    row, noted = item.row, item.noted
    parts = [_("Message from {name}").format(name=who), ago(row.sent_at)]
    if noted:
        parts.append(_("Noted: {text}").format(text=noted[:300]))
    if row.needs_reply:
        parts.append(_("needs a reply"))
    if row.undelivered:
        parts.append(_("not delivered"))
    if row.deleted_at:
        parts.append(_("deleted"))
    if row.hidden:
        parts.append(_("hidden"))
    if row.aside is not None:
        parts.append(aside_words(row.direction, row.aside))
    if item.is_starred:
        parts.append(_("starred"))
    return ", ".join([*parts, *([said] if said else [])])
